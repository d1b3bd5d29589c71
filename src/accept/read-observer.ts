import type { ConfiguredAirbyteCatalog } from '../protocol/airbyte';
import { isObject, type JsonObject } from '../protocol/json';
import { canonicalJson } from '../slices/stream-slice';
import type { Findings } from './findings';
import { StreamExpectations } from './stream-expectations';

/** What was seen of one stream in one read. */
interface StreamSeen {
  readonly expectations: StreamExpectations;
  status: 'none' | 'started' | 'ended';
  /** The last status. */
  lastStatus: string | undefined;
  sinceState: number;
  /** How often each record came, by fingerprint. */
  readonly records: Map<string, number>;
  /** The number of the STATE (over all streams) that first covered a record. */
  readonly confirmedAt: Map<string, number>;
  open: string[];
  readonly keys: Set<string>;
  readonly states: Set<string>;
  state: JsonObject | undefined;
}

/** A moment at which a read could have been cut off: the states up to a STATE. */
export interface Checkpoint {
  number: number;
  /** By stream; the content of a state file. */
  states: JsonObject[];
}

const EARLIEST_MS = Date.UTC(2000, 0);
const LATEST_MS = Date.UTC(2200, 0);

/** Follows the messages of one read and holds them to the rules. */
export class ReadObserver {
  private readonly streams: ReadonlyMap<string, StreamSeen>;
  private readonly latest = new Map<string, JsonObject>();
  private stateCount = 0;
  /** Every STATE is a checkpoint; the middle ones are kept. */
  readonly checkpoints: Checkpoint[] = [];
  traceErrors = 0;
  recordCount = 0;

  /** @param where names the read in findings */
  constructor(
    catalog: ConfiguredAirbyteCatalog,
    private readonly where: string,
    private readonly findings: Findings,
    ignored: readonly string[],
    private readonly hasState: boolean,
  ) {
    this.streams = new Map(
      catalog.streams.map((configured) => [
        configured.stream.name,
        {
          expectations: new StreamExpectations(configured, ignored),
          status: 'none', lastStatus: undefined, sinceState: 0, records: new Map(), confirmedAt: new Map(), open: [], keys: new Set(), states: new Set(), state: undefined,
        },
      ]),
    );
  }

  /** @param exact the same with all digits of its numbers: bigints are no numbers to a schema, but what is compared needs them */
  observe(message: JsonObject, exact: JsonObject): void {
    if (message.type === 'RECORD') this.record(message.record as JsonObject, (exact.record as { data: JsonObject }).data);
    else if (message.type === 'STATE') this.stateMessage(exact.state as JsonObject);
    else if (message.type === 'TRACE') this.trace(message.trace as JsonObject);
  }

  /** Called after the process has ended, and only when it was to succeed. */
  finish(): void {
    for (const [name, seen] of this.streams) {
      this.findings.look('read.statuses', 'read.empty', 'state.last');
      if (seen.status !== 'ended') this.findings.add('read.statuses', name, `${this.where}: no COMPLETE`);
      else if (seen.lastStatus !== 'COMPLETE') this.findings.add('read.statuses', name, `${this.where}: ended ${seen.lastStatus}`);
      if (seen.sinceState > 0) this.findings.add('state.last', name, `${this.where}: ${seen.sinceState} records after the last STATE`, 'records after');
      if (seen.records.size === 0 && !this.hasState) this.findings.add('read.empty', name, 'no record');
    }
  }

  recordsOf(stream: string): ReadonlyMap<string, number> {
    return this.streams.get(stream)?.records ?? new Map();
  }

  /** Records of a stream that a read from a checkpoint has to give. */
  uncovered(stream: string, checkpoint: Checkpoint): string[] {
    const seen = this.streams.get(stream);
    return [...(seen?.records.keys() ?? [])].filter((record) => (seen?.confirmedAt.get(record) ?? Infinity) > checkpoint.number);
  }

  get lastStates(): JsonObject[] {
    // A GLOBAL state is that of many streams.
    return [...new Set(this.latest.values())];
  }

  get streamNames(): string[] {
    return [...this.streams.keys()];
  }

  private record({ stream, data, emitted_at: emittedAt }: JsonObject, exactData: JsonObject): void {
    this.recordCount += 1;
    this.findings.look('read.records');
    const seen = this.streams.get(String(stream));
    if (!seen) return this.findings.add('read.records', String(stream), 'the stream is not selected');
    const { expectations } = seen;
    if (Number(emittedAt) < EARLIEST_MS || Number(emittedAt) > LATEST_MS) this.findings.add('read.records', expectations.name, `emitted_at is ${String(emittedAt)}, no time in milliseconds`, 'emitted_at');
    if (Object.keys(data as JsonObject).length === 0) this.findings.add('read.records', expectations.name, 'a record without data');
    if (seen.status !== 'started') this.findings.add('read.statuses', expectations.name, `records ${seen.status === 'none' ? 'before STARTED' : 'after the last status'}`);
    expectations.check(data as JsonObject, this.findings);
    const key = expectations.keyOf(exactData, this.findings);
    if (key !== undefined && expectations.configured.sync_mode === 'full_refresh') {
      this.findings.look('read.key_unique');
      if (seen.keys.has(key)) this.findings.add('read.key_unique', expectations.name, `more than one record with the key ${key.slice(0, 80)}`, 'key');
      seen.keys.add(key);
    }
    const fingerprint = expectations.fingerprint(exactData);
    seen.records.set(fingerprint, (seen.records.get(fingerprint) ?? 0) + 1);
    seen.open.push(fingerprint);
    seen.sinceState += 1;
  }

  private stateMessage(state: JsonObject): void {
    this.findings.look('state.form', 'state.repeated');
    const streams = this.streamStates(state);
    if (!streams) return this.findings.add('state.form', this.where, `a STATE with neither stream nor global: ${JSON.stringify(state).slice(0, 80)}`);
    this.stateCount += 1;
    let records = 0;
    for (const [name, entry] of streams) {
      const seen = this.streams.get(name);
      if (!seen) {
        this.findings.add('state.form', name, 'STATE of a stream that is not selected');
        continue;
      }
      records += seen.sinceState;
      for (const record of seen.open) if (!seen.confirmedAt.has(record)) seen.confirmedAt.set(record, this.stateCount);
      seen.open = [];
      seen.sinceState = 0;
      if (seen.status === 'ended') this.findings.add('state.last', name, 'STATE after the last status');
      this.latest.set(name, entry);
      if (state.type === 'GLOBAL') continue;
      const text = canonicalJson(entry);
      if (seen.states.has(text)) this.findings.add('state.repeated', name, 'a STATE comes twice');
      seen.states.add(text);
    }
    this.checkCount(state, streams[0]?.[0] ?? this.where, records);
    this.checkpoints.push({ number: this.stateCount, states: this.lastStates });
    // Thinned out, so that a long read keeps a few hundred.
    if (this.checkpoints.length > 400) for (let index = this.checkpoints.length - 2; index > 0; index -= 2) this.checkpoints.splice(index, 1);
  }

  private checkCount(state: JsonObject, where: string, records: number): void {
    const stats = state.sourceStats;
    if (!isObject(stats)) return;
    this.findings.look('state.count');
    if (Number(stats.recordCount) !== records) this.findings.add('state.count', where, `${this.where}: recordCount is ${String(stats.recordCount)} after ${records} records`, 'count');
  }

  /** The streams that a STATE speaks of, each with its entry of a state file. */
  private streamStates(state: JsonObject): [string, JsonObject][] | undefined {
    if (isObject(state.stream)) {
      const name = nameOf(state.stream);
      return name === undefined ? undefined : [[name, { type: 'STREAM', stream: state.stream }]];
    }
    if (!isObject(state.global)) return undefined;
    const whole: JsonObject = { type: 'GLOBAL', global: state.global };
    const listed = Array.isArray(state.global.stream_states) ? state.global.stream_states.filter(isObject) : [];
    return listed.flatMap((entry) => {
      const name = nameOf(entry);
      return name === undefined ? [] : [[name, whole] as [string, JsonObject]];
    });
  }

  private trace(trace: JsonObject): void {
    if (trace.type === 'ERROR') this.traceErrors += 1;
    if (trace.type !== 'STREAM_STATUS') return;
    const { stream_descriptor: descriptor, status } = trace.stream_status as { stream_descriptor: { name: string }; status: string };
    const seen = this.streams.get(descriptor.name);
    if (!seen) return this.findings.add('read.statuses', descriptor.name, `${status} of a stream that is not selected`);
    if (status === 'STARTED') {
      if (seen.status !== 'none') this.findings.add('read.statuses', descriptor.name, 'STARTED comes twice');
      else seen.status = 'started';
    } else if (seen.status !== 'started') {
      this.findings.add('read.statuses', descriptor.name, `${status} ${seen.status === 'none' ? 'before STARTED' : 'after the last status'}`);
    }
    seen.lastStatus = status;
    if (status === 'COMPLETE' || status === 'INCOMPLETE') seen.status = 'ended';
  }
}

function nameOf(entry: JsonObject): string | undefined {
  const { stream_descriptor: descriptor } = entry;
  return isObject(descriptor) && typeof descriptor.name === 'string' ? descriptor.name : undefined;
}
