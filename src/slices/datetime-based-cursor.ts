import { parseDuration } from '../datetime/duration';
import { PyDateTime } from '../datetime/python-datetime';
import { ConnectorError, isConnectorError } from '../errors/connector-error';
import type { BuildContext } from '../manifest/build-context';
import { defineComponent } from '../manifest/define-component';
import { field, required, type Props } from '../manifest/field';
import type { InterpolatedString } from '../manifest/interpolation/interpolated-string';
import { getOwn, isObject, type JsonObject } from '../protocol/json';
import type { Cursor, IncrementalSync } from './cursor';
import { DatetimeCursor } from './datetime-cursor';
import { DatetimeValues } from './datetime-values';
import { GroupingPartitionRouter } from './grouping-partition-router';
import { MinMaxDatetime } from './min-max-datetime';
import { PerPartitionCursor } from './per-partition-cursor';
import type { RequestOptions } from './request-options';
import { signOf, windowRules } from './stored-rules';
import type { StoredRules, WindowRules } from './window-rules';

const FORMATS =
  'Codes of strftime, and %s (epoch seconds), %s_as_float, %ms (epoch milliseconds), %epoch_microseconds as the whole format, %_ms (three digits of milliseconds) inside of one.';

const fields = {
  cursor_field: required(
    field.template({ description: 'The top-level field of a record that tells when it changed.', examples: ['created_at', "{{ config['record_cursor'] }}"] }),
  ),
  allow_catalog_defined_cursor_field: field.boolean({ description: 'The user may choose another cursor field in the connection.' }),
  cursor_datetime_formats: field.array(field.string(), {
    description: `How the cursor field may be written in records, tried in this order, then datetime_format. ${FORMATS}`,
    examples: [['%Y-%m-%dT%H:%M:%S.%fZ', '%s']],
  }),
  datetime_format: required(
    field.string({
      description: `How dates are written in requests and in the state. ${FORMATS}`,
      examples: ['%Y-%m-%dT%H:%M:%S.%f%z', '%Y-%m-%d', '%s', '%ms', '%s_as_float'],
    }),
  ),
  start_datetime: required(
    field.oneOf([field.component('MinMaxDatetime'), field.template()], {
      description: 'The date of the earliest records to read.',
      examples: ['2020-01-01T00:00:00Z', "{{ config['start_time'] }}"],
    }),
  ),
  start_time_option: field.component('RequestOption', { description: 'Where the start of the window goes in the request.' }),
  end_datetime: field.oneOf([field.component('MinMaxDatetime'), field.template()], {
    description: 'The date of the last records to read; without it the current time.',
    examples: ['2021-01-01T00:00:00Z', '{{ now_utc() }}', '{{ day_delta(-1) }}'],
  }),
  end_time_option: field.component('RequestOption', { description: 'Where the end of the window goes in the request.' }),
  step: field.template({
    description: 'The size of a window (ISO 8601 duration). Needs cursor_granularity. Without it there is one window.',
    examples: ['P1W', "{{ config['step_increment'] }}"],
  }),
  cursor_granularity: field.string({
    description: 'The smallest step of datetime_format (ISO 8601 duration): it keeps the end of a window and the start of the next one apart. Needs step.',
    examples: ['PT1S', 'P1D', 'PT0.001S'],
  }),
  lookback_window: field.template({
    description: 'How far before the last state a sync starts to read again (ISO 8601 duration), for records that appear late.',
    examples: ['P1D', "P{{ config['lookback_days'] }}D"],
  }),
  partition_field_start: field.template({ description: 'The name of the start in the slice; start_time by default.', examples: ['starting_time'] }),
  partition_field_end: field.template({ description: 'The name of the end in the slice; end_time by default.', examples: ['ending_time'] }),
  is_data_feed: field.boolean({ description: 'The API cannot filter and answers from the newest to the oldest: pages are read until one is older than the state, and older records are dropped.' }),
  is_client_side_incremental: field.boolean({ description: 'The API returns all records; those outside of the range from state (less the lookback window) to end are dropped.' }),
  is_compare_strictly: field.boolean({ description: 'The API refuses a window whose start equals its end, so such windows are left out.', default: false }),
  global_substream_cursor: field.boolean({
    description: 'One cursor for all partitions instead of one each, for streams with very many partitions. The state moves only when a whole sync has succeeded.',
    default: false,
  }),
  clamping: field.record(
    {
      target: required(field.template({ description: 'DAY, WEEK or MONTH.', examples: ['DAY', 'WEEK', 'MONTH', "{{ config['target'] }}"] })),
      target_details: field.object({ description: 'For WEEK: weekday, the day that a week starts with.', examples: [{ weekday: 'MONDAY' }] }),
    },
    { description: 'Moves the boundaries of windows to those of whole days, weeks or months.' },
  ),
};

class DatetimeBasedCursor implements IncrementalSync {
  readonly isDataFeed: boolean;
  readonly isClientSideIncremental: boolean;
  readonly allowCatalogDefinedCursorField: boolean;
  private readonly start: MinMaxDatetime;
  private readonly end: MinMaxDatetime | undefined;

  constructor(
    private readonly props: Props<typeof fields>,
    private readonly ctx: BuildContext,
  ) {
    this.isDataFeed = props.is_data_feed ?? false;
    this.isClientSideIncremental = props.is_client_side_incremental ?? false;
    this.allowCatalogDefinedCursorField = props.allow_catalog_defined_cursor_field ?? false;
    this.start = asMinMax(props.start_datetime);
    this.end = props.end_datetime && asMinMax(props.end_datetime);
    if (Boolean(props.step?.source) !== Boolean(props.cursor_granularity)) {
      const [given, missing] = props.cursor_granularity ? ['cursor_granularity', 'step'] : ['step', 'cursor_granularity'];
      throw ConnectorError.config('slices.invalid_step', `${ctx.path} has a ${given} but no ${missing}. Give both, or neither.`);
    }
  }

  get cursorField(): string {
    return this.props.cursor_field.text();
  }

  createCursor({ streamName, router, catalogCursorField }: Parameters<IncrementalSync['createCursor']>[0]): Cursor {
    const cursorField = catalogCursorField || this.cursorField;
    let rules: WindowRules | undefined;
    const parts = {
      streamName,
      cursorField,
      rules: () => (rules ??= this.rules(cursorField)),
      windowOptions: (window: JsonObject) => this.windowOptions(window),
      filtersRecords: this.isDataFeed || this.isClientSideIncremental,
      splitsWindows: Boolean(this.props.cursor_granularity) && !this.isClientSideIncremental,
      logger: this.ctx.runtime.logger,
    };
    if (!router) return new DatetimeCursor(parts);
    // A state a group of partitions would be lost as soon as the groups change.
    const isGlobal = this.props.global_substream_cursor || router instanceof GroupingPartitionRouter;
    return new PerPartitionCursor({ ...parts, router, isGlobal, clock: this.ctx.runtime.clock });
  }

  timeOfState(state: JsonObject, cursorField = this.cursorField): number | undefined {
    const values = new DatetimeValues(this.props.datetime_format, this.props.cursor_datetime_formats);
    const timeOf = (from: JsonObject) => values.ofState(getOwn(from, cursorField) ?? null)?.epochMs();
    const global = getOwn(state, 'state');
    if (isObject(global)) return timeOf(global);
    const slices = getOwn(state, 'slices');
    const first = Array.isArray(slices) ? slices[0] : undefined;
    if (!isObject(first)) return timeOf(state);
    return values.ofState(getOwn(first, 'most_recent_cursor_value') ?? getOwn(first, 'end') ?? null)?.epochMs();
  }

  private rules(cursorField: string): WindowRules {
    const { props } = this;
    const stored: StoredRules = {
      cursor_field: cursorField,
      start_field: props.partition_field_start?.text() || 'start_time',
      end_field: props.partition_field_end?.text() || 'end_time',
      datetime_format: props.datetime_format,
      cursor_datetime_formats: [...(props.cursor_datetime_formats ?? [])],
      start: this.start.resolve(props.datetime_format, `${this.ctx.path}.start_datetime`).isoformat(),
      step: this.duration('step', props.step),
      granularity: this.duration('cursor_granularity', props.cursor_granularity),
      lookback: this.duration('lookback_window', props.lookback_window),
      clamping: props.clamping ? { target: props.clamping.target.text(), target_details: props.clamping.target_details ?? null } : null,
      is_compare_strictly: props.is_compare_strictly,
    };
    return windowRules(stored, () => this.end?.resolve(props.datetime_format, `${this.ctx.path}.end_datetime`) ?? this.now());
  }

  private now(): PyDateTime {
    return PyDateTime.fromEpochMs(this.ctx.runtime.clock.now());
  }

  private duration(name: string, source: InterpolatedString | string | undefined): string | null {
    const value = typeof source === 'object' ? source.eval() : source;
    if (value === undefined || value === null || value === '') return null;
    const text = String(value);
    let sign: number;
    try {
      sign = signOf(parseDuration(text));
    } catch (error) {
      if (!isConnectorError(error)) throw error;
      throw this.invalidDuration(name, text, 'is not an ISO 8601 duration such as P1D, P1M or PT1H');
    }
    if (sign < 0) throw this.invalidDuration(name, text, 'is negative');
    return text;
  }

  private invalidDuration(name: string, value: string, problem: string): ConnectorError {
    return ConnectorError.config('slices.invalid_duration', `${this.ctx.path}.${name} is ${JSON.stringify(value)}, which ${problem}. Correct the manifest or the configuration.`);
  }

  private windowOptions(window: JsonObject): RequestOptions {
    const options: RequestOptions = {};
    if (Object.keys(window).length === 0) return options;
    const { start_time_option, end_time_option, partition_field_start, partition_field_end } = this.props;
    start_time_option?.inject(options, getOwn(window, partition_field_start?.text() || 'start_time') ?? null);
    end_time_option?.inject(options, getOwn(window, partition_field_end?.text() || 'end_time') ?? null);
    return options;
  }
}

function asMinMax(value: MinMaxDatetime | InterpolatedString): MinMaxDatetime {
  return value instanceof MinMaxDatetime ? value : new MinMaxDatetime(value);
}

export const datetimeBasedCursor = defineComponent({
  kind: 'IncrementalSync',
  type: 'DatetimeBasedCursor',
  title: 'Datetime-based cursor',
  description: 'Reads what was created or changed since the last sync, by a date in the records, in windows of time.',
  fields,
  examples: [
    {
      type: 'DatetimeBasedCursor',
      cursor_field: 'updated_at',
      datetime_format: '%Y-%m-%dT%H:%M:%SZ',
      start_datetime: "{{ config.get('start_date', '2024-01-01T00:00:00Z') }}",
      step: 'P1M',
      cursor_granularity: 'PT1S',
      lookback_window: 'P1D',
      start_time_option: { type: 'RequestOption', inject_into: 'request_parameter', field_name: 'updated_from' },
      end_time_option: { type: 'RequestOption', inject_into: 'request_parameter', field_name: 'updated_to' },
    },
    {
      type: 'DatetimeBasedCursor',
      cursor_field: 'day',
      datetime_format: '%Y-%m-%d',
      start_datetime: { type: 'MinMaxDatetime', datetime: '2024-01-01', datetime_format: '%Y-%m-%d' },
      end_datetime: '{{ today_utc() }}',
      clamping: { target: 'WEEK', target_details: { weekday: 'MONDAY' } },
    },
  ],
  build: (props, ctx) => new DatetimeBasedCursor(props, ctx),
});
