import type { Vars } from '../manifest/interpolation/interpolated-string';
import type { JsonObject } from '../protocol/json';

/** What templates see where something is transformed or filtered that belongs to no slice (schemas, property lists). */
export function variablesWithoutSlice(record: JsonObject): Vars {
  return { record, stream_slice: null, stream_interval: null, stream_partition: null, next_page_token: null };
}
