import { ConnectorError } from '../../errors/connector-error';
import { defineComponent } from '../../manifest/define-component';
import { field, required } from '../../manifest/field';
import type { InterpolatedBoolean } from '../../manifest/interpolation/interpolated-boolean';
import type { InterpolatedString, Vars } from '../../manifest/interpolation/interpolated-string';
import { templateVariables } from '../../manifest/interpolation/template';
import type { JsonValue } from '../../protocol/json';
import { LinkedHeaders } from './linked-headers';
import { evaluatePageSize, pageSizeField } from './page-size';
import type { PageState, PageView } from './paginator';
import type { PaginationStrategy } from './pagination-strategy';

/** The answer says where the next page is (reference section 8). */
export class CursorPagination implements PaginationStrategy {
  readonly firstToken = undefined;
  readonly readsResponse: boolean;
  readonly responseMembers: ReadonlySet<string> | undefined;
  readonly readsLastRecord: boolean;
  private readonly readsHeaders: boolean;

  constructor(
    private readonly cursorValue: InterpolatedString,
    private readonly stopCondition: InterpolatedBoolean | undefined,
    private readonly size: number | undefined,
    private readonly warn: (message: string) => void,
  ) {
    const variables = [cursorValue.source, stopCondition?.source].map((source) => templateVariables(String(source)));
    this.readsResponse = variables.some((each) => each.has('response'));
    this.readsLastRecord = variables.some((each) => each.has('last_record'));
    this.readsHeaders = variables.some((each) => each.has('headers'));
    const [ofValue, ofCondition] = [cursorValue.membersOf('response'), stopCondition ? stopCondition.membersOf('response') : new Set<string>()];
    this.responseMembers = ofValue && ofCondition && new Set([...ofValue, ...ofCondition]);
  }

  pageSize(): number | undefined {
    return this.size;
  }

  nextToken(page: PageView, { pageSize }: PageState): JsonValue | undefined {
    const vars = variables(page, pageSize ?? this.size, this.readsHeaders);
    if (this.stopCondition?.eval(vars) && !this.stopsOnlyBecauseOfReduction(page, pageSize, vars)) return undefined;
    return this.cursorValue.eval(vars);
  }

  /**
   * `last_page_size < 100` is true for a full page of 50 when the page size was reduced to 50: the series would end in
   * the middle. So a full page is judged as if it were full at the configured size. (The reference refuses such
   * conditions when it can see them, and loses records when it cannot.)
   */
  private stopsOnlyBecauseOfReduction(page: PageView, pageSize: number | undefined, vars: Vars): boolean {
    const isFullReducedPage = this.size !== undefined && pageSize !== undefined && pageSize < this.size && page.lastPageSize >= pageSize;
    if (!isFullReducedPage) return false;
    const asIfNotReduced = { ...vars, last_page_size: this.size, page_size: this.size };
    if (!this.stopCondition?.eval(asIfNotReduced)) return true;
    this.warn(
      `The stop_condition ${JSON.stringify(this.stopCondition?.source)} ends the pages after a full page of the reduced size ${pageSize}. If it ` +
        'compares a number of records in the answer with a fixed size, compare with page_size instead.',
    );
    return false;
  }
}

function variables(page: PageView, pageSize: number | undefined, withHeaders: boolean): Vars {
  return {
    ...page.slice.variables(),
    response: page.response,
    ...(withHeaders ? { headers: new LinkedHeaders(page.headers) } : {}),
    last_record: page.lastRecord ?? null,
    last_page_size: page.emittedCount ?? page.lastPageSize,
    page_size: pageSize ?? null,
  };
}

export const cursorPagination = defineComponent({
  kind: 'PaginationStrategy',
  type: 'CursorPagination',
  title: 'Cursor pagination',
  description:
    'The token of the next page is read from the answer: its body, its headers or its last record. An empty token ends the series.',
  fields: {
    cursor_value: required(
      field.template({
        title: 'Cursor value',
        description:
          'The token of the next page; nothing, `0` or an empty text at the end. Variables: `response`, `headers` (`headers.link` is parsed), `last_record`, `last_page_size`, `page_size`, `stream_slice`.',
        examples: ['{{ headers.link.next.url }}', "{{ last_record['key'] }}", "{{ response['nextPage'] }}"],
      }),
    ),
    page_size: pageSizeField([100, "{{ config['page_size'] }}"]),
    stop_condition: field.templateBoolean({
      title: 'Stop condition',
      description:
        'Ends the series when true; judged before `cursor_value`, with the same variables. Compare `last_page_size` with `page_size`, which is the size that was asked for.',
      examples: ['{{ response.data.has_more is false }}', "{{ 'next' not in headers['link'] }}", '{{ last_page_size < page_size }}'],
    }),
  },
  examples: [
    { type: 'CursorPagination', cursor_value: "{{ response['next'] }}" },
    { type: 'CursorPagination', cursor_value: "{{ last_record['id'] }}", page_size: 100, stop_condition: '{{ last_page_size < page_size }}' },
  ],
  build: (props, ctx) => {
    const { cursor_value: cursorValue, page_size: size, stop_condition: stop } = props;
    for (const [name, template] of [['cursor_value', cursorValue], ['stop_condition', stop]] as const) {
      if (!size && template && templateVariables(String(template.source)).has('page_size')) {
        throw ConnectorError.config(
          'pagination.page_size_missing',
          `${ctx.path}.${name}: ${JSON.stringify(template.source)} reads page_size, but the strategy declares none. Add page_size next to it.`,
        );
      }
    }
    return new CursorPagination(cursorValue, stop, size && evaluatePageSize(size, ctx.path), (message) => ctx.runtime.logger.warn(message));
  },
});
