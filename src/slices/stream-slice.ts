import type { JsonObject, JsonValue } from '../protocol/json';
import type { Vars } from '../manifest/interpolation/interpolated-string';

/**
 * The part of a stream that one request series or one job covers: the partition's fields (from a partition router)
 * and the cursor's window. Immutable.
 */
export class StreamSlice {
  constructor(
    readonly partition: JsonObject = {},
    readonly cursorSlice: JsonObject = {},
    /** Values a parent record lends to templates; not part of the slice's identity. */
    readonly extraFields: JsonObject = {},
  ) {}

  /** Partition and window in one object: what templates see as `stream_slice`. */
  get merged(): JsonObject {
    return { ...this.partition, ...this.cursorSlice };
  }

  /** True for the one slice of a stream that is not sliced. */
  get isEmpty(): boolean {
    return Object.keys(this.partition).length === 0 && Object.keys(this.cursorSlice).length === 0;
  }

  /** Canonical JSON with sorted keys: the identity of the slice in states, ledgers and shards. */
  get key(): string {
    return canonicalJson(this.merged);
  }

  /** `stream_slice`, its two aliases and the extra fields, for an evaluation (reference section 2.9, 5.5). */
  variables(): Vars {
    const slice: JsonObject = this.merged;
    // Reachable as attributes in templates, invisible to loops and to `str()`.
    for (const [name, value] of [
      ['extra_fields', this.extraFields],
      ['partition', this.partition],
      ['cursor_slice', this.cursorSlice],
    ] as const) {
      if (!Object.prototype.hasOwnProperty.call(slice, name)) Object.defineProperty(slice, name, { value, enumerable: false });
    }
    return { ...this.extraFields, stream_slice: slice, stream_interval: slice, stream_partition: slice };
  }
}

/** JSON text with sorted object keys, so that equal values have equal texts. */
export function canonicalJson(value: JsonValue): string {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`;
  if (typeof value === 'object' && value !== null) {
    const keys = Object.keys(value).sort();
    return `{${keys.map((key) => `${JSON.stringify(key)}:${canonicalJson(value[key] as JsonValue)}`).join(',')}}`;
  }
  return typeof value === 'bigint' ? String(value) : JSON.stringify(value);
}
