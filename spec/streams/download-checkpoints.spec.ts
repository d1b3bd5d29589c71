import type { Decoder, LineEnvelope } from '../../src/decode/decoder';
import { ConnectorError } from '../../src/errors/connector-error';
import { AsyncJobStatusMap } from '../../src/jobs/async-job-status-map';
import { JobBook } from '../../src/jobs/job-book';
import { splitState } from '../../src/jobs/ledger-state';
import { getOwn, isObject, type JsonObject, type JsonValue } from '../../src/protocol/json';
import type { RecordExtractor } from '../../src/records/record-extractor';
import { NoPagination } from '../../src/requests/paginators/no-pagination';
import type { Cursor } from '../../src/slices/cursor';
import type { RecordBatch } from '../../src/slices/parent-stream';
import { StreamSlice } from '../../src/slices/stream-slice';
import { AsyncRetriever } from '../../src/streams/async-retriever';
import { InterpolatedString } from '../../src/manifest/interpolation/interpolated-string';
import { FakeClock } from '../support/fake-clock';
import { FakeRequester, type FakeAnswer } from '../support/fake-requester';
import { fakeRuntime } from '../support/fake-runtime';

/** The first line names the field, every other one is a row and a batch, and says where it ends when `tells`. */
const decoder = (tells: boolean): Decoder => ({
  async *decode(body, { places }) {
    let [text, bytes, head, name] = ['', 0, 0, ''];
    if (places) places.textStart = 0;
    for await (const chunk of body) {
      text += Buffer.from(chunk).toString('utf8');
      for (let end = text.indexOf('\n'); end >= 0; end = text.indexOf('\n')) {
        const line = text.slice(0, end);
        text = text.slice(end + 1);
        bytes += end + 1;
        if (head === 0) {
          [name, head] = [line, bytes];
          continue;
        }
        yield Object.assign([{ [name]: line }], tells ? { place: places?.at(bytes, head) } : {});
      }
    }
  },
  async *transcode(body, envelope, context) {
    for await (const batch of this.decode(body, context)) {
      yield { lines: Buffer.concat([envelope.head, Buffer.from(JSON.stringify(batch[0])), envelope.tail, Buffer.from('\n')]), count: 1, ...(batch.place ? { place: batch.place } : {}) };
    }
  },
});

const json: Decoder = {
  async *decode(body) {
    let text = '';
    for await (const chunk of body) text += Buffer.from(chunk).toString('utf8');
    yield [JSON.parse(text) as JsonValue];
  },
};
const field = (name: string): RecordExtractor => ({
  passesThrough: false,
  extract: (elements) => elements.flatMap((element) => (isObject(element) ? (getOwn(element, name) ?? []) : [])),
});
const envelope: LineEnvelope = { head: Buffer.from(''), tail: Buffer.from('') };
const row = (name: string, index: number) => `${name}-${index}-${'x'.repeat(index % 5)}`;
const fileOf = (name: string, rows = 8) => `id\n${Array.from({ length: rows }, (_, index) => `${row(name, index)}\n`).join('')}`;

interface World {
  tells?: boolean;
  lines?: boolean;
  etag?: boolean;
  ranges?: boolean;
  /** The files of the job, by name; the link of each has a signature that changes with each poll. */
  files: Record<string, string>;
  tag?: string;
  filter?: boolean;
  reader?: string;
  expectedRows?: number;
  /** The connection never gets beyond this byte of the second file. */
  cutAt?: number;
}

interface Run {
  ids: string[];
  /** The state when it was left. */
  state: JsonObject;
  ranges: (string | undefined)[];
  creations: number;
  logs: string;
  errors: unknown[];
  seen: JsonValue | undefined;
}

/** One run, left after `stopAfter` batches; `ahead` more are read, but not written any more. */
async function run(world: World, state: JsonObject = {}, stopAfter = Number.POSITIVE_INFINITY, ahead = 1): Promise<Run> {
  const runtime = fakeRuntime();
  const { ledger } = splitState(state, () => undefined);
  const jobBook = new JobBook('reports', () => true, ledger, runtime, async () => undefined);
  let polls = 0;
  const names = Object.keys(world.files);
  const creation = new FakeRequester(() => ({ body: '{"id":1}' }));
  const polling = new FakeRequester(() => ({ body: JSON.stringify({ status: 'ready', urls: names.map((name) => `https://files/${name}?signature=${(polls += 1)}`) }) }));
  const download = new FakeRequester(({ vars, headers = {} }) => serve(String(vars!.download_target), headers, world));
  let seen: string | undefined;
  const cursor = {
    slices: async function* () {
      yield new StreamSlice({ p: 1 });
    },
    requestOptions: () => ({}),
    filtersRecords: false,
    observesRecords: true,
    observe: ({ id }: JsonObject) => void (seen = String(id) > (seen ?? '') ? String(id) : seen),
    seenIn: () => seen,
    seenBefore: (_slice: StreamSlice, value: JsonValue) => void (seen = String(value)),
  } as unknown as Cursor;
  const retriever = new AsyncRetriever(
    {
      jobs: {
        creationRequester: creation,
        pollingRequester: polling,
        abortRequester: undefined,
        deleteRequester: undefined,
        downloadTargetRequester: undefined,
        statusExtractor: field('status'),
        statusExtractorText: '',
        statusMapping: new AsyncJobStatusMap({ running: ['pending'], completed: ['ready'], failed: ['failed'], timeout: [], skipped: [] }),
        downloadTargetExtractor: field('urls'),
        allowMissingDownloadTarget: false,
        decoder: json,
      },
      download: {
        requester: download,
        decoder: decoder(world.tells ?? true),
        extractor: { passesThrough: true, extract: (elements) => elements },
        paginator: new NoPagination(),
        selector: {
          extractor: undefined as unknown as RecordExtractor,
          needsSchema: false,
          isIdentity: () => !world.filter,
          select: (records) => {
            const kept = world.filter ? (records as JsonObject[]).filter(({ id }) => !/-[25]-/.test(String(id))) : (records as JsonObject[]);
            return { records: kept, filtered: records.length - kept.length };
          },
        },
        expectedRows: world.expectedRows === undefined ? undefined : new InterpolatedString(String(world.expectedRows), { config: {}, parameters: {}, path: '', clock: new FakeClock() }),
      },
      reader: () => world.reader ?? 'reader',
      creationModel: undefined,
      laterModels: [],
      order: () => 'order',
      pollingInterval: undefined,
      pollingJobTimeout: undefined,
      failedRetryWait: undefined,
      maxAttempts: undefined,
      unknownStatusGracePolls: 4,
    },
    undefined,
    'retriever',
    runtime,
  );
  const result: Run = { ids: [], state: {}, ranges: [], creations: 0, logs: '', errors: [], seen: undefined };
  let batches = 0;
  const stream = { streamName: 'reports', cursor, transformations: [], schema: async () => ({}), isDataFeed: false, jobBook, signal: runtime.signal, ...(world.lines ? { lineEnvelope: envelope } : {}) };
  try {
    reading: for await (const partition of retriever.partitions(stream)) {
      for await (const batch of partition.read()) {
        batches += 1;
        if (batches > stopAfter && batches < stopAfter + ahead) continue;
        if (batches > stopAfter) {
          // Taken while the last batch waits to be written: the STATE must not know of it.
          result.state = { __async_jobs: jobBook.toJson(undefined) };
          break reading;
        }
        result.ids.push(...idsOf(batch));
        if (!world.lines && batch.kind === 'objects') for (const record of batch.records) cursor.observe(record, partition.slice);
        batch.sent?.();
      }
      jobBook.closed(partition.slice);
      result.state = { __async_jobs: jobBook.toJson(undefined) };
    }
  } catch (error) {
    result.errors.push(error);
    result.state = { __async_jobs: jobBook.toJson(undefined) };
  }
  return { ...result, ranges: download.inputs.map(({ headers }) => headers?.Range), creations: creation.inputs.length, logs: runtime.logs.map(({ message }) => message).join('\n'), seen };
}

function serve(link: string, headers: Record<string, string>, { files, etag = true, ranges = true, tag = 'v1', cutAt }: World): FakeAnswer {
  const name = /files\/([^?]+)/.exec(link)![1]!;
  const file = files[name]!;
  const validator = `"${name}-${tag}"`;
  const asked = ranges && headers['If-Range'] === validator ? /bytes=(\d+)-/.exec(headers.Range ?? '') : null;
  const start = asked ? Number(asked[1]) : 0;
  return {
    status: asked ? 206 : 200,
    headers: { ...(etag ? { etag: validator } : {}), 'content-length': String(file.length - start), ...(asked ? { 'content-range': `bytes ${start}-${file.length - 1}/${file.length}` } : {}) },
    ...(name === 'b' && cutAt !== undefined ? { body: file.slice(start, cutAt), breaks: ConnectorError.transient('http.body_cut', 'cut', { recovery: 'resume_body' }) } : { body: file.slice(start) }),
  };
}

function idsOf(batch: RecordBatch): string[] {
  const records = batch.kind === 'objects' ? batch.records : Buffer.from(batch.lines).toString().trimEnd().split('\n').map((line) => JSON.parse(line) as JsonObject);
  return records.map(({ id }) => String(id));
}

const TWO_FILES = { a: fileOf('a'), b: fileOf('b') };
const everything = ['a', 'b'].flatMap((name) => Array.from({ length: 8 }, (_, index) => row(name, index)));
const placeOf = (state: JsonObject) => ((state.__async_jobs as JsonObject).jobs as JsonObject[])[0]?.place as JsonObject | undefined;

describe.each<[string, Omit<World, 'files'>]>([
  ['places and a strong tag', {}],
  ['places and a strong tag, as lines', { lines: true }],
  ['places and a strong tag, but no ranges', { ranges: false }],
  ['places, nothing but the bytes to tell the file', { etag: false, ranges: false }],
  ['a strong tag, no places', { tells: false }],
  ['neither tag nor places', { tells: false, etag: false }],
  ['neither tag nor places, as lines', { tells: false, etag: false, lines: true }],
  ['a filter', { filter: true }],
  ['a filter and no places', { filter: true, tells: false }],
])('with %s', (_what, options) => {
  const world = { ...options, files: TWO_FILES, expectedRows: 16 };
  const wanted = options.filter ? everything.filter((id) => !/-[25]-/.test(id)) : everything;

  it('runs that go on deliver the rest, each row once, wherever the one before was left', async () => {
    for (let stop = 0; stop < wanted.length; stop += 1) {
      const runs = [await run(world, {}, stop), undefined, undefined];
      runs[1] = await run(world, runs[0]!.state, 3);
      if (placeOf(runs[1].state)) runs[2] = await run(world, runs[1].state);
      const all = runs.filter((each) => each !== undefined);
      expect({ stop, ids: all.flatMap(({ ids }) => ids), errors: all.flatMap(({ errors }) => errors) }).toEqual({ stop, ids: wanted, errors: [] });
      expect(all.reduce((sum, { creations }) => sum + creations, 0)).toBe(1);
      if (!options.lines) expect(all.at(-1)!.seen).toBe(wanted.at(-1));
    }
  });
});

describe('a place', () => {
  const world: World = { files: TWO_FILES };

  it('is small, and holds neither link nor signature', async () => {
    const { state } = await run(world, {}, 11);
    expect(placeOf(state)).toEqual({
      reader: 'reader',
      target: 1,
      targets: expect.stringMatching(/^[0-9a-f]{16}$/),
      rows_before: 8,
      rows: 3,
      border: { bytes: TWO_FILES.b.split('\n').slice(0, 4).join('\n').length + 1, rows: 3, head: 'id\n' },
      file: { etag: '"b-v1"', length: TWO_FILES.b.length },
      seen: row('b', 2),
    });
    expect(JSON.stringify(state)).not.toMatch(/signature|https/);
  });

  it('makes the rest be asked for, and only that', async () => {
    const { state } = await run(world, {}, 11);
    const { ranges, logs } = await run(world, state);
    const bytes = ((placeOf(state)!.border as JsonObject).bytes);
    expect(ranges).toEqual([`bytes=${String(bytes)}-`]);
    expect(logs).toContain(`goes on from byte ${String(bytes)} of file 2; 11 rows went out before.`);
  });

  it('of a run that was left before it wrote anything is the one that it was given', async () => {
    const { state } = await run(world, {}, 5);
    expect(placeOf((await run(world, state, 0)).state)).toEqual(placeOf(state));
  });

  it.each<[string, Partial<World>, (place: JsonObject) => void]>([
    ['the file is another one', { files: { ...TWO_FILES, b: fileOf('c') }, tag: 'v2' }, () => undefined],
    ['the file has the same size but another tag', { tag: 'v2' }, () => undefined],
    ['the file is shorter than what was read of it', { files: { ...TWO_FILES, b: fileOf('b', 1) }, tag: 'v2' }, () => undefined],
    ['the files have other names', { files: { x: fileOf('x'), b: TWO_FILES.b } }, () => undefined],
    ['there are fewer files', { files: { a: TWO_FILES.a } }, () => undefined],
    ['rows are made another way', { reader: 'another' }, () => undefined],
    ['it says that more rows went out than the file has', { tells: false }, (place) => Object.assign(place, { rows: 100, border: undefined })],
    ['it is garbage', {}, (place) => Object.assign(place, { rows: -1 })],
    ['its file is garbage', {}, (place) => Object.assign(place, { file: 'x' })],
    ['its tag would break a header', {}, (place) => Object.assign(place, { file: { etag: 'a\r\nX: y' } })],
  ])('is not used when %s: the job is read from its start', async (_what, change, spoil) => {
    const { state } = await run(world, {}, 11);
    const spoilt = structuredClone(state);
    spoil(placeOf(spoilt)!);
    const changed = { ...world, ...change };
    const { ids, errors, creations, logs } = await run(changed, spoilt);
    expect(logs).toContain('read from their start');
    expect({ ids, errors, creations }).toEqual({ ids: Object.values(changed.files).flatMap((file) => file.trimEnd().split('\n').slice(1)), errors: [], creations: 0 });
  });

  it('is not used without proof of the bytes: nothing of a changed file goes out before it is known', async () => {
    const bytesOnly: World = { ...world, etag: false, ranges: false };
    const { state } = await run(bytesOnly, {}, 11, 4);
    // Behind the rows that went out, within the bytes that were read.
    const changed = { a: TWO_FILES.a, b: TWO_FILES.b.replace('b-4-', 'B-4-') };
    const { ids, logs } = await run({ ...bytesOnly, files: changed }, state);
    expect(ids).toEqual(Object.values(changed).flatMap((file) => file.trimEnd().split('\n').slice(1)));
    expect(logs).toContain('read from their start');
  });

  it('counts with the rows that the API announces', async () => {
    const { state } = await run({ ...world, expectedRows: 17 }, {}, 11);
    expect((await run({ ...world, expectedRows: 17 }, state)).errors).toEqual([expect.objectContaining({ code: 'download.row_count', message: expect.stringContaining('held 16') })]);
  });
});

describe('a connection that does not hold', () => {
  const broken: World = { files: TWO_FILES, cutAt: 35 };
  const codes = ({ errors }: Run) => errors.map((error) => (error as ConnectorError).code);

  it('ends the slice, and the next run goes on where it broke', async () => {
    const first = await run(broken);
    expect([codes(first), placeOf(first.state)?.target]).toEqual([['download.broken'], 1]);
    const second = await run({ files: TWO_FILES }, first.state);
    expect([[...first.ids, ...second.ids], second.errors, second.creations]).toEqual([everything, [], 0]);
  });

  it('costs an attempt when it comes no further, and the job is ordered again in the end', async () => {
    let last = await run(broken);
    const attempts: unknown[] = [];
    while (placeOf(last.state)) {
      attempts.push(((last.state.__async_jobs as JsonObject).jobs as JsonObject[])[0]!.attempt);
      last = await run(broken, last.state);
      expect([codes(last), last.ids, last.creations]).toEqual([['download.broken'], [], 0]);
    }
    expect(attempts).toEqual([1, 2, 3]);
    expect((await run({ files: TWO_FILES }, last.state)).creations).toBe(1);
  });
});
