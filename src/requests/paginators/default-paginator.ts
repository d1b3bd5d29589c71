import { ConnectorError } from '../../errors/connector-error';
import { defineComponent } from '../../manifest/define-component';
import { field, required } from '../../manifest/field';
import { isObject, type JsonValue } from '../../protocol/json';
import type { RequestOption, RequestOptions } from '../../slices/request-options';
import { str } from '../../manifest/interpolation/python-text';
import { combineRequestOptions } from './combine-request-options';
import { advance } from './page-progress';
import type { PageState, PageView, Paginator } from './paginator';
import type { PaginationStrategy } from './pagination-strategy';
import { RequestPath } from './request-path';

/** Asks for page after page; the strategy says which, this says how. Holds no state: slices are read side by side. */
export class DefaultPaginator implements Paginator {
  readonly hasPages = true;
  readonly withPageSize?: (state: PageState, pageSize: number) => PageState;

  constructor(
    private readonly strategy: PaginationStrategy,
    private readonly pageSizeOption: RequestOption | undefined,
    private readonly pageTokenOption: RequestOption | RequestPath | undefined,
  ) {
    if (pageSizeOption) this.withPageSize = (state, pageSize) => ({ ...state, pageSize });
  }

  get readsResponse(): boolean {
    return this.strategy.readsResponse;
  }

  get responseMembers(): ReadonlySet<string> | undefined {
    return this.strategy.responseMembers;
  }

  get readsLastRecord(): boolean {
    return this.strategy.readsLastRecord;
  }

  first(): PageState {
    return { token: this.strategy.firstToken, pageSize: this.strategy.pageSize() };
  }

  next(page: PageView, current: PageState): PageState | undefined {
    const token = this.strategy.nextToken(page, current);
    if (token === undefined || isFalsy(token)) return undefined;
    return { token, pageSize: current.pageSize, progress: advance(page, current, token) };
  }

  requestOptions({ token, pageSize }: PageState): RequestOptions & { path?: string } {
    const options: RequestOptions & { path?: string } = {};
    if (token !== undefined && this.pageTokenOption) {
      if (!(this.pageTokenOption instanceof RequestPath)) this.pageTokenOption.inject(options, token);
      else if (!isFalsy(token)) options.path = str(token);
    }
    if (pageSize) this.pageSizeOption?.inject(options, pageSize);
    return options;
  }
}

/** Python's idea of false: what ends a series (`0`, an empty text, list or object, None). */
function isFalsy(value: JsonValue): boolean {
  if (Array.isArray(value)) return value.length === 0;
  return isObject(value) ? Object.keys(value).length === 0 : !value;
}

export const defaultPaginator = defineComponent({
  kind: 'Paginator',
  type: 'DefaultPaginator',
  title: 'Default paginator',
  description: 'Asks for page after page until the strategy gives no further token.',
  fields: {
    pagination_strategy: required(
      field.component('PaginationStrategy', { title: 'Pagination strategy', description: 'Says which page comes next and when the series ends.' }),
    ),
    page_size_option: field.component('RequestOption', {
      title: 'Inject page size into outgoing HTTP request',
      description: 'Where the page size goes in each request; the strategy must have a page_size.',
    }),
    page_token_option: field.component(['RequestOption', 'RequestPath'], {
      title: 'Inject page token into outgoing HTTP request',
      description: 'Where the token goes: a field of the request, or its path. Without it only templates see the token, as next_page_token.',
    }),
  },
  examples: [
    {
      type: 'DefaultPaginator',
      pagination_strategy: { type: 'OffsetIncrement', page_size: 100 },
      page_size_option: { type: 'RequestOption', inject_into: 'request_parameter', field_name: 'limit' },
      page_token_option: { type: 'RequestOption', inject_into: 'request_parameter', field_name: 'offset' },
    },
    {
      type: 'DefaultPaginator',
      pagination_strategy: { type: 'CursorPagination', cursor_value: '{{ headers.link.next.url }}' },
      page_token_option: { type: 'RequestPath' },
    },
  ],
  build: ({ pagination_strategy: strategy, page_size_option: sizeOption, page_token_option: tokenOption }, ctx) => {
    if (sizeOption && !strategy.pageSize()) {
      throw ConnectorError.config(
        'pagination.page_size_missing',
        `${ctx.path}: page_size_option is set, but the pagination strategy has no page_size (or one that only an answer tells). Add page_size to it, or remove page_size_option.`,
      );
    }
    if (sizeOption && tokenOption && !(tokenOption instanceof RequestPath)) refuseSamePlace(sizeOption, tokenOption, ctx.path);
    return new DefaultPaginator(strategy, sizeOption, tokenOption);
  },
});

/** Size and token in one place would overwrite each other. */
function refuseSamePlace(sizeOption: RequestOption, tokenOption: RequestOption, path: string): void {
  const [size, token]: [RequestOptions, RequestOptions] = [{}, {}];
  sizeOption.inject(size, 'size');
  tokenOption.inject(token, 'token');
  combineRequestOptions(size, token, `${path}: page_size_option and page_token_option`);
}
