import { getOwn, isObject, setOwn, type JsonObject } from '../protocol/json';

/** Puts the parts of records together that came with different requests (reference section 3.2, query_properties). */
export class PropertyChunkMerger {
  private readonly merged = new Map<string, JsonObject>();

  constructor(private readonly mergeKey: (record: JsonObject) => string | undefined) {}

  /** Keeps the parts of records; returns the records that stand alone. */
  add(records: readonly JsonObject[]): JsonObject[] {
    const alone: JsonObject[] = [];
    for (const record of records) {
      const key = this.mergeKey(record);
      if (key === undefined) {
        alone.push(record);
        continue;
      }
      const whole = this.merged.get(key);
      if (whole) mergeInto(whole, record);
      else this.merged.set(key, record);
    }
    return alone;
  }

  /** The whole records, in the order in which their first parts came. */
  records(): JsonObject[] {
    return [...this.merged.values()];
  }
}

/** Objects are merged deeply; otherwise the later value wins. */
function mergeInto(target: JsonObject, part: JsonObject): void {
  for (const [key, value] of Object.entries(part)) {
    const existing = getOwn(target, key);
    if (isObject(existing) && isObject(value)) mergeInto(existing, value);
    else setOwn(target, key, value);
  }
}
