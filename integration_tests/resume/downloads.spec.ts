import { committed, InterruptedSync, jobsOf, kth, lastStatus, records, states } from './interrupted-sync';
import { EVERY_ID, largeDownloads } from './large-downloads';

/* eslint-disable @typescript-eslint/no-explicit-any */

const GZIP = { file: { compression: 'gzip' as const }, decoder: { type: 'GzipDecoder', decoder: { type: 'CsvDecoder' } } };

describe('a run that is killed within a download', () => {
  it.each<[string, Parameters<typeof largeDownloads>[0], RegExp]>([
    ['a file that the cursor looks into goes on with a range', {}, /goes on from byte \d+ of file 1; \d+ rows went out before/],
    ['finished lines go on with a range', { isFullRefresh: true }, /goes on from byte \d+ of file 1; \d+ rows went out before/],
    ['a packed file is read again, and its rows are left out', GZIP, /goes on in file 1; \d+ rows went out before/],
  ])('%s', async (_what, file, told) => {
    const sync = await InterruptedSync.start(largeDownloads(file));
    try {
      const isLate = (message: any) => message.type === 'STATE' && jobsOf(message.state.stream).some(({ place }) => place?.rows > 2000);
      const killed = await sync.attempt(kth(1, isLate));
      expect(killed.signal).toBe('SIGKILL');
      const run = await sync.attempt();
      expect({ exit: run.exitCode, status: lastStatus(run), told: told.exec(run.stdout) !== null }).toEqual({ exit: 0, status: 'COMPLETE', told: true });
      expect(records(run)).toHaveLength(EVERY_ID.length - committed(killed).length);
      expect(committed(killed).length).toBeGreaterThan(2000);
      const asked = sync.api.log().filter(({ headers }) => headers.range !== undefined);
      expect(asked.length > 0).toBe(file !== GZIP);
    } finally {
      await sync.api.close();
    }
  });

  it('starts its file over when the API has another one by then', async () => {
    const sync = await InterruptedSync.start(largeDownloads({ isFullRefresh: true }), { faults: [{ on: 'GET /files/{id}/{part}', from: 3, do: { change_file: true } }] });
    try {
      await sync.attempt(kth(1, (message) => message.type === 'STATE' && jobsOf(message.state.stream).some(({ place }) => place)));
      const run = await sync.attempt();
      expect({ exit: run.exitCode, told: run.stdout.includes('read from their start') }).toEqual({ exit: 0, told: true });
      expect(new Set(records(run).map(({ day, id }: any) => `${day}#${id}`)).size).toBeGreaterThan(9_000);
    } finally {
      await sync.api.close();
    }
  });
});

it('SIGTERM within a download leaves a STATE with the place of the last record', async () => {
  const sync = await InterruptedSync.start({ ...largeDownloads({ isFullRefresh: true }), env: { SOURCE_CHECKPOINT_ROWS: '0', SOURCE_CHECKPOINT_SECONDS: '0' } });
  try {
    let isStopped = false;
    const stopped = await sync.attempt(undefined, {
      onMessage: (message, child) => {
        if (isStopped || message.type !== 'RECORD') return;
        isStopped = true;
        child.kill('SIGTERM');
      },
    });
    const run = await sync.attempt();
    expect({ exits: [stopped.exitCode, run.exitCode], rows: records(stopped).length + records(run).length }).toEqual({ exits: [143, 0], rows: EVERY_ID.length });
    expect(states(stopped).flatMap(({ stream }) => jobsOf(stream)).filter(({ place }) => place).length).toBeGreaterThan(0);
  } finally {
    await sync.api.close();
  }
});
