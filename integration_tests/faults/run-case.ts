import dns from 'node:dns';
import { FastWaitClock } from '../../src/platform/clock';
import { startReportingApi } from '../reporting_api/reporting-api';
import { readInProcess } from '../support/run-in-process';
import { apiOf, EVERY_ROW, inputOf, type FaultCase } from './fault-matrix';

/** What came of a run. */
export interface Verdict {
  /** Of the process. */
  exit: number;
  status: string | undefined;
  /** RECORD messages. */
  rows: number;
  missing: number;
  doubled: number;
  /** Rows that the API does not have. */
  invented: number;
  /** Code of the stream's error. */
  code: string | undefined;
  requests: number;
  output: string;
}

const SHARED_SECRETS = ['test-secret-0815', 'test-refresh-0815'];
/** A run that takes longer hangs. */
const LONGEST_RUN_MS = 60_000;

/** Names that do not exist, without asking anybody for them. */
const lookup = dns.lookup;
dns.lookup = ((hostname: string, ...rest: [unknown, (error: Error) => void]) => {
  if (!hostname.endsWith('.invalid')) return Reflect.apply(lookup, dns, [hostname, ...rest]);
  setImmediate(() => rest[1](Object.assign(new Error(`getaddrinfo ENOTFOUND ${hostname}`), { code: 'ENOTFOUND', syscall: 'getaddrinfo', hostname })));
}) as typeof dns.lookup;

/** One case on ours, in this process: the whole program behind its command line. */
export async function runCase(fault: FaultCase): Promise<Verdict> {
  const api = await startReportingApi(apiOf(fault));
  let output = '';
  const abort = new AbortController();
  const limit = setTimeout(() => abort.abort(new Error('hangs')), LONGEST_RUN_MS);
  try {
    const { clockJumpMs } = fault.fault;
    const isDone = await readInProcess({
      ...inputOf(fault, api.url),
      ...(clockJumpMs === undefined ? {} : { clock: new JumpingClock(clockJumpMs) }),
      signal: abort.signal,
      take: (lines) => void (output += lines),
    });
    return verdictOf(output, isDone ? 0 : 1, api.log().length);
  } finally {
    clearTimeout(limit);
    await api.close();
  }
}

/** The wall clock jumps after a few looks at it, as when it is set in the middle of a run. */
class JumpingClock extends FastWaitClock {
  private looks = 0;

  constructor(private readonly jumpMs: number) {
    super();
  }

  override now(): number {
    this.looks += 1;
    return super.now() + (this.looks > 12 ? this.jumpMs : 0);
  }
}

function verdictOf(output: string, exit: number, requests: number): Verdict {
  const messages = output.split('\n').filter(Boolean).map((line) => JSON.parse(line)); // a line that is none fails the test
  const counts = new Map<string, number>();
  // The fake API marks a changed file by a row of its own.
  const records = messages.filter(({ type, record }) => type === 'RECORD' && !record.data.id.startsWith('# version'));
  for (const { record } of records) counts.set(record.data.id, (counts.get(record.data.id) ?? 0) + 1);
  const known = new Set(EVERY_ROW);
  const error = messages.find(({ trace }) => trace?.type === 'ERROR')?.trace.error;
  const status = messages.filter(({ trace }) => trace?.stream_status).at(-1)?.trace.stream_status.status;
  for (const secret of SHARED_SECRETS) if (output.includes(secret)) throw new Error(`${secret} is in the output`);
  return {
    exit,
    status,
    rows: [...counts.values()].reduce((sum, count) => sum + count, 0),
    missing: EVERY_ROW.filter((id) => !counts.has(id)).length,
    doubled: [...counts.values()].filter((count) => count > 1).length,
    invented: [...counts.keys()].filter((id) => !known.has(id)).length,
    code: error?.internal_message?.split(/[\s:]/, 1)[0],
    requests,
    output,
  };
}
