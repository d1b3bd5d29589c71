import type { JsonObject, JsonValue } from '../../protocol/json';
import type { RequestOptions } from '../../slices/request-options';
import type { StreamSlice } from '../../slices/stream-slice';

/** What a paginator may look at after a page. */
export interface PageView {
  /** The first decoded element of the answer, `{}` when there is none. */
  response: JsonValue;
  /** Names in lower case. */
  headers: Record<string, string>;
  /** Records that the extractor gave, before any filter. */
  lastPageSize: number;
  /** Records that were left after the filter: what templates see as `last_page_size`. Default: `lastPageSize`. */
  emittedCount?: number;
  /** The last record that was left after filter and transformations. */
  lastRecord: JsonObject | undefined;
  slice: StreamSlice;
  /** Tells pages apart by their records, as the API sent them. Default: made from `response`. */
  fingerprint?: string;
}

/** The position in a series of pages; immutable. */
export interface PageState {
  /** Undefined on the first page. */
  token: JsonValue | undefined;
  /** The page size in force, when there is one (may have been reduced). */
  pageSize?: number;
  /** What `PageProgress` remembers of earlier pages. */
  progress?: PageProgress;
}

/** What is kept of earlier pages to notice a series that never ends (see `page-progress.ts`). */
export interface PageProgress {
  /** Pages read so far. */
  readonly pages: number;
  readonly anchor: { token: string; fingerprint: string };
  /** Pages in a row, since the anchor, that looked like it. */
  readonly alike: number;
}

export interface Paginator {
  /** False when there is never a second page: the answer may then be streamed without looking at it. */
  readonly hasPages?: boolean;
  /** False when `next` does not look at `PageView.response`: nobody needs to keep it unchanged. */
  readonly readsResponse?: boolean;
  /** The members of `PageView.response` that `next` may look at; absent when it may be any. */
  readonly responseMembers?: ReadonlySet<string> | undefined;
  /** False when `next` does not look at `PageView.lastRecord`. */
  readonly readsLastRecord?: boolean;
  first(): PageState;
  /** The next position, or undefined at the end. A series that goes round in circles is an error. */
  next(page: PageView, current: PageState): PageState | undefined;
  /** Parameters, headers and body fields of the request for `state`; `path` replaces the request's path. */
  requestOptions(state: PageState): RequestOptions & { path?: string };
  /** The same page asked for with a smaller size; absent when the paginator does not send one. */
  withPageSize?(state: PageState, pageSize: number): PageState;
}

declare module '../../manifest/kinds' {
  interface ComponentKinds {
    Paginator: Paginator;
  }
}
