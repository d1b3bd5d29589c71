import { EVERY_ROW, FAULTS, PHASES, TIMES, type Fault, type Phase, type Times } from './fault-matrix';

/** What came of a run, on either side. */
export interface Outcome {
  /** False when it was ended from outside. */
  ended?: boolean;
  status?: string | null;
  rows: number;
  missing: number;
  doubled: number;
  invented: number;
  requests?: number;
  output_bytes?: number;
  paused_seconds?: number;
  code?: string;
}

/** By the name of the case. */
export type Outcomes = Readonly<Record<string, Outcome>>;

const START_OF_TABLE = '<!-- generated: npm run faults -->';

/** One cell of docs/faults.md. */
export function cellOf({ ended = true, status, rows, missing, doubled, invented, requests, paused_seconds: paused, output_bytes: bytes, code }: Outcome): string {
  const wrong = [doubled > 0 ? `${doubled} twice` : '', invented > 0 ? `${invented} invented` : ''].filter(Boolean);
  if (!ended) {
    const done = `${requests ?? 0} requests, ${size(bytes ?? 0)} of output`;
    return paused ? `goes on: ${done}, ${paused} s of pauses` : `**goes on without a pause**: ${done}`;
  }
  if (status === 'COMPLETE' && missing === 0 && wrong.length === 0) return 'all rows';
  const some = rows === 0 ? '' : `${rows - doubled} of ${EVERY_ROW.length} rows`;
  if (status === 'COMPLETE') return `**COMPLETE with ${[some || 'no rows', ...wrong].join(', ')}**`;
  return [`fails${code ? ` (${code.replace(/[[\]]/g, '`')})` : ''}`, some, ...wrong].filter(Boolean).join(', ');
}

function size(bytes: number): string {
  return bytes < 1_000_000 ? `${Math.ceil(bytes / 1000)} KB` : `${Math.round(bytes / 1_000_000)} MB`;
}

/** One line for each fault and phase: ours and the reference, once and always. */
export function tableOf(ours: Outcomes, reference: Outcomes): string {
  const lines = FAULTS.flatMap((fault) => (fault.phases ?? PHASES).map((phase) => lineOf(fault, phase, (name) => ours[name], (name) => reference[name])));
  return [START_OF_TABLE, '| fault | phase | once: ours | once: reference | always: ours | always: reference |', '|---|---|---|---|---|---|', ...lines].join('\n');
}

function lineOf(fault: Fault, phase: Phase, ours: (name: string) => Outcome | undefined, reference: (name: string) => Outcome | undefined): string {
  const cell = (times: Times, side: typeof ours) => {
    if (!(fault.times ?? TIMES).includes(times)) return '';
    const outcome = side(`${fault.name}, ${phase}, ${times}`);
    return outcome ? cellOf(outcome) : '–';
  };
  return `| ${fault.name} | ${phase} | ${TIMES.flatMap((times) => [cell(times, ours), cell(times, reference)]).join(' | ')} |`;
}

/** What docs/faults.md says about ours, by the name of the case. */
export function oursInTable(page: string): Record<string, string> {
  const cells: Record<string, string> = {};
  for (const line of page.slice(page.indexOf(START_OF_TABLE)).split('\n').slice(3)) {
    const [, fault, phase, once, , always] = line.split('|').map((each) => each.trim());
    if (always === undefined) break;
    if (once) cells[`${fault}, ${phase}, once`] = once;
    if (always) cells[`${fault}, ${phase}, always`] = always;
  }
  return cells;
}

/** The page with a new table; what stands around it is written by hand. */
export function withTable(page: string, table: string): string {
  const start = page.indexOf(START_OF_TABLE);
  const end = page.indexOf('\n\n', start);
  return page.slice(0, start) + table + (end < 0 ? '\n' : page.slice(end));
}
