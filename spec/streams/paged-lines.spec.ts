import fc from 'fast-check';
import { IdleReaders } from '../../src/decode/idle-readers';
import { isConnectorError } from '../../src/errors/connector-error';
import type { Logger } from '../../src/platform/runtime';
import type { JsonObject, JsonValue } from '../../src/protocol/json';
import { parseJson } from '../../src/protocol/lossless-json';
import type { PageView, Paginator } from '../../src/requests/paginators/paginator';
import type { Cursor } from '../../src/slices/cursor';
import { StreamSlice } from '../../src/slices/stream-slice';
import { PageReader } from '../../src/streams/page-reader';
import { ReadingPath } from '../../src/streams/reading-path';
import type { StreamRun } from '../../src/streams/retriever';
import { buildDecoder } from '../decode/decode-harness';
import { build } from '../records/build-record-component';
import { FakeRequester } from '../support/fake-requester';
import { buildComponent } from '../support/fake-runtime';

interface Setup {
  strategy: JsonObject;
  path: string[];
  filter?: string;
  transformations?: JsonObject[];
  hasCursor: boolean;
  /** Otherwise pages may repeat. */
  noticesCircles?: boolean;
  readingPath?: ReadingPath;
}

interface Series {
  records: JsonValue[];
  notes: JsonValue[];
  pages: Omit<PageView, 'fingerprint' | 'response' | 'lastRecord' | 'slice' | 'headers'>[];
  tokens: (JsonValue | undefined)[];
  error: string | undefined;
}

const envelope = { head: Buffer.from('{"d":'), tail: Buffer.from('}') };
const [idleReaders, slice] = [new IdleReaders(), new StreamSlice({ region: 'eu' })];

/** Reads pages until the paginator, or the bodies, come to an end. */
async function readPages(bodies: readonly string[], { strategy, path, filter, transformations = [], hasCursor, noticesCircles = false, readingPath }: Setup, asLines: boolean): Promise<Series & { lines: number }> {
  const series: Series & { lines: number } = { records: [], notes: [], pages: [], tokens: [], error: undefined, lines: 0 };
  const note = (value: JsonValue) => void (hasCursor && series.notes.at(-1) !== value && series.notes.push(value));
  const paginator = buildComponent('Paginator', { type: 'DefaultPaginator', pagination_strategy: strategy }) as Paginator;
  const run: StreamRun = {
    streamName: 'things',
    cursor: { cursorField: hasCursor ? 'id' : undefined, observesRecords: hasCursor, filtersRecords: false, ...(hasCursor ? { looksOnlyAt: 'id' } : {}), requestOptions: () => ({}) } as unknown as Cursor,
    transformations: transformations.map((each) => build('RecordTransformation', each)),
    schema: async () => ({}),
    isDataFeed: false,
    signal: new AbortController().signal,
    idleReaders,
    path: readingPath,
    ...(asLines ? { lineEnvelope: envelope } : {}),
  };
  const selector = build('RecordSelector', {
    type: 'RecordSelector',
    extractor: { type: 'DpathExtractor', field_path: path },
    ...(filter === undefined ? {} : { record_filter: { type: 'RecordFilter', condition: filter } }),
  });
  const requester = new FakeRequester((_, index) => ({ body: bodies[index] }));
  const reader = new PageReader({ requester, decoder: buildDecoder({ type: 'JsonDecoder' }), selector, paginator, ignoresSlicerOptionsOnLaterPages: false }, run, () => undefined);
  try {
    for (let state = paginator.first() as ReturnType<Paginator['next']>, left = bodies.length; state && left > 0; left -= 1) {
      series.tokens.push(state.token);
      const batches = reader.read({ requestSlice: slice, recordSlice: slice, state });
      let step = await batches.next();
      for (; !step.done; step = await batches.next()) {
        const batch = step.value;
        if (batch.kind === 'objects') batch.records.forEach((record) => note(record.id ?? null));
        else batch.notes?.forEach(note);
        series.lines += batch.kind === 'lines' ? batch.count : 0;
        const found = batch.kind === 'objects' ? batch.records : Buffer.from(batch.lines).toString().trimEnd().split('\n').map((line) => (parseJson(line) as JsonObject).d as JsonObject);
        series.records.push(...found.map((record) => Object.fromEntries(Object.entries(record).filter(([, value]) => value !== null))));
      }
      const { lastPageSize, emittedCount } = step.value!;
      series.pages.push({ lastPageSize, emittedCount });
      state = paginator.next(step.value!, noticesCircles ? state : { ...state, progress: undefined });
    }
  } catch (error) {
    if (!isConnectorError(error)) throw error;
    series.error = `${error.code}: ${error.message.replace(/\bItem \d+ /, 'Item ')}`;
  }
  return series;
}

const RECORDS = ['{"id":1,"name":"a"}', '{"id":2,"name":"b"}', '{"id":2, "name":null}', '{"name":"ü","id":"x"}', '{"id":1.0,"deep":{"next":5,"data":[1]}}', '{"id":null}', '{"7":1,"id":3}', '{"id":4,"id":5}', '{}', '12', 'null', '[1]'];
const record = fc.oneof({ weight: 8, arbitrary: fc.constantFrom(...RECORDS.slice(0, 5)) }, { weight: 1, arbitrary: fc.constantFrom(...RECORDS) });
const list = fc.array(record, { maxLength: 5 }).map((records) => `[${records.join(',\n')}]`);
const next = fc.constantFrom('null', '"p2"', '7', '""', '{"a":[1]}', 'NaN');
const body = fc.oneof(
  { weight: 8, arbitrary: fc.tuple(next, list).map(([token, data]) => `{"next": ${token}, "data":${data}}`) },
  { weight: 8, arbitrary: fc.tuple(next, list).map(([token, data]) => `{"x":{"data":[{}]},"data" : ${data} ,"next":${token},"more":[{}]}`) },
  { weight: 2, arbitrary: fc.tuple(next, record).map(([token, data]) => `{"data":${data},"next":${token}}`) },
  { weight: 2, arbitrary: list },
  { weight: 1, arbitrary: fc.tuple(next, list, list).map(([token, one, two]) => `[{"data":${one},"next":${token}},{"data":${two},"next":"never"}]`) },
  { weight: 1, arbitrary: fc.tuple(list, list).map(([one, two]) => `{"data":${one},"next":1,"next":2,"data":${two}}`) },
  { weight: 1, arbitrary: fc.constantFrom('', '{}', '{"next":3}', '{"data":[{"id":1}', '{"data":[{"id":1}],"next":}', '{"data":[{"id":1},{"id"}]}', '5', 'null') },
);
const STRATEGIES: JsonObject[] = [
  { type: 'CursorPagination', cursor_value: "{{ response['next'] }}", stop_condition: '{{ response.next is none }}' },
  { type: 'CursorPagination', cursor_value: "{{ response.get('next', 'none') }}" },
  { type: 'CursorPagination', cursor_value: '{{ last_page_size }}', stop_condition: '{{ not response.next }}' },
  { type: 'CursorPagination', cursor_value: "{{ response['data'][-1]['id'] }}" },
  { type: 'CursorPagination', cursor_value: "{{ last_record['id'] }}", stop_condition: '{{ not response.next }}' },
  { type: 'CursorPagination', cursor_value: '{{ response | length }}' },
  { type: 'OffsetIncrement', page_size: 2 },
  { type: 'PageIncrement', page_size: 3 },
];
const setups: fc.Arbitrary<Setup> = fc.record(
  {
    strategy: fc.constantFrom(...STRATEGIES),
    path: fc.constantFrom(['data'], ['data'], ['data'], [], ['x', 'data']),
    filter: fc.constantFrom("{{ record['id'] != 2 }}", "{{ record.name == 'a' }}", "{{ record['id'] > next_page_token }}"),
    transformations: fc.constantFrom<JsonObject[]>(
      [{ type: 'AddFields', fields: [{ type: 'AddedFieldDefinition', path: ['page'], value: "{{ next_page_token['next_page_token'] ~ '/' ~ stream_slice['region'] }}" }] }],
      [{ type: 'RemoveFields', field_pointers: [['name']] }],
      [{ type: 'FlattenFields' }],
    ),
    hasCursor: fc.boolean(),
  },
  { requiredKeys: ['strategy', 'path', 'hasCursor'] },
);

test('pages give the same as lines and as objects: records, counts, the way from page to page', async () => {
  let lines = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(body, { minLength: 1, maxLength: 4 }), setups, async (bodies, setup) => {
      const objects = await readPages(bodies, setup, false);
      const planned = await readPages(bodies, setup, true);
      expect(planned.tokens).toEqual(objects.tokens);
      expect(planned.pages).toEqual(objects.pages);
      // How much goes out before damage, and how it is put, depends on the batches.
      if (objects.error?.startsWith('decode.')) return expect(planned.error).toMatch(/^decode\./);
      expect({ ...planned, lines: 0 }).toEqual(objects);
      lines += planned.lines;
    }),
    { numRuns: 500 },
  );
  expect(lines).toBeGreaterThan(150);
});

test('pages that are the same again look the same to the paginator, others do not', async () => {
  const setup: Setup = { strategy: { type: 'CursorPagination', cursor_value: "{{ response['next'] }}" }, path: ['data'], filter: '{{ false }}', hasCursor: false, noticesCircles: true };
  const page = (id: number, at: number) => `{"at":${at},"data":[{"id":0},{"id":${id}},{"id":0}],"next":"again"}`;
  const circle = await readPages(Array.from({ length: 5 }, (_, at) => page(1, at)), setup, true);
  expect(circle.error).toMatch(/^pagination\.token_repeats/);
  const others = await readPages(Array.from({ length: 200 }, (_, id) => page(id, 0)), setup, true);
  expect([others.error, others.pages.length]).toEqual([undefined, 200]);
});

test('where no page has a plan, none is looked for after some pages', async () => {
  const info = jest.fn();
  const readingPath = new ReadingPath('things', { info } as unknown as Logger);
  const plan = jest.spyOn(readingPath, 'plan');
  const setup: Setup = { strategy: { type: 'PageIncrement', page_size: 1 }, path: ['data'], filter: '{{ record | length == 2 }}', hasCursor: false, readingPath };
  const { lines, records } = await readPages(Array.from({ length: 20 }, (_, id) => `{"data":[{"id":${id},"name":"a"}]}`), setup, true);
  expect([lines, records.length, plan.mock.calls.length]).toEqual([0, 20, 4]);
  expect(info.mock.calls).toEqual([['Stream things: rows are read as objects, because a template looks at the whole record: {{ record | length == 2 }}.']]);
});
