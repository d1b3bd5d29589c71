import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EVERYTHING, FULL_REFRESH, InterruptedSync } from './interrupted-sync';
import { randomOf, SEED } from './random-of';

/** How many kills; `SOURCE_KILLS=200` for the long series. */
const KILLS = Number(process.env.SOURCE_KILLS ?? 20);
/** A sync is left alone after so many. */
const MOST_A_SYNC = 6;

interface Series {
  kills: number;
  useJournal: boolean;
  isFullRefresh: boolean;
}

async function killedSync(random: () => number, { kills, useJournal, isFullRefresh }: Series): Promise<number> {
  const sync = await InterruptedSync.start(isFullRefresh ? FULL_REFRESH : {}, { latency_ms: 3 });
  const journal = join(mkdtempSync(join(tmpdir(), 'journal-')), 'states.json');
  const args = useJournal ? ['--journal', journal] : [];
  let killed = 0;
  try {
    for (let isOver = false; !isOver; ) {
      if (useJournal) sync.state = undefined;
      const hasFuel = killed < kills;
      const at = Math.floor(1 + random() * 40);
      const delay = random() * 15;
      let count = 0;
      const run = await sync.attempt(undefined, {
        args: ['--debug', ...args],
        onMessage: (_message, child) => {
          if (hasFuel && (count += 1) === at) setTimeout(() => child.kill('SIGKILL'), delay);
        },
      });
      if (run.signal === 'SIGKILL') killed += 1;
      else if (run.exitCode !== 0) throw new Error(`The run failed: ${run.stdout.slice(-3000)}`);
      isOver = run.exitCode === 0 || (sync.state !== undefined && !sync.state.stream_state.__async_jobs && run.signal === 'SIGKILL' && !useJournal && sync.delivered.length === EVERYTHING.length);
    }
    expect(sync.delivered).toEqual(EVERYTHING);
    if (useJournal) expect(JSON.parse(readFileSync(journal, 'utf8'))[0].stream.stream_state).toEqual(isFullRefresh ? { __ab_no_cursor_state_message: true } : { day: '2024-01-05' });
    else expect({ twice: sync.orderedTwice, again: sync.deliveredAgain }).toEqual({ twice: [], again: [] });
    return killed;
  } finally {
    await sync.api.close();
  }
}

it(`survives ${KILLS} kills at random moments (SOURCE_KILL_SEED=${SEED})`, async () => {
  const random = randomOf(SEED);
  for (let left = KILLS; left > 0; ) {
    const kills = Math.min(left, 1 + Math.floor(random() * MOST_A_SYNC));
    left -= Math.max(1, await killedSync(random, { kills, useJournal: random() < 0.3, isFullRefresh: random() < 0.3 }));
  }
}, 30_000 + KILLS * 3_000);
