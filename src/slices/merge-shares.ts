import type { PyDateTime } from '../datetime/python-datetime';
import { ConnectorError } from '../errors/connector-error';
import { getOwn, isObject, type JsonObject, type JsonValue } from '../protocol/json';
import { DatetimeProgress } from './datetime-progress';
import { PerPartitionState } from './per-partition-state';
import { later } from './record-values';
import { isStoredRules, windowRules } from './stored-rules';
import { canonicalJson } from './stream-slice';
import { exactDate } from './sync-progress';
import type { WindowRules } from './window-rules';

export interface MergedShares {
  state: JsonObject;
  /** What was read beyond the state (`Cursor.resume`); for a sync that is to go on without shards. */
  sync: JsonObject | undefined;
}

interface ReadWindows {
  partition: JsonObject;
  windows: { window: JsonObject; newest: PyDateTime | undefined }[];
}

/**
 * The state of a stream, out of what the cursors of its shards have noted (`Cursor.shareNote`): the windows that any shard has read are
 * closed in a cursor that starts where all of them started. So the state is that of a run without shards, and it stops before the first
 * window that nobody has read.
 * @param base the state that all shards started from
 * @param tookSeconds from the start of the first shard to the end of the last one; undefined when not all are complete
 * @throws ConnectorError `shards.unreadable`, `shards.different_rules`
 */
export function mergeShares(streamName: string, base: JsonObject, notes: readonly JsonObject[], tookSeconds: number | undefined): MergedShares {
  const kinds = new Set(notes.map((note) => getOwn(note, 'kind')));
  const [kind] = kinds;
  if (kinds.size !== 1) throw differentRules(streamName, 'kind of stream');
  if (kind === 'refresh') return { state: tookSeconds === undefined ? {} : { __ab_no_cursor_state_message: true }, sync: undefined };
  if (kind !== 'windows' && kind !== 'partitions') throw unreadable(streamName);
  const rules = commonRules(streamName, notes);
  const read = notes.flatMap((note) => readWindows(note, rules));
  const merged = kind === 'windows' ? mergeWindows(streamName, base, read, rules) : mergePartitions(streamName, base, notes, read, rules, tookSeconds);
  return { state: merged, sync: syncProgress(streamName, base, read, rules) };
}

function mergeWindows(streamName: string, base: JsonObject, read: readonly ReadWindows[], rules: WindowRules): JsonObject {
  const progress = planned(new DatetimeProgress(rules, base, streamName), rules);
  for (const { windows } of read) for (const { window, newest } of windows) progress.close(window, newest);
  return progress.state();
}

function mergePartitions(
  streamName: string,
  base: JsonObject,
  notes: readonly JsonObject[],
  read: readonly ReadWindows[],
  rules: WindowRules,
  tookSeconds: number | undefined,
): JsonObject {
  const state = new PerPartitionState(rules, base, notes.some((note) => note.is_global === true), streamName);
  if (notes.some((note) => note.use_global_cursor === true)) state.useGlobal = true;
  const started = state.global;
  const open = new Map<string, DatetimeProgress>();
  for (const { partition, windows } of read) {
    const key = canonicalJson(partition);
    let progress = open.get(key);
    if (!progress) {
      const known = state.find(key, partition);
      progress = planned(known ?? state.newPartition(), rules);
      if (!known && !state.useGlobal) state.add(key, partition, progress);
      open.set(key, progress);
    }
    for (const { window, newest } of windows) progress.close(window, newest);
  }
  if (tookSeconds === undefined) return state.toJson();

  let newest = started;
  if (!state.useGlobal) for (const progress of open.values()) newest = later(newest, progress.reached);
  const observed = notes.flatMap((note) => rules.values.ofState(getOwn(note, 'newest') ?? null) ?? []);
  for (const value of observed) newest = later(newest, value);
  if (observed.length > 0 && newest) {
    state.setGlobal(newest);
    state.lookbackSeconds = tookSeconds;
  }
  const parents = notes.map((note) => getOwn(note, 'parent_state'));
  state.parentState = leastParentState(parents) ?? state.parentState;
  return state.toJson();
}

/** What the cursors note when they plan: the edges that no window will close. */
function planned(progress: DatetimeProgress, rules: WindowRules): DatetimeProgress {
  for (const window of progress.windows(undefined, rules.end())) void window;
  return progress;
}

function commonRules(streamName: string, notes: readonly JsonObject[]): WindowRules {
  const stored = notes.map((note) => getOwn(note, 'rules'));
  const [first] = stored;
  if (!isStoredRules(first)) throw unreadable(streamName);
  if (new Set(stored.map((each) => canonicalJson(each ?? null))).size !== 1) throw differentRules(streamName, 'start_datetime, step or formats');
  let until: PyDateTime | undefined;
  for (const note of notes) {
    const each = exactDate(getOwn(note, 'until'));
    if (each) until = later(until, each);
  }
  const rules = windowRules(first, () => until ?? rules.start);
  // The end that was noted is clamped already.
  return { ...rules, end: () => until ?? rules.start };
}

function readWindows(note: JsonObject, rules: WindowRules): ReadWindows[] {
  return objects(getOwn(note, 'read')).flatMap((entry) => {
    const partition = getOwn(entry, 'partition');
    if (!isObject(partition)) return [];
    const windows = objects(getOwn(entry, 'windows')).map((stored) => ({
      window: Object.fromEntries([
        [rules.startField, getOwn(stored, 'start') ?? null],
        [rules.endField, getOwn(stored, 'end') ?? null],
      ]),
      newest: rules.values.ofState(getOwn(stored, 'newest') ?? null),
    }));
    return [{ partition, windows }];
  });
}

function syncProgress(streamName: string, base: JsonObject, read: readonly ReadWindows[], rules: WindowRules): JsonObject {
  const { values, lookback, startField, endField } = rules;
  const partitions = new PerPartitionState(rules, base, false, streamName);
  return {
    until: values.text(rules.end()),
    read: read
      .filter(({ windows }) => windows.length > 0)
      .map(({ partition, windows }) => {
        const progress = Object.keys(partition).length > 0 ? (partitions.find(canonicalJson(partition), partition) ?? partitions.newPartition()) : new DatetimeProgress(rules, base, streamName);
        return {
          partition,
          ...(lookback ? { since: values.text(progress.resumeAt) } : {}),
          windows: windows.map(({ window, newest }) => ({ start: window[startField] ?? null, end: window[endField] ?? null, ...(newest ? { newest: values.text(newest) } : {}) })),
        };
      }),
  };
}

/** The parents' states that all shards agree on, or the least where they are one value each; undefined when that cannot be told. */
function leastParentState(states: readonly (JsonValue | undefined)[]): JsonObject | undefined {
  const [first] = states;
  if (!isObject(first) || !states.every(isObject)) return undefined;
  const least: [string, JsonValue][] = [];
  for (const name of Object.keys(first)) {
    const each = states.map((state) => getOwn(state as JsonObject, name));
    const value = new Set(each.map((one) => canonicalJson(one ?? null))).size === 1 ? each[0] : leastOneValue(each);
    if (!isObject(value)) return undefined;
    least.push([name, value]);
  }
  return Object.fromEntries(least);
}

/** Numbers and texts whose order is that of time: of one length, the year or an epoch first. */
function leastOneValue(states: readonly (JsonValue | undefined)[]): JsonObject | undefined {
  const entries = states.map((state) => (isObject(state) ? Object.entries(state) : []));
  const [field] = entries[0]?.[0] ?? [];
  const values = entries.map((each) => (each.length === 1 && each[0]?.[0] === field ? each[0]?.[1] : undefined));
  const isOrdered = values.every((value) => typeof value === 'number') || values.every((value) => typeof value === 'string' && value.length === String(values[0]).length && /^(\d{4}-|\d+$)/.test(value));
  if (field === undefined || !isOrdered) return undefined;
  const least = values.reduce((a, b) => ((b as string | number) < (a as string | number) ? b : a)) as JsonValue;
  return Object.fromEntries([[field, least]]);
}

function objects(list: JsonValue | undefined): JsonObject[] {
  return Array.isArray(list) ? list.filter(isObject) : [];
}

function unreadable(streamName: string): ConnectorError {
  return ConnectorError.config('shards.unreadable', `What the shards say about the stream ${streamName} cannot be read. Were their states written by another version of this connector?`);
}

function differentRules(streamName: string, what: string): ConnectorError {
  return ConnectorError.config(
    'shards.different_rules',
    `The shards did not divide the stream ${streamName} alike: its ${what} differ. Run all shards with one manifest and config; a start_datetime must not depend on the time of day.`,
  );
}
