import type { JsonValue } from '../../protocol/json';
import type { PageState, PageView } from './paginator';

/** Says which page comes next; where its token goes in the request is the paginator's business. */
export interface PaginationStrategy {
  /** The token of the first request; undefined when that has none. */
  readonly firstToken: JsonValue | undefined;
  /** False when `nextToken` does not look at `PageView.response`. */
  readonly readsResponse: boolean;
  /** The members of `PageView.response` that `nextToken` may look at; undefined when it may be any. */
  readonly responseMembers: ReadonlySet<string> | undefined;
  /** False when `nextToken` does not look at `PageView.lastRecord`. */
  readonly readsLastRecord: boolean;
  /** Records a page, when the manifest says so and it does not depend on an answer. */
  pageSize(): number | undefined;
  /**
   * The token of the next page; a falsy one ends the series, as undefined does. `current.pageSize` is what was asked
   * for, which may be less than `pageSize()` after a reduction.
   */
  nextToken(page: PageView, current: PageState): JsonValue | undefined;
}

declare module '../../manifest/kinds' {
  interface ComponentKinds {
    PaginationStrategy: PaginationStrategy;
  }
}
