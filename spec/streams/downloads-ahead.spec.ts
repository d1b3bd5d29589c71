import type { Decoder } from '../../src/decode/decoder';
import { ConnectorError } from '../../src/errors/connector-error';
import type { AsyncJob } from '../../src/jobs/async-job';
import type { AsyncJobOrchestrator } from '../../src/jobs/async-job-orchestrator';
import type { AsyncJobRepository } from '../../src/jobs/async-job-repository';
import type { JsonObject, JsonValue } from '../../src/protocol/json';
import type { RecordSelector } from '../../src/records/record-selector';
import { HttpStatusError } from '../../src/requests/http-status-error';
import { NoPagination } from '../../src/requests/paginators/no-pagination';
import type { HttpResponse, RequestInput, Requester } from '../../src/requests/requester';
import { StreamSlice } from '../../src/slices/stream-slice';
import { AsyncPartition, type DownloadParts } from '../../src/streams/async-partition';
import type { StreamRun } from '../../src/streams/retriever';
import { FakeRequester, type FakeAnswer } from '../support/fake-requester';
import { fakeRuntime, type FakeRuntime } from '../support/fake-runtime';

/** One JSON value a line; each line is a batch. */
const decoder: Decoder = {
  async *decode(body) {
    let text = '';
    for await (const chunk of body) text += Buffer.from(chunk).toString('utf8');
    for (const line of text.split('\n').filter(Boolean)) yield [JSON.parse(line) as JsonValue];
  },
};
const selector = {
  extractor: { passesThrough: true, extract: (elements: JsonValue[]) => elements },
  needsSchema: false,
  isIdentity: () => true,
  select: (records: JsonValue[]) => ({ records, filtered: 0 }),
} as unknown as RecordSelector;

/** Tells what is asked for; the answer to a target that is `held` comes when that is resolved, or when the request is aborted. */
class Server implements Requester {
  readonly name = 'download';
  readonly events: string[] = [];
  readonly held = new Map<JsonValue, Promise<void>>();
  readonly inputs: RequestInput[] = [];
  private readonly fake: FakeRequester;

  constructor(answers: (target: string, time: number) => FakeAnswer | Error, readonly isCached = false) {
    const times = new Map<string, number>();
    this.fake = new FakeRequester(({ vars }) => {
      const target = String(vars!.download_target);
      times.set(target, (times.get(target) ?? -1) + 1);
      return answers(target, times.get(target)!);
    });
  }

  async send(input: RequestInput): Promise<HttpResponse> {
    input.signal!.throwIfAborted();
    const target = String(input.vars!.download_target);
    this.events.push(`ask ${target}`);
    this.inputs.push(input);
    const aborted = new Promise<never>((_resolve, reject) => input.signal!.addEventListener('abort', () => reject(input.signal!.reason as Error)));
    aborted.catch(() => undefined);
    await Promise.race([this.held.get(target), aborted]);
    const response = await this.fake.send(input);
    const { body } = response;
    const events = this.events;
    return {
      ...response,
      body: {
        ...body,
        async *stream() {
          events.push(`read ${target}`);
          yield* body.stream();
        },
        discard: () => events.push(`discard ${target}`),
      },
    };
  }
}

interface Setup {
  targets?: (time: number) => string[];
  answers?: (target: string, time: number) => FakeAnswer | Error;
  runtime?: FakeRuntime;
  concurrency?: number;
  isCached?: boolean;
  parts?: Partial<DownloadParts>;
}

function make({ targets = () => names(6), answers = (target) => ({ body: `{"of":"${target}"}\n` }), runtime = fakeRuntime(), concurrency = 2, isCached, parts = {} }: Setup = {}) {
  const server = new Server(answers, isCached);
  const orders = { again: 0, polls: 0 };
  const job = { slice: new StreamSlice({ p: 1 }), label: 'p', id: 'reports#1', phase: 'delivered', status: 'completed', variables: {} } as unknown as AsyncJob;
  const orchestrator = {
    report: async () => undefined,
    pollAgain: async () => void (orders.polls += 1),
    orderAgain: async (_job: AsyncJob, error: unknown) => {
      if ((orders.again += 1) > 2) throw error;
    },
  } as unknown as AsyncJobOrchestrator;
  let time = -1;
  const repository = { downloadTargets: async () => targets((time += 1)) } as unknown as AsyncJobRepository;
  const cursor = { filtersRecords: false, observesRecords: false } as unknown as StreamRun['cursor'];
  const run: StreamRun = { streamName: 'reports', cursor, transformations: [], schema: async () => ({}), isDataFeed: false, signal: runtime.signal, concurrency };
  const download: DownloadParts = { requester: server, decoder, extractor: selector.extractor, paginator: new NoPagination(), selector, expectedRows: undefined, reader: 'r', ...parts };
  return { partition: new AsyncPartition(job, orchestrator, repository, download, run, runtime), server, orders, runtime };
}

const names = (count: number) => Array.from({ length: count }, (_, index) => `u${index}`);
const quietly = () => new Promise((resolve) => setImmediate(resolve));

async function read(partition: AsyncPartition, onRecord?: (of: JsonValue) => unknown) {
  const records: JsonValue[] = [];
  try {
    for await (const batch of partition.read()) {
      for (const { of } of (batch as { records: JsonObject[] }).records) {
        records.push(of!);
        await onRecord?.(of!);
      }
    }
  } catch (error) {
    return { records, error };
  }
  return { records };
}

const status = (code: number) => new HttpStatusError({ code: `http.status_${code}`, message: `HTTP ${code}`, failureType: 'system_error', status: code, responseBody: '' });

describe('the downloads of a job', () => {
  it('are asked for before their turn once one was quick, four at most, and read in order', async () => {
    const { partition, server } = make({ targets: () => names(8) });
    expect(await read(partition)).toEqual({ records: names(8) });
    expect(server.events).toEqual([
      ...['ask u0', 'read u0'],
      ...['ask u1', 'ask u2', 'ask u3', 'ask u4', 'ask u5', 'read u1'],
      ...['ask u6', 'read u2', 'ask u7', 'read u3', 'read u4', 'read u5', 'read u6', 'read u7'],
    ]);
  });

  it.each<[string, () => Setup]>([
    ['where one slice is read at a time', () => ({ concurrency: 1 })],
    ['where answers are cached', () => ({ isCached: true })],
    ['in a test read', () => ({ runtime: fakeRuntime({ testRead: { maxRecords: 9, maxPagesPerSlice: 9, maxSlices: 9, maxStreams: 9 } }) })],
    ['where a paginator decides', () => ({ parts: { paginator: { first: () => ({ token: undefined }), next: () => undefined, requestOptions: () => ({}) } } })],
  ])('are asked for in their turn %s', async (_what, setup) => {
    const { partition, server } = make(setup());
    expect((await read(partition)).records).toEqual(names(6));
    expect(server.events).toEqual(names(6).flatMap((name) => [`ask ${name}`, `read ${name}`]));
  });

  it('are asked for in their turn while bodies take long', async () => {
    const { partition, server, runtime } = make({ targets: () => names(9) });
    const asked: string[] = [];
    await read(partition, async (of) => {
      if (of === 'u1' || of === 'u0') await runtime.clock.sleep(2001);
      asked.push(`${of}: ${server.inputs.length}`);
    });
    // After u2, which was quick: u3 and four ahead of it.
    expect(asked.slice(0, 4)).toEqual(['u0: 1', 'u1: 2', 'u2: 3', 'u3: 8']);
  });

  it('fail in their turn, after the rows before, as if nothing had been ahead', async () => {
    const failure = ConnectorError.system('http.status_500', 'broken');
    const { partition, server, orders } = make({ answers: (target) => (target === 'u3' ? failure : { body: `{"of":"${target}"}\n` }) });
    expect(await read(partition)).toEqual({ records: names(3), error: failure });
    expect(server.events.filter((event) => event === 'ask u3')).toHaveLength(2);
    expect([orders.polls, orders.again]).toEqual([0, 0]);
    expect(server.events.filter((event) => event.startsWith('discard'))).toEqual(['discard u4', 'discard u5']);
  });

  it('that failed before their turn are asked for again, and the next ones one at a time', async () => {
    const limit = ConnectorError.transient('http.rate_limited', 'slower', { recovery: 'wait_for_capacity' });
    const { partition, server } = make({ targets: () => names(9), answers: (target, time) => (target === 'u3' && time === 0 ? limit : { body: `{"of":"${target}"}\n` }) });
    expect(await read(partition)).toEqual({ records: names(9) });
    expect(server.inputs.map(({ rateLimit }) => rateLimit)).toEqual([undefined, 'throw', 'throw', 'throw', 'throw', 'throw', undefined, undefined, undefined, undefined]);
    expect(server.events.slice(-6)).toEqual(['ask u6', 'read u6', 'ask u7', 'read u7', 'ask u8', 'read u8']);
  });

  it('whose links have expired are asked for with fresh links in their turn', async () => {
    const { partition, orders } = make({
      targets: (time) => names(4).map((name) => `${name}.${time}`),
      answers: (target) => (/^u[23]\.0/.test(target) ? status(403) : { body: `{"of":"${target}"}\n` }),
    });
    // u3 has its fresh link from the renewal for u2.
    expect(await read(partition)).toEqual({ records: ['u0.0', 'u1.0', 'u2.1', 'u3.1'] });
    expect(orders.polls).toBe(1);
  });

  it('of which nothing went out are given up for those of a new job', async () => {
    const { partition, orders, server } = make({
      targets: (time) => names(4).map((name) => `${name}.${time}`),
      answers: (target) => (target.startsWith('u1') && !target.endsWith('.3') ? status(404) : { body: target.startsWith('u0') ? '' : `{"of":"${target}"}\n` }),
    });
    expect(await read(partition)).toEqual({ records: ['u1.3', 'u2.3', 'u3.3'] });
    expect(orders).toEqual({ polls: 2, again: 1 });
    expect(server.events.filter((event) => event.startsWith('discard'))).toEqual(['discard u2.0', 'discard u3.0']);
  });

  it('go on where the connection of a waiting body was closed', async () => {
    const cut = ConnectorError.transient('http.body_cut', 'closed', { recovery: 'resume_body' });
    const { partition } = make({ answers: (target, time) => (target === 'u3' && time === 0 ? { breaks: cut } : { body: `{"of":"${target}"}\n` }) });
    expect(await read(partition)).toEqual({ records: names(6) });
  });

  it('are given up when the reader leaves, also those whose answers are still to come', async () => {
    const { partition, server } = make();
    server.held.set('u3', new Promise(() => undefined));
    for await (const batch of partition.read()) if ((batch as { records: JsonObject[] }).records[0]!.of === 'u1') break;
    await quietly();
    expect(server.events.filter((event) => event.startsWith('discard'))).toEqual(['discard u2', 'discard u4', 'discard u5']);
    expect(server.inputs.map(({ signal }) => signal!.aborted)).toEqual([false, true, true, true, true, true]);
  });

  it('end with the run', async () => {
    const { partition, server, runtime } = make();
    server.held.set('u2', new Promise(() => undefined));
    const { records, error } = await read(partition, (of) => of === 'u1' && setImmediate(() => runtime.cancel()));
    await quietly();
    expect(records).toEqual(['u0', 'u1']);
    expect(error).toBe(runtime.signal.reason);
    expect(server.events.filter((event) => event.startsWith('ask'))).toEqual(['ask u0', 'ask u1', 'ask u2', 'ask u3', 'ask u4', 'ask u5']);
  });

  it('tell of their bytes in their turn', async () => {
    const { partition, server, runtime } = make({ targets: () => names(3) });
    const told: number[] = [];
    runtime.events.on((event) => event.type === 'download' && told.push(event.bytes));
    const original = server.send.bind(server);
    server.send = async (input) => {
      const response = await original(input);
      // Somebody looks into the body at once, as error handlers do.
      if (input.vars!.download_target === 'u2') input.onArrival!(1000, response.headers);
      return response;
    };
    await read(partition);
    expect(told).toEqual([...told].sort((a, b) => a - b));
    expect(told.at(-1)).toBe(36);
  });
});
