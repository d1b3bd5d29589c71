import { ConnectorError, errorText } from '../../errors/connector-error';
import { defineComponent } from '../../manifest/define-component';
import { field, required } from '../../manifest/field';
import type { CheckedSource, CheckResult, ConnectionChecker } from './connection-checker';

/** How many of the streams of a dynamic stream definition a check looks at. */
export interface DynamicStreamCheckConfig {
  readonly dynamicStreamName: string;
  /** All of them when undefined. */
  readonly streamCount: number | undefined;
}

declare module '../../manifest/kinds' {
  interface ComponentKinds {
    DynamicStreamCheckConfig: DynamicStreamCheckConfig;
  }
}

export const dynamicStreamCheckConfig = defineComponent({
  kind: 'DynamicStreamCheckConfig',
  type: 'DynamicStreamCheckConfig',
  title: 'Dynamic stream check',
  description: 'Which generated streams a check reads.',
  fields: {
    dynamic_stream_name: required(field.string({ description: 'The name of the dynamic stream definition.' })),
    stream_count: field.integer({ description: 'How many of its streams to check; all when absent.', minimum: 1 }),
  },
  examples: [{ type: 'DynamicStreamCheckConfig', dynamic_stream_name: 'tables', stream_count: 1 }],
  build: (props) => ({ dynamicStreamName: props.dynamic_stream_name, streamCount: props.stream_count }),
});

class CheckStream implements ConnectionChecker {
  constructor(
    private readonly streamNames: readonly string[],
    private readonly dynamicConfigs: readonly DynamicStreamCheckConfig[],
  ) {}

  async check(source: CheckedSource): Promise<CheckResult> {
    const names = source.streamNamesFromConfig ?? this.streamNames;
    let streams;
    try {
      streams = await source.streams(this.dynamicConfigs.length > 0 ? undefined : names);
    } catch (error) {
      return { ok: false, message: `Encountered an error while discovering streams. Error: ${errorText(error)}` };
    }
    if (streams.length === 0) return { ok: false, message: 'The source has no streams to connect to.' };
    const byName = new Map(streams.map((stream) => [stream.name, stream]));
    for (const name of [...names, ...(await this.dynamicNames(source))]) {
      const stream = byName.get(name);
      if (!stream) {
        throw ConnectorError.config('check.unknown_stream', `The check names the stream ${name}, which is not part of the catalog. Expected one of: ${[...byName.keys()].join(', ')}.`);
      }
      try {
        const found = await source.probe(stream);
        if (!found.available) return { ok: false, message: `Stream ${name} is not available: ${found.reason}` };
      } catch (error) {
        return { ok: false, message: `Encountered an error while checking availability of stream ${name}. Error: ${errorText(error)}` };
      }
    }
    return { ok: true };
  }

  private async dynamicNames(source: CheckedSource): Promise<string[]> {
    if (this.dynamicConfigs.length === 0) return [];
    const generated = await source.dynamicStreamNames();
    return this.dynamicConfigs.flatMap(({ dynamicStreamName, streamCount }) => {
      const names = generated.get(dynamicStreamName);
      if (!names) throw ConnectorError.config('check.unknown_stream', `Dynamic stream ${dynamicStreamName} is not found in the manifest. Expected one of: ${[...generated.keys()].join(', ')}.`);
      return names.slice(0, streamCount);
    });
  }
}

const configOverrides = field.object({
  description: 'Values laid over the config for the check only, e.g. a recent start date. Taken as they are.',
});

export const checkStream = defineComponent({
  kind: 'ConnectionChecker',
  type: 'CheckStream',
  title: 'Check streams',
  description: 'The source can be read when each of the named streams answers.',
  fields: {
    stream_names: field.array(field.string(), { description: 'The streams to try, in order.', default: [] }),
    dynamic_streams_check_configs: field.array(field.component('DynamicStreamCheckConfig'), { description: 'Generated streams to try.', default: [] }),
    config_overrides: configOverrides,
  },
  examples: [{ type: 'CheckStream', stream_names: ['contacts'] }],
  build: (props) => new CheckStream(props.stream_names, props.dynamic_streams_check_configs),
});

class CheckDynamicStream implements ConnectionChecker {
  constructor(
    private readonly streamCount: number,
    private readonly useCheckAvailability: boolean,
  ) {}

  async check(source: CheckedSource): Promise<CheckResult> {
    const streams = await source.streams();
    if (streams.length === 0) return { ok: false, message: 'The source has no streams to connect to.' };
    if (!this.useCheckAvailability) return { ok: true };
    for (const stream of streams.slice(0, this.streamCount)) {
      try {
        const found = await source.probe(stream);
        if (!found.available) return { ok: false, message: `Stream ${stream.name} is not available: ${found.reason}` };
      } catch (error) {
        return { ok: false, message: `Encountered an error trying to connect to stream ${stream.name}. Error: ${errorText(error)}` };
      }
    }
    return { ok: true };
  }
}

export const checkDynamicStream = defineComponent({
  kind: 'ConnectionChecker',
  type: 'CheckDynamicStream',
  title: 'Check dynamic streams',
  description: 'The source can be read when the first streams answer, whatever their names.',
  fields: {
    stream_count: required(field.integer({ description: 'How many streams to try.' })),
    use_check_availability: field.boolean({ description: 'Whether to read a record; otherwise finding the streams is enough.', default: true }),
    config_overrides: configOverrides,
  },
  examples: [{ type: 'CheckDynamicStream', stream_count: 1 }],
  build: (props) => new CheckDynamicStream(props.stream_count, props.use_check_availability),
});
