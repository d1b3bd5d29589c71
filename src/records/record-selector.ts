import type { RowPlanner } from '../decode/row-plan';
import type { JsonObject, JsonValue } from '../protocol/json';
import type { StreamSlice } from '../slices/stream-slice';
import type { RecordExtractor } from './record-extractor';
import type { RecordTransformation } from './record-transformation';

/** What the stream adds to the selector's own work. */
export interface SelectionContext {
  slice: StreamSlice;
  nextPageToken?: { next_page_token: JsonValue };
  transformations: readonly RecordTransformation[];
  /** The stream's JSON schema; asked for only when values are normalised. */
  schema: JsonObject;
  /** Client-side incremental: false drops the record. */
  shouldBeSynced?: (record: JsonObject) => boolean;
  warn(message: string): void;
}

/** What a plan for rows needs in addition. */
export interface PlanningContext extends SelectionContext {
  /** The member that `shouldBeSynced` looks at, and whose values are noted for the cursor. */
  cursorField?: string;
  /** Whether the cursor wants those notes. */
  notesCursorField: boolean;
  /** Says whether there is a plan for the rows of a body, or why they must become objects. */
  tell(reason: string | undefined): void;
}

export interface Selection {
  records: JsonObject[];
  /** Dropped by filter or cursor. */
  filtered: number;
  /** Why the record after these failed; to be thrown once they went out. */
  failure?: unknown;
}

export interface RecordSelector {
  readonly extractor: RecordExtractor;
  /** True when `select` would return what it got, given these transformations: no filter, no normalisation. */
  isIdentity(transformations: readonly RecordTransformation[]): boolean;
  readonly needsSchema: boolean;
  /** Does what `select` does to rows whose members are known beforehand; absent where it cannot. */
  planner?(context: PlanningContext): RowPlanner;
  /** Filter, transform, normalise records that were already extracted (reference section 6.1). Non-objects are an error. */
  select(records: JsonValue[], context: SelectionContext): Selection;
}

declare module '../manifest/kinds' {
  interface ComponentKinds {
    RecordSelector: RecordSelector;
  }
}
