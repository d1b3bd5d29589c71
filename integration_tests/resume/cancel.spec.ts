import { mkdtempSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { DAILY, EVERYTHING, InterruptedSync, jobsOf, kth, lastStatus, ONCE_EACH, states, tellsOfJobs } from './interrupted-sync';

/* eslint-disable @typescript-eslint/no-explicit-any */

/** After the first answer the two jobs hear nothing for a while; one of the two calls may fall to the run that goes on. */
const SLOW_POLL = { faults: [{ on: 'GET /exports/{id}', calls: [2, 3], do: { delay_ms: 4_000 } }] };
const polled = (message: any) => message.type === 'LOG' && /is still running/.test(message.log.message);
const CANCEL = { type: 'HttpRequester', url: "{{ config['base_url'] }}/exports/{{ creation_response['id'] }}/cancel", http_method: 'POST' };

function signalOnce(signals: NodeJS.Signals[], when: (message: any) => boolean) {
  let isDone = false;
  return (message: any, child: any) => {
    if (isDone || !when(message)) return;
    isDone = true;
    for (const signal of signals) child.kill(signal);
  };
}

describe('a run that is asked to stop', () => {
  it.each<[NodeJS.Signals, number]>([
    ['SIGTERM', 143],
    ['SIGINT', 130],
  ])('on %s leaves its jobs to the next run and ends with %i', async (signal, exitCode) => {
    const sync = await InterruptedSync.start({}, SLOW_POLL);
    try {
      const run = await sync.attempt(undefined, { args: ['--debug'], onMessage: signalOnce([signal], kth(1, polled)) });
      expect({ exit: run.exitCode, status: lastStatus(run), jobs: jobsOf(states(run).at(-1).stream).length }).toEqual({ exit: exitCode, status: 'INCOMPLETE', jobs: 2 });
      const again = await sync.attempt();
      expect({ exit: again.exitCode, creations: sync.creationsByDay, delivered: sync.delivered }).toEqual({ exit: 0, creations: ONCE_EACH, delivered: EVERYTHING });
    } finally {
      await sync.api.close();
    }
  });

  it('aborts its jobs when it is told to', async () => {
    const sync = await InterruptedSync.start({ retriever: { ...DAILY.retriever, abort_requester: CANCEL } }, SLOW_POLL);
    try {
      const run = await sync.attempt(undefined, { args: ['--debug'], env: { SOURCE_ON_CANCEL: 'abort' }, onMessage: signalOnce(['SIGTERM'], kth(1, polled)) });
      expect({ exit: run.exitCode, jobs: jobsOf(states(run).at(-1).stream) }).toEqual({ exit: 143, jobs: [] });
      expect(sync.api.log().filter(({ route }) => route === 'POST /exports/{id}/cancel')).toHaveLength(2);
    } finally {
      await sync.api.close();
    }
  });

  it('waits for a creation that is under way, so that its job is known', async () => {
    const sync = await InterruptedSync.start({}, { faults: [{ on: 'POST /exports', calls: 1, do: { delay_ms: 600 } }] });
    try {
      const run = await sync.attempt(undefined, { onMessage: signalOnce(['SIGTERM'], kth(1, ({ trace }) => trace !== undefined)), onStart: undefined });
      const created = sync.creations.length;
      expect(run.exitCode).toBe(143);
      expect(jobsOf(states(run).at(-1)?.stream ?? { stream_state: {} })).toHaveLength(created);
    } finally {
      await sync.api.close();
    }
  });

  it('leaves at once on the second signal, and after the grace period in any case', async () => {
    const sync = await InterruptedSync.start({}, { faults: [{ on: 'POST /exports', do: { delay_ms: 30_000 } }] });
    const started = (message: any) => message.trace?.stream_status?.status === 'STARTED';
    const later = (signals: number) => (message: any, child: any) => {
      if (started(message)) for (let each = 0; each < signals; each += 1) setTimeout(() => child.kill('SIGTERM'), 200 + each * 100);
    };
    try {
      const from = Date.now();
      const twice = await sync.attempt(undefined, { onMessage: later(2) });
      const graced = await sync.attempt(undefined, { env: { SOURCE_GRACE_SECONDS: '0.5' }, onMessage: later(1) });
      expect([twice.exitCode, graced.exitCode]).toEqual([143, 143]);
      expect(Date.now() - from).toBeLessThan(28_000);
    } finally {
      await sync.api.close();
    }
  });
});

describe('a journal', () => {
  const newPath = () => join(mkdtempSync(join(tmpdir(), 'journal-')), 'states.json');

  it('stands in for the platform: a killed run goes on from it', async () => {
    const sync = await InterruptedSync.start({});
    const path = newPath();
    try {
      await sync.attempt(kth(2, tellsOfJobs), { args: ['--journal', path] });
      sync.state = undefined;
      const run = await sync.attempt(undefined, { env: { SOURCE_JOURNAL: path } });
      expect({ exit: run.exitCode, delivered: sync.delivered }).toEqual({ exit: 0, delivered: EVERYTHING });
      expect(JSON.parse(readFileSync(path, 'utf8'))).toEqual([{ type: 'STREAM', stream: states(run).at(-1).stream }]);
      expect(statSync(path).mode & 0o777).toBe(0o600);
      expect(() => statSync(`${path}.lock`)).toThrow('ENOENT');
    } finally {
      await sync.api.close();
    }
  });

  it.each<[string, () => unknown, number]>([
    ['a living process', () => ({ pid: process.pid, host: hostname() }), 1],
    ['a process that is gone', () => ({ pid: 2 ** 22 + 1, host: hostname() }), 0],
    ['another machine, touched just now', () => ({ pid: 1, host: 'elsewhere' }), 1],
  ])('that is locked by %s', async (_who, owner, exitCode) => {
    const sync = await InterruptedSync.start({});
    const path = newPath();
    writeFileSync(`${path}.lock`, JSON.stringify(owner()));
    try {
      const run = await sync.attempt(undefined, { args: ['--journal', path] });
      expect(run.exitCode).toBe(exitCode);
      if (exitCode) expect({ told: run.stdout.includes('Another run uses the journal'), created: sync.creations.length }).toEqual({ told: true, created: 0 });
    } finally {
      await sync.api.close();
    }
  });

  it('that cannot be read ends the run before anything is ordered', async () => {
    const sync = await InterruptedSync.start({});
    const path = newPath();
    writeFileSync(path, '{"half":');
    try {
      const run = await sync.attempt(undefined, { args: ['--journal', path] });
      expect({ exit: run.exitCode, created: sync.creations.length, told: run.stdout.includes('remove the file to start from the beginning') }).toEqual({ exit: 1, created: 0, told: true });
      expect(readFileSync(path, 'utf8')).toBe('{"half":');
    } finally {
      await sync.api.close();
    }
  });
});
