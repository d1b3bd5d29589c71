import type { Fault, FaultAction } from './api-description';
import { variablesOf, type Answer, type Call } from './call';
import { makeAnswer } from './make-answer';

/** How an answer is sent; the defaults send it whole and at once. */
export interface Sending {
  delayMs: number;
  reset: boolean;
  stall: { afterBytes: number; ms: number } | undefined;
  cut: { afterBytes: number; length: boolean } | undefined;
  drip: { bytes: number; everyMs: number } | undefined;
}

/** The faults that hit this call of a route. */
export function faultsOf(faults: readonly Fault[], route: string, call: Call): FaultAction[] {
  return faults
    .filter(({ on }) => on === '*' || on.trim() === route)
    .filter(({ where }) => Object.entries(where ?? {}).every(([name, value]) => call.params[name] === value))
    .filter((fault) => hits(fault, call.count))
    .map((fault) => fault.do);
}

function hits({ calls, from, every }: Fault, count: number): boolean {
  if (calls !== undefined) return [calls].flat().includes(count);
  return count >= (from ?? 1) && (every === undefined || count % every === 0);
}

export const has = <K extends string>(actions: readonly FaultAction[], key: K): boolean => actions.some((action) => key in action);

/** The rest of the file for a Range request, unless If-Range names another version. */
export function withRange(answer: Answer, call: Call): Answer {
  const range = /^bytes=(\d+)-(\d*)$/.exec(call.headers.range ?? '');
  if (!range || answer.status !== 200 || answer.headers['Accept-Ranges'] !== 'bytes') return answer;
  const condition = call.headers['if-range'];
  if (condition !== undefined && condition !== answer.headers.ETag) return answer;
  const size = answer.bytes.length;
  const start = Number(range[1]);
  const end = range[2] ? Math.min(Number(range[2]), size - 1) : size - 1;
  if (start >= size || end < start) {
    return { status: 416, headers: { ...answer.headers, 'Content-Range': `bytes */${size}` }, bytes: Buffer.alloc(0) };
  }
  return {
    status: 206,
    headers: { ...answer.headers, 'Content-Range': `bytes ${start}-${end}/${size}` },
    bytes: answer.bytes.subarray(start, end + 1),
  };
}

/** Faults of the content. */
export function spoil(answer: Answer, actions: readonly FaultAction[], call: Call): Answer {
  let spoilt = answer;
  for (const action of actions) {
    if ('respond' in action) spoilt = makeAnswer(action.respond, variablesOf(call));
    if ('etag' in action) spoilt = { ...spoilt, headers: { ...spoilt.headers, ETag: action.etag } };
    if ('truncate' in action) spoilt = { ...spoilt, bytes: spoilt.bytes.subarray(0, action.truncate.bytes) };
    if ('corrupt' in action) spoilt = { ...spoilt, bytes: flipped(spoilt.bytes, action.corrupt.at) };
  }
  return spoilt;
}

function flipped(bytes: Buffer, at: number): Buffer {
  const copy = Buffer.from(bytes);
  if (at < copy.length) copy[at] = (copy[at] as number) ^ 0xff;
  return copy;
}

/** Faults of the way. */
export function sendingOf(actions: readonly FaultAction[]): Sending {
  const sending: Sending = { delayMs: 0, reset: false, stall: undefined, cut: undefined, drip: undefined };
  for (const action of actions) {
    if ('delay_ms' in action) sending.delayMs += action.delay_ms;
    if ('respond' in action) sending.delayMs += action.respond.latency_ms ?? 0;
    if ('reset' in action) sending.reset = action.reset;
    if ('stall' in action) sending.stall = { afterBytes: action.stall.after_bytes, ms: action.stall.ms };
    if ('cut' in action) sending.cut = { afterBytes: action.cut.after_bytes, length: action.cut.length ?? true };
    if ('drip' in action) sending.drip = { bytes: Math.max(1, action.drip.bytes), everyMs: action.drip.every_ms };
  }
  return sending;
}
