import { defineComponent, type AnyComponentDefinition } from '../../src/manifest/define-component';
import type { ComponentKinds } from '../../src/manifest/kinds';
import type { JsonObject } from '../../src/protocol/json';
import type { StreamSlice } from '../../src/slices/stream-slice';

export interface FakeRetrieval {
  readonly definition: AnyComponentDefinition;
  /** The slices that were asked for. */
  readonly slices: StreamSlice[];
  /** How many reads were given up or read to the end. */
  closed: number;
}

/** A `SimpleRetriever` whose records a function of the slice makes, one batch a list. */
export function fakeRetriever(batchesOf: (slice: StreamSlice) => JsonObject[][]): FakeRetrieval {
  const retrieval: FakeRetrieval = {
    slices: [],
    closed: 0,
    definition: defineComponent({
      kind: 'Retriever',
      type: 'SimpleRetriever',
      title: '',
      description: '',
      fields: {},
      examples: [],
      build: (): ComponentKinds['Retriever'] => ({
        partitionRouter: undefined,
        async *partitions(run) {
          for await (const slice of run.cursor.slices()) {
            retrieval.slices.push(slice);
            yield {
              slice,
              async *read() {
                try {
                  for (const records of batchesOf(slice)) yield { kind: 'objects', records };
                } finally {
                  retrieval.closed += 1;
                }
              },
            };
          }
        },
      }),
    }),
  };
  return retrieval;
}
