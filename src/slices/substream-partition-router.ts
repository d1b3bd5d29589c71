import { ConnectorError, isConnectorError } from '../errors/connector-error';
import { defineComponent } from '../manifest/define-component';
import { field, required } from '../manifest/field';
import type { InterpolatedString } from '../manifest/interpolation/interpolated-string';
import type { Logger } from '../platform/runtime';
import { getOwn, isObject, setOwn, type JsonObject, type JsonValue } from '../protocol/json';
import { parentStateOf } from './parent-state';
import type { ParentStream } from './parent-stream';
import type { ParentStreamConfig } from './parent-stream-config';
import type { ReadsParents } from './parents-of';
import type { PartitionRouter } from './partition-router';
import { isEmptyValue } from './request-option';
import type { RequestOptions } from './request-options';
import { StreamSlice } from './stream-slice';

/** One partition for each record of one or more parent streams, which are read one after the other. */
export class SubstreamPartitionRouter implements PartitionRouter, ReadsParents {
  private readonly snapshots = new Map<ParentStreamConfig, JsonObject>();
  private states: JsonObject | undefined;
  /** Only the first sync reads what came along with the parents; later ones ask for what is new. */
  private isFirstSync = true;

  constructor(
    private readonly configs: readonly ParentStreamConfig[],
    private readonly logger: Logger,
  ) {}

  get partitionFields(): string[] {
    return this.configs.map(({ partitionField }) => partitionField.text());
  }

  get hasRequestOption(): boolean {
    return this.configs.some(({ requestOption }) => requestOption !== undefined);
  }

  get hasIncrementalParent(): boolean {
    return this.configs.some(({ isIncremental }) => isIncremental);
  }

  get parents(): readonly ParentStream[] {
    return this.configs.map(({ stream }) => stream);
  }

  setInitialState(streamState: JsonObject): void {
    this.isFirstSync = Object.keys(streamState).length === 0;
    for (const { stream, isIncremental } of this.configs) {
      if (!isIncremental) {
        stream.prepare({ state: {} });
        continue;
      }
      const { state, isOwn } = parentStateOf(streamState, stream.name, stream.cursor.cursorField);
      stream.prepare({ state });
      if (!isOwn && !canRead(stream)) {
        this.logger.warn(`The parent stream ${stream.name} has no state of its own yet and cannot read the cursor of its child, so it is read from its start.`);
        stream.prepare({ state: {} });
      }
    }
  }

  async *slices(): AsyncGenerator<StreamSlice> {
    for (const config of this.configs) yield* this.slicesOf(config);
  }

  requestOptions(slice: StreamSlice): RequestOptions {
    const options: RequestOptions = {};
    for (const { requestOption, partitionField } of this.configs) {
      const value = requestOption && getOwn(slice.partition, partitionField.text());
      if (!isEmptyValue(value)) requestOption?.inject(options, value as JsonValue);
    }
    return options;
  }

  parentState(): JsonObject {
    if (!this.states) {
      this.states = {};
      for (const config of this.configs) {
        if (config.isIncremental) setOwn(this.states, config.stream.name, this.snapshot(config));
      }
    }
    return this.states;
  }

  private async *slicesOf(config: ParentStreamConfig): AsyncGenerator<StreamSlice> {
    const { stream } = config;
    const { cursor } = stream;
    const toSlice = new SliceMaker(config, stream.name, this.isFirstSync, this.logger);
    for await (const partition of stream.partitions()) {
      const parent = partition.slice;
      // One record is held back: when the last one of a parent slice goes out, the slice must be closed already, so
      // that the state that travels with this record covers it.
      let held: JsonObject | undefined;
      for await (const batch of partition.read()) {
        if (batch.kind !== 'objects') throw ConnectorError.system('slices.parent_lines', `The parent stream ${stream.name} gives lines instead of records. This is a bug of the connector; please report it.`);
        for (const record of batch.records) {
          const slice = held && toSlice.make(held, parent);
          if (slice) yield slice;
          if (cursor.observesRecords) cursor.observe(record, parent);
          held = record;
        }
      }
      await partition.close?.();
      if (cursor.closeSlice(parent)) this.takeSnapshot(config);
      const slice = held && toSlice.make(held, parent);
      if (slice) yield slice;
    }
    cursor.finish(true);
    this.takeSnapshot(config);
  }

  /** A state of the parent is built only when the parent itself would send one: it may list thousands of partitions. */
  private takeSnapshot(config: ParentStreamConfig): void {
    if (!config.isIncremental) return;
    this.snapshots.set(config, config.stream.cursor.state());
    this.states = undefined;
  }

  private snapshot(config: ParentStreamConfig): JsonObject {
    if (!this.snapshots.has(config)) this.snapshots.set(config, config.stream.cursor.state());
    return this.snapshots.get(config) as JsonObject;
  }
}

/** A state that was borrowed from the child may have other formats than the parent's. */
function canRead(stream: ParentStream): boolean {
  try {
    stream.cursor.state();
    return true;
  } catch (error) {
    if (isConnectorError(error) && error.code === 'slices.invalid_state') return false;
    throw error;
  }
}

/** Makes slices of the records of one parent; its templates are evaluated once. */
class SliceMaker {
  private readonly parentKey: readonly string[];
  private readonly partitionField: string;
  private readonly extraPaths: readonly string[][];
  private readonly childPath: readonly string[];

  constructor(
    config: ParentStreamConfig,
    private readonly parentName: string,
    isFirstSync: boolean,
    private readonly logger: Logger,
  ) {
    const texts = (path: readonly InterpolatedString[]) => path.map((segment) => segment.text());
    this.parentKey = config.parentKey.text().replace(/^\/+/, '').split('/');
    this.partitionField = config.partitionField.text();
    this.extraPaths = config.extraFields.map(texts);
    this.childPath = isFirstSync ? texts(config.lazyReadPointer) : [];
  }

  /** undefined for a record without the key. */
  make(record: JsonObject, parent: StreamSlice): StreamSlice | undefined {
    const value = valueAt(record, this.parentKey) ?? null;
    if (value === null) {
      this.logger.debug(`Skipping ${this.parentName} record with missing or null parent key '${this.parentKey.join('/')}'`);
      return undefined;
    }
    const partition: JsonObject = {};
    setOwn(partition, this.partitionField, value);
    setOwn(partition, 'parent_slice', parent.partition);
    const extraFields: JsonObject = {};
    if (this.childPath.length > 0) extraFields.child_response = valueAt(record, this.childPath) ?? [];
    for (const path of this.extraPaths) setOwn(extraFields, path.join('.'), valueAt(record, path) ?? null);
    return new StreamSlice(partition, {}, extraFields);
  }
}

/** Follows own keys and, by number, the items of lists. */
function valueAt(root: JsonValue, path: readonly string[]): JsonValue | undefined {
  let value: JsonValue | undefined = root;
  for (const segment of path) {
    if (Array.isArray(value)) value = /^-?\d+$/.test(segment) ? value.at(Number(segment)) : undefined;
    else value = isObject(value) ? getOwn(value, segment) : undefined;
  }
  return value;
}

export const substreamPartitionRouter = defineComponent({
  kind: 'PartitionRouter',
  type: 'SubstreamPartitionRouter',
  title: 'Substream',
  description: 'Reads the stream once for each record of a parent stream, for example the members of each list.',
  fields: {
    parent_stream_configs: required(field.array(field.component('ParentStreamConfig'), { description: 'The parents; their partitions follow one another.' })),
  },
  examples: [
    {
      type: 'SubstreamPartitionRouter',
      parent_stream_configs: [
        {
          type: 'ParentStreamConfig',
          parent_key: 'id',
          partition_field: 'list_id',
          stream: {
            type: 'DeclarativeStream',
            name: 'lists',
            retriever: {
              type: 'SimpleRetriever',
              requester: { type: 'HttpRequester', url: 'https://api.example.com/lists', http_method: 'GET' },
              record_selector: { type: 'RecordSelector', extractor: { type: 'DpathExtractor', field_path: ['lists'] } },
            },
            schema_loader: { type: 'InlineSchemaLoader', schema: { type: 'object', properties: { id: { type: 'string' } } } },
          },
        },
      ],
    },
  ],
  build: ({ parent_stream_configs }, ctx) => {
    if (parent_stream_configs.length === 0) throw ConnectorError.config('slices.no_parent', `${ctx.path} needs at least one parent in parent_stream_configs.`);
    return new SubstreamPartitionRouter(parent_stream_configs, ctx.runtime.logger);
  },
});
