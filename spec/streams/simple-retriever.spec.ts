import type { Decoder } from '../../src/decode/decoder';
import { JsonDecoder } from '../../src/decode/json/json-decoder';
import type { JsonObject, JsonValue } from '../../src/protocol/json';
import type { RecordSelector } from '../../src/records/record-selector';
import { NoPagination } from '../../src/requests/paginators/no-pagination';
import type { Paginator } from '../../src/requests/paginators/paginator';
import { PropertyChunking } from '../../src/requests/query-properties/property-chunking';
import { GroupByKeyMergeStrategy } from '../../src/requests/query-properties/group-by-key-merge-strategy';
import { QueryProperties } from '../../src/requests/query-properties/query-properties';
import { RequestSignal, type HttpResponse, type RequestInput, type Requester } from '../../src/requests/requester';
import type { Cursor } from '../../src/slices/cursor';
import { StreamSlice } from '../../src/slices/stream-slice';
import { SimpleRetriever } from '../../src/streams/simple-retriever';
import type { SliceReadingParts } from '../../src/streams/simple-slice-reading';
import type { StreamRun } from '../../src/streams/retriever';
import { buildComponent, fakeRuntime, type FakeRuntime } from '../support/fake-runtime';

interface Answer {
  status?: number;
  headers?: Record<string, string>;
  body: JsonValue;
}

/** Answers as the function says; throws what is an Error. */
class FakeRequester implements Requester {
  readonly name = 'stream';
  readonly sent: RequestInput[] = [];
  discarded = 0;

  constructor(private readonly answer: (input: RequestInput, index: number) => Answer | Error) {}

  async send(input: RequestInput): Promise<HttpResponse> {
    this.sent.push(input);
    const answer = this.answer(input, this.sent.length - 1);
    if (answer instanceof Error) throw answer;
    const bytes = Buffer.from(JSON.stringify(answer.body));
    const status = answer.status ?? 200;
    return {
      status,
      headers: answer.headers ?? {},
      url: 'https://api.example.com/',
      request: { method: 'GET', url: 'https://api.example.com/', headers: {}, body: null },
      ignored: status >= 400,
      body: {
        received: bytes.length,
        stream: async function* () {
          yield bytes;
        },
        buffer: async () => bytes,
        text: async () => bytes.toString(),
        json: async () => answer.body,
        discard: () => void (this.discarded += 1),
      },
    };
  }

  get params(): (JsonObject | undefined)[] {
    return this.sent.map((input) => input.options?.params);
  }
}

const jsonDecoder: Decoder = {
  async *decode(body) {
    const chunks: Uint8Array[] = [];
    for await (const chunk of body) chunks.push(chunk);
    const document = JSON.parse(Buffer.concat(chunks).toString()) as JsonValue;
    yield Array.isArray(document) ? document : [document];
  },
};

/** Finds records under `data`; keeps those with `keep` other than false; `mutate` stands for transformations. */
const selector = (mutate?: (record: JsonObject) => void): RecordSelector => ({
  extractor: {
    passesThrough: true,
    extract: (elements) => elements.flatMap((element) => ((element as JsonObject).data as JsonValue[] | undefined) ?? []),
  },
  isIdentity: () => mutate === undefined,
  needsSchema: false,
  select: (found, context) => {
    const records = (found as JsonObject[]).filter((record) => record.keep !== false && (context.shouldBeSynced?.(record) ?? true));
    if (mutate) records.forEach(mutate);
    return { records, filtered: found.length - records.length };
  },
});

class FakeCursor implements Cursor {
  readonly cursorField: string | undefined = undefined;
  readonly observesRecords = false;
  filtersRecords = false;
  options: JsonObject = {};
  known = new Set<JsonValue>();

  constructor(private readonly list: StreamSlice[] = [new StreamSlice()]) {}

  async *slices(): AsyncGenerator<StreamSlice> {
    yield* this.list;
  }
  setInitialState(): void {}
  observe(): void {}
  finish(): void {}
  shouldBeSynced(record: JsonObject): boolean {
    return !this.known.has(record.id as JsonValue);
  }
  closeSlice(): boolean {
    return false;
  }
  state(): JsonObject {
    return {};
  }
  requestOptions(): { params: JsonObject } {
    return { params: this.options };
  }
}

const pageBy = (strategy: JsonObject, more: JsonObject = {}): Paginator =>
  buildComponent('Paginator', {
    type: 'DefaultPaginator',
    pagination_strategy: strategy,
    page_token_option: { type: 'RequestOption', inject_into: 'request_parameter', field_name: 'page' },
    ...more,
  });
const cursorPages = (more: JsonObject = {}, strategy: JsonObject = {}) => pageBy({ type: 'CursorPagination', cursor_value: "{{ response['next'] }}", ...strategy }, more);
const offsetPages = (page_size: number) =>
  pageBy({ type: 'OffsetIncrement', page_size }, { page_size_option: { type: 'RequestOption', inject_into: 'request_parameter', field_name: 'limit' } });

interface Setup extends Partial<SliceReadingParts> {
  answer: (input: RequestInput, index: number) => Answer | Error;
  cursor?: FakeCursor;
  runtime?: FakeRuntime;
  run?: Partial<StreamRun>;
}

function setUp({ answer, cursor = new FakeCursor(), runtime = fakeRuntime(), run, ...parts }: Setup) {
  const requester = new FakeRequester(answer);
  const retriever = new SimpleRetriever(
    {
      requester,
      decoder: jsonDecoder,
      selector: selector(),
      paginator: new NoPagination(),
      ignoresSlicerOptionsOnLaterPages: false,
      queryProperties: undefined,
      paginationReset: undefined,
      pageSizeReduction: undefined,
      windowSplitting: undefined,
      ...parts,
    },
    undefined,
    runtime,
  );
  const streamRun: StreamRun = { streamName: 'things', cursor, transformations: [], schema: async () => ({}), isDataFeed: false, signal: runtime.signal, ...run };
  const records: JsonObject[] = [];
  const lines: string[] = [];
  const read = async () => {
    for await (const partition of retriever.partitions(streamRun)) {
      for await (const batch of partition.read()) {
        if (batch.kind === 'objects') records.push(...batch.records);
        else lines.push(Buffer.from(batch.lines).toString());
      }
    }
    return records;
  };
  const warnings = () => runtime.logs.filter(({ level }) => level === 'WARN').map(({ message }) => message);
  return { read, records, lines, requester, runtime, warnings, retriever, streamRun };
}

const ids = (records: JsonObject[]) => records.map((record) => record.id);
const rows = (...list: JsonValue[]) => list.map((id) => ({ id }));

it('an empty list of partition routers means no partitions: one slice', () => {
  const built = buildComponent('Retriever', {
    type: 'SimpleRetriever',
    requester: { type: 'HttpRequester', url_base: 'https://api.example.com' },
    record_selector: { type: 'RecordSelector', extractor: { type: 'DpathExtractor', field_path: [] } },
    partition_router: [],
  });
  expect(built.partitionRouter).toBeUndefined();
});

it('a record that fails comes after those before it', async () => {
  const failing = buildComponent('RecordSelector', { type: 'RecordSelector', extractor: { type: 'DpathExtractor', field_path: ['data'] } });
  const { read, records } = setUp({ selector: failing, answer: () => ({ body: { data: [{ id: 1 }, 'x', { id: 4 }] } }) });
  await expect(read()).rejects.toMatchObject({ code: 'records.not_an_object' });
  expect(ids(records)).toEqual([1]);
});

describe('pages of a slice', () => {
  it('are read until there is no further token', async () => {
    const { read, requester } = setUp({ paginator: cursorPages(), answer: (_, index) => ({ body: { data: rows(index), next: index < 2 ? `t${index}` : '' } }) });
    expect(ids(await read())).toEqual([0, 1, 2]);
    expect(requester.params).toEqual([{}, { page: 't0' }, { page: 't1' }]);
    expect(requester.sent.map((input) => input.nextPageToken)).toEqual([undefined, { next_page_token: 't0' }, { next_page_token: 't1' }]);
  });

  it('go on when a filter leaves less than a full page', async () => {
    const answer = (_: RequestInput, index: number): Answer => ({ body: { data: index < 2 ? [{ id: index, keep: false }, { id: index }] : [] } });
    const { read, requester } = setUp({ paginator: offsetPages(2), answer });
    expect(ids(await read())).toEqual([0, 1]);
    expect(requester.params).toEqual([{ limit: 2 }, { limit: 2, page: 2 }, { limit: 2, page: 4 }]);
  });

  it('are found in the answer as it came, whatever transformations make of it', async () => {
    const paginator = pageBy({ type: 'CursorPagination', cursor_value: "{{ response['data'][0]['id'] }}" });
    const { read, requester } = setUp({
      paginator,
      selector: selector((record) => delete record.id),
      answer: (_, index) => ({ body: { data: [{ id: index < 1 ? 'first' : '', n: index }] } }),
    });
    expect(await read()).toEqual([{ n: 0 }, { n: 1 }]);
    expect(requester.params[1]).toEqual({ page: 'first' });
  });

  it('get what cursor and router add, unless later pages are to leave it out', async () => {
    const answer = (_: RequestInput, index: number) => ({ body: { data: rows(index), next: index < 1 ? 'b' : '' } });
    for (const [ignoresSlicerOptionsOnLaterPages, second] of [[false, { page: 'b', since: 1 }], [true, { page: 'b' }]] as const) {
      const cursor = new FakeCursor();
      cursor.options = { since: 1 };
      const { read, requester } = setUp({ paginator: cursorPages(), cursor, ignoresSlicerOptionsOnLaterPages, answer });
      await read();
      expect(requester.params).toEqual([{ since: 1 }, second]);
    }
  });

  it('may not want the same place as the cursor', async () => {
    const cursor = new FakeCursor();
    cursor.options = { page: 1 };
    const { read } = setUp({ paginator: cursorPages(), cursor, answer: () => ({ body: { data: rows(1), next: 'b' } }) });
    await expect(read()).rejects.toThrow(/both set the request parameter page/);
  });

  it('end with an ignored error, and a warning tells of pages that were not read', async () => {
    const answer = (_: RequestInput, index: number) => (index === 1 ? { status: 404, body: { data: rows('error'), next: 'c' } } : { body: { data: rows(index), next: 'b' } });
    const { read, requester, warnings } = setUp({ paginator: cursorPages(), answer });
    expect(ids(await read())).toEqual([0]);
    expect(requester.sent).toHaveLength(2);
    expect(requester.discarded).toBe(1);
    expect(warnings()).toEqual([expect.stringMatching(/page 2 of the slice .* later pages are not asked for/)]);
  });

  it('end silently when the first answer is an ignored error: the slice has nothing', async () => {
    const { read, warnings } = setUp({ paginator: cursorPages(), answer: () => ({ status: 404, body: {} }) });
    expect(await read()).toEqual([]);
    expect(warnings()).toEqual([]);
  });

  it('stop with the cancelled run', async () => {
    const runtime = fakeRuntime();
    const { read, requester } = setUp({
      runtime,
      paginator: cursorPages(),
      answer: (_, index) => {
        if (index === 1) runtime.cancel(new Error('stop it'));
        return { body: { data: rows(index), next: `t${index}` } };
      },
    });
    await expect(read()).rejects.toThrow('stop it');
    expect(requester.sent).toHaveLength(2);
  });

  it.each([undefined, { parameter: 'p', properties: new QueryProperties(['a'], [], undefined, undefined) }])(
    'give the body back when the reader stops early',
    async (queryProperties) => {
      let closed = false;
      const decoder: Decoder = {
        async *decode() {
          try {
            for (let id = 0; ; id += 1) yield [{ data: rows(id) }];
          } finally {
            closed = true;
          }
        },
      };
      const { retriever, streamRun, requester } = setUp({ decoder, queryProperties, paginator: cursorPages(), answer: () => ({ body: {} }) });
      for await (const partition of retriever.partitions(streamRun)) {
        for await (const batch of partition.read()) {
          expect(batch).toEqual({ kind: 'objects', records: rows(0) });
          break;
        }
      }
      expect([closed, requester.sent.length]).toEqual([true, 1]);
    },
  );

  it('and slices are limited in a test read', async () => {
    const runtime = fakeRuntime({ testRead: { maxRecords: 100, maxPagesPerSlice: 2, maxSlices: 3, maxStreams: 1 } });
    const cursor = new FakeCursor(['a', 'b', 'c', 'd'].map((name) => new StreamSlice({ name })));
    const { read, requester } = setUp({ runtime, run: { maxSlices: 3 }, cursor, paginator: cursorPages(), answer: (_, index) => ({ body: { data: rows(index), next: `t${index}` } }) });
    await read();
    expect(requester.sent.map((input) => input.slice?.partition.name)).toEqual(['a', 'a', 'b', 'b', 'c', 'c']);
  });
});

describe('a data feed', () => {
  it('ends with the page whose last record is known, and drops the known ones', async () => {
    const cursor = new FakeCursor();
    cursor.filtersRecords = true;
    cursor.known = new Set([3, 2, 1]);
    const pages = [rows(6, 5), rows(4, 3), rows(2, 1)];
    const { read, requester } = setUp({ cursor, paginator: cursorPages(), run: { isDataFeed: true }, answer: (_, index) => ({ body: { data: pages[index] as JsonValue, next: `t${index}` } }) });
    expect(ids(await read())).toEqual([6, 5, 4]);
    expect(requester.sent).toHaveLength(2);
  });

  it('is not the same as a client-side filter, which ends nothing', async () => {
    const cursor = new FakeCursor();
    cursor.filtersRecords = true;
    cursor.known = new Set([3, 2]);
    const pages = [rows(4, 3), rows(2, 1)];
    const { read } = setUp({ cursor, paginator: cursorPages(), answer: (_, index) => ({ body: { data: pages[index] as JsonValue, next: index === 0 ? 'b' : '' } }) });
    expect(ids(await read())).toEqual([4, 1]);
  });
});

describe('RECORD lines', () => {
  const envelope = { head: Buffer.from('<'), tail: Buffer.from('>') };
  const decoder: Decoder = {
    ...jsonDecoder,
    async *transcode(body) {
      for await (const bytes of body) yield { lines: bytes, count: 1 };
    },
  };
  const answer = () => ({ body: { data: rows(1) } });

  it('are made from the bytes when nobody looks at a record', async () => {
    const { read, lines, records } = setUp({ decoder, run: { lineEnvelope: envelope }, answer });
    await read();
    expect([lines, records]).toEqual([['{"data":[{"id":1}]}'], []]);
  });

  const atPath: Pick<RecordSelector, 'extractor'> = { extractor: { ...selector().extractor, passesThrough: false, path: ['data'] } };

  it('are made of the list at the path of the extractor', async () => {
    const { read, lines, records } = setUp({ decoder: new JsonDecoder(), run: { lineEnvelope: envelope }, answer: () => ({ body: { next: 1, data: rows(1, 2) } }), selector: { ...selector(), ...atPath } });
    await read();
    expect([lines.join(''), records]).toEqual(['<{"id":1}>\n<{"id":2}>\n', []]);
  });

  it('are not made of it with a transformation', async () => {
    const double = (record: JsonObject) => void (record.id = Number(record.id) * 2);
    const { read, lines, records } = setUp({ decoder: new JsonDecoder(), run: { lineEnvelope: envelope }, answer, selector: { ...selector(double), ...atPath } });
    await read();
    expect([lines, records]).toEqual([[], rows(2)]);
  });

  it('are not made of it with a paginator, which sees the whole answer', async () => {
    const { read, lines, records } = setUp({
      decoder: new JsonDecoder(), run: { lineEnvelope: envelope }, selector: { ...selector(), ...atPath }, paginator: cursorPages(),
      answer: (_, index) => ({ body: { data: rows(index), next: index === 0 ? 'b' : '' } }),
    });
    await read();
    expect([lines, records]).toEqual([[], rows(0, 1)]);
  });

  it.each<[string, Partial<SliceReadingParts>]>([
    ['a paginator', { paginator: cursorPages() }],
    ['a transformation', { selector: selector(() => undefined) }],
    ['a decoder without a byte path', { decoder: jsonDecoder }],
    ['an extractor that looks for records', { selector: { ...selector(), extractor: { ...selector().extractor, passesThrough: false } } }],
    ['a pagination reset', { paginationReset: { splitsUsingCursor: false, maxRecords: 10 } }],
  ])('are not made with %s', async (_title, parts) => {
    const { read, lines, records } = setUp({ decoder, run: { lineEnvelope: envelope }, answer, ...parts });
    await read();
    expect([lines, records]).toEqual([[], rows(1)]);
  });
});

describe('REDUCE_PAGE_SIZE', () => {
  const reduction = {
    reductionFactor: 2, minimumPageSize: 1, maxAttempts: 5, backoffSeconds: 0.5, retriesAtMinimumPageSize: 0, failureMessage: undefined, restoresAfterSuccess: false,
  };
  const total = 7;
  const api = (largest: number) => ({ options }: RequestInput): Answer | Error => {
    const { page: offset = 0, limit } = options?.params as { page?: number; limit: number };
    if (limit > largest) return new RequestSignal('REDUCE_PAGE_SIZE', 'too big');
    return { body: { data: rows(...Array.from({ length: Math.max(0, Math.min(limit, total - offset)) }, (_, at) => offset + at)) } };
  };

  it('asks for the same page with a smaller size and keeps that', async () => {
    const { read, requester, runtime } = setUp({ paginator: offsetPages(8), pageSizeReduction: reduction, answer: api(2) });
    expect(ids(await read())).toEqual([0, 1, 2, 3, 4, 5, 6]);
    expect(requester.params).toEqual([{ limit: 8 }, { limit: 4 }, { limit: 2 }, { limit: 2, page: 2 }, { limit: 2, page: 4 }, { limit: 2, page: 6 }]);
    expect(runtime.clock.sleeps).toEqual([500, 1000]);
  });

  it('comes back to the configured size after a page when told so', async () => {
    const { read, requester } = setUp({ paginator: offsetPages(8), pageSizeReduction: { ...reduction, restoresAfterSuccess: true }, answer: api(4) });
    expect(ids(await read())).toHaveLength(total);
    expect(requester.params).toEqual([{ limit: 8 }, { limit: 4 }, { limit: 8, page: 4 }, { limit: 4, page: 4 }]);
  });

  it('keeps the smaller size when pagination starts again', async () => {
    const answer = (input: RequestInput, index: number) => (index === 2 ? new RequestSignal('RESET_PAGINATION', 'again') : api(4)(input));
    const { read, requester } = setUp({ paginator: offsetPages(8), pageSizeReduction: reduction, answer });
    await read();
    expect(requester.params).toEqual([{ limit: 8 }, { limit: 4 }, { limit: 4, page: 4 }, { limit: 4 }, { limit: 4, page: 4 }]);
  });

  it('gives up after max_attempts, with the advice of the manifest', async () => {
    const { read } = setUp({ paginator: offsetPages(8), pageSizeReduction: { ...reduction, maxAttempts: 1, failureMessage: 'Select fewer fields.' }, answer: api(0) });
    await expect(read()).rejects.toMatchObject({ failureType: 'transient_error', message: expect.stringMatching(/down to 4 records .*Select fewer fields\.$/), internalMessage: 'too big' });
  });

  it('is an error of the manifest without page_size_reduction', async () => {
    const { read } = setUp({ paginator: offsetPages(8), answer: api(0) });
    await expect(read()).rejects.toMatchObject({ failureType: 'config_error', message: expect.stringMatching(/no page_size_reduction/) });
  });
});

describe('RESET_PAGINATION', () => {
  const reset = { splitsUsingCursor: true, maxRecords: undefined };
  const window = (from: number) => new StreamSlice({}, { from });

  class SplittingCursor extends FakeCursor {
    trackSlice() {
      let newest: number | undefined;
      return {
        observe: (record: JsonObject) => void (newest = Math.max(newest ?? 0, record.id as number)),
        rest: () => (newest === undefined ? window(0) : window(newest)),
      };
    }
  }

  /** Three pages of two records, then the API refuses to go deeper. */
  const api = ({ slice, nextPageToken }: RequestInput): Answer | Error => {
    const from = (slice?.cursorSlice.from as number) + Number(nextPageToken?.next_page_token ?? 0) * 2;
    if (Number(nextPageToken?.next_page_token ?? 0) >= 2) return new RequestSignal('RESET_PAGINATION', 'too deep');
    return { body: { data: rows(from, from + 1).filter(({ id }) => (id as number) < 9), next: from + 2 < 9 ? Number(nextPageToken?.next_page_token ?? 0) + 1 : '' } };
  };

  it('goes on from the newest record, and never from the same place twice', async () => {
    const { read, requester } = setUp({ cursor: new SplittingCursor([window(0)]), paginator: cursorPages(), paginationReset: reset, answer: api });
    expect(ids(await read())).toEqual([0, 1, 2, 3, 3, 4, 5, 6, 6, 7, 8]);
    expect(requester.sent.map((input) => input.slice?.cursorSlice.from)).toEqual([0, 0, 0, 3, 3, 3, 6, 6]);
  });

  it('is an error when the newest record brings no progress', async () => {
    const answer = ({ nextPageToken }: RequestInput) => (nextPageToken ? new RequestSignal('RESET_PAGINATION', 'too deep') : { body: { data: rows(0), next: 1 } });
    const { read } = setUp({ cursor: new SplittingCursor([window(0)]), paginator: cursorPages(), paginationReset: reset, answer });
    await expect(read()).rejects.toThrow(/would be read again exactly as before/);
  });

  it('repeats the slice once without a cursor', async () => {
    const answer = (_: RequestInput, index: number) => (index === 1 ? new RequestSignal('RESET_PAGINATION', 'try again') : { body: { data: rows(index), next: index === 3 ? '' : `t${index}` } });
    const { read, requester } = setUp({ paginator: cursorPages(), answer });
    expect(ids(await read())).toEqual([0, 2, 3]);
    expect(requester.params).toEqual([{}, { page: 't0' }, {}, { page: 't2' }]);
    const always = setUp({ paginator: cursorPages(), answer: () => new RequestSignal('RESET_PAGINATION', 'never') });
    await expect(always.read()).rejects.toMatchObject({ failureType: 'system_error' });
    expect(always.requester.sent).toHaveLength(2);
  });

  it('happens by itself when the limit of records is reached', async () => {
    const { read, requester } = setUp({
      cursor: new SplittingCursor([window(0)]), paginator: cursorPages(), paginationReset: { splitsUsingCursor: true, maxRecords: 4 }, answer: api,
    });
    expect(ids(await read())).toEqual([0, 1, 2, 3, 3, 4, 5, 6, 6, 7, 8]);
    expect(requester.sent).toHaveLength(6);
  });
});

describe('SPLIT_REQUEST_WINDOW', () => {
  const splitting = { failureMessage: 'Lower the step.', minSplitWindow: undefined };
  const window = (from: number, to: number) => new StreamSlice({}, { from, to });

  class WindowCursor extends FakeCursor {
    splitSlice({ cursorSlice }: StreamSlice) {
      const [from, to] = [cursorSlice.from as number, cursorSlice.to as number];
      if (from === to) return undefined;
      const middle = Math.floor((from + to) / 2);
      return [window(from, middle), window(middle + 1, to)];
    }
  }

  const api = (largest: number) => ({ slice }: RequestInput): Answer | Error => {
    const [from, to] = [slice?.cursorSlice.from as number, slice?.cursorSlice.to as number];
    if (to - from + 1 > largest) return new RequestSignal('SPLIT_REQUEST_WINDOW', 'too large');
    return { body: { data: rows(...Array.from({ length: to - from + 1 }, (_, at) => from + at)) } };
  };

  it('reads the halves in order', async () => {
    const { read, requester } = setUp({ cursor: new WindowCursor([window(1, 8)]), windowSplitting: splitting, answer: api(2) });
    expect(ids(await read())).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
    expect(requester.sent).toHaveLength(7);
  });

  it('is a transient error with the advice of the manifest when the window cannot shrink', async () => {
    const { read } = setUp({ cursor: new WindowCursor([window(1, 2)]), windowSplitting: splitting, answer: api(0) });
    await expect(read()).rejects.toMatchObject({ failureType: 'transient_error', message: expect.stringMatching(/Lower the step\.$/) });
  });

  it('ends for a cursor that splits for ever', async () => {
    const cursor = new WindowCursor([window(1, 2)]);
    cursor.splitSlice = (slice) => [slice, slice];
    const { read, requester } = setUp({ cursor, windowSplitting: splitting, answer: api(0) });
    await expect(read()).rejects.toThrow(/halved 10 times/);
    expect(requester.sent).toHaveLength(11);
  });

  it('warns of records that may come again', async () => {
    const answer = (input: RequestInput, index: number) => (index === 0 ? { body: { data: rows(1), next: 'b' } } : index === 1 ? new RequestSignal('SPLIT_REQUEST_WINDOW', 'x') : api(8)(input));
    const { read, warnings } = setUp({ cursor: new WindowCursor([window(1, 2)]), windowSplitting: splitting, paginator: cursorPages(), answer });
    expect(ids(await read())).toEqual([1, 1, 2]);
    expect(warnings()).toEqual([expect.stringMatching(/1 records of the slice .* may come again/)]);
  });

  it('needs a cursor that can split', async () => {
    const { read } = setUp({ windowSplitting: splitting, answer: api(8) });
    await expect(read()).rejects.toMatchObject({ failureType: 'config_error', message: expect.stringMatching(/cursor_granularity/) });
    const unconfigured = setUp({ cursor: new WindowCursor([window(1, 2)]), answer: api(1) });
    await expect(unconfigured.read()).rejects.toThrow(/no request_window_splitting/);
  });
});

describe('query properties', () => {
  const chunked = (parameter: string | undefined) => ({
    parameter,
    properties: new QueryProperties(['a', 'b', 'c'], ['id'], new PropertyChunking('property_count', 2, new GroupByKeyMergeStrategy(['id'])), undefined),
  });
  const api = ({ slice }: RequestInput): Answer => {
    const names = slice?.extraFields.query_properties as string[];
    const part = (id: string) => Object.fromEntries(names.map((name) => [name, name === 'id' ? id : { [name + id]: 1 }]));
    return { body: { data: [part('1'), part('2'), { lone: names.join() }] } };
  };

  it('are asked for in chunks, and the parts of each record are merged', async () => {
    const { read, requester } = setUp({ queryProperties: chunked('props'), answer: api });
    expect(await read()).toEqual([
      { lone: 'id,a,b' },
      { lone: 'id,c' },
      { id: '1', a: { a1: 1 }, b: { b1: 1 }, c: { c1: 1 } },
      { id: '2', a: { a2: 1 }, b: { b2: 1 }, c: { c2: 1 } },
    ]);
    expect(requester.params).toEqual([{ props: 'id,a,b' }, { props: 'id,c' }]);
  });

  it('stay beside what the parent record lends to templates', async () => {
    const cursor = new FakeCursor([new StreamSlice({ p: 1 }, {}, { parent_name: 'x' })]);
    const { read, requester } = setUp({ cursor, queryProperties: chunked(undefined), answer: api });
    await read();
    expect(requester.sent[0]?.slice?.extraFields).toEqual({ parent_name: 'x', query_properties: ['id', 'a', 'b'] });
    expect(requester.params).toEqual([{}, {}]);
  });

  it('take all chunks for each page', async () => {
    const answer = (input: RequestInput, index: number) => ({ body: { ...(api(input).body as JsonObject), next: index < 2 ? 'p2' : '' } });
    const { read, requester } = setUp({ queryProperties: chunked('props'), paginator: cursorPages(), answer });
    await read();
    expect(requester.params).toEqual([{ props: 'id,a,b' }, { props: 'id,c' }, { page: 'p2', props: 'id,a,b' }, { page: 'p2', props: 'id,c' }]);
  });
});

describe('records that came with their parent', () => {
  it('are the first page, without a request', async () => {
    const embedded = { data: rows(1), next: 'p2' };
    const cursor = new FakeCursor([new StreamSlice({ parent: 7 }, {}, { child_response: embedded })]);
    const { read, requester } = setUp({ cursor, paginator: cursorPages(), answer: () => ({ body: { data: rows(2) , next: '' } }) });
    expect(ids(await read())).toEqual([1, 2]);
    expect(requester.params).toEqual([{ page: 'p2' }]);
  });
});
