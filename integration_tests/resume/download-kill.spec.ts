import { committed, InterruptedSync, records, states } from './interrupted-sync';
import { EVERY_ID, largeDownloads } from './large-downloads';
import { randomOf, SEED } from './random-of';

/* eslint-disable @typescript-eslint/no-explicit-any */

/** How many kills; `SOURCE_KILLS=200` for the long series. */
const KILLS = Number(process.env.SOURCE_KILLS ?? 6);
/** A sync is left alone after so many. */
const MOST_A_SYNC = 4;

const GZIP = { type: 'GzipDecoder', decoder: { type: 'CsvDecoder' } };
const FILES: [string, Parameters<typeof largeDownloads>[0]][] = [
  ['CSV', {}],
  ['CSV without tags', { download: { etag: false } }],
  ['CSV without ranges', { download: { ranges: false } }],
  ['CSV behind signed links', { download: { link_uses: 3 } }],
  ['CSV in compressed transport', { file: { transport: 'gzip' } }],
  ['gzip', { file: { compression: 'gzip' }, decoder: GZIP }],
  ['zip without tags', { file: { compression: 'zip' }, download: { etag: false }, decoder: { type: 'ZipfileDecoder', decoder: { type: 'CsvDecoder' } } }],
  ['JSON Lines', { file: { format: 'jsonl' }, decoder: { type: 'JsonlDecoder' } }],
  ['a JSON list', { file: { format: 'json' }, decoder: { type: 'JsonDecoder' } }],
];

const idOf = ({ day, id }: any) => `${String(day)}#${String(id)}`;

/** Returns how often it was killed. */
async function killedSync(random: () => number, kills: number): Promise<number> {
  const [name, file] = FILES[Math.floor(random() * FILES.length)]!;
  const isFullRefresh = random() < 0.4;
  const sync = await InterruptedSync.start(largeDownloads({ ...file, isFullRefresh }));
  let killed = 0;
  try {
    for (let isOver = false; !isOver; ) {
      const at = Math.floor(1 + random() * EVERY_ID.length * 0.6);
      let count = 0;
      const run = await sync.attempt(undefined, {
        onMessage: (_message, child) => {
          if (killed < kills && (count += 1) === at) child.kill('SIGKILL');
        },
      });
      const errors = run.messages.filter(({ trace }) => trace?.type === 'ERROR').map(({ trace }) => trace.error.message);
      if (errors.length > 0) throw new Error(`The run failed: ${errors.join('; ')}`);
      if (run.signal === 'SIGKILL') killed += 1;
      // It may have come to its end before it was killed.
      isOver = run.exitCode === 0 || (states(run).length > 0 && !sync.state.stream_state.__async_jobs);
    }
    const what = { name, isFullRefresh, killed };
    const once = sync.attempts.flatMap(committed).map(idOf).sort();
    expect({ ...what, rows: once.length, areAll: once.join() === EVERY_ID.join(), jobs: sync.orderedTwice }).toEqual({ ...what, rows: EVERY_ID.length, areAll: true, jobs: [] });
    const all = new Set(sync.attempts.flatMap(records).map(idOf));
    expect(all.size).toBe(EVERY_ID.length);
    expect(sync.state.stream_state).toEqual(isFullRefresh ? { __ab_no_cursor_state_message: true } : { day: '2024-01-02' });
    return killed;
  } finally {
    await sync.api.close();
  }
}

it(`large downloads survive ${KILLS} kills: every row once when every STATE was kept (SOURCE_KILL_SEED=${SEED})`, async () => {
  const random = randomOf(SEED);
  for (let left = KILLS; left > 0; ) left -= Math.max(1, await killedSync(random, Math.min(left, 1 + Math.floor(random() * MOST_A_SYNC))));
}, 60_000 + KILLS * 10_000);
