import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { componentDefinitions } from '../../src/components';
import { ComponentRegistry } from '../../src/manifest/component-registry';
import { manifestSchema } from '../../src/manifest/component-schema';
import { loadManifest } from '../../src/manifest/load-manifest';
import { parseManifest } from '../../src/manifest/parse-manifest';
import { compileSchema } from '../../src/manifest/validate';
import { isObject, type JsonObject, type JsonValue } from '../../src/protocol/json';

const RECIPE = 'docs/recipes/sendgrid-contacts.yaml';
const registry = new ComponentRegistry(componentDefinitions);

/** Copies of a value in each of which one part is `replacement`. */
function* spoilt(value: JsonValue, replacement: JsonValue): Generator<JsonValue> {
  yield replacement;
  if (Array.isArray(value)) {
    for (const [index, item] of value.entries()) for (const each of spoilt(item, replacement)) yield value.with(index, each);
  } else if (isObject(value)) {
    for (const [key, item] of Object.entries(value)) for (const each of spoilt(item, replacement)) yield { ...value, [key]: each };
  }
}

describe('the schema that the build compiles', () => {
  const code = execFileSync(process.execPath, ['scripts/run-ts.mjs', 'scripts/compile-manifest-schema.ts'], { encoding: 'utf8', maxBuffer: 1 << 26 });
  const fits = new Function(`${code.replace('export const', 'const')}; return fitsManifestSchema;`)() as (manifest: JsonValue) => boolean;
  const validator = compileSchema(manifestSchema(registry, 'DeclarativeSource'), { discriminator: true });

  it('accepts and refuses the same manifests as the one that explains what is wrong', async () => {
    const { manifest } = await loadManifest(parseManifest(readFileSync(RECIPE, 'utf8'), RECIPE), registry);
    expect(fits(manifest)).toBe(true);
    const verdicts = { same: 0, refused: 0 };
    for (const replacement of [5, {}, { type: 'NoSuchComponent' }] as JsonValue[]) {
      for (const variant of spoilt(manifest as JsonObject, replacement)) {
        const refused = validator.check(variant) !== undefined;
        if (!fits(variant) !== refused) throw new Error(`they disagree about ${JSON.stringify(variant)}`);
        verdicts.same++;
        if (refused) verdicts.refused++;
      }
    }
    expect(verdicts.refused).toBeGreaterThan(100);
    expect(verdicts.same - verdicts.refused).toBeGreaterThan(100);
  });
});
