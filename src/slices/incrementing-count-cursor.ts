import { ConnectorError } from '../errors/connector-error';
import type { BuildContext } from '../manifest/build-context';
import { defineComponent } from '../manifest/define-component';
import { field, required, type Props } from '../manifest/field';
import { getOwn, isObject, setOwn, type JsonObject, type JsonValue } from '../protocol/json';
import type { Cursor, IncrementalSync, SliceTracker } from './cursor';
import { invalidState } from './datetime-progress';
import type { RequestOptions } from './request-options';
import { StreamSlice } from './stream-slice';

type Count = number | bigint;

/** Follows a number that only grows, such as an id: one slice from the last number on (reference section 9.2). */
class CountCursor implements Cursor {
  readonly observesRecords = true;
  readonly filtersRecords = false;
  readonly looksOnlyAt: string;
  private initialState: JsonObject = {};
  private resumedAt: Count | undefined;
  private closedAt: Count | undefined;
  private newest: Count | undefined;
  private warned = false;

  constructor(
    readonly cursorField: string,
    private readonly start: () => Count,
    private readonly streamName: string,
    private readonly options: (slice: StreamSlice) => RequestOptions,
    private readonly warn: (message: string) => void,
  ) {
    this.looksOnlyAt = cursorField;
  }

  setInitialState(state: JsonObject): void {
    this.initialState = state;
    this.resumedAt = undefined;
  }

  async *slices(): AsyncGenerator<StreamSlice> {
    yield new StreamSlice({}, { start: this.resumeAt(), end: Infinity });
  }

  observe(record: JsonObject): void {
    const value = this.valueOf(record);
    if (value !== undefined && (this.newest === undefined || value > this.newest)) this.newest = value;
  }

  seenIn(): JsonValue | undefined {
    return this.newest;
  }

  seenBefore(_slice: StreamSlice, value: JsonValue): void {
    const count = toCount(value);
    if (count !== undefined && (this.newest === undefined || count > this.newest)) this.newest = count;
  }

  shouldBeSynced(record: JsonObject): boolean {
    const value = this.valueOf(record);
    return value === undefined || value >= this.resumeAt();
  }

  closeSlice(): boolean {
    if (this.newest === undefined) return false;
    this.closedAt = this.newest;
    return true;
  }

  finish(): void {
    // Closing the slice has settled the state.
  }

  state(): JsonObject {
    const legacy = getOwn(this.initialState, 'legacy');
    const state = isIntervals(this.initialState) ? (isObject(legacy) ? { ...legacy } : {}) : { ...this.initialState };
    const resumeAt = this.resumeAt();
    setOwn(state, this.cursorField, this.closedAt !== undefined && this.closedAt > resumeAt ? this.closedAt : resumeAt);
    return state;
  }

  requestOptions(slice: StreamSlice): RequestOptions {
    return this.options(slice);
  }

  trackSlice(slice: StreamSlice): SliceTracker {
    let newest: Count | undefined;
    return {
      observe: (record) => {
        const value = this.valueOf(record);
        if (value !== undefined && (newest === undefined || value > newest)) newest = value;
      },
      rest: () => (newest === undefined ? slice : new StreamSlice(slice.partition, { ...slice.cursorSlice, start: newest }, slice.extraFields)),
    };
  }

  private resumeAt(): Count {
    if (this.resumedAt === undefined) {
      const start = this.start();
      const reached = this.reachedByState();
      this.resumedAt = reached !== undefined && reached > start ? reached : start;
    }
    return this.resumedAt;
  }

  private reachedByState(): Count | undefined {
    let value = getOwn(this.initialState, this.cursorField) ?? null;
    if (isIntervals(this.initialState)) {
      const slices = getOwn(this.initialState, 'slices');
      const first = Array.isArray(slices) ? slices[0] : undefined;
      value = isObject(first) ? (getOwn(first, 'most_recent_cursor_value') ?? getOwn(first, 'end') ?? null) : null;
    }
    if (value === null) return undefined;
    const count = toCount(value);
    if (count === undefined) throw invalidState(`${this.streamName}.${this.cursorField}`, 'a number', value);
    return count;
  }

  private valueOf(record: JsonObject): Count | undefined {
    const value = toCount(getOwn(record, this.cursorField) ?? null);
    if (value === undefined && !this.warned) {
      this.warned = true;
      this.warn(`Could not find a number in cursor field \`${this.cursorField}\` in record for stream ${this.streamName}. The incremental sync will assume it needs to be synced`);
    }
    return value;
  }
}

function isIntervals(state: JsonObject): boolean {
  return typeof getOwn(state, 'state_type') === 'string' && Array.isArray(getOwn(state, 'slices'));
}

/** Numbers, and texts of whole numbers, as some APIs write ids. */
function toCount(value: JsonValue): Count | undefined {
  if (typeof value === 'number' || typeof value === 'bigint') return value;
  if (typeof value !== 'string' || !/^\s*[+-]?\d+\s*$/.test(value)) return undefined;
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : BigInt(value.trim().replace(/^\+/, ''));
}

const fields = {
  cursor_field: required(
    field.template({ description: 'The top-level field of a record with the number.', examples: ['id', "{{ config['record_cursor'] }}"] }),
  ),
  allow_catalog_defined_cursor_field: field.boolean({ description: 'The user may choose another cursor field in the connection.' }),
  start_value: field.template({ accepts: ['integer'], description: 'The number of the first record to read; 0 by default.', examples: [0, "{{ config['start_value'] }}"] }),
  start_value_option: field.component('RequestOption', { description: 'Where the number to start from goes in the request.' }),
};

class IncrementingCountCursor implements IncrementalSync {
  readonly isDataFeed = false;
  readonly isClientSideIncremental = false;
  readonly allowCatalogDefinedCursorField: boolean;

  constructor(
    private readonly props: Props<typeof fields>,
    private readonly ctx: BuildContext,
  ) {
    this.allowCatalogDefinedCursorField = props.allow_catalog_defined_cursor_field ?? false;
  }

  get cursorField(): string {
    return this.props.cursor_field.text();
  }

  createCursor({ streamName, router, catalogCursorField }: Parameters<IncrementalSync['createCursor']>[0]): Cursor {
    if (router) {
      throw ConnectorError.config(
        'slices.count_cursor_with_partitions',
        `Stream ${streamName} has a partition router and an IncrementingCountCursor, which do not work together. Use a DatetimeBasedCursor, or remove one of them.`,
      );
    }
    const { logger } = this.ctx.runtime;
    return new CountCursor(catalogCursorField || this.cursorField, () => this.start(), streamName, (slice) => this.options(slice), (message) => logger.warn(message));
  }

  private start(): Count {
    const value = this.props.start_value?.eval() ?? 0;
    const count = toCount(value);
    if (count === undefined) {
      throw ConnectorError.config('slices.invalid_start_value', `${this.ctx.path}.start_value is not a whole number. Correct the manifest or the configuration.`);
    }
    return typeof count === 'number' ? Math.trunc(count) : count;
  }

  private options(slice: StreamSlice): RequestOptions {
    const options: RequestOptions = {};
    if (!slice.isEmpty) this.props.start_value_option?.inject(options, getOwn(slice.cursorSlice, 'start') ?? null);
    return options;
  }
}

export const incrementingCountCursor = defineComponent({
  kind: 'IncrementalSync',
  type: 'IncrementingCountCursor',
  title: 'Incrementing count cursor',
  description: 'Reads the records whose number, for example an id, is at least that of the last sync. Not together with a partition router.',
  fields,
  examples: [
    {
      type: 'IncrementingCountCursor',
      cursor_field: 'id',
      start_value: 0,
      start_value_option: { type: 'RequestOption', inject_into: 'request_parameter', field_name: 'since_id' },
    },
  ],
  build: (props, ctx) => new IncrementingCountCursor(props, ctx),
});
