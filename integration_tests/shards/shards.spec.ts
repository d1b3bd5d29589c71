import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startShop } from '../clients/shop/shop';
import type { ReportingApi } from '../reporting_api/reporting-api';
import { runCli, type CliInput, type CliRun } from '../support/run-cli';

/* eslint-disable @typescript-eslint/no-explicit-any */

const COUNT = 16;

function recordsOf(run: CliRun): string[] {
  return run.messages.filter(({ type }) => type === 'RECORD').map(({ record }) => JSON.stringify([record.stream, Object.entries(record.data).sort()]));
}

/** The last STATE of each stream, as a state file. */
function stateOf(run: CliRun): any[] {
  const last = new Map<string, any>();
  for (const { type, state } of run.messages) if (type === 'STATE') last.set(state.stream.stream_descriptor.name, { type: 'STREAM', stream: state.stream });
  return [...last.values()];
}

/** What two states must have in common; how long a sync took is not. */
function comparable(states: any[]): Record<string, unknown> {
  return Object.fromEntries(
    states.map(({ stream: { stream_descriptor, stream_state } }) => {
      const { lookback_window: _took, states: partitions, ...rest } = stream_state;
      const sorted = partitions && [...partitions].sort((a: unknown, b: unknown) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));
      return [stream_descriptor.name, { ...rest, ...(sorted ? { states: sorted } : {}) }];
    }),
  );
}

function merge(args: string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  return new Promise((resolve) => {
    execFile(process.execPath, ['dist/main.js', 'state', 'merge', ...args], (error, stdout, stderr) => resolve({ code: error ? Number(error.code) : 0, stdout, stderr }));
  });
}

describe('a sync in 16 shards', () => {
  let api: ReportingApi;
  let input: CliInput;
  let folder: string;
  let whole: CliRun;
  const file = (index: number) => join(folder, `shard-${index}.json`);

  beforeAll(async () => {
    ({ api, input } = await startShop());
    folder = mkdtempSync(join(tmpdir(), 'shards-'));
    whole = await runCli(input);
  });

  afterAll(async () => {
    await api.close();
    rmSync(folder, { recursive: true, force: true });
  });

  const runShard = (index: number, state?: unknown, more: Partial<CliInput> = {}) => runCli({ ...input, state, ...more, args: ['--shard', `${index}/${COUNT}`] });

  async function inPairs(work: (index: number) => Promise<void>): Promise<void> {
    for (let index = 0; index < COUNT; index += 2) await Promise.all([work(index), work(index + 1)]);
  }

  it('delivers exactly the records of the whole, although one shard fails, one is killed, and both are run again', async () => {
    expect(whole.exitCode).toBe(0);
    expect(recordsOf(whole)).toHaveLength(40 * 3 + 12 * 6 * 2 + 12 + 7 * 3 + 5);
    const delivered: string[] = [];
    let finishedAtOnce = 0;
    await inPairs(async (index) => {
      // Shard 5 cannot order the reports of later days; shard 9 dies when it has told of its first job.
      let killed = false;
      const first = await runShard(index, undefined, {
        ...(index === 5 ? { manifest: withRefusedOrders(input.manifest, '2024-01-15') } : {}),
        ...(index === 9
          ? {
              onMessage: (message, child) => {
                if (killed || !message.state?.stream.stream_state.__async_jobs?.jobs.length) return;
                killed = true;
                child.kill('SIGKILL');
              },
            }
          : {}),
      });
      expect(first.stdout).toContain('max_concurrent_async_job_count is 4, but 16 shards at once may have 16 jobs');
      if (first.exitCode === 0) {
        finishedAtOnce += 1;
        delivered.push(...recordsOf(first));
        writeFileSync(file(index), first.stdout);
        return;
      }
      const second = await runShard(index, stateOf(first));
      expect(second.exitCode).toBe(0);
      if (index === 9) expect(second.stdout).toContain('of an interrupted sync are picked up again');
      // A full refresh starts over; what an incremental stream has confirmed stays delivered.
      const confirmed = confirmedRecords(first);
      const isIncremental = (record: string) => /^\["(orders|members)"/.test(record);
      delivered.push(...new Set([...confirmed.filter(isIncremental), ...recordsOf(second)]));
      const again = recordsOf(second).filter((record) => isIncremental(record) && confirmed.includes(record));
      expect(again).toEqual([]);
      writeFileSync(file(index), first.stdout + second.stdout);
    });
    expect(finishedAtOnce).toBe(COUNT - 2);
    expect(delivered.sort()).toEqual(recordsOf(whole).sort());

    const merged = await merge(Array.from({ length: COUNT }, (_, index) => file(index)));
    expect(merged).toMatchObject({ code: 0, stderr: '' });
    expect(comparable(JSON.parse(merged.stdout))).toEqual(comparable(stateOf(whole)));
  }, 120_000);

  it('goes on from the joined state like the whole', async () => {
    const { stdout } = await merge([...Array.from({ length: COUNT }, (_, index) => file(index))]);
    const config = { ...(input.config as object), end_date: '2024-02-20' };
    const next = await runCli({ ...input, config, state: JSON.parse(stdout) });
    const nextOfWhole = await runCli({ ...input, config, state: stateOf(whole) });
    expect(next.exitCode).toBe(0);
    expect(recordsOf(next).sort()).toEqual(recordsOf(nextOfWhole).sort());
  }, 60_000);

  it('tells which shards are missing, and joins without them when told to', async () => {
    const some = Array.from({ length: COUNT }, (_, index) => index).filter((index) => index !== 3).map(file);
    const refused = await merge(some);
    expect(refused).toMatchObject({ code: 1, stdout: '', stderr: expect.stringContaining('stream orders: no state of shard 3/16') });
    const output = join(folder, 'partial.json');
    expect(await merge(['--partial', '--output', output, ...some])).toMatchObject({ code: 0, stdout: '' });
    const partial = JSON.parse(readFileSync(output, 'utf8'));
    // Nothing that shard 3 should have read counts as read.
    const next = await runCli({ ...input, state: partial });
    const delivered = new Set([...some.flatMap((path) => recordsOf(runFrom(path))), ...recordsOf(next)]);
    expect([...delivered].sort()).toEqual(recordsOf(whole).sort());
  }, 60_000);
});

function runFrom(path: string): CliRun {
  return { messages: readFileSync(path, 'utf8').split('\n').filter(Boolean).map((line) => JSON.parse(line)) } as CliRun;
}

/** Ordering reports from a day on is refused. */
function withRefusedOrders(manifest: any, day: string): unknown {
  const copy = structuredClone(manifest);
  copy.streams[0].retriever.creation_requester.url = `{{ config['base_url'] }}/{{ 'refused' if stream_slice['start_time'] >= '${day}' else 'exports' }}`;
  return copy;
}

/** Records that a STATE has covered. A destination keeps those of a run that failed. */
function confirmedRecords(run: CliRun): string[] {
  const open = new Map<string, string[]>();
  const confirmed: string[] = [];
  for (const message of run.messages) {
    if (message.type === 'RECORD') {
      const list = open.get(message.record.stream) ?? [];
      list.push(JSON.stringify([message.record.stream, Object.entries(message.record.data).sort()]));
      open.set(message.record.stream, list);
    } else if (message.type === 'STATE') {
      const { name } = message.state.stream.stream_descriptor;
      confirmed.push(...(open.get(name) ?? []));
      open.delete(name);
    }
  }
  return confirmed;
}
