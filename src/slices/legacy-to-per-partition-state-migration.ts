import { ConnectorError } from '../errors/connector-error';
import { defineComponent } from '../manifest/define-component';
import { getOwn, isObject, setOwn, type JsonObject } from '../protocol/json';
import type { MigratedStream, StateMigration } from './state-migration';
import { SubstreamPartitionRouter } from './substream-partition-router';
import { UnionPartitionRouter } from './union-partition-router';

/** `{"<partition value>": {"<cursor field>": …}}` becomes the list of partitions that is written today. */
const migration: StateMigration = {
  shouldMigrate(state, stream) {
    if (partitionField(stream) === undefined || getOwn(state, 'states') !== undefined) return false;
    const values = Object.values(state);
    return values.length > 0 && values.every((value) => isObject(value) && Object.keys(value).length === 1 && Object.keys(value)[0] === stream.cursorField);
  },

  migrate(state, stream) {
    const field = partitionField(stream) as string;
    const states = Object.entries(state).map(([value, cursor]) => {
      const partition: JsonObject = {};
      setOwn(partition, field, value);
      return { partition, cursor };
    });
    return { states };
  },
};

/** undefined when there are several parents: the old shape cannot say which one a value belongs to. */
function partitionField({ name, router, cursorField }: MigratedStream): string | undefined {
  if (cursorField === undefined) throw unsupported(name, 'no incremental_sync');
  if (router instanceof UnionPartitionRouter) return router.partitionField;
  if (!(router instanceof SubstreamPartitionRouter)) throw unsupported(name, 'no SubstreamPartitionRouter or UnionPartitionRouter');
  return router.partitionFields.length === 1 ? router.partitionFields[0] : undefined;
}

function unsupported(streamName: string, what: string): ConnectorError {
  return ConnectorError.config(
    'slices.migration_not_possible',
    `LegacyToPerPartitionStateMigration cannot work on stream ${streamName}: it has ${what}. Remove the migration from the stream.`,
  );
}

export const legacyToPerPartitionStateMigration = defineComponent({
  kind: 'StateMigration',
  type: 'LegacyToPerPartitionStateMigration',
  title: 'Legacy to per-partition state',
  description:
    'Reads the state of connectors that kept `{"<partition value>": {"<cursor field>": "…"}}`. For streams with a DatetimeBasedCursor and a SubstreamPartitionRouter with one parent, or a UnionPartitionRouter.',
  fields: {},
  open: true,
  examples: [{ type: 'LegacyToPerPartitionStateMigration' }],
  build: () => migration,
});
