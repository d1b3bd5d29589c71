import { ConnectorError } from '../../errors/connector-error';
import type { BuildContext } from '../../manifest/build-context';
import { defineComponent } from '../../manifest/define-component';
import { field, required } from '../../manifest/field';
import type { ComponentKinds } from '../../manifest/kinds';
import { isEmpty, isObject, setOwn, type JsonObject, type JsonValue } from '../../protocol/json';
import { StreamSlice } from '../../slices/stream-slice';
import { deepCopy, type FieldPath } from '../field-path';
import { FieldPathTemplate } from '../field-path-template';
import { readOneSlice } from '../read-one-slice';
import { plainPath, type ParentFieldPath } from './parent-field-path';

interface ExpanderOptions {
  listPath: FieldPathTemplate;
  remainOriginalRecord: boolean;
  parentFields: readonly ParentFieldPath[];
  mergeParent: boolean;
  emitParentWithoutItems: boolean;
  /** Says whether the list in the record is only its beginning. */
  truncationPath: FieldPath | undefined;
  /** Gets the whole list; made on first use, most records are not truncated. */
  completeList: (() => ComponentKinds['Retriever']) | undefined;
}

/** Makes a record of each item of a list inside a record (reference section 6.2). */
export class RecordExpander {
  private retriever: ComponentKinds['Retriever'] | undefined;
  private readonly warned = new Set<string>();

  constructor(
    private readonly options: ExpanderOptions,
    private readonly ctx: BuildContext,
  ) {}

  /** A promise only when truncated lists may have to be fetched. */
  expand(records: JsonValue[]): JsonValue[] | Promise<JsonValue[]> {
    if (this.options.completeList) return this.expandWithFetches(records);
    const expanded: JsonValue[] = [];
    for (const record of records) this.expandEmbedded(record, expanded);
    return expanded;
  }

  private async expandWithFetches(records: JsonValue[]): Promise<JsonValue[]> {
    const expanded: JsonValue[] = [];
    for (const record of records) {
      const isFetched = isObject(record) && this.isTruncated(record) && (await this.fetchCompleteList(record, expanded));
      if (!isFetched) this.expandEmbedded(record, expanded);
    }
    return expanded;
  }

  private expandEmbedded(record: JsonValue, into: JsonValue[]): void {
    if (!isObject(record) || this.options.listPath.isEmpty) {
      into.push(record);
      return;
    }
    const lists = this.options.listPath.path.values(record).filter((value) => Array.isArray(value));
    const count = lists.reduce((sum, list) => sum + list.length, 0);
    if (!this.options.completeList && this.isTruncated(record)) this.warnTruncated(record, count);
    if (count === 0) {
      if (this.options.emitParentWithoutItems) into.push(record);
      return;
    }
    const addItem = this.itemMaker(record);
    for (const list of lists) for (const item of list) into.push(addItem(item));
  }

  /** False when nothing came: then the embedded items are all there is. */
  private async fetchCompleteList(parent: JsonObject, into: JsonValue[]): Promise<boolean> {
    this.retriever ??= this.options.completeList?.();
    if (!this.retriever) return false;
    const { streamName = '', runtime } = this.ctx;
    const makeItem = this.itemMaker(parent);
    let count = 0;
    for await (const batch of readOneSlice(this.retriever, new StreamSlice({ parent_record: parent }), streamName, runtime.signal)) {
      for (const item of batch) into.push(makeItem(item));
      count += batch.length;
    }
    this.warnIncomplete(parent, count);
    return count > 0;
  }

  /** What one record adds to its items: the merged parent first, then named fields, then the original record. */
  private itemMaker(parent: JsonObject): (item: JsonValue) => JsonValue {
    const { remainOriginalRecord, parentFields, mergeParent } = this.options;
    if (!remainOriginalRecord && parentFields.length === 0 && !mergeParent) return (item) => item;
    const base = mergeParent ? this.withoutLists(parent) : undefined;
    return (item) => {
      const record: JsonObject = base ? deepCopy(base) : {};
      for (const [key, value] of isObject(item) ? Object.entries(item) : [['value', item] as const]) setOwn(record, key, value);
      for (const parentField of parentFields) parentField.copy(parent, record);
      if (remainOriginalRecord) setOwn(record, 'original_record', deepCopy(parent));
      return record;
    };
  }

  private withoutLists(parent: JsonObject): JsonObject {
    const base = deepCopy(parent);
    // Backwards, so that taking an item out of a list does not move the places of the other matches.
    for (const { path, value } of this.options.listPath.path.matches(base).reverse()) {
      if (!Array.isArray(value)) continue;
      const container = path.slice(0, -1).reduce<JsonValue>((current, key) => (current as JsonObject)[key as string] as JsonValue, base);
      const key = path.at(-1) as string | number;
      if (Array.isArray(container)) container.splice(key as number, 1);
      else delete (container as JsonObject)[key];
    }
    return base;
  }

  private isTruncated(record: JsonObject): boolean {
    const { truncationPath } = this.options;
    return truncationPath !== undefined && !isEmpty(truncationPath.get(record) ?? null);
  }

  /** A `total_count` beside the truncation flag. */
  private totalCount(record: JsonObject): number | undefined {
    const beside = this.options.truncationPath?.texts.slice(0, -1) ?? [];
    let value: JsonValue | undefined = record;
    for (const text of beside) value = isObject(value) ? value[text] : undefined;
    const total = isObject(value) ? value.total_count : undefined;
    return Number.isInteger(total) ? (total as number) : undefined;
  }

  private warnTruncated(record: JsonObject, count: number): void {
    const total = this.totalCount(record);
    this.warnOnce(
      'truncated',
      `The list at ${this.placeOfList} of a record is cut by the API (${JSON.stringify(this.options.truncationPath?.texts)} is true): ` +
        `only its ${count} items${total === undefined ? '' : ` of ${total}`} become records. Set truncated_list_retriever to fetch the whole list. ` +
        'Other records may be affected, too; this is said once.',
    );
  }

  private warnIncomplete(record: JsonObject, count: number): void {
    const total = this.totalCount(record);
    // A test read stops after a few pages, so a short list means nothing there.
    if (this.ctx.runtime.testRead || total === undefined || count >= total) return;
    this.warnOnce(
      'incomplete',
      `truncated_list_retriever found ${count} items for the list at ${this.placeOfList}, but its total_count is ${total}.` +
        `${count === 0 ? ' The items in the record are used instead.' : ''} Check its paginator and its request. Other records may be affected, too; this is said once.`,
    );
  }

  private get placeOfList(): string {
    return JSON.stringify(this.options.listPath.path.texts);
  }

  private warnOnce(kind: string, message: string): void {
    if (this.warned.has(kind)) return;
    this.warned.add(kind);
    this.ctx.runtime.logger.warn(message);
  }
}

declare module '../../manifest/kinds' {
  interface ComponentKinds {
    RecordExpander: RecordExpander;
  }
}

export const recordExpander = defineComponent({
  kind: 'RecordExpander',
  type: 'RecordExpander',
  title: 'Record expander',
  description:
    'Makes one record of each item of a list inside a record. Items that are no objects go through as they are, or as `{"value": item}` when they carry something of their parent.',
  fields: {
    expand_records_from_field: required(
      field.array(field.template(), {
        description: 'The path to the list inside the record; `*` stands for every name or item, and all lists that match are expanded.',
        examples: [['lines'], ['sections', '*', 'items']],
      }),
    ),
    remain_original_record: field.boolean({ description: 'Puts a copy of the whole record into each item as `original_record`.', default: false }),
    parent_fields: field.array(field.component('ParentFieldPath'), {
      description: 'Single values of the record to copy onto each item; cheaper than the whole record.',
    }),
    merge_parent: field.boolean({
      description: 'Puts the fields of the record, without the list, under those of each item; the item wins.',
      default: false,
    }),
    on_no_records: field.string({
      enum: ['skip', 'emit_parent'],
      description: 'What becomes of a record without items: nothing, or the record itself.',
      default: 'skip',
    }),
    truncation_indicator_path: field.array(field.template(), {
      description: 'The path to a field that is true when the API has put only the beginning of the list into the record.',
      examples: [['lines', 'has_more']],
    }),
    truncated_list_retriever: field.deferred('Retriever', {
      types: ['SimpleRetriever', 'CustomRetriever'],
      role: 'truncated list',
      description: 'Fetches the whole list of a truncated record, which templates see as `stream_slice["parent_record"]`.',
    }),
  },
  examples: [
    { type: 'RecordExpander', expand_records_from_field: ['lines', 'data'], remain_original_record: true },
    {
      type: 'RecordExpander',
      expand_records_from_field: ['reviews'],
      parent_fields: [{ type: 'ParentFieldPath', parent_path: ['url'], record_path: ['pull_request_url'] }],
      on_no_records: 'emit_parent',
    },
  ],
  build: (props, ctx) => {
    if (props.truncated_list_retriever && !props.truncation_indicator_path) {
      throw ConnectorError.config(
        'records.truncation_indicator_missing',
        `${ctx.path}: truncated_list_retriever needs truncation_indicator_path to know which records are truncated.`,
      );
    }
    const listPath = new FieldPathTemplate(props.expand_records_from_field);
    if (props.truncated_list_retriever) plainPath(listPath, `${ctx.path}.expand_records_from_field`);
    const retriever = props.truncated_list_retriever;
    return new RecordExpander(
      {
        listPath,
        remainOriginalRecord: props.remain_original_record,
        parentFields: props.parent_fields ?? [],
        mergeParent: props.merge_parent,
        emitParentWithoutItems: props.on_no_records === 'emit_parent',
        truncationPath: props.truncation_indicator_path?.length
          ? plainPath(new FieldPathTemplate(props.truncation_indicator_path), `${ctx.path}.truncation_indicator_path`)
          : undefined,
        completeList: retriever ? () => retriever() : undefined,
      },
      ctx,
    );
  },
});
