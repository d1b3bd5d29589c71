import type { RequestOptions } from './request-options';

/** Both sets of options; where they want the same top-level place, `over` wins. */
export function mergeRequestOptions(base: RequestOptions, over: RequestOptions): RequestOptions {
  const merged: RequestOptions = {};
  for (const place of ['params', 'headers', 'bodyData', 'bodyJson'] as const) {
    if (base[place] || over[place]) merged[place] = { ...base[place], ...over[place] };
  }
  return merged;
}
