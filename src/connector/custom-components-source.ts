import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { ConnectorError } from '../errors/connector-error';
import { CustomComponents } from '../manifest/custom-components';
import { isObject, type JsonObject } from '../protocol/json';
import { MOUNTED_MANIFEST } from './manifest-source';

/** The module beside a manifest that an image carries. */
const MOUNTED_MODULE = 'components.mjs';
/** Source text of a module inside the config, and its checksums; the JavaScript twins of the reference's `…_py` keys. */
const INJECTED_CODE_KEY = '__injected_components_js';
const CHECKSUMS_KEY = '__injected_components_js_checksums';

/**
 * The custom components of the run: `--components-path`, the config, or `components.mjs` beside a manifest that is part
 * of the image (trusted like the image itself). Anything else needs AIRBYTE_ENABLE_UNSAFE_CODE=true.
 */
export async function findCustomComponents(options: {
  path: string | undefined;
  folder: string | undefined;
  config: JsonObject;
  env: Readonly<Record<string, string | undefined>>;
}): Promise<CustomComponents> {
  const { path, folder, config, env } = options;
  const checksums = isObject(config[CHECKSUMS_KEY]) ? config[CHECKSUMS_KEY] : undefined;
  if (path) return CustomComponents.fromFile(path, { checksums, env });
  const code = config[INJECTED_CODE_KEY];
  if (code !== undefined) {
    if (typeof code !== 'string') throw ConnectorError.config('custom.not_text', `The config key "${INJECTED_CODE_KEY}" must hold the source text of a JavaScript module.`);
    if (!checksums) throw ConnectorError.config('custom.no_checksum', `The config holds components under "${INJECTED_CODE_KEY}" without "${CHECKSUMS_KEY}". Give their md5 or sha256.`);
    return CustomComponents.fromText(code, { checksums, env });
  }
  const mounted = folder === undefined ? undefined : join(folder, MOUNTED_MODULE);
  if (mounted && folder === dirname(MOUNTED_MANIFEST) && existsSync(mounted)) return CustomComponents.fromFile(mounted, { checksums, env, trusted: true });
  return CustomComponents.none;
}
