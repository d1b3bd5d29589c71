import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { JsonObject, JsonValue } from '../../../src/protocol/json';
import { StreamSlice } from '../../../src/slices/stream-slice';
import { build, recordsContext } from '../build-record-component';

interface Case {
  description: string;
  model: JsonObject;
  body: JsonValue;
  expected: JsonValue[];
}

/** What a RecordSelector of the reference CDK 7.39.1 finds in these bodies. */
const cases = JSON.parse(readFileSync(join(__dirname, 'reference-cases.json'), 'utf8')) as Case[];

async function selected(model: JsonObject, body: JsonValue): Promise<JsonObject[]> {
  const selector = build('RecordSelector', { type: 'RecordSelector', extractor: model });
  const extracted = await selector.extractor.extract(Array.isArray(body) ? body : [body]);
  return selector.select(extracted, { slice: new StreamSlice(), transformations: [], schema: {}, warn: () => undefined }).records;
}

describe('extractors as in the reference', () => {
  it.each(cases.map((each) => [`${String(each.model.type)} finds ${each.description}`, each] as const))(
    '%s',
    async (_, { model, body, expected }) => {
      const before = JSON.stringify(body);
      expect(JSON.stringify(await selected(model, body))).toBe(JSON.stringify(expected));
      expect(JSON.stringify(body)).toBe(before);
    },
  );
});

describe('DpathExtractor', () => {
  it.each<[JsonObject, boolean]>([
    [{ type: 'DpathExtractor', field_path: [] }, true],
    [{ type: 'DpathExtractor', field_path: ['data'] }, false],
    [{ type: 'DpathExtractor', field_path: [], record_expander: { type: 'RecordExpander', expand_records_from_field: ['x'] } }, false],
  ])('%j passes objects through: %s', (model, expected) => {
    expect(build('RecordExtractor', model).passesThrough).toBe(expected);
  });

  it('takes the items of all lists that a pattern finds, where the reference fails', async () => {
    const body = { part_1: [{ a: 1 }], part_2: [{ a: 2 }, { a: 3 }], other: [] };
    expect(await selected({ type: 'DpathExtractor', field_path: ['part_*'] }, body)).toEqual([{ a: 1 }, { a: 2 }, { a: 3 }]);
  });

  it('takes names literally: 007 and 1.10 are no numbers', async () => {
    expect(await selected({ type: 'DpathExtractor', field_path: ['007', '1.10', 'True'] }, { '007': { '1.10': { True: { a: 1 } } } })).toEqual([
      { a: 1 },
    ]);
  });

  it('reads an answer with an empty name, on which the reference fails', async () => {
    expect(await selected({ type: 'DpathExtractor', field_path: ['data'] }, { '': 1, data: { a: 1 } })).toEqual([{ a: 1 }]);
  });

  it('follows a config that changes', async () => {
    const config: JsonObject = { kind: 'a' };
    const extractor = recordsContext({ config }).build('RecordExtractor', { type: 'DpathExtractor', field_path: ["{{ config['kind'] }}"] });
    expect(await extractor.extract([{ a: { x: 1 }, b: { x: 2 } }])).toEqual([{ x: 1 }]);
    config.kind = 'b';
    expect(await extractor.extract([{ a: { x: 1 }, b: { x: 2 } }])).toEqual([{ x: 2 }]);
  });
});

describe('CombinedExtractor', () => {
  it('does not let two records share an object', async () => {
    const union = build('RecordExtractor', {
      type: 'CombinedExtractor',
      extractors: [
        { type: 'DpathExtractor', field_path: ['a'] },
        { type: 'DpathExtractor', field_path: ['a', 'b'] },
      ],
    });
    const [outer, inner] = (await union.extract([{ a: { b: { x: 1 } } }])) as JsonObject[];
    (inner as JsonObject).x = 2;
    expect(outer).toEqual({ b: { x: 1 } });
  });

  it('lets dropped records count for the page in a selector, and only there', async () => {
    const model = { type: 'CombinedExtractor', skip_empty_records: true, extractors: [{ type: 'DpathExtractor', field_path: ['data'] }] };
    const body: JsonValue[] = [{ data: [null, { a: 1 }, {}] }];
    const ctx = recordsContext();
    const selector = ctx.build('RecordSelector', { type: 'RecordSelector', extractor: model });
    expect(await selector.extractor.extract(body)).toHaveLength(3);
    await selector.extractor.extract(body);
    expect(ctx.warnings).toHaveLength(1);
    expect(await build('RecordExtractor', model).extract(body)).toEqual([{ a: 1 }]);
  });
});

describe('JsonPathExtractor', () => {
  const body = { data: [{ id: 1, on: true, items: [{ n: 1 }] }, { id: 2, on: false, items: [{ n: 2 }, { n: 3 }] }, null] };

  it.each<[string, JsonValue[]]>([
    ['$.data[?(@.on)].id', [1]],
    ['$.data', body.data],
    ['$.data[*].items', [{ n: 1 }, { n: 2 }, { n: 3 }]],
    ['$..items[?(@.n > 1)]', [{ n: 2 }, { n: 3 }]],
    ['$.data[-1:]', []],
    ['$.nope', []],
  ])('%s', async (json_path, expected) => {
    expect(await build('RecordExtractor', { type: 'JsonPathExtractor', json_path }).extract([body])).toEqual(expected);
  });

  it('refuses what is no JSONPath, and what would run code', async () => {
    for (const json_path of ['$.[', "$..[?(@.constructor.constructor('return 1')())]"]) {
      const found = build('RecordExtractor', { type: 'JsonPathExtractor', json_path }).extract([body]);
      await expect(found).rejects.toMatchObject({ code: 'records.invalid_json_path', failureType: 'config_error' });
    }
  });
});

describe('ResponseToFileExtractor', () => {
  it.each<[JsonObject, JsonValue]>([
    [{}, null],
    [{ preserve_na_values: true }, 'NA'],
  ])('%j reads the rows of the body itself', async (more, expected) => {
    const extractor = build('RecordExtractor', { type: 'ResponseToFileExtractor', ...more });
    async function* body() {
      yield Buffer.from('id,v\n007,NA\n');
    }
    const rows: JsonValue[] = [];
    for await (const batch of extractor.bodyDecoder!.decode(body(), { headers: {}, warn: () => undefined }))
      rows.push(...(await extractor.extract(batch)));
    expect(rows).toEqual([{ id: '007', v: expected }]);
    expect(extractor.passesThrough).toBe(true);
  });
});
