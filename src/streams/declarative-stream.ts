import type { LineEnvelope } from '../decode/decoder';
import { IdleReaders } from '../decode/idle-readers';
import type { JobBook } from '../jobs/job-book';
import type { BuildContext } from '../manifest/build-context';
import { defineComponent } from '../manifest/define-component';
import { field, required } from '../manifest/field';
import { isObject, type JsonObject, type JsonValue } from '../protocol/json';
import type { FileUploader } from '../records/file-uploader';
import type { RecordTransformation } from '../records/record-transformation';
import { CompositeSchemaLoader } from '../records/schema/composite-schema-loader';
import type { SchemaLoader } from '../records/schema-loader';
import { createCursor } from '../slices/create-cursor';
import type { Cursor, IncrementalSync } from '../slices/cursor';
import type { RecordBatch, StreamPartition } from '../slices/parent-stream';
import { parentsOf } from '../slices/parents-of';
import type { StateMigration } from '../slices/state-migration';
import { ReadingPath } from './reading-path';
import type { Retriever } from './retriever';
import { RowCounts } from './row-counts';
import { checkFiles } from './simple-retriever-checks';
import type { SourceStream, StreamPreparation } from './source-stream';

interface StreamParts {
  name: string;
  primaryKey: SourceStream['primaryKey'];
  retriever: Retriever;
  incrementalSync: IncrementalSync | undefined;
  schemaLoader: SchemaLoader;
  transformations: readonly RecordTransformation[];
  stateMigrations: readonly StateMigration[];
  fileUploader: FileUploader | undefined;
  isAsynchronous: boolean;
}

/** A stream of the manifest: slices from its cursor, records from its retriever. */
export class DeclarativeStream implements SourceStream {
  readonly counts = new RowCounts();
  private madeCursor: Cursor | undefined;
  private catalogCursorField: string | undefined;
  private envelope: LineEnvelope | undefined;
  private maxSlices: number | undefined;
  private concurrency: number | undefined;
  private jobBook: JobBook | undefined;
  private schema: Promise<JsonObject> | undefined;
  /** Not divisible, and another shard reads it. */
  private isElsewhere = false;

  constructor(
    private readonly parts: StreamParts,
    private readonly ctx: BuildContext,
  ) {}

  get name(): string {
    return this.parts.name;
  }

  get primaryKey(): SourceStream['primaryKey'] {
    return this.parts.primaryKey;
  }

  get supportsIncremental(): boolean {
    return this.parts.incrementalSync !== undefined;
  }

  get allowsCatalogDefinedCursorField(): boolean {
    return this.parts.incrementalSync?.allowCatalogDefinedCursorField ?? false;
  }

  get isFileBased(): boolean {
    return this.parts.fileUploader !== undefined;
  }

  get isAsynchronous(): boolean {
    return this.parts.isAsynchronous;
  }

  get parents(): readonly SourceStream[] {
    // Every component of the kind Stream is one.
    return parentsOf(this.parts.retriever.partitionRouter) as readonly SourceStream[];
  }

  /** Made on first use, because the catalog may choose its field. */
  get cursor(): Cursor {
    this.madeCursor ??= createCursor({
      incrementalSync: this.parts.incrementalSync,
      router: this.parts.retriever.partitionRouter,
      streamName: this.name,
      catalogCursorField: this.catalogCursorField,
      runtime: this.ctx.runtime,
    });
    return this.madeCursor;
  }

  jsonSchema(): Promise<JsonObject> {
    this.schema ??= this.parts.schemaLoader.load();
    return this.schema;
  }

  timeOfState(state: JsonObject): number | undefined {
    // A finished full refresh is as new as can be (reference section 9.4).
    if (state.__ab_no_cursor_state_message === true) return this.ctx.runtime.clock.now();
    return this.parts.incrementalSync?.timeOfState?.(state, this.catalogCursorField);
  }

  prepare({ state, catalogCursorField, maxSlices, concurrency, jobBook, share }: StreamPreparation): void {
    this.maxSlices = maxSlices;
    this.concurrency = concurrency;
    this.jobBook = jobBook;
    this.catalogCursorField = this.allowsCatalogDefinedCursorField ? catalogCursorField : undefined;
    const migrated = { name: this.name, cursorField: this.cursor.cursorField, router: this.parts.retriever.partitionRouter };
    const current = this.parts.stateMigrations.reduce(
      (current, migration) => (migration.shouldMigrate(current, migrated) ? migration.migrate(current, migrated) : current),
      state,
    );
    this.cursor.setInitialState(current);
    if (!share) return;
    if (this.isDivisible) this.cursor.share?.(share.share, share.noted);
    else this.isElsewhere = !share.share.owns({});
  }

  keepJobs(book: JobBook): void {
    this.jobBook = book;
  }

  shareNote(): JsonObject {
    return this.isDivisible ? (this.cursor.shareNote?.() ?? {}) : { kind: 'whole', mine: !this.isElsewhere };
  }

  acceptLines(envelope: LineEnvelope): void {
    if (!this.parts.fileUploader) this.envelope = envelope;
  }

  async *partitions(): AsyncIterable<StreamPartition> {
    if (this.isElsewhere) return;
    const partitions = this.parts.retriever.partitions({
      streamName: this.name,
      cursor: this.cursor,
      transformations: this.parts.transformations,
      schema: () => this.jsonSchema(),
      lineEnvelope: this.envelope,
      idleReaders: new IdleReaders(),
      path: new ReadingPath(this.name, this.ctx.runtime.logger),
      isDataFeed: this.parts.incrementalSync?.isDataFeed ?? false,
      counts: this.counts,
      jobBook: this.jobBook,
      maxSlices: this.maxSlices ?? this.ctx.runtime.testRead?.maxSlices,
      concurrency: this.concurrency,
      signal: this.ctx.runtime.signal,
    });
    for await (const partition of partitions) {
      yield this.parts.fileUploader ? withFiles(partition, this.parts.fileUploader) : partition;
    }
  }

  private get isDivisible(): boolean {
    return this.parts.retriever.readsCursorSlices === true && this.cursor.share !== undefined;
  }
}

/** Each record's file is fetched before the record goes out. */
function withFiles(partition: StreamPartition, uploader: FileUploader): StreamPartition {
  return {
    slice: partition.slice,
    close: partition.close?.bind(partition),
    async *read(): AsyncIterable<RecordBatch> {
      for await (const batch of partition.read()) {
        if (batch.kind === 'lines') {
          yield batch;
          continue;
        }
        const fileReferences: JsonObject[] = [];
        for (const record of batch.records) fileReferences.push({ ...(await uploader.upload(record, partition.slice)) });
        yield { ...batch, fileReferences };
      }
    },
  };
}

/** `"id"`, `["a", "b"]` or `[["a", "b"]]`, as a list of keys. */
function parsePrimaryKey(value: JsonValue | undefined): SourceStream['primaryKey'] {
  if (typeof value === 'string') return value ? [value] : [];
  if (!Array.isArray(value)) return [];
  return value.map((key) => (Array.isArray(key) ? (key as string[]) : String(key)));
}

export const declarativeStream = defineComponent({
  kind: 'Stream',
  type: 'DeclarativeStream',
  title: 'Stream',
  description: 'One stream of records: how to retrieve them, what they look like, and how to go on from the last sync.',
  fields: {
    name: field.string({ description: 'The name of the stream in the catalog.', default: '', examples: ['contacts'] }),
    retriever: required(field.component('Retriever', { description: 'How the records are read from the API: in one go, or by an asynchronous job.' })),
    incremental_sync: field.component('IncrementalSync', { description: 'How a sync reads only what is new.' }),
    primary_key: field.json<JsonValue>({
      description: 'The field or fields that identify a record: a name, a list of names, or a list of paths.',
      default: '',
      examples: ['id', ['code', 'type']],
    }),
    schema_loader: field.oneOf([field.component('SchemaLoader'), field.array(field.component('SchemaLoader'))], {
      description: 'Where the JSON schema of the records comes from; with a list, the first definition of a field counts.',
    }),
    transformations: field.array(field.component('RecordTransformation'), { description: 'Changes to each record, in order.', default: [] }),
    state_migrations: field.array(field.component('StateMigration'), { description: 'How to read the state of an older version of the connector.', default: [] }),
    file_uploader: field.component('FileUploader', { description: 'Fetches a file for each record.' }),
  },
  examples: [
    {
      type: 'DeclarativeStream',
      name: 'contacts',
      primary_key: 'id',
      retriever: {
        type: 'SimpleRetriever',
        requester: { type: 'HttpRequester', url: 'https://api.example.com/contacts', http_method: 'GET' },
        record_selector: { type: 'RecordSelector', extractor: { type: 'DpathExtractor', field_path: ['contacts'] } },
      },
      schema_loader: { type: 'InlineSchemaLoader', schema: { type: 'object', properties: { id: { type: 'string' } } } },
    },
  ],
  childContext: (model) => ({ streamName: typeof model.name === 'string' ? model.name : '' }),
  build: (props, ctx, model) => {
    const loaders = props.schema_loader;
    const retrieverModel = model.retriever;
    if (props.file_uploader) checkFiles(retrieverModel, ctx);
    return new DeclarativeStream(
      {
        name: props.name,
        primaryKey: parsePrimaryKey(props.primary_key),
        retriever: props.retriever,
        incrementalSync: props.incremental_sync,
        schemaLoader:
          loaders === undefined
            ? ctx.build('SchemaLoader', { type: 'JsonFileSchemaLoader', optional: true })
            : Array.isArray(loaders)
              ? new CompositeSchemaLoader(loaders)
              : loaders,
        transformations: props.transformations,
        stateMigrations: props.state_migrations,
        fileUploader: props.file_uploader,
        isAsynchronous: isObject(retrieverModel) && retrieverModel.type === 'AsyncRetriever',
      },
      ctx,
    );
  },
});
