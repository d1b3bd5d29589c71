import type { JobPhase } from '../../jobs/job-phase';
import type { RunProgress, StreamProgress, Totals } from './run-progress';
import { bytesText, columnsOf, countText, durationText, fitted, padded, plainText } from './terminal-text';

/** What people are told of the phases of a job, in the order in which they come. */
const PHASE_WORDS: Readonly<Record<JobPhase, string>> = {
  planned: 'planned',
  waiting_for_capacity: 'waiting for capacity',
  cooling_down: 'resting',
  creating: 'ordering',
  running: 'running',
  ready: 'ready',
  delivering: 'downloading',
  delivered: 'done',
  detached: 'left for the next run',
  given_up: 'given up',
};
const LONGEST_NAME = 28;

export interface View {
  /** Columns of the terminal. */
  width: number;
  /** Lines that may be used at most; at least 2. */
  height: number;
  colour: boolean;
  /** Whether the terminal can show more than ASCII. */
  unicode: boolean;
  /** Epoch milliseconds. */
  now: number;
}

type Colour = 'red' | 'green' | 'yellow' | 'dim';
const CODES: Readonly<Record<Colour, number>> = { red: 31, green: 32, yellow: 33, dim: 2 };

/** The block that is redrawn: a line for each stream, as many as fit, and one for the run. */
export function progressLines(progress: RunProgress, view: View): string[] {
  const { streams } = progress;
  const room = Math.max(1, view.height - 1);
  const shown = streams.length <= room ? streams : mostTelling(streams, view.now).slice(0, Math.max(1, room - 1));
  const nameColumns = Math.min(LONGEST_NAME, Math.max(0, ...shown.map(({ name }) => columnsOf(plainText(name)))));
  const lines = shown.map((stream) => coloured(streamText(stream, nameColumns, view), colourOf(stream, view.now), view));
  const hidden = streams.length - shown.length;
  if (hidden > 0) lines.push(coloured(`  ${hidden} more streams`, 'dim', view));
  lines.push(coloured(totalsText(progress, view), 'dim', view));
  return lines;
}

/** The same in one line, for a log that is read later. */
export function progressSummary(progress: RunProgress, now: number): string {
  const { streams } = progress;
  const jobs = new Map<string, number>();
  for (const stream of streams) for (const [phase, count] of stream.phases()) jobs.set(phase, (jobs.get(phase) ?? 0) + count);
  const rates = progress.rates(now);
  return [totals(progress, rates, now), jobsText(jobs)].filter(Boolean).join('; ');
}

/** `2 running, 1 done`; empty without jobs. */
export function jobsText(phases: ReadonlyMap<string, number>, nextPollMs?: number): string {
  const poll = nextPollMs === undefined ? '' : ` (next poll in ${durationText(nextPollMs)})`;
  return Object.entries(PHASE_WORDS)
    .filter(([phase]) => phases.has(phase))
    .map(([phase, words]) => `${countText(phases.get(phase)!)} ${words}${phase === 'running' ? poll : ''}`)
    .join(', ');
}

function streamText(stream: StreamProgress, nameColumns: number, { now, unicode }: View): string {
  const { records, bytes } = stream;
  const nextPollAt = stream.nextPollAt();
  const wait = currentWait(stream, now);
  const parts = [
    `${symbol(stream, unicode)} ${padded(fitted(plainText(stream.name), nameColumns), nameColumns)}`,
    `${countText(records).padStart(9)} rows`,
    ...(bytes > 0 ? [bytesText(bytes).padStart(8)] : []),
    ...(wait ? [wait] : []),
    stream.status === 'INCOMPLETE' ? plainText(stream.failure ?? 'stopped') : jobsText(stream.phases(), nextPollAt === undefined ? undefined : nextPollAt - now),
  ];
  return parts.filter(Boolean).join('  ');
}

function totalsText(progress: RunProgress, view: View): string {
  const wait = progress.wait && progress.wait.until > view.now ? `  waits ${durationText(progress.wait.until - view.now)}: ${plainText(progress.wait.reason)}` : '';
  return `  ${totals(progress, progress.rates(view.now), view.now)}${wait}`;
}

function totals(progress: RunProgress, rates: Totals | undefined, now: number): string {
  const { records, bytes } = progress.totals();
  const { streams } = progress;
  const done = streams.filter(({ isOver }) => isOver).length;
  const perSecond = (text: string, rate: number | undefined, shown: (rate: number) => string) => (rate ? `${text} (${shown(rate)}/s)` : text);
  return [
    `${done} of ${streams.length} stream${streams.length === 1 ? '' : 's'} done`,
    perSecond(`${countText(records)} rows`, rates?.records, countText),
    ...(bytes > 0 ? [perSecond(bytesText(bytes), rates?.bytes, bytesText)] : []),
    durationText(now - progress.startedAt),
  ].join(', ');
}

function currentWait({ wait, isOver }: StreamProgress, now: number): string | undefined {
  return wait && wait.until > now && !isOver ? `waits ${durationText(wait.until - now)}: ${plainText(wait.reason)}` : undefined;
}

/** Those at work first, then those that failed, then the rest. */
function mostTelling(streams: readonly StreamProgress[], now: number): StreamProgress[] {
  const rank = (stream: StreamProgress) => (stream.status === 'INCOMPLETE' ? 1 : stream.isOver ? 2 : stream.status === 'STARTED' && !currentWait(stream, now) && stream.phases().size === 0 ? 1.5 : 0);
  return [...streams].sort((a, b) => rank(a) - rank(b));
}

function symbol({ status }: StreamProgress, unicode: boolean): string {
  if (status === 'COMPLETE') return unicode ? '✓' : '+';
  if (status === 'INCOMPLETE') return unicode ? '✗' : 'x';
  return unicode ? '▸' : '>';
}

function colourOf(stream: StreamProgress, now: number): Colour | undefined {
  if (stream.status === 'INCOMPLETE') return 'red';
  if (stream.status === 'COMPLETE') return 'green';
  return currentWait(stream, now) ? 'yellow' : undefined;
}

function coloured(text: string, colour: Colour | undefined, { width, colour: isColoured }: View): string {
  const fit = fitted(text.trimEnd(), width);
  return isColoured && colour ? `\u001b[${CODES[colour]}m${fit}\u001b[0m` : fit;
}
