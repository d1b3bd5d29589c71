import { parseDuration } from '../datetime/duration';
import { PyDateTime } from '../datetime/python-datetime';
import type { LineEnvelope } from '../decode/decoder';
import { ConnectorError } from '../errors/connector-error';
import type { BuildContext } from '../manifest/build-context';
import { defineComponent } from '../manifest/define-component';
import { field, required } from '../manifest/field';
import type { JobBook } from '../jobs/job-book';
import type { JsonObject } from '../protocol/json';
import type { Cursor } from '../slices/cursor';
import type { StreamPartition } from '../slices/parent-stream';
import type { SourceStream, StreamPreparation } from './source-stream';

/**
 * Two streams under one name: without a state the first one runs, with a state the second. A state that is older than
 * what the API keeps is dropped, so that nothing between the two is missed (reference section 9.4).
 */
export class StateDelegatingStream implements SourceStream {
  private active: SourceStream;

  constructor(
    readonly name: string,
    private readonly fullRefresh: SourceStream,
    private readonly incremental: SourceStream,
    private readonly retentionPeriod: string | undefined,
    private readonly ctx: BuildContext,
  ) {
    this.active = fullRefresh;
  }

  get primaryKey(): SourceStream['primaryKey'] {
    return this.active.primaryKey;
  }

  get supportsIncremental(): boolean {
    return this.active.supportsIncremental;
  }

  get allowsCatalogDefinedCursorField(): boolean {
    return this.active.allowsCatalogDefinedCursorField;
  }

  get isFileBased(): boolean {
    return this.active.isFileBased;
  }

  get isAsynchronous(): boolean {
    return this.active.isAsynchronous;
  }

  get parents(): SourceStream['parents'] {
    return this.active.parents;
  }

  get counts(): SourceStream['counts'] {
    return this.active.counts;
  }

  get cursor(): Cursor {
    return this.active.cursor;
  }

  jsonSchema(): Promise<JsonObject> {
    return this.active.jsonSchema();
  }

  prepare(preparation: StreamPreparation): void {
    const { state } = preparation;
    const goesOn = Object.keys(state).length > 0 && !this.isTooOld(state);
    this.active = goesOn ? this.incremental : this.fullRefresh;
    this.active.prepare(goesOn ? preparation : { ...preparation, state: {} });
  }

  shareNote(): JsonObject {
    return this.active.shareNote();
  }

  keepJobs(book: JobBook): void {
    this.active.keepJobs(book);
  }

  acceptLines(envelope: LineEnvelope): void {
    this.active.acceptLines(envelope);
  }

  partitions(): AsyncIterable<StreamPartition> {
    return this.active.partitions();
  }

  timeOfState(state: JsonObject): number | undefined {
    return this.active.timeOfState(state);
  }

  private isTooOld(state: JsonObject): boolean {
    // A parent that the user did not select has no state of its own to drop.
    if (!this.retentionPeriod || this.ctx.isParent) return false;
    const { clock, logger } = this.ctx.runtime;
    const at = this.fullRefresh.timeOfState(state) ?? this.incremental.timeOfState(state);
    const cutoff = PyDateTime.fromEpochMs(clock.now()).minus(parseDuration(this.retentionPeriod)).epochMs();
    if (at !== undefined && at >= cutoff) return false;
    const age = at === undefined ? 'has a state without a readable cursor value' : `has a cursor value older than the API's retention period of ${this.retentionPeriod}`;
    logger.warn(`Stream '${this.name}' ${age}. Falling back to full refresh to avoid data loss.`);
    return true;
  }
}

const streamExample = (url: string): JsonObject => ({
  type: 'DeclarativeStream',
  name: 'events',
  retriever: {
    type: 'SimpleRetriever',
    requester: { type: 'HttpRequester', url },
    record_selector: { type: 'RecordSelector', extractor: { type: 'DpathExtractor', field_path: [] } },
  },
});

export const stateDelegatingStream = defineComponent({
  kind: 'Stream',
  type: 'StateDelegatingStream',
  title: 'State delegating stream',
  description: 'One stream for the first sync and another one for the syncs that have a state, under the same name.',
  fields: {
    name: required(field.string({ description: 'The name of all three.', default: '' })),
    full_refresh_stream: required(field.component('Stream', { description: 'Runs when there is no state.', types: ['DeclarativeStream'] })),
    incremental_stream: required(field.component('Stream', { description: 'Runs when there is a state.', types: ['DeclarativeStream'] })),
    api_retention_period: field.template({ description: 'How long the API keeps changes, as an ISO 8601 duration; an older state counts as none.', examples: ['P30D'] }),
  },
  examples: [
    {
      type: 'StateDelegatingStream',
      name: 'events',
      full_refresh_stream: streamExample('https://api.example.com/events/all'),
      incremental_stream: streamExample('https://api.example.com/events/changes'),
      api_retention_period: 'P30D',
    },
  ],
  build: (props, ctx) => {
    const names = [props.full_refresh_stream.name, props.incremental_stream.name];
    if (names.some((name) => name !== props.name)) {
      throw ConnectorError.config('manifest.delegating_names', `${ctx.path}: a state delegating stream and its two streams must have one name; they are called ${[props.name, ...names].join(', ')}.`);
    }
    const retention = props.api_retention_period?.text();
    return new StateDelegatingStream(props.name, props.full_refresh_stream, props.incremental_stream, retention || undefined, ctx);
  },
});
