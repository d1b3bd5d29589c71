import { PyTimedelta } from '../datetime/duration';
import type { PyDateTime } from '../datetime/python-datetime';
import { getOwn, isObject, setOwn, type JsonObject, type JsonValue } from '../protocol/json';
import { DatetimeProgress, invalidState } from './datetime-progress';
import { canonicalJson } from './stream-slice';
import { inRange, type WindowRules } from './window-rules';

interface PartitionProgress {
  /** With sorted keys. */
  partition: JsonObject;
  progress: DatetimeProgress;
}

/** What the STATE of a partitioned stream says (reference section 9.3): read from the platform, kept, written again. */
export class PerPartitionState {
  /** One cursor for all partitions; they are then not listed. */
  useGlobal: boolean;
  lookbackSeconds = 0;
  parentState: JsonObject | undefined;
  private globalValue: PyDateTime | undefined;
  private readonly partitions = new Map<string, PartitionProgress>();
  /** Partitions of states that know no parent_slice, under `looseKey`. */
  private readonly withoutParent = new Map<string, string>();

  /** @throws ConnectorError `slices.invalid_state` (config_error) */
  constructor(
    private readonly rules: WindowRules,
    state: JsonObject,
    useGlobal: boolean,
    private readonly streamName: string,
  ) {
    this.useGlobal = useGlobal;
    const states = getOwn(state, 'states');
    const global = getOwn(state, 'state');
    if (states === undefined && global === undefined) {
      this.readGlobal(state, streamName);
    } else {
      this.useGlobal = getOwn(state, 'use_global_cursor') === true;
      this.lookbackSeconds = readSeconds(getOwn(state, 'lookback_window') ?? 0, `${streamName}.lookback_window`);
      this.readPartitions(states ?? []);
      if (global !== undefined && global !== null) {
        if (!isObject(global)) throw invalidState(`${streamName}.state`, 'an object with the cursor field', global);
        this.readGlobal(global, `${streamName}.state`);
      }
    }
    const parentState = getOwn(state, 'parent_state');
    if (isObject(parentState) && Object.keys(parentState).length > 0) this.parentState = parentState;
  }

  get partitionCount(): number {
    return this.partitions.size;
  }

  /** The greatest value of all partitions when the last sync succeeded. */
  get global(): PyDateTime | undefined {
    return this.globalValue;
  }

  setGlobal(value: PyDateTime): void {
    this.globalValue = value;
  }

  find(key: string, partition: JsonObject): DatetimeProgress | undefined {
    return (this.partitions.get(key) ?? this.adoptLegacy(key, partition))?.progress;
  }

  add(key: string, partition: JsonObject, progress: DatetimeProgress): void {
    this.partitions.set(key, { partition: sorted(partition), progress });
  }

  /** A partition that no state knows starts from the global value, less the time that the last sync took. */
  newPartition(): DatetimeProgress {
    const state: JsonObject = {};
    if (this.globalValue) {
      const lookback = PyTimedelta.of({ seconds: this.lookbackSeconds });
      const from = inRange(() => (this.globalValue as PyDateTime).minus(lookback)) ?? this.globalValue;
      setOwn(state, this.rules.cursorField, this.rules.values.text(from));
    }
    return new DatetimeProgress(this.rules, state, this.streamName);
  }

  toJson(): JsonObject {
    const state: JsonObject = { use_global_cursor: this.useGlobal };
    if (!this.useGlobal) {
      state.states = Array.from(this.partitions.values(), ({ partition, progress }) => ({ partition, cursor: progress.state() }));
    }
    if (this.globalValue) {
      const global: JsonObject = {};
      setOwn(global, this.rules.cursorField, this.rules.values.text(this.globalValue));
      state.state = global;
    }
    state.lookback_window = this.lookbackSeconds;
    if (this.parentState !== undefined) state.parent_state = this.parentState;
    return state;
  }

  private readGlobal(state: JsonObject, where: string): void {
    const value = getOwn(state, this.rules.cursorField) ?? null;
    if (value === null) return;
    const { values } = this.rules;
    const parsed = values.ofState(value);
    // Through its text, so that the value is no finer than what the state can say.
    this.globalValue = parsed && values.ofState(values.text(parsed));
    if (!this.globalValue) throw invalidState(`${where}.${this.rules.cursorField}`, `a date in one of the formats ${values.expected}`, value);
  }

  private readPartitions(states: JsonValue): void {
    if (!Array.isArray(states)) throw invalidState(`${this.streamName}.states`, 'a list of {partition, cursor}', states);
    states.forEach((entry, index) => {
      const where = `${this.streamName}.states[${index}]`;
      const partition = isObject(entry) ? getOwn(entry, 'partition') : undefined;
      const cursor = isObject(entry) ? getOwn(entry, 'cursor') : undefined;
      if (!isObject(partition) || !isObject(cursor)) throw invalidState(where, 'an object with partition and cursor, both objects');
      const key = canonicalJson(partition);
      this.add(key, partition, new DatetimeProgress(this.rules, cursor, `${where}.cursor`));
      if (getOwn(partition, 'parent_slice') === undefined) this.withoutParent.set(looseKey(partition), key);
    });
  }

  /**
   * States from before parent_slice existed, which LegacyToPerPartitionStateMigration also makes, mean the partition
   * with the same value; the reference would read it from the start.
   */
  private adoptLegacy(key: string, partition: JsonObject): PartitionProgress | undefined {
    const parent = getOwn(partition, 'parent_slice');
    if (this.withoutParent.size === 0 || !isObject(parent) || Object.keys(parent).length > 0) return undefined;
    const loose = looseKey(partition);
    const legacyKey = this.withoutParent.get(loose);
    const entry = legacyKey === undefined ? undefined : this.partitions.get(legacyKey);
    if (legacyKey === undefined || !entry) return undefined;
    this.withoutParent.delete(loose);
    this.partitions.delete(legacyKey);
    this.add(key, partition, entry.progress);
    return this.partitions.get(key);
  }
}

function looseKey(partition: JsonObject): string {
  const values = Object.entries(partition).filter(([name]) => name !== 'parent_slice');
  return canonicalJson(values.map(([name, value]) => [name, typeof value === 'object' ? value : String(value)]).sort());
}

function sorted(value: JsonObject): JsonObject {
  const result: JsonObject = {};
  for (const key of Object.keys(value).sort()) setOwn(result, key, sortedValue(value[key] as JsonValue));
  return result;
}

function sortedValue(value: JsonValue): JsonValue {
  return Array.isArray(value) ? value.map(sortedValue) : isObject(value) ? sorted(value) : value;
}

function readSeconds(value: JsonValue, where: string): number {
  const seconds = Math.trunc(Number(value));
  if (typeof value === 'object' || !Number.isSafeInteger(seconds)) throw invalidState(where, 'a number of seconds', value);
  return seconds;
}
