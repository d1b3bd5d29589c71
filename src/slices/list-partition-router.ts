import { ConnectorError } from '../errors/connector-error';
import type { BuildContext } from '../manifest/build-context';
import { defineComponent } from '../manifest/define-component';
import { field, required, type Props } from '../manifest/field';
import { getOwn, setOwn, type JsonObject, type JsonValue } from '../protocol/json';
import type { PartitionRouter } from './partition-router';
import { isEmptyValue } from './request-option';
import type { RequestOptions } from './request-options';
import { StreamSlice } from './stream-slice';

const fields = {
  cursor_field: required(
    field.template({ description: "The name of the value in the slice: {{ stream_partition['<name>'] }}.", examples: ['section', "{{ config['section_key'] }}"] }),
  ),
  values: required(
    field.oneOf([field.array(field.string()), field.template()], {
      description: 'The values, one partition each: a list that is taken as it is, or a template that gives a list. An empty text is an empty list: nothing is read.',
      examples: [['section_a', 'section_b'], "{{ config['sections'] }}"],
    }),
  ),
  request_option: field.component('RequestOption', { description: 'Where the value goes in the request.' }),
};

/** One partition for each value of a list. */
export class ListPartitionRouter implements PartitionRouter {
  readonly hasIncrementalParent = false;

  constructor(
    private readonly props: Props<typeof fields>,
    private readonly ctx: BuildContext,
  ) {}

  get partitionFields(): string[] {
    return [this.props.cursor_field.text()];
  }

  get hasRequestOption(): boolean {
    return this.props.request_option !== undefined;
  }

  async *slices(): AsyncGenerator<StreamSlice> {
    const name = this.props.cursor_field.text();
    for (const value of this.values()) {
      const partition: JsonObject = {};
      setOwn(partition, name, value);
      yield new StreamSlice(partition);
    }
  }

  requestOptions(slice: StreamSlice): RequestOptions {
    const options: RequestOptions = {};
    const value = getOwn(slice.partition, this.props.cursor_field.text());
    if (this.props.request_option && !isEmptyValue(value)) this.props.request_option.inject(options, value as JsonValue);
    return options;
  }

  setInitialState(): void {
    // A list has no state.
  }

  parentState(): undefined {
    return undefined;
  }

  private values(): JsonValue[] {
    const { values } = this.props;
    const list = Array.isArray(values) ? values : values.eval();
    if (Array.isArray(list)) return list;
    // A config without the list: there is nothing to read.
    if (list === '') return [];
    const found = list === null ? 'nothing' : typeof list === 'object' ? 'an object' : `the ${typeof list} ${JSON.stringify(String(list).slice(0, 100))}`;
    throw ConnectorError.config('slices.invalid_partition_values', `${this.ctx.path}.values must give a list, but it gives ${found}. Correct the manifest or the configuration.`);
  }
}

export const listPartitionRouter = defineComponent({
  kind: 'PartitionRouter',
  type: 'ListPartitionRouter',
  title: 'List of partitions',
  description: 'Reads the stream once for each value of a list, for example once a region.',
  fields,
  examples: [
    {
      type: 'ListPartitionRouter',
      cursor_field: 'region',
      values: ['eu', 'us'],
      request_option: { type: 'RequestOption', inject_into: 'request_parameter', field_name: 'region' },
    },
    { type: 'ListPartitionRouter', cursor_field: 'account', values: "{{ config.get('accounts', ['main']) }}" },
  ],
  build: (props, ctx) => new ListPartitionRouter(props, ctx),
});
