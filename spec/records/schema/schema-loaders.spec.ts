import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { JsonObject } from '../../../src/protocol/json';
import { CompositeSchemaLoader } from '../../../src/records/schema/composite-schema-loader';
import { InlineSchemaLoader } from '../../../src/records/schema/inline-schema-loader';
import { SchemaFiles } from '../../../src/records/schema/schema-files';
import { build, recordsContext } from '../build-record-component';
import { fakeRetriever } from '../fake-retriever';

it('InlineSchemaLoader gives the schema of the manifest, or an empty one', async () => {
  expect(await build('SchemaLoader', { type: 'InlineSchemaLoader', schema: { type: 'object' } }).load()).toEqual({ type: 'object' });
  expect(await build('SchemaLoader', { type: 'InlineSchemaLoader' }).load()).toEqual({});
});

it('CompositeSchemaLoader takes the first definition of each property', async () => {
  const loader = new CompositeSchemaLoader([
    new InlineSchemaLoader({ properties: { a: { type: 'string' } } }),
    new InlineSchemaLoader({}),
    new InlineSchemaLoader({ properties: { a: { type: 'integer' }, b: { type: 'integer' } } }),
  ]);
  expect(await loader.load()).toEqual({
    $schema: 'http://json-schema.org/draft-07/schema#',
    type: ['null', 'object'],
    properties: { a: { type: 'string' }, b: { type: 'integer' } },
  });
});

describe('JsonFileSchemaLoader', () => {
  let root: string;
  beforeAll(() => {
    root = mkdtempSync(join(tmpdir(), 'schemas-'));
    mkdirSync(join(root, 'source_x/schemas/shared'), { recursive: true });
    const put = (name: string, schema: unknown) =>
      writeFileSync(join(root, 'source_x/schemas', name), typeof schema === 'string' ? schema : JSON.stringify(schema));
    put('orders.json', {
      definitions: { id: { type: 'integer' } },
      properties: { id: { $ref: '#/definitions/id' }, price: { $ref: 'money.json' }, tax: { $ref: 'money.json#/definitions/amount' } },
    });
    put('shared/money.json', {
      definitions: { amount: { type: 'number' } },
      type: 'object',
      properties: { amount: { $ref: '#/definitions/amount' } },
    });
    put('loop.json', { properties: { a: { $ref: '#/properties/a' } } });
    put('broken.json', '{');
    put('list.json', []);
    put('lost.json', { properties: { a: { $ref: 'nowhere.json' } } });
    writeFileSync(join(root, 'secret.json'), '{}');
  });
  afterAll(() => rmSync(root, { recursive: true }));

  const load = (model: JsonObject, directory: string | undefined = join(root, 'source_x')) => {
    const ctx = recordsContext({ parameters: { name: 'orders' } });
    ctx.runtime.shared('schemaFiles', () => new SchemaFiles(directory));
    return ctx.build('SchemaLoader', { type: 'JsonFileSchemaLoader', $parameters: { name: 'orders' }, ...model }).load();
  };
  const orders = {
    properties: { id: { type: 'integer' }, price: { type: 'object', properties: { amount: { type: 'number' } } }, tax: { type: 'number' } },
  };

  it.each<JsonObject>([{}, { file_path: './schemas/orders.json' }, { file_path: "./source_x/schemas/{{ parameters['name'] }}.json" }])(
    'writes out the references of the file for %j',
    async (model) => {
      expect(await load(model)).toEqual(orders);
    },
  );

  it.each<[JsonObject, string]>([
    [{ file_path: './schemas/nope.json' }, 'records.schema_file_missing'],
    [{ file_path: './schemas/broken.json' }, 'records.invalid_schema_file'],
    [{ file_path: './schemas/list.json' }, 'records.invalid_schema_file'],
    [{ file_path: './schemas/loop.json' }, 'records.unknown_schema_reference'],
    [{ file_path: './schemas/lost.json' }, 'records.unknown_schema_reference'],
    [{ file_path: '../../secret.json' }, 'records.schema_file_outside'],
    [{ file_path: '/etc/secret.json' }, 'records.schema_file_outside'],
  ])('%j fails with %s', async (model, code) => {
    await expect(load(model)).rejects.toMatchObject({ code, failureType: 'config_error' });
  });

  it('is content without a file when that is optional, and without a place for files', async () => {
    expect(await load({ file_path: './schemas/nope.json', optional: true })).toEqual({});
    const ctx = recordsContext();
    expect(await ctx.build('SchemaLoader', { type: 'JsonFileSchemaLoader', optional: true }).load()).toEqual({});
  });
});

describe('DynamicSchemaLoader', () => {
  const identifier: JsonObject = {
    schema_pointer: ['fields'],
    key_pointer: ['name'],
    type_pointer: ['type', 'id'],
    types_mapping: [
      { target_type: 'number', current_type: 'currency', condition: "{{ raw_schema['exact'] is not defined }}" },
      { target_type: 'string', current_type: 'currency' },
      { target_type: ['string', 'integer'], current_type: 'mixed' },
      { target_type: { field_type: 'array', items: { field_type: 'array', items: 'date' } }, current_type: 'dates' },
      { target_type: 'timestamp_with_timezone', current_type: ['a', 'b'] },
    ],
  };
  const of = (type?: unknown, more: JsonObject = {}) => ({ ...(type === undefined ? {} : { type: { id: type } }), ...more }) as JsonObject;
  const named = (fields: Record<string, JsonObject>): JsonObject => ({ fields: Object.entries(fields).map(([name, field]) => ({ name, ...field })) });

  function load(record: JsonObject | undefined, more: JsonObject = {}) {
    const retrieval = fakeRetriever(() => (record ? [[], [record, { fields: [] }], [{}]] : []));
    const ctx = recordsContext({}, [retrieval.definition]);
    const loader = ctx.build('SchemaLoader', {
      type: 'DynamicSchemaLoader',
      retriever: { type: 'SimpleRetriever' },
      schema_type_identifier: identifier,
      ...more,
    });
    return { loader, retrieval, properties: async () => (await loader.load()).properties };
  }

  it('makes a property of each field', async () => {
    const record = named({
      plain: of('integer'),
      money: of('currency'),
      exact: of('currency', { exact: true }),
      mixed: of('mixed'),
      list: of('dates'),
      pair: of(['a', 'b']),
      untyped: of(),
    });
    expect(await load(record).loader.load()).toEqual({
      $schema: 'https://json-schema.org/draft-07/schema#',
      type: 'object',
      additionalProperties: true,
      properties: {
        plain: { type: ['null', 'integer'] },
        money: { type: ['null', 'number'] },
        exact: { type: ['null', 'string'] },
        mixed: { oneOf: [{ type: ['null', 'string'] }, { type: ['null', 'integer'] }] },
        list: { type: ['null', 'array'], items: { type: ['null', 'array'], items: { type: ['null', 'string'], format: 'date' } } },
        pair: { type: ['null', 'string'], format: 'date-time' },
        untyped: { type: ['null', 'string'] },
      },
    });
  });

  it('asks once, and stops reading after the first record', async () => {
    const { loader, retrieval } = load(named({ a: of('string') }));
    await Promise.all([loader.load(), loader.load()]);
    expect(retrieval.slices.map((slice) => slice.merged)).toEqual([{}]);
    expect(retrieval.closed).toBe(1);
  });

  it('has no properties without a record', async () => {
    expect(await load(undefined).properties()).toEqual({});
    expect(await load({}).properties()).toEqual({});
  });

  it('takes the names of an object as fields', async () => {
    const schema_type_identifier = { schema_pointer: ['fields'], key_pointer: [] };
    expect(await load({ fields: { a: 1, b: 2 } }, { schema_type_identifier }).properties()).toEqual({
      a: { type: ['null', 'string'] },
      b: { type: ['null', 'string'] },
    });
  });

  it('filters, then transforms the properties', async () => {
    const more: JsonObject = {
      schema_filter: { type: 'RecordFilter', condition: "{{ 'Drop' not in record }}" },
      schema_transformations: [
        { type: 'KeysToSnakeCase' },
        { type: 'AddFields', fields: [{ type: 'AddedFieldDefinition', path: ['added', 'type'], value: 'string' }] },
      ],
    };
    expect(await load(named({ KeepThis: of('string'), Drop: of('string') }), more).properties()).toEqual({
      keep_this: { type: ['null', 'string'] },
      added: { type: 'string' },
    });
  });

  it.each<[JsonObject, RegExp]>([
    [{ other: [] }, /no list of fields at schema_pointer \["fields"\]/],
    [{ fields: [{ type: { id: 'string' } }] }, /no name at key_pointer \["name"\]/],
    [named({ a: of('wibble') }), /the type "wibble" is unknown/],
    [named({ a: of(5) }), /the type 5, which/],
  ])('says what is wrong with %j', async (record, message) => {
    await expect(load(record).loader.load()).rejects.toMatchObject({
      code: 'records.dynamic_schema',
      failureType: 'config_error',
      message: expect.stringMatching(message),
    });
  });

  it('refuses items of a type that is no list', () => {
    expect(() => build('TypesMap', { target_type: { field_type: 'object', items: 'string' }, current_type: 'x' })).toThrow(
      /needs field_type `array`/,
    );
  });
});
