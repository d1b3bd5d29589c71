import type { RecordBatch } from '../slices/parent-stream';

/**
 * `yield*` with a look at each batch: `map` may replace it, or leave it out. Hands the return value on, and lets the
 * source clean up when the reader stops early.
 */
export async function* mapBatches<R>(
  source: AsyncGenerator<RecordBatch, R>,
  map: (batch: RecordBatch) => RecordBatch | undefined,
): AsyncGenerator<RecordBatch, R> {
  try {
    for (;;) {
      const step = await source.next();
      if (step.done) return step.value;
      const batch = map(step.value);
      if (batch) yield batch;
    }
  } finally {
    await source.return(undefined as never);
  }
}
