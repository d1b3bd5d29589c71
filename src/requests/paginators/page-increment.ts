import { defineComponent } from '../../manifest/define-component';
import { field } from '../../manifest/field';
import type { JsonValue } from '../../protocol/json';
import { evaluatePageSize, pageSizeField } from './page-size';
import type { PageState, PageView } from './paginator';
import type { PaginationStrategy } from './pagination-strategy';

/** Counts pages: n, n + 1, n + 2 … until a page is empty or short (reference section 8). */
export class PageIncrement implements PaginationStrategy {
  readonly readsResponse = false;
  readonly responseMembers: ReadonlySet<string> = new Set();
  readonly readsLastRecord = false;

  constructor(
    private readonly size: number | undefined,
    private readonly startFromPage: number,
    private readonly injectOnFirstRequest: boolean,
  ) {}

  get firstToken(): number | undefined {
    return this.injectOnFirstRequest ? this.startFromPage : undefined;
  }

  pageSize(): number | undefined {
    return this.size;
  }

  nextToken({ lastPageSize }: PageView, { token }: PageState): JsonValue | undefined {
    if (lastPageSize === 0 || (this.size && lastPageSize < this.size)) return undefined;
    // Without an injected number the first request asked for the first page all the same.
    return (typeof token === 'number' ? token : this.startFromPage) + 1;
  }
}

export const pageIncrement = defineComponent({
  kind: 'PaginationStrategy',
  type: 'PageIncrement',
  title: 'Page increment',
  description: 'Numbers the pages. The series ends with an empty page or one with fewer records than the page size.',
  fields: {
    page_size: pageSizeField([100, '100', "{{ config['page_size'] }}"]),
    start_from_page: field.integer({ title: 'Start from page', description: 'The number of the first page.', default: 0, examples: [0, 1] }),
    inject_on_first_request: field.boolean({
      title: 'Inject page number on first request',
      description: 'Send the number with the first request, too; otherwise that goes out without one.',
      default: false,
    }),
  },
  examples: [
    { type: 'PageIncrement', page_size: 100 },
    { type: 'PageIncrement', page_size: 50, start_from_page: 1, inject_on_first_request: true },
  ],
  build: (props, ctx) =>
    new PageIncrement(
      props.page_size ? evaluatePageSize(props.page_size, ctx.path) : undefined,
      props.start_from_page,
      props.inject_on_first_request,
    ),
});
