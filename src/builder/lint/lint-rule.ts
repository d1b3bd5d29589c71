import { isObject, type JsonObject, type JsonValue } from '../../protocol/json';
import type { Finding } from '../page-contract';

/** A stream of a resolved manifest, as rules look at it. */
export interface LintedStream {
  name: string;
  /** Of an asynchronous or synchronous stream; other retrievers are nobody's business. */
  retriever: JsonObject;
  stream: JsonObject;
  manifest: JsonObject;
  /** Raw statuses that tests of this stream have seen; undefined when none has been polled. */
  seenStatuses?: ReadonlySet<string>;
}

/** One piece of advice; the paths of what it says begin at the stream. */
export type LintRule = (stream: LintedStream) => Finding[];

export const warning = (code: string, path: Finding['path'], message: string): Finding => ({ severity: 'warning', code: `lint.${code}`, path, message });
export const info = (code: string, path: Finding['path'], message: string): Finding => ({ severity: 'info', code: `lint.${code}`, path, message });

export function objectAt(value: JsonObject, name: string): JsonObject | undefined {
  const found: JsonValue | undefined = value[name];
  return isObject(found) ? found : undefined;
}

export function textsAt(value: JsonObject | undefined, name: string): string[] {
  const found = value?.[name];
  return Array.isArray(found) ? found.map(String) : [];
}

/** The address of a requester as it is written. */
export function addressOf(requester: JsonObject | undefined): string {
  const { url, url_base: base, path } = requester ?? {};
  const first = typeof url === 'string' ? url : typeof base === 'string' ? base : '';
  return typeof path === 'string' ? (/^https?:/.test(path) ? path : `${first.replace(/\/$/, '')}/${path.replace(/^\//, '')}`) : first;
}
