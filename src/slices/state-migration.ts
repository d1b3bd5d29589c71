import type { JsonObject } from '../protocol/json';
import type { PartitionRouter } from './partition-router';

/** What a migration may know about the stream whose state it reads. */
export interface MigratedStream {
  name: string;
  cursorField: string | undefined;
  router: PartitionRouter | undefined;
}

/** Reads the state of an older version of a connector. */
export interface StateMigration {
  /** True when the state has the old shape. */
  shouldMigrate(state: JsonObject, stream: MigratedStream): boolean;
  /** The state in today's shape; called only after `shouldMigrate` said true. */
  migrate(state: JsonObject, stream: MigratedStream): JsonObject;
}

declare module '../manifest/kinds' {
  interface ComponentKinds {
    StateMigration: StateMigration;
  }
}
