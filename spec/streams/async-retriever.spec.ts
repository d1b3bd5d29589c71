import { CsvDecoder } from '../../src/decode/csv/csv-decoder';
import type { Decoder, LineEnvelope } from '../../src/decode/decoder';
import { ConnectorError } from '../../src/errors/connector-error';
import { AsyncJobStatusMap } from '../../src/jobs/async-job-status-map';
import { JobBook } from '../../src/jobs/job-book';
import type { RuntimeEvent } from '../../src/platform/events';
import { InterpolatedString } from '../../src/manifest/interpolation/interpolated-string';
import type { JsonObject, JsonValue } from '../../src/protocol/json';
import { getOwn, isObject } from '../../src/protocol/json';
import type { RecordExtractor } from '../../src/records/record-extractor';
import type { RecordSelector } from '../../src/records/record-selector';
import { HttpStatusError } from '../../src/requests/http-status-error';
import { NoPagination } from '../../src/requests/paginators/no-pagination';
import type { Paginator } from '../../src/requests/paginators/paginator';
import { RequestSignal } from '../../src/requests/requester';
import type { Cursor } from '../../src/slices/cursor';
import type { RecordBatch, StreamPartition } from '../../src/slices/parent-stream';
import { StreamSlice } from '../../src/slices/stream-slice';
import { AsyncRetriever, type AsyncRetrieverParts } from '../../src/streams/async-retriever';
import type { StreamRun } from '../../src/streams/retriever';
import type { ReadingPath } from '../../src/streams/reading-path';
import { RowCounts } from '../../src/streams/row-counts';
import { build } from '../records/build-record-component';
import { FakeRequester, type FakeAnswer } from '../support/fake-requester';
import { FakeClock } from '../support/fake-clock';
import { fakeRuntime, type FakeRuntime } from '../support/fake-runtime';

/** One JSON value a line; each line is a batch. */
const lineDecoder: Decoder = {
  async *decode(body) {
    let text = '';
    for await (const chunk of body) {
      text += Buffer.from(chunk).toString('utf8');
      for (let end = text.indexOf('\n'); end >= 0; end = text.indexOf('\n')) {
        const line = text.slice(0, end);
        text = text.slice(end + 1);
        if (line.startsWith('!')) throw ConnectorError.system('decode.gzip_damaged', `damaged line ${line}`);
        yield [JSON.parse(line) as JsonValue];
      }
    }
  },
  async *transcode(body, envelope) {
    for await (const elements of lineDecoder.decode(body, { headers: {}, warn: () => undefined })) {
      yield { lines: Buffer.concat([envelope.head, Buffer.from(JSON.stringify(elements[0])), envelope.tail, Buffer.from('\n')]), count: 1 };
    }
  },
};

const jsonDecoder: Decoder = {
  async *decode(body) {
    let text = '';
    for await (const chunk of body) text += Buffer.from(chunk).toString('utf8');
    if (text) yield [JSON.parse(text) as JsonValue];
  },
};

const field = (name: string): RecordExtractor => ({
  passesThrough: false,
  extract: (elements) => elements.flatMap((element) => (isObject(element) ? (getOwn(element, name) ?? []) : [])),
});
const everything: RecordExtractor = { passesThrough: true, extract: (elements) => elements };

const selector = (keep?: (record: JsonObject) => boolean): RecordSelector => ({
  extractor: { passesThrough: false, extract: () => { throw new Error('the extractor of record_selector is not used'); } },
  needsSchema: false,
  isIdentity: (transformations) => !keep && transformations.length === 0,
  select: (records, context) => {
    const kept = (records as JsonObject[]).filter((record) => (keep?.(record) ?? true) && (context.shouldBeSynced?.(record) ?? true));
    for (const record of kept) for (const each of context.transformations) each.transform(record, { record });
    return { records: kept, filtered: records.length - kept.length };
  },
});

interface Setup {
  slices?: StreamSlice[];
  create?: (index: number) => FakeAnswer | Error;
  poll?: (index: number) => FakeAnswer | Error;
  download?: (target: JsonValue, index: number, headers: Record<string, string>) => FakeAnswer | Error;
  jobs?: Partial<AsyncRetrieverParts['jobs']>;
  reading?: Partial<AsyncRetrieverParts['download']>;
  parts?: Partial<AsyncRetrieverParts>;
  cursor?: Partial<Cursor>;
  run?: Partial<StreamRun>;
  runtime?: FakeRuntime;
}

function make(setup: Setup = {}) {
  const runtime = setup.runtime ?? fakeRuntime();
  const creation = new FakeRequester((_input, index) => setup.create?.(index) ?? { body: `{"id": ${index}}` });
  const polling = new FakeRequester((_input, index) => setup.poll?.(index) ?? { body: '{"status": "ready", "urls": ["u1"]}' });
  const download = new FakeRequester((input, index) => setup.download?.(input.vars!.download_target as JsonValue, index, input.headers ?? {}) ?? { body: '{"a":1}\n{"a":2}\n' });
  const abort = new FakeRequester(() => ({}));
  const remove = new FakeRequester(() => ({}));
  const slices = setup.slices ?? [new StreamSlice({ p: 1 })];
  const cursor = {
    slices: async function* () {
      yield* slices;
    },
    requestOptions: () => ({}),
    filtersRecords: false,
    observesRecords: false,
    ...setup.cursor,
  } as unknown as Cursor;
  const retriever = new AsyncRetriever(
    {
      jobs: {
        creationRequester: creation,
        pollingRequester: polling,
        abortRequester: abort,
        deleteRequester: remove,
        downloadTargetRequester: undefined,
        statusExtractor: field('status'),
        statusExtractorText: 'field_path ["status"]',
        statusMapping: new AsyncJobStatusMap({ running: ['pending'], completed: ['ready'], failed: ['failed'], timeout: [], skipped: ['empty'] }),
        downloadTargetExtractor: field('urls'),
        allowMissingDownloadTarget: false,
        decoder: jsonDecoder,
        ...setup.jobs,
      },
      download: { requester: download, decoder: lineDecoder, extractor: everything, paginator: new NoPagination(), selector: selector(), expectedRows: undefined, ...setup.reading },
      reader: () => 'reader',
      creationModel: undefined,
      laterModels: [],
      order: () => 'order',
      pollingInterval: undefined,
      pollingJobTimeout: undefined,
      failedRetryWait: undefined,
      maxAttempts: undefined,
      unknownStatusGracePolls: 4,
      ...setup.parts,
    },
    undefined,
    'streams[0].retriever',
    runtime,
  );
  const run: StreamRun = { streamName: 'reports', cursor, transformations: [], schema: async () => ({}), isDataFeed: false, signal: runtime.signal, ...setup.run };
  return { partitions: () => retriever.partitions(run), creation, polling, download, abort, remove, runtime };
}

async function readPartition(partition: StreamPartition): Promise<{ records: JsonObject[]; lines: string; error: unknown }> {
  const records: JsonObject[] = [];
  let lines = '';
  try {
    for await (const batch of partition.read()) collect(batch);
    await partition.close?.();
  } catch (error) {
    return { records, lines, error };
  }
  return { records, lines, error: undefined };

  function collect(batch: RecordBatch): void {
    if (batch.kind === 'objects') records.push(...batch.records);
    else lines += Buffer.from(batch.lines).toString();
  }
}

/** Everything that the stream gives, and what went wrong. */
async function readAll(partitions: AsyncIterable<StreamPartition>) {
  const result = { slices: [] as JsonValue[], records: [] as JsonObject[], lines: '', errors: [] as unknown[] };
  try {
    for await (const partition of partitions) {
      const { records, lines, error } = await readPartition(partition);
      result.slices.push(partition.slice.merged);
      result.records.push(...records);
      result.lines += lines;
      if (error !== undefined) result.errors.push(error);
    }
  } catch (error) {
    result.errors.push(error);
  }
  return result;
}

const cut = () => ConnectorError.transient('http.body_cut', 'the connection broke', { recovery: 'resume_body' });
const status = (code: number) => new HttpStatusError({ code: `http.status_${code}`, message: `HTTP ${code}`, failureType: 'system_error', status: code, responseBody: '' });

describe('an asynchronous stream', () => {
  it('reads what the job left, then deletes it', async () => {
    const { partitions, remove, abort, download } = make();
    expect(await readAll(partitions())).toEqual({ slices: [{ p: 1 }], records: [{ a: 1 }, { a: 2 }], lines: '', errors: [] });
    expect([remove.inputs.length, abort.inputs.length]).toEqual([1, 0]);
    expect(download.inputs[0]!.vars).toMatchObject({ download_target: 'u1', url: 'u1', download_url: 'u1', creation_response: { id: 0 }, polling_response: { status: 'ready' } });
  });

  it('reads several targets one after the other, in order', async () => {
    const { partitions } = make({ poll: () => ({ body: '{"status": "ready", "urls": ["u1", "u2", "u3"]}' }), download: (target) => ({ body: `{"from":"${String(target)}"}\n` }) });
    expect((await readAll(partitions())).records).toEqual([{ from: 'u1' }, { from: 'u2' }, { from: 'u3' }]);
  });

  it('closes a skipped slice without a download', async () => {
    const { partitions, download } = make({ poll: () => ({ body: '{"status": "empty"}' }) });
    expect(await readAll(partitions())).toEqual({ slices: [{ p: 1 }], records: [], lines: '', errors: [] });
    expect(download.inputs).toHaveLength(0);
  });

  it('fails a slice without a download target, and says what the API answered', async () => {
    const { partitions } = make({ poll: () => ({ body: '{"status": "ready", "note": "nothing here"}' }) });
    const { errors } = await readAll(partitions());
    expect(errors).toEqual([expect.objectContaining({ code: 'jobs.no_download_target', message: expect.stringContaining('nothing here') })]);
  });

  it('takes a missing download target for no records when the manifest says so', async () => {
    const { partitions, remove } = make({ poll: () => ({ body: '{"status": "ready"}' }), jobs: { allowMissingDownloadTarget: true } });
    expect(await readAll(partitions())).toMatchObject({ slices: [{ p: 1 }], records: [], errors: [] });
    expect(remove.inputs).toHaveLength(1);
  });

  it('filters and transforms downloaded records, also those that the cursor does not want', async () => {
    const { partitions } = make({
      download: () => ({ body: [1, 2, 3, 4].map((a) => `{"a":${a}}\n`).join('') }),
      reading: { selector: selector((record) => record.a !== 2) },
      cursor: { filtersRecords: true, shouldBeSynced: (record: JsonObject) => record.a !== 3 },
      run: { isDataFeed: true, transformations: [{ transform: (record) => void (record.b = true) }] },
    });
    expect((await readAll(partitions())).records).toEqual([{ a: 1, b: true }, { a: 4, b: true }]);
  });

  it('adds what cursor and router want to the creation request only', async () => {
    const { partitions, creation, polling, download } = make({ cursor: { requestOptions: () => ({ params: { since: 's', limit: 1 } }) }, parts: { creationModel: { request_parameters: { limit: '50' } } } });
    await readAll(partitions());
    expect(creation.inputs[0]!.options).toEqual({ params: { since: 's' } });
    expect(polling.inputs[0]!.options).toBeUndefined();
    expect(download.inputs[0]!.options?.params ?? {}).toEqual({});
  });

  it('goes on with other slices when one fails', async () => {
    const { partitions } = make({ slices: [new StreamSlice({ p: 1 }), new StreamSlice({ p: 2 })], download: (_target, index) => (index === 0 ? { body: '!bad\n' } : { body: '{"a":2}\n' }) });
    const { records, errors } = await readAll(partitions());
    expect(records).toEqual([{ a: 2 }]);
    expect(errors).toEqual([expect.objectContaining({ code: 'decode.gzip_damaged' })]);
  });

  it('orders no more slices than a check or a test read wants', async () => {
    const { partitions, creation } = make({ run: { maxSlices: 2 }, slices: [1, 2, 3, 4].map((p) => new StreamSlice({ p })) });
    expect((await readAll(partitions())).slices).toEqual([{ p: 1 }, { p: 2 }]);
    expect(creation.inputs).toHaveLength(2);
  });
});

describe('the row count of the API', () => {
  const announces = (template: string): Setup => ({ reading: { expectedRows: new InterpolatedString(template, { config: {}, parameters: {}, path: 'test', clock: new FakeClock() }) } });
  const says = (rows: JsonValue): Setup => ({ ...announces("{{ polling_response['rows'] }}"), poll: () => ({ body: JSON.stringify({ status: 'ready', urls: ['u1'], rows }) }) });

  it.each<[string, Setup]>([
    ['fits', says(2)],
    ['is a text that fits', says('2')],
    ['is not given', says(null)],
    ['includes filtered rows', { ...says(2), reading: { ...says(2).reading, selector: selector((record) => record.a !== 2) } }],
  ])('%s', async (_what, setup) => {
    expect((await readAll(make(setup).partitions())).errors).toEqual([]);
  });

  it.each<[string, JsonValue, string]>([
    ['less than there are', 1, 'download.row_count'],
    ['more than there are', 3, 'download.row_count'],
    ['no number', 'many', 'jobs.invalid_number'],
    ['negative', -1, 'jobs.invalid_number'],
  ])('is %s: the slice fails', async (_what, rows, code) => {
    const { partitions, creation } = make(says(rows));
    expect((await readAll(partitions())).errors).toEqual([expect.objectContaining({ code })]);
    expect(creation.inputs).toHaveLength(1);
  });

  it('makes a result without any row be ordered again', async () => {
    const { partitions, creation } = make({ ...says(2), download: (_target, index) => ({ body: index === 0 ? '' : '{"a":1}\n{"a":2}\n' }) });
    expect(await readAll(partitions())).toMatchObject({ records: [{ a: 1 }, { a: 2 }], errors: [] });
    expect(creation.inputs).toHaveLength(2);
  });

  it.each([undefined, { head: Buffer.from('{"r":'), tail: Buffer.from('}') }])('counts rows and bytes of the stream on both paths', async (lineEnvelope) => {
    const counts = new RowCounts();
    await readAll(make({ slices: [1, 2].map((p) => new StreamSlice({ p })), run: { counts, lineEnvelope } }).partitions());
    expect(counts).toEqual({ rows: 4, filtered: 0, bytes: 32 });
  });
});

describe('the byte path', () => {
  const envelope: LineEnvelope = { head: Buffer.from('{"r":'), tail: Buffer.from('}') };

  it('gives finished lines when nobody looks into the records', async () => {
    const { partitions } = make({ run: { lineEnvelope: envelope } });
    expect(await readAll(partitions())).toMatchObject({ records: [], lines: '{"r":{"a":1}}\n{"r":{"a":2}}\n', errors: [] });
  });

  it.each<[string, Setup]>([
    ['a filter', { reading: { selector: selector(() => true) } }],
    ['transformations', { run: { transformations: [{ transform: () => undefined }] } }],
    ['an extractor that looks', { reading: { extractor: { ...everything, passesThrough: false } } }],
  ])('is not taken with %s', async (_what, setup) => {
    const { partitions } = make({ ...setup, run: { lineEnvelope: envelope, ...setup.run } });
    expect(await readAll(partitions())).toMatchObject({ records: [{ a: 1 }, { a: 2 }], lines: '' });
  });
});

describe('the byte path with a plan', () => {
  const envelope: LineEnvelope = { head: Buffer.from('{"r":'), tail: Buffer.from('}') };
  const csv = new CsvDecoder();
  const filtering = () =>
    build('RecordSelector', { type: 'RecordSelector', extractor: { type: 'DpathExtractor', field_path: [] }, record_filter: { type: 'RecordFilter', condition: "{{ record['keep'] == 'y' }}" } });
  const download = () => ({ body: 'at,keep\n1,y\n2,n\n3,y\n3,y\n' });
  const cursor = { observesRecords: true, looksOnlyAt: 'at' };
  const path = () => ({ bytes: jest.fn(), plan: jest.fn(), objects: jest.fn() }) as unknown as Omit<ReadingPath, 'plan'> & { plan: jest.Mock };

  const batches = async (setup: Setup) => {
    const found: RecordBatch[] = [];
    for await (const partition of make(setup).partitions()) for await (const batch of partition.read()) found.push(batch);
    return found;
  };

  it('gives lines with the values that the cursor wants, and counts what the filter drops', async () => {
    const counts = new RowCounts();
    const told = path();
    const [batch, ...others] = await batches({ download, cursor, reading: { decoder: csv, selector: filtering(), extractor: everything }, run: { lineEnvelope: envelope, counts, path: told as unknown as ReadingPath } });
    expect(others).toEqual([]);
    expect(batch).toMatchObject({ kind: 'lines', count: 3, notes: ['1', '3'] });
    expect(Buffer.from((batch as { lines: Uint8Array }).lines).toString()).toBe('{"r":{"at":"1","keep":"y"}}\n{"r":{"at":"3","keep":"y"}}\n{"r":{"at":"3","keep":"y"}}\n');
    expect(counts).toMatchObject({ rows: 4, filtered: 1 });
    expect(told.plan.mock.calls).toEqual([[undefined]]);
  });

  it.each([
    ['a cursor that looks at whole records', { cursor: { observesRecords: true } }, 'the cursor looks at whole records'],
    ['a transformation that does', { cursor, run: { transformations: [{ transform: () => undefined }] } }, 'Object looks at whole records'],
  ])('gives objects with %s, and says why', async (_what, setup: Setup, why) => {
    const told = path();
    const found = await batches({ download, ...setup, reading: { decoder: csv, selector: filtering(), extractor: everything }, run: { lineEnvelope: envelope, path: told as unknown as ReadingPath, ...setup.run } });
    expect(found).toMatchObject([{ kind: 'objects', records: [{ at: '1' }, { at: '3' }, { at: '3' }] }]);
    expect(told.plan).toHaveBeenCalledWith(why);
  });

  it('lets out the rows before one that fails', async () => {
    const failing = build('RecordTransformation', { type: 'AddFields', fields: [{ type: 'AddedFieldDefinition', path: ['n'], value: "{{ 1 // (record['at'] | int - 3) }}" }] });
    const { partitions } = make({ download, reading: { decoder: csv, selector: filtering(), extractor: everything }, run: { lineEnvelope: envelope, transformations: [failing] } });
    expect(await readAll(partitions())).toMatchObject({ lines: '{"r":{"at":"1","keep":"y","n":-1}}\n', errors: [expect.objectContaining({ code: 'interpolation.failed' })] });
  });
});

describe('download pages', () => {
  const paginator: Paginator = {
    first: () => ({ token: undefined }),
    next: (page, state) => (page.lastPageSize > 0 ? { token: Number(state.token ?? 0) + 1 } : undefined),
    requestOptions: (state) => (state.token === undefined ? {} : { params: { page: state.token } }),
  };

  it('are read until the paginator ends', async () => {
    const pages = ['{"a":1}\n', '{"a":2}\n', ''];
    const { partitions, download } = make({ download: (_target, index) => ({ body: pages[index] }), reading: { paginator } });
    expect((await readAll(partitions())).records).toEqual([{ a: 1 }, { a: 2 }]);
    expect(download.inputs.map((input) => input.nextPageToken?.next_page_token)).toEqual([undefined, 1, 2]);
    expect(download.inputs[1]!.options).toEqual({ params: { page: 1 } });
  });

  it('end at an ignored error', async () => {
    const { partitions } = make({ download: (_target, index) => (index === 0 ? { body: '{"a":1}\n' } : { status: 404, ignored: true }), reading: { paginator } });
    expect(await readAll(partitions())).toMatchObject({ records: [{ a: 1 }], errors: [] });
  });

  it('cannot be started over by an error handler', async () => {
    const { partitions } = make({ download: () => new RequestSignal('RESET_PAGINATION', 'reset') as unknown as Error });
    expect((await readAll(partitions())).errors).toEqual([expect.objectContaining({ code: 'jobs.unsupported_action', failureType: 'config_error' })]);
  });
});

describe('a download that breaks', () => {
  it('goes on where it broke: every record once', async () => {
    const file = Array.from({ length: 20 }, (_, a) => `{"a":${a}}\n`).join('');
    const { partitions, creation } = make({
      download: (_target, index, headers) => {
        const start = Number(/bytes=(\d+)-/.exec(headers.Range ?? '')?.[1] ?? 0);
        return {
          status: start ? 206 : 200,
          headers: { etag: '"1"', ...(start ? { 'content-range': `bytes ${start}-${file.length - 1}/${file.length}` } : {}) },
          body: file.slice(start, index < 3 ? start + 40 : undefined),
          ...(index < 3 ? { breaks: cut() } : {}),
        };
      },
    });
    expect(await readAll(partitions())).toMatchObject({ records: Array.from({ length: 20 }, (_, a) => ({ a })), errors: [] });
    expect(creation.inputs).toHaveLength(1);
  });

  it('with an expired link polls the same job for a fresh one', async () => {
    const { partitions, creation, polling } = make({
      poll: (index) => ({ body: `{"status": "ready", "urls": ["u${index}"]}` }),
      download: (target) => (target === 'u0' ? status(403) : { body: `{"from":"${String(target)}"}\n` }),
    });
    expect(await readAll(partitions())).toMatchObject({ records: [{ from: 'u1' }], errors: [] });
    expect([creation.inputs.length, polling.inputs.length]).toEqual([1, 2]);
  });

  it('and has given no record is ordered again, as often as attempts are left', async () => {
    const { partitions, creation, download } = make({ download: () => status(404) });
    const { records, errors } = await readAll(partitions());
    expect(records).toEqual([]);
    expect(errors).toEqual([expect.objectContaining({ code: 'download.link_expired' })]);
    expect(creation.inputs).toHaveLength(3);
    expect(download.inputs).toHaveLength(9);
  });

  it('and works with the new job gives every record once', async () => {
    const { partitions, creation } = make({ download: (_target, index) => (index < 3 ? status(404) : { body: '{"a":1}\n' }) });
    expect(await readAll(partitions())).toMatchObject({ records: [{ a: 1 }], errors: [] });
    expect(creation.inputs).toHaveLength(2);
  });

  it('after records went out, and whose file changed, fails the slice instead of repeating them', async () => {
    const { partitions, creation, remove } = make({
      download: (_target, index) => (index === 0 ? { headers: { etag: '"1"' }, body: '{"a":1}\n{"a":2}\n', breaks: cut() } : { headers: { etag: '"2"' }, body: '{"a":9}\n{"a":1}\n{"a":2}\n' }),
    });
    const { records, errors } = await readAll(partitions());
    expect(records).toEqual([{ a: 1 }, { a: 2 }]);
    expect(errors).toEqual([expect.objectContaining({ code: 'download.changed' })]);
    expect([creation.inputs.length, remove.inputs.length]).toEqual([1, 0]);
  });

  it('and whose new job has no data closes the slice', async () => {
    const { partitions } = make({
      poll: (index) => ({ body: index < 3 ? '{"status": "ready", "urls": ["u"]}' : '{"status": "empty"}' }),
      download: () => status(410),
    });
    expect(await readAll(partitions())).toMatchObject({ slices: [{ p: 1 }], records: [], errors: [] });
  });

  it('with damaged contents is the decoder\'s error, not ordered again', async () => {
    const { partitions, creation } = make({ download: () => ({ body: '!damaged\n' }) });
    expect((await readAll(partitions())).errors).toEqual([expect.objectContaining({ code: 'decode.gzip_damaged' })]);
    expect(creation.inputs).toHaveLength(1);
  });
});

describe('a reader that leaves', () => {
  it('after the first record has the job deleted, and the others aborted', async () => {
    const { partitions, abort, remove } = make({ slices: [1, 2, 3].map((p) => new StreamSlice({ p })), poll: (index) => (index === 0 ? { body: '{"status": "ready", "urls": ["u"]}' } : { body: '{"status": "pending"}' }) });
    for await (const partition of partitions()) {
      for await (const batch of partition.read()) {
        expect(batch.kind).toBe('objects');
        break;
      }
      break;
    }
    expect(remove.inputs).toHaveLength(1);
    expect(abort.inputs.length).toBeLessThanOrEqual(1);
  });
});

describe('numbers of the manifest', () => {
  it.each([
    ['polling_job_timeout', { pollingJobTimeout: -5 }],
    ['failed_retry_wait_time_in_seconds', { failedRetryWait: 0 }],
  ] as [string, Partial<AsyncRetrieverParts>][])('%s must make sense', async (name, parts) => {
    const { partitions, creation } = make({ parts });
    expect((await readAll(partitions())).errors).toEqual([expect.objectContaining({ code: 'jobs.invalid_number', failureType: 'config_error', message: expect.stringContaining(`streams[0].retriever.${name}`) })]);
    expect(creation.inputs).toHaveLength(0);
  });

  it.each([
    [undefined, undefined, 60],
    [0, undefined, 60],
    [5, undefined, 5],
    [undefined, { maxRecords: 1, maxPagesPerSlice: 1, maxSlices: 1, maxStreams: 1 }, 15],
  ])('a timeout of %p (test read: %p) is %i minutes', async (pollingJobTimeout, testRead, minutes) => {
    const { partitions, runtime } = make({ runtime: fakeRuntime({ testRead }), poll: () => ({ body: '{"status": "pending"}' }), parts: { pollingJobTimeout, maxAttempts: 1 } });
    expect((await readAll(partitions())).errors).toEqual([expect.objectContaining({ code: 'jobs.deadline_passed' })]);
    expect(runtime.clock.monotonic()).toBe(minutes * 60_000);
  });
});

it('tells a progress display of jobs and downloads', async () => {
  const { partitions, runtime } = make({ poll: (index) => ({ body: index === 0 ? '{"status": "pending"}' : '{"status": "ready", "urls": ["u"]}' }) });
  const events: RuntimeEvent[] = [];
  runtime.events.on((event) => events.push(event));
  await readAll(partitions());
  expect(events.map((event) => (event.type === 'job' ? event.phase : event.type))).toEqual(['planned', 'creating', 'running', 'running', 'ready', 'delivering', 'download', 'download', 'delivered']);
  expect(events).toContainEqual(expect.objectContaining({ phase: 'running', rawStatus: 'pending', status: 'running', nextPollMs: 750, jobId: 'reports#1', attempt: 1, slice: { p: 1 } }));
  expect(events[events.length - 2]).toMatchObject({ type: 'download', bytes: 16, records: 2 });
});

describe('jobs of an earlier run', () => {
  const stored = (slice: StreamSlice, order = 'order') => ({
    order,
    sync: { until: 'x' },
    read: [],
    asOf: Date.parse('2024-03-01T12:00:00Z'),
    parents: new Map(),
    jobs: [{ slice, attempt: 1, creation: { body: { id: 'old' } }, createdAt: Date.parse('2024-03-01T11:59:00Z'), deadline: Date.parse('2024-03-01T12:59:00Z') }],
  });

  it.each<[string, string, number]>([
    ['are told to the cursor and polled with what is known of their creation', 'order', 0],
    ['of another order are not used', 'another order', 1],
  ])('%s', async (_what, order, creations) => {
    const slice = new StreamSlice({ p: 1 });
    const runtime = fakeRuntime();
    const resumed: unknown[] = [];
    const jobBook = new JobBook('reports', () => true, stored(slice, order), runtime, async () => undefined);
    const { partitions, creation, polling } = make({
      runtime,
      slices: [slice],
      run: { jobBook },
      cursor: { resume: (sync, taken) => void resumed.push(sync, taken.map(({ key }) => key)) },
      parts: { laterModels: [{ url: "{{ creation_response['id'] }}" }] },
    });
    for await (const partition of partitions()) expect((await readPartition(partition)).records).toHaveLength(2);
    expect(creation.inputs).toHaveLength(creations);
    expect(resumed).toEqual(creations ? [undefined, []] : [{ until: 'x' }, [slice.key]]);
    const polledIds = polling.inputs.map(({ vars }) => (vars!.creation_response as JsonObject).id);
    expect(polledIds).toContain(creations ? 0 : 'old');
  });

  it('are aborted with the run when no later one could pick them up', async () => {
    const runtime = fakeRuntime();
    const { partitions, abort } = make({
      runtime,
      poll: (index) => {
        if (index === 2) runtime.cancel();
        return { body: '{"status": "pending"}' };
      },
    });
    await expect(partitions().next()).rejects.toThrow('cancelled');
    expect(abort.inputs).toHaveLength(1);
  });
});
