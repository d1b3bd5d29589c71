import { DatetimeParser } from '../datetime/datetime-format-parser';
import type { PyDateTime } from '../datetime/python-datetime';
import { ConnectorError, errorText, isConnectorError } from '../errors/connector-error';
import { defineComponent } from '../manifest/define-component';
import { field, required } from '../manifest/field';
import type { InterpolatedString } from '../manifest/interpolation/interpolated-string';

/** A date of the manifest or config, held between two bounds. */
export class MinMaxDatetime {
  constructor(
    private readonly datetime: InterpolatedString,
    private readonly format = '',
    private readonly min?: InterpolatedString,
    private readonly max?: InterpolatedString,
  ) {}

  /**
   * Evaluates the templates; `inheritedFormat` is used when the component names no format of its own.
   * @param where the property, for messages
   * @throws ConnectorError `slices.invalid_datetime` (config_error)
   */
  resolve(inheritedFormat: string, where: string): PyDateTime {
    const format = this.format || inheritedFormat;
    let time = parse(this.datetime, format, where);
    const min = this.min && isGiven(this.min) ? parse(this.min, format, `${where}.min_datetime`) : undefined;
    if (min && min.compare(time) > 0) time = min;
    const max = this.max && isGiven(this.max) ? parse(this.max, format, `${where}.max_datetime`) : undefined;
    if (max && max.compare(time) < 0) time = max;
    return time;
  }
}

function isGiven(template: InterpolatedString): boolean {
  const value = template.eval();
  return value !== '' && value !== null;
}

function parse(template: InterpolatedString, format: string, where: string): PyDateTime {
  const text = template.text();
  try {
    return DatetimeParser.parse(text, format);
  } catch (error) {
    if (!isConnectorError(error)) throw error;
    const codes = format.includes('%') ? '' : ' (a format is written in codes, for example %Y-%m-%dT%H:%M:%SZ)';
    const problem =
      error.code === 'datetime.bad_format'
        ? `${where}: ${error.message} Correct the datetime_format in the manifest.`
        : `${where} is ${JSON.stringify(text)}, which does not have the format ${format}${codes}. Correct the value, usually in the configuration, or the datetime_format in the manifest.`;
    throw ConnectorError.config('slices.invalid_datetime', problem, { internalMessage: errorText(error) });
  }
}

declare module '../manifest/kinds' {
  interface ComponentKinds {
    MinMaxDatetime: MinMaxDatetime;
  }
}

export const minMaxDatetime = defineComponent({
  kind: 'MinMaxDatetime',
  type: 'MinMaxDatetime',
  title: 'Min-max datetime',
  description: 'A date that is not earlier than min_datetime and not later than max_datetime.',
  fields: {
    datetime: required(field.template({ description: 'The date.', examples: ['2021-01-01', "{{ config['start_time'] }}"] })),
    datetime_format: field.string({
      description: 'The format of all dates of this component, with the codes of strftime and %s, %ms, %s_as_float, %epoch_microseconds, %_ms. Without it the format of the cursor is used.',
      default: '',
      examples: ['%Y-%m-%dT%H:%M:%S.%f%z', '%Y-%m-%d', '%s'],
    }),
    max_datetime: field.template({ description: 'The latest date; empty means none.', examples: ['2021-01-01T00:00:00Z', '{{ now_utc() }}'] }),
    min_datetime: field.template({ description: 'The earliest date; empty means none.', examples: ['2010-01-01T00:00:00Z', '{{ day_delta(-30) }}'] }),
  },
  examples: [
    { type: 'MinMaxDatetime', datetime: "{{ config['start_date'] }}", datetime_format: '%Y-%m-%d', min_datetime: '2020-01-01' },
  ],
  build: ({ datetime, datetime_format, min_datetime, max_datetime }) => new MinMaxDatetime(datetime, datetime_format, min_datetime, max_datetime),
});
