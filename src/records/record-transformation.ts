import type { JsonObject } from '../protocol/json';
import type { Vars } from '../manifest/interpolation/interpolated-string';

/** Changes a record in place, in the order of the manifest. */
export interface RecordTransformation {
  transform(record: JsonObject, vars: Vars): void;
}

/** Drops records: `condition`, or a custom filter. */
export interface RecordFilter {
  keep(record: JsonObject, vars: Vars): boolean;
}

export interface SchemaNormalizer {
  /** Casts values in place to what the schema says; `warn` hears of values that do not fit. */
  normalize(record: JsonObject, schema: JsonObject, warn: (message: string) => void): void;
}

declare module '../manifest/kinds' {
  interface ComponentKinds {
    RecordTransformation: RecordTransformation;
    RecordFilter: RecordFilter;
    SchemaNormalization: SchemaNormalizer;
  }
}
