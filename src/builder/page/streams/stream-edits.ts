import { getOwn, isObject, type JsonObject, type JsonValue } from '../../../protocol/json';
import type { ManifestDocument, Path } from '../document';
import { locate, readAt, referenceOf } from '../references';
import { streamName } from '../state';
import { newManifest } from './new-stream';

/** Appends a stream. What a manifest needs is added when it is missing. */
export function addStream(manifest: ManifestDocument, stream: JsonObject): ManifestDocument {
  let next = manifest;
  for (const [key, value] of Object.entries(newManifest())) if (getOwn(next.model, key) === undefined) next = next.setAt([key], value);
  const list = readAt(next.model, ['streams']);
  return withCheckedStream(next.insertAt(locate(next.model, ['streams']), Array.isArray(list) ? list.length : 0, stream));
}

/** A copy of a stream, at the end. Shared definitions stay shared. */
export function copyStream(manifest: ManifestDocument, index: number, name: string): ManifestDocument {
  const original = readAt(manifest.model, ['streams', index]);
  return isObject(original) ? addStream(manifest, { ...original, name }) : manifest;
}

/** The checks that name the stream follow. */
export function renameStream(manifest: ManifestDocument, index: number, name: string): ManifestDocument {
  const stream = readAt(manifest.model, ['streams', index]);
  if (!isObject(stream)) return manifest;
  const before = streamName(stream);
  const isParameter = stream.name === undefined && isObject(stream.$parameters) && stream.$parameters.name !== undefined;
  const path: Path = ['streams', index, ...(isParameter ? ['$parameters', 'name'] : ['name'])];
  let next = manifest.setAt(locate(manifest.model, path), name);
  const checked = next.getAt(['check', 'stream_names']);
  if (Array.isArray(checked) && checked.includes(before)) next = next.setAt(['check', 'stream_names'], checked.map((each) => (each === before ? name : each)));
  if (next.getAt(['metadata', 'autoImportSchema', before]) !== undefined) next = next.renameKey(['metadata', 'autoImportSchema'], before, name);
  return next;
}

/** References to streams after it are renumbered, those to the stream itself go with it. */
export function deleteStream(manifest: ManifestDocument, index: number): ManifestDocument {
  const list = readAt(manifest.model, ['streams']);
  if (!Array.isArray(list)) return manifest;
  const stream = readAt(manifest.model, ['streams', index]);
  const name = isObject(stream) ? streamName(stream) : '';
  let next = manifest;
  // From the end, so that the places of the others stay.
  for (const { path, ref } of referencesIn(manifest.model).reverse()) {
    const [, number, rest = ''] = /^#\/streams\/(\d+)(\/.*)?$/.exec(ref) ?? [];
    if (number === undefined || (path[0] === 'streams' && path[1] === index)) continue;
    if (Number(number) === index) next = next.deleteAt(path);
    else if (Number(number) > index) next = next.setAt(isObject(manifest.getAt(path)) ? [...path, '$ref'] : path, `#/streams/${Number(number) - 1}${rest}`);
  }
  next = next.deleteAt([...locate(next.model, ['streams']), index]);
  if (list.length === 1) next = next.setAt(locate(next.model, ['streams']), []);
  const checked = next.getAt(['check', 'stream_names']);
  if (Array.isArray(checked) && checked.includes(name)) next = next.setAt(['check', 'stream_names'], checked.filter((each) => each !== name));
  if (next.getAt(['metadata', 'autoImportSchema', name]) !== undefined) next = next.deleteAt(['metadata', 'autoImportSchema', name]);
  return withCheckedStream(next);
}

/** Why a stream cannot have this name; null when it can. */
export function nameProblem(manifest: ManifestDocument, name: string, index = -1): string | null {
  if (name.trim() === '') return 'A stream needs a name.';
  const list = readAt(manifest.model, ['streams']);
  const taken = Array.isArray(list) && list.some((_, other) => other !== index && nameOf(manifest, other) === name.trim());
  return taken ? `There is a stream "${name.trim()}" already.` : null;
}

/** `contacts`, `contacts 2`, … */
export function freeName(manifest: ManifestDocument, wanted: string): string {
  for (let number = 2; ; number++) {
    const name = `${wanted} ${number}`;
    if (nameProblem(manifest, name) === null) return name;
  }
}

function nameOf(manifest: ManifestDocument, index: number): string {
  const stream = readAt(manifest.model, ['streams', index]);
  return isObject(stream) ? streamName(stream) : '';
}

/** A check without streams checks the first one. */
function withCheckedStream(manifest: ManifestDocument): ManifestDocument {
  const check = manifest.getAt(['check']);
  const first = nameOf(manifest, 0);
  if (!isObject(check) || check.type !== 'CheckStream' || first === '') return manifest;
  const names = check.stream_names;
  return names === undefined || (Array.isArray(names) && names.length === 0 && check.dynamic_streams_check_configs === undefined) ? manifest.setAt(['check', 'stream_names'], [first]) : manifest;
}

function referencesIn(value: JsonValue, path: Path = []): { path: Path; ref: string }[] {
  const ref = referenceOf(value);
  const own = ref === null ? [] : [{ path, ref }];
  if (Array.isArray(value)) return value.flatMap((item, index) => referencesIn(item, [...path, index]));
  if (!isObject(value)) return own;
  return [...own, ...Object.entries(value).flatMap(([key, item]) => (key === '$ref' ? [] : referencesIn(item, [...path, key])))];
}
