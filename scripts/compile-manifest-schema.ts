// Prints the schema of manifests as a module that exports `fitsManifestSchema` (see src/manifest/compiled-manifest-schema.ts).
import Ajv from 'ajv';
import standaloneCode from 'ajv/dist/standalone/index.js';
import { componentDefinitions } from '../src/components';
import { ComponentRegistry } from '../src/manifest/component-registry';
import { manifestSchema } from '../src/manifest/component-schema';
import { isObject, type JsonObject, type JsonValue } from '../src/protocol/json';

const ANNOTATIONS = ['$schema', 'title', 'description', 'examples', 'default', 'deprecated'];

/** A schema without what only people read; the names of properties and definitions are no keywords. */
function bare(schema: JsonValue, names = false): JsonValue {
  if (Array.isArray(schema)) return schema.map((item) => bare(item));
  if (!isObject(schema)) return schema;
  const kept = Object.entries(schema).filter(([key]) => names || !ANNOTATIONS.includes(key));
  return Object.fromEntries(kept.map(([key, value]) => [key, bare(value, !names && (key === 'properties' || key === 'definitions'))]));
}

// Yes or no is enough here: src/manifest/validate.ts finds out what is wrong with a manifest that does not fit.
const ajv = new Ajv({ strict: false, discriminator: true, messages: false, inlineRefs: false, logger: false, code: { source: true, esm: true } });
ajv.addSchema(bare(manifestSchema(new ComponentRegistry(componentDefinitions), 'DeclarativeSource')) as JsonObject, 'manifest');
const interop = standaloneCode as unknown as { default?: typeof standaloneCode };
const code = (interop.default ?? standaloneCode)(ajv, { fitsManifestSchema: 'manifest' });
// Nobody reads the error objects, which are a third of the code; that there is one is all that counts.
process.stdout.write(code.replace(/\{instancePath[^{}]*params:\{[^{}]*\}\}/g, '0'));
