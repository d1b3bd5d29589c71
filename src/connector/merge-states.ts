import { readFile } from 'node:fs/promises';
import { ConnectorError, errorText } from '../errors/connector-error';
import { entryJson, LEDGER_KEY, splitState, writeLedger, type LedgerState } from '../jobs/ledger-state';
import { getOwn, isObject, type JsonObject, type JsonValue } from '../protocol/json';
import { parseJson } from '../protocol/lossless-json';
import { mergeShares, type MergedShares } from '../slices/merge-shares';
import { canonicalJson } from '../slices/stream-slice';
import { streamStates } from './input-files';
import { SHARD_KEY, SHARD_VERSION } from './shard-state';

export interface MergedStates {
  /** The content of a state file. */
  messages: JsonObject[];
  /** What is missing, a sentence each; what was not read then is read by the next sync. */
  unfinished: string[];
}

/** One shard's state of one stream. */
interface Part {
  file: string;
  index: number;
  of: number;
  isComplete: boolean;
  note: JsonObject;
  /** Without the keys of shard and jobs. */
  base: JsonObject;
  ledger: LedgerState | undefined;
  whole: JsonObject;
}

/**
 * Joins the states of shards to one: that of a run without shards, when all of them are complete.
 * @param paths state files, journals, or what `read` wrote to stdout
 * @param now epoch milliseconds
 * @throws ConnectorError `shards.…`, `input.state`
 */
export async function mergeStates(paths: readonly string[], warn: (message: string) => void, now: number): Promise<MergedStates> {
  const files = new Map<string, Map<string, JsonObject>>();
  for (const path of paths) files.set(path, streamStates(await readStates(path), `The file ${path}`));
  const merged: MergedStates = { messages: [], unfinished: [] };
  for (const name of new Set([...files.values()].flatMap((states) => [...states.keys()]))) {
    const state = mergeStream(name, files, warn, now, merged.unfinished);
    if (Object.keys(state).length > 0) merged.messages.push({ type: 'STREAM', stream: { stream_descriptor: { name }, stream_state: state } });
  }
  return merged;
}

/** One JSON document, or the messages of a run, one a line. */
async function readStates(path: string): Promise<JsonValue> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    throw ConnectorError.config('input.state', `The file ${path} cannot be read: ${errorText(error)}`);
  }
  if (text.trim() === '') return [];
  const whole = parsed(text);
  if (whole !== undefined && !(isObject(whole) && whole.type !== undefined && whole.type !== 'STATE')) return whole;
  // A run that was killed may leave half a line.
  return text.split('\n').flatMap((line) => {
    const message = line.includes('"STATE"') ? parsed(line) : undefined;
    return isObject(message) && message.type === 'STATE' ? [message] : [];
  });
}

function parsed(text: string): JsonValue | undefined {
  try {
    return parseJson(text);
  } catch {
    return undefined;
  }
}

function mergeStream(name: string, files: ReadonlyMap<string, Map<string, JsonObject>>, warn: (message: string) => void, now: number, unfinished: string[]): JsonObject {
  const given = [...files].flatMap(([file, states]) => (states.has(name) ? [{ file, whole: states.get(name) as JsonObject }] : []));
  // A journal keeps the state that a stream started from until the shard has something to say about it.
  const ofShards = given.filter(({ whole }) => getOwn(whole, SHARD_KEY) !== undefined);
  if (ofShards.length === 0) {
    if (new Set(given.map(({ whole }) => canonicalJson(whole))).size === 1) return given[0]?.whole ?? {};
    throw ConnectorError.config('shards.not_a_shard', `The states of the stream ${name} differ, and none is that of a shard. Give only states that \`read --shard\` wrote in one sync.`);
  }
  const parts = ofShards.map(({ file, whole }) => partOf(name, file, whole, warn));
  const of = parts[0]?.of ?? 0;
  refuseMixture(name, parts);
  const missing = Array.from({ length: of }, (_, index) => index).filter((index) => !parts.some((part) => part.index === index));
  const owner = parts.find(({ note }) => note.kind === 'whole' && note.mine === true);
  if (owner || parts.every(({ note }) => note.kind === 'whole')) {
    if (!owner?.isComplete) unfinished.push(`stream ${name}: the shard that reads it is ${owner ? `not complete (${owner.index}/${of})` : 'missing'}`);
    const { [SHARD_KEY]: _shard, ...state } = (owner ?? (parts[0] as Part)).whole;
    return state;
  }
  const incomplete = parts.filter(({ isComplete }) => !isComplete).map(({ index }) => index);
  const tell = (indexes: readonly number[], what: string) => (indexes.length > 0 ? [`stream ${name}: ${what} ${indexes.map((index) => `${index}/${of}`).join(', ')}`] : []);
  unfinished.push(...tell(missing, 'no state of shard'), ...tell(incomplete, 'not complete: shard'));
  const isComplete = missing.length + incomplete.length === 0;
  const { state, sync } = mergeShares(name, (parts[0] as Part).base, parts.map(({ note }) => note), isComplete ? secondsTaken(parts) : undefined);
  return isComplete ? state : { ...state, ...mergedLedger(parts, sync, now) };
}

function partOf(name: string, file: string, whole: JsonObject, warn: (message: string) => void): Part {
  const { state, ledger } = splitState(whole, (message) => warn(`${file}, stream ${name}: ${message}`));
  const { [SHARD_KEY]: note, ...base } = state;
  if (!isObject(note) || note.version !== SHARD_VERSION || !Number.isSafeInteger(note.index) || !Number.isSafeInteger(note.of)) {
    throw ConnectorError.config('shards.unreadable', `What ${file} says about its shard of the stream ${name} cannot be read. Was it written by another version of this connector?`);
  }
  return { file, index: note.index as number, of: note.of as number, isComplete: note.complete === true, note, base, ledger, whole };
}

function refuseMixture(name: string, parts: readonly Part[]): void {
  const [first, ...others] = parts as [Part, ...Part[]];
  const seen = new Map([[first.index, first.file]]);
  for (const part of others) {
    const twice = seen.get(part.index);
    const problem =
      part.of !== first.of
        ? `are shards of ${first.of} and of ${part.of}`
        : twice !== undefined
          ? `are both of shard ${part.index}/${part.of}; give only the last one`
          : part.note.kind !== 'whole' && canonicalJson(part.base) !== canonicalJson(first.base)
            ? 'started from different states, so they did not divide the same slices'
            : undefined;
    if (problem) throw ConnectorError.config('shards.mixed', `The states of the stream ${name} in ${twice ?? first.file} and ${part.file} ${problem}.`);
    seen.set(part.index, part.file);
  }
}

/** From the start of the first shard to the end of the last: partitions that appear meanwhile are looked for so far back. */
function secondsTaken(parts: readonly Part[]): number {
  const times = (key: string) => parts.map(({ note }) => Date.parse(String(note[key]))).filter((time) => !Number.isNaN(time));
  const tookMs = Math.max(...times('ended_at'), 0) - Math.min(...times('started_at'));
  return Number.isFinite(tookMs) ? Math.max(0, Math.ceil(tookMs / 1000)) : 0;
}

/** Jobs that still run are picked up by the next run without shards, and what was read beyond the state is not read again. */
function mergedLedger(parts: readonly Part[], sync: MergedShares['sync'], now: number): JsonObject {
  const ledgers = parts.flatMap(({ ledger }) => ledger ?? []);
  const [first] = ledgers;
  if (!first) return {};
  const alike = ledgers.filter(({ order }) => order === first.order);
  const jobs = alike.flatMap((ledger) => ledger.jobs);
  return { [LEDGER_KEY]: writeLedger({ order: first.order, jobs: jobs.map(entryJson), sync, read: alike.flatMap(({ read }) => read), asOf: now }) };
}
