import type { JsonObject } from '../protocol/json';
import type { Vars } from '../manifest/interpolation/interpolated-string';
import type { PlanVars, RowOutline } from './row-outline';

/** Changes a record in place, in the order of the manifest. */
export interface RecordTransformation {
  transform(record: JsonObject, vars: Vars): void;
  /** Does to the outline of a row what `transform` does to each record; absent where that needs the record. @throws NoPlan */
  plan?(outline: RowOutline, vars: PlanVars): void;
}

/** Drops records: `condition`, or a custom filter. */
export interface RecordFilter {
  keep(record: JsonObject, vars: Vars): boolean;
  /** Adds `keep` to the steps of a row; absent where it needs the record. @throws NoPlan */
  plan?(outline: RowOutline, vars: PlanVars): void;
}

export interface SchemaNormalizer {
  /** Casts values in place to what the schema says; `warn` hears of values that do not fit. */
  normalize(record: JsonObject, schema: JsonObject, warn: (message: string) => void): void;
  /** Adds `normalize` to the steps of a row; absent where it needs the record. @throws NoPlan */
  plan?(outline: RowOutline, schema: JsonObject, warn: (message: string) => void): void;
}

declare module '../manifest/kinds' {
  interface ComponentKinds {
    RecordTransformation: RecordTransformation;
    RecordFilter: RecordFilter;
    SchemaNormalization: SchemaNormalizer;
  }
}
