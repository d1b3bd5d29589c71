import { defineComponent } from '../../manifest/define-component';
import { field } from '../../manifest/field';
import type { InterpolatedString } from '../../manifest/interpolation/interpolated-string';
import { templateVariables } from '../../manifest/interpolation/template';
import type { JsonValue } from '../../protocol/json';
import { evaluatePageSizeOf, pageSizeField } from './page-size';
import type { PageState, PageView } from './paginator';
import type { PaginationStrategy } from './pagination-strategy';

/** Counts the records read so far, filtered ones included, until a page is empty or short (reference section 8). */
export class OffsetIncrement implements PaginationStrategy {
  readonly readsResponse: boolean;
  readonly responseMembers: ReadonlySet<string> | undefined;
  readonly readsLastRecord = false;

  constructor(
    private readonly size: InterpolatedString | undefined,
    private readonly injectOnFirstRequest: boolean,
    private readonly path: string,
  ) {
    this.readsResponse = size !== undefined && templateVariables(size.source).has('response');
    this.responseMembers = size ? size.membersOf('response') : new Set();
  }

  get firstToken(): number | undefined {
    return this.injectOnFirstRequest ? 0 : undefined;
  }

  /** Undefined when only an answer tells it, or when the template renders to nothing. */
  pageSize(): number | undefined {
    return this.size && !this.readsResponse ? evaluatePageSizeOf(this.size, {}, this.path) : undefined;
  }

  nextToken({ lastPageSize, response }: PageView, { token, pageSize }: PageState): JsonValue | undefined {
    const requested = pageSize ?? (this.size && evaluatePageSizeOf(this.size, { response }, this.path));
    if (lastPageSize === 0 || (requested && lastPageSize < requested)) return undefined;
    return (typeof token === 'number' ? token : 0) + lastPageSize;
  }
}

export const offsetIncrement = defineComponent({
  kind: 'PaginationStrategy',
  type: 'OffsetIncrement',
  title: 'Offset increment',
  description:
    'The token is the number of records read so far. The series ends with an empty page or one with fewer records than the page size.',
  fields: {
    page_size: pageSizeField([100, "{{ config['page_size'] }}", "{{ response['meta']['limit'] }}"]),
    inject_on_first_request: field.boolean({
      title: 'Inject offset on first request',
      description: 'Send the offset 0 with the first request, too; otherwise that goes out without one.',
      default: false,
    }),
  },
  examples: [
    { type: 'OffsetIncrement', page_size: 100 },
    { type: 'OffsetIncrement', page_size: "{{ config['page_size'] or 50 }}", inject_on_first_request: true },
  ],
  build: (props, ctx) => new OffsetIncrement(props.page_size, props.inject_on_first_request, ctx.path),
});
