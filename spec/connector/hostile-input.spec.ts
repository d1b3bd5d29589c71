import { readdirSync, readFileSync, writeFileSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { componentDefinitions } from '../../src/components';
import { readState } from '../../src/connector/input-files';
import { openSource } from '../../src/connector/open-source';
import { isConnectorError } from '../../src/errors/connector-error';
import { splitState } from '../../src/jobs/ledger-state';
import { ComponentRegistry } from '../../src/manifest/component-registry';
import { loadManifest } from '../../src/manifest/load-manifest';
import { parseManifest } from '../../src/manifest/parse-manifest';
import { isObject, setOwn, type JsonObject, type JsonValue } from '../../src/protocol/json';
import { fakeRuntime } from '../support/fake-runtime';

const registry = new ComponentRegistry(componentDefinitions);
const MANIFESTS = readdirSync('docs/recipes')
  .filter((file) => file.endsWith('.yaml'))
  .map((file) => readFileSync(join('docs/recipes', file), 'utf8'))
  .filter((text) => text.includes('DeclarativeSource'))
  .map((text) => parseManifest(text, 'recipe'));

/** Names that lead to prototypes where a lookup is careless, and names that manifests use. */
const name = fc.constantFrom('__proto__', 'constructor', 'prototype', 'toString', 'hasOwnProperty', 'type', '$ref', '$parameters', 'name', 'x');
const wedge = fc.oneof(
  fc.constantFrom<JsonValue>(
    null, true, -1, 1e308, '', '__proto__', 'constructor', '#/', '#/streams/0', '#/definitions/__proto__', '{{ config', "{{ ''.constructor }}", '{% for a in b %}', '{{ 9 ** 9 ** 9 }}', '\u0000', '((a+)+)+$', 'P99999999999Y', '%Q',
    [], [[]], {}, { type: 'constructor' }, { type: '__proto__' }, { $ref: '#/streams' }, { type: 'HttpRequester' }, { $parameters: { type: 'x', name: 7 } }, { type: ['object'] },
  ),
  fc.tuple(name, fc.jsonValue()).map(([key, value]) => own(key, value as JsonValue)),
  fc.jsonValue({ maxDepth: 3 }).map((value) => value as JsonValue),
);

function own(key: string, value: JsonValue): JsonObject {
  const result: JsonObject = {};
  setOwn(result, key, value);
  return result;
}

/** The same with one place, the `at`-th, changed. */
function mutated(value: JsonValue, at: { left: number }, key: string, put: JsonValue): JsonValue {
  at.left -= 1;
  if (at.left === 0) return isObject(value) && Array.isArray(put) ? { ...value, ...own(key, put) } : put;
  if (Array.isArray(value)) return value.map((item) => mutated(item, at, key, put));
  if (!isObject(value)) return value;
  const result: JsonObject = {};
  for (const [each, item] of Object.entries(value)) setOwn(result, each, mutated(item, at, key, put));
  // Beside what is there.
  if (at.left === 1) setOwn(result, key, put);
  return result;
}

function places(value: JsonValue): number {
  return 1 + (typeof value === 'object' && value !== null ? Object.values(value).reduce<number>((sum, item) => sum + places(item), 0) : 0);
}

const PROTOTYPES = [Object.prototype, Array.prototype, Function.prototype, String.prototype];
const membersOf = () => PROTOTYPES.map((each) => Reflect.ownKeys(each).length);

/** What `work` throws has a code. */
async function endsWell(work: () => unknown): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (!isConnectorError(error)) throw error;
  }
}

describe('a manifest with something odd in it', () => {
  it('works or is refused, and reaches no prototype', async () => {
    const before = membersOf();
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...MANIFESTS), fc.array(fc.tuple(fc.nat(), name, wedge), { minLength: 1, maxLength: 2 }), async (manifest, changes) => {
        const changed = changes.reduce<JsonValue>((value, [at, key, put]) => mutated(value, { left: 1 + (at % places(value)) }, key, put), manifest);
        await endsWell(async () => {
          if (!isObject(changed)) return;
          const runtime = fakeRuntime();
          const source = await openSource(await loadManifest(changed, registry), { api_key: 'k', __injected_declarative_manifest: {} }, { registry, runtime });
          if (changed.dynamic_streams === undefined) await source.streams();
        });
        expect(membersOf()).toEqual(before);
      }),
      { numRuns: 120 },
    );
  });

  it('that is any text is refused with a code', async () => {
    const piece = fc.oneof(fc.constantFrom('{', '}', '[', ']', ':', '- ', '\n', '  ', '&a ', '*a', '<<: *a', '!!set ', '!!js/function ', '"', "'", '|', '>', '%YAML 9', '\t', '---', 'streams', 'version', '#/'), fc.string({ unit: 'binary', maxLength: 5 }));
    await fc.assert(
      fc.asyncProperty(fc.array(piece, { maxLength: 20 }), (pieces) => endsWell(async () => loadManifest(parseManifest(pieces.join(''), 'x'), registry))),
      { numRuns: 120 },
    );
  });

  const nested = (levels: number): JsonValue => Array.from({ length: levels }).reduce<JsonValue>((inner) => ({ a: inner }), 1);
  const definitions = Object.fromEntries(Array.from({ length: 60 }, (_, index) => [`d${index}`, { a: { b: { c: { d: `#/definitions/d${index + 1}` } } } }]));

  it.each<[string, JsonObject, string]>([
    ['a deep one', { metadata: nested(5_000) }, 'manifest.too_deep'],
    ['one that references make deep', { definitions: { ...definitions, d60: 1 } }, 'manifest.too_deep'],
    ['one that references make deep, from the other end', { definitions: Object.fromEntries(Object.entries({ ...definitions, d60: 1 }).reverse()) as JsonObject }, 'manifest.too_deep'],
    ['one that references make wide', { definitions: { ...Object.fromEntries(Array.from({ length: 40 }, (_, index) => [`w${index}`, [`#/definitions/w${index + 1}`, `#/definitions/w${index + 1}`]])), w40: 1 } }, 'manifest.too_large'],
  ])('%s is refused', async (_what, more, code) => {
    const manifest = { ...MANIFESTS[0], ...more, definitions: { ...(MANIFESTS[0]!.definitions as JsonObject), ...(more.definitions as JsonObject) } };
    await expect(loadManifest(manifest, registry)).rejects.toMatchObject({ code });
  });

  // Found by the properties above.
  it.each<[string, string]>([
    ['<<: *a', 'manifest.syntax'],
    [`a: ${'['.repeat(20_000)}`, 'manifest.too_deep'],
  ])('%# is refused as text', (text, code) => expect(() => parseManifest(text, 'x')).toThrow(expect.objectContaining({ code })));

  it('whose property is called constructor has one finding more', async () => {
    const { warnings } = await loadManifest({ ...MANIFESTS[0], constructor: { y: 2 } } as unknown as JsonObject, registry);
    expect(warnings).toEqual([expect.stringContaining('has no property "constructor"')]);
  });

  it.each<[string, JsonObject]>([['a keyword of a wrong form', { additionalProperties: 7 }], ['a keyword that breaks the check', { additionalProperties: { enum: 7 } }]])('whose spec is no schema because of %s is refused', async (_what, schema) => {
    const manifest = { ...MANIFESTS[0], spec: { type: 'Spec', connection_specification: { type: 'object', ...schema } } };
    await expect(openSource(await loadManifest(manifest, registry), { a: {} }, { registry, runtime: fakeRuntime() })).rejects.toMatchObject({ code: 'manifest.invalid' });
  });

  it('keeps parameters with the names of prototypes to themselves', async () => {
    const { manifest } = await loadManifest({ ...(JSON.parse(JSON.stringify(MANIFESTS[0]).replace('"type":"DeclarativeStream"', '"type":"DeclarativeStream","$parameters":{"__proto__":{"polluted":1},"constructor":"x"}')) as JsonObject) }, registry);
    const [stream] = manifest.streams as JsonObject[];
    expect(Object.getPrototypeOf(stream)).toBe(Object.prototype);
    expect((stream as { polluted?: unknown }).polluted).toBeUndefined();
  });
});

describe('a state file with something odd in it', () => {
  const folder = mkdtempSync(join(tmpdir(), 'states-'));
  let files = 0;
  const written = (text: string) => {
    const path = join(folder, `${(files += 1)}.json`);
    writeFileSync(path, text);
    return path;
  };

  it('is read or refused', async () => {
    const state = fc.record({ type: fc.constantFrom('STREAM', 'GLOBAL', 'LEGACY', 'x'), stream: fc.oneof(fc.jsonValue(), fc.record({ stream_descriptor: fc.oneof(fc.jsonValue(), fc.record({ name })), stream_state: fc.jsonValue() })), global: fc.jsonValue() }, { requiredKeys: [] });
    await fc.assert(
      fc.asyncProperty(fc.oneof(fc.string(), fc.jsonValue().map((value) => JSON.stringify(value)), fc.array(state, { maxLength: 3 }).map((value) => JSON.stringify(value))), (text) =>
        endsWell(async () => {
          for (const each of (await readState(written(text))).values()) splitState(each, () => undefined);
        }),
      ),
      { numRuns: 80 },
    );
  });

  it('that is deep is refused', async () => {
    await expect(readState(written('['.repeat(20_000) + ']'.repeat(20_000)))).rejects.toMatchObject({ code: 'input.too_deep' });
  });
});
