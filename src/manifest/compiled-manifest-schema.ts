import type { JsonObject } from '../protocol/json';

/**
 * Whether a manifest fits the schema of all components. scripts/build.mjs puts code that ajv makes from that schema in
 * the place of this module, because compiling the schema costs half a second at every start. The source tree has no such
 * code and compiles the schema when it is needed.
 */
export const fitsManifestSchema: ((manifest: JsonObject) => boolean) | undefined = undefined;
