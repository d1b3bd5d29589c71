import { getOwn, isObject, type JsonObject, type JsonValue } from '../protocol/json';
import { shortDigest } from '../slices/short-digest';
import { canonicalJson, StreamSlice } from '../slices/stream-slice';

/** The key of a stream_state that belongs to the jobs; everything beside it belongs to the cursor. */
export const LEDGER_KEY = '__async_jobs';
export const LEDGER_VERSION = 1;
/** A state with more jobs was not written by us. */
const MAX_JOBS = 10_000;
const MAX_ATTEMPT = 1000;
const MAX_PARENTS = 100;

/** One job that may still be at work, or wait to be read, on the API. */
export interface LedgerEntry {
  readonly slice: StreamSlice;
  /** From 1. */
  readonly attempt: number;
  /** What `remembered` made of the answer to the creation. */
  readonly creation: JsonObject;
  /** Epoch milliseconds. */
  readonly createdAt: number;
  /** When we stop waiting for it, epoch milliseconds. */
  readonly deadline: number;
  /** How far its downloads were read; `streams/download-place.ts` knows its form. */
  readonly place?: JsonObject;
}

export interface LedgerState {
  /** Which orders the jobs were made with: a manifest or config that orders something else has no use for them. */
  readonly order: string;
  readonly jobs: readonly LedgerEntry[];
  /** What the sync had read beyond the cursor's state (`Cursor.syncProgress`). */
  readonly sync: JsonObject | undefined;
  /** Slices that a stream without a cursor has delivered, by `sliceDigest`. */
  readonly read: readonly string[];
  /** When the state was written, epoch milliseconds. */
  readonly asOf: number;
  /** Of the asynchronous streams that are read inside of this one, by the name that it has for them. */
  readonly parents: ReadonlyMap<string, LedgerState>;
}

/** @param jobs made by `entryJson` */
export function writeLedger({ order, jobs, sync, read, asOf }: Omit<LedgerState, 'parents' | 'jobs'> & { jobs: JsonObject[] }): JsonObject {
  return {
    version: LEDGER_VERSION,
    as_of: new Date(asOf).toISOString(),
    order,
    jobs,
    ...(sync ? { sync } : {}),
    ...(read.length > 0 ? { read: [...read] } : {}),
  };
}

export function entryJson({ slice, attempt, creation, createdAt, deadline, place }: LedgerEntry): JsonObject {
  return {
    slice: {
      partition: slice.partition,
      cursor_slice: slice.cursorSlice,
      ...(Object.keys(slice.extraFields).length > 0 ? { extra_fields: slice.extraFields } : {}),
    },
    attempt,
    creation,
    created_at: new Date(createdAt).toISOString(),
    deadline: new Date(deadline).toISOString(),
    ...(place ? { place } : {}),
  };
}

/** What the slice is called in ledgers; the same before and after it went through JSON (no Infinity there). */
export function sliceKey(slice: StreamSlice): string {
  return canonicalJson([slice.partition, slice.cursorSlice]);
}

/** The same in 16 characters. */
export function sliceDigest(slice: StreamSlice): string {
  return shortDigest(sliceKey(slice));
}

/**
 * Takes the ledger out of a stream_state. The rest is for migrations and cursors, which never see the key. A ledger that is not
 * readable is left out, with a warning: its jobs are then ordered again.
 */
export function splitState(state: JsonObject, warn: (message: string) => void): { state: JsonObject; ledger: LedgerState | undefined } {
  const stored = getOwn(state, LEDGER_KEY);
  if (stored === undefined) return { state, ledger: undefined };
  const { [LEDGER_KEY]: _ledger, ...rest } = state;
  return { state: rest, ledger: readLedger(stored, warn) };
}

function readLedger(stored: JsonValue, warn: (message: string) => void): LedgerState | undefined {
  if (!isObject(stored) || getOwn(stored, 'version') !== LEDGER_VERSION) {
    const version = isObject(stored) ? stringOf(getOwn(stored, 'version')) : 'none';
    warn(`The state holds jobs in a form that this version does not know (version ${version}); they are ignored and will be ordered again.`);
    return undefined;
  }
  const listed = getOwn(stored, 'jobs');
  const order = getOwn(stored, 'order');
  const sync = getOwn(stored, 'sync');
  const list = Array.isArray(listed) ? listed.slice(0, MAX_JOBS) : [];
  const byKey = new Map<string, LedgerEntry>();
  let broken = Array.isArray(listed) ? listed.length - list.length : 1;
  for (const each of list) {
    const entry = readEntry(each);
    if (entry) byKey.set(sliceKey(entry.slice), entry);
    else broken += 1;
  }
  if (broken > 0) warn(`${broken} jobs in the state cannot be read; they are ignored and will be ordered again.`);
  const read = getOwn(stored, 'read');
  return {
    order: typeof order === 'string' ? order : '',
    jobs: [...byKey.values()],
    sync: isObject(sync) ? sync : undefined,
    read: Array.isArray(read) ? read.slice(0, MAX_JOBS).filter((each) => typeof each === 'string') : [],
    asOf: dateOf(getOwn(stored, 'as_of')) ?? 0,
    parents: readParents(getOwn(stored, 'parents'), warn),
  };
}

function readParents(stored: JsonValue | undefined, warn: (message: string) => void): LedgerState['parents'] {
  const parents = new Map<string, LedgerState>();
  for (const [name, each] of isObject(stored) ? Object.entries(stored).slice(0, MAX_PARENTS) : []) {
    const ledger = isObject(each) && getOwn(each, 'parents') === undefined ? readLedger(each, warn) : undefined;
    if (ledger) parents.set(name, ledger);
  }
  return parents;
}

function readEntry(stored: JsonValue): LedgerEntry | undefined {
  if (!isObject(stored)) return undefined;
  const slice = getOwn(stored, 'slice');
  const creation = getOwn(stored, 'creation');
  const attempt = getOwn(stored, 'attempt');
  const createdAt = dateOf(getOwn(stored, 'created_at'));
  if (!isObject(slice) || !isObject(creation) || createdAt === undefined) return undefined;
  if (typeof attempt !== 'number' || !Number.isInteger(attempt) || attempt < 1 || attempt > MAX_ATTEMPT) return undefined;
  const parts = [getOwn(slice, 'partition'), getOwn(slice, 'cursor_slice'), getOwn(slice, 'extra_fields') ?? {}];
  if (!parts.every(isObject)) return undefined;
  const [partition, cursorSlice, extraFields] = parts as JsonObject[];
  const place = getOwn(stored, 'place');
  return {
    slice: new StreamSlice(partition, cursorSlice, extraFields),
    attempt,
    creation,
    createdAt,
    deadline: dateOf(getOwn(stored, 'deadline')) ?? createdAt,
    ...(isObject(place) ? { place } : {}),
  };
}

function dateOf(value: JsonValue | undefined): number | undefined {
  const ms = typeof value === 'string' ? Date.parse(value) : Number.NaN;
  return Number.isNaN(ms) ? undefined : ms;
}

function stringOf(value: JsonValue | undefined): string {
  return typeof value === 'number' || typeof value === 'string' ? String(value).slice(0, 20) : 'unknown';
}
