import type { ComponentKinds } from '../manifest/kinds';
import type { JsonObject } from '../protocol/json';
import type { Cursor } from '../slices/cursor';
import type { StreamSlice } from '../slices/stream-slice';

/** For retrievers that serve a component instead of a stream: there is one slice, and nothing is remembered of it. */
class OneSliceCursor implements Cursor {
  readonly cursorField = undefined;
  readonly observesRecords = false;
  readonly filtersRecords = false;

  constructor(private readonly slice: StreamSlice) {}

  async *slices(): AsyncGenerator<StreamSlice> {
    yield this.slice;
  }

  setInitialState(): void {}
  observe(): void {}
  finish(): void {}

  shouldBeSynced(): boolean {
    return true;
  }

  closeSlice(): boolean {
    return false;
  }

  state(): JsonObject {
    return {};
  }

  requestOptions(): Record<string, never> {
    return {};
  }
}

/** The records that a retriever finds for one slice, in batches. Stopping early gives the retriever's resources back. */
export async function* readOneSlice(
  retriever: ComponentKinds['Retriever'],
  slice: StreamSlice,
  streamName: string,
  signal: AbortSignal,
): AsyncGenerator<JsonObject[]> {
  const partitions = retriever.partitions({
    streamName,
    cursor: new OneSliceCursor(slice),
    transformations: [],
    schema: async () => ({}),
    isDataFeed: false,
    signal,
  });
  for await (const partition of partitions) {
    for await (const batch of partition.read()) {
      if (batch.kind === 'objects') yield batch.records;
    }
    await partition.close?.();
  }
}
