import { isObject, type JsonObject, type JsonValue } from '../protocol/json';

/** Not looked into: a template of streams stays as it is written. */
const LEFT_ALONE = new Set(['DynamicDeclarativeStream']);

interface Migration {
  /** As the web app knows it, in `metadata.applied_migrations`. */
  name: string;
  /** Changes a HttpRequester in place; whether it had to. */
  apply(requester: JsonObject): boolean;
}

const MIGRATIONS: readonly Migration[] = [
  {
    name: 'HttpRequesterUrlBaseToUrl',
    apply(requester) {
      if (!('url_base' in requester)) return false;
      requester.url = requester.url_base!;
      delete requester.url_base;
      return true;
    },
  },
  {
    name: 'HttpRequesterPathToUrl',
    apply(requester) {
      if (!('path' in requester)) return false;
      const path = String(requester.path ?? '').replace(/^\/+/, '');
      if (/^https?:\/\//.test(path)) requester.url = path;
      else if (path) requester.url = `${String(requester.url ?? '').replace(/\/$/, '')}/${path}`;
      delete requester.path;
      return true;
    },
  },
  {
    name: 'HttpRequesterRequestBodyJsonDataToRequestBody',
    apply(requester) {
      const { request_body_json: json, request_body_data: data } = requester;
      // A text that becomes JSON only when its templates are evaluated has no form among the newer ones.
      const movesJson = isObject(json);
      if (!movesJson && data === undefined) return false;
      if (movesJson) {
        requester.request_body = { type: typeof json.query === 'string' ? 'RequestBodyGraphQL' : 'RequestBodyJsonObject', value: json };
        delete requester.request_body_json;
      }
      if (data !== undefined) {
        requester.request_body = { type: 'RequestBodyUrlEncodedForm', value: data };
        delete requester.request_body_data;
      }
      return true;
    },
  },
];

/** A copy without deprecated properties; `metadata.applied_migrations` says what was done. */
export function migrateManifest(manifest: JsonObject, now: number): JsonObject {
  const migrated = structuredClone(manifest);
  const version = String(migrated.version ?? '0.0.0');
  for (const { name, apply } of MIGRATIONS) {
    if (!visit(migrated, apply)) continue;
    const metadata = (isObject(migrated.metadata) ? migrated.metadata : (migrated.metadata = {})) as JsonObject;
    const applied = (Array.isArray(metadata.applied_migrations) ? metadata.applied_migrations : (metadata.applied_migrations = [])) as JsonValue[];
    applied.push({ from_version: version, to_version: '*', migration: name, migrated_at: new Date(now).toISOString() });
  }
  return migrated;
}

function visit(value: JsonValue, apply: Migration['apply']): boolean {
  if (Array.isArray(value)) return value.map((item) => visit(item, apply)).some(Boolean);
  if (!isObject(value)) return false;
  if (typeof value.type === 'string' && LEFT_ALONE.has(value.type)) return false;
  const own = value.type === 'HttpRequester' && apply(value);
  return [own, ...Object.values(value).map((item) => visit(item, apply))].some(Boolean);
}
