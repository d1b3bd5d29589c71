import { StreamStates } from '../../src/connector/stream-states';
import { MessageWriter } from '../../src/messages/message-writer';
import type { JsonObject } from '../../src/protocol/json';
import type { SourceStream } from '../../src/streams/source-stream';
import { fakeRuntime } from '../support/fake-runtime';

function statesOf({ cursorField, isAsynchronous = true, heartbeat = '0', env = {} }: { cursorField?: string; isAsynchronous?: boolean; heartbeat?: string; env?: Record<string, string> }) {
  const runtime = fakeRuntime({ env: { SOURCE_HEARTBEAT_SECONDS: heartbeat, ...env } });
  const lines: string[] = [];
  const writer = new MessageWriter({ write: (line) => void lines.push(line.toString()), flush: async () => undefined }, runtime.clock, runtime.secrets);
  const cursor = { cursorField, state: () => (cursorField ? { [cursorField]: 1 } : { __ab_no_cursor_state_message: true }) };
  const states = new StreamStates({ name: 's', cursor, isAsynchronous } as unknown as SourceStream, { name: 's' }, { writer, journal: undefined }, runtime, undefined);
  const sent = () => lines.map((line) => JSON.parse(line) as { state: { stream: { stream_state: JsonObject }; sourceStats: { recordCount: number } } }).map(({ state }) => [state.stream.stream_state, state.sourceStats.recordCount]);
  return { states, sent, runtime };
}

const ledger = { __async_jobs: expect.objectContaining({ version: 1, jobs: [] }) };

it('all who ask at once share a STATE', async () => {
  const { states, sent } = statesOf({ cursorField: 'day' });
  states.count(3);
  await Promise.all([states.now(), states.now(), states.now()]);
  expect(sent()).toEqual([[{ day: 1, ...ledger }, 3]]);
});

it('counts each record in one STATE', async () => {
  const { states, sent } = statesOf({ cursorField: 'day' });
  states.count(3);
  await states.now();
  states.count(2);
  await states.finish(true);
  expect(sent().map(([, count]) => count)).toEqual([3, 2]);
});

it('does not repeat at the end what was said', async () => {
  const { states, sent } = statesOf({ cursorField: 'day', isAsynchronous: false });
  await states.now();
  await states.finish(true);
  expect(sent()).toEqual([[{ day: 1 }, 0]]);
});

it.each<[string, { cursorField?: string; isAsynchronous?: boolean }, boolean, unknown[]]>([
  ['a full refresh that succeeds', {}, true, [ledger, { __ab_no_cursor_state_message: true }]],
  ['a full refresh that fails', {}, false, [ledger, ledger]],
  ['an incremental sync that succeeds', { cursorField: 'day' }, true, [{ day: 1, ...ledger }, { day: 1 }]],
  ['an incremental sync that fails', { cursorField: 'day' }, false, [{ day: 1, ...ledger }, { day: 1 }]],
])('%s never claims more than it did', async (_what, options, isComplete, expected) => {
  const { states, sent } = statesOf(options);
  await states.now();
  await states.finish(isComplete);
  expect(sent().map(([state]) => state)).toEqual(expected);
});

it('a failed full refresh without a word about jobs says nothing', async () => {
  const { states, sent } = statesOf({});
  await states.finish(false);
  expect(sent()).toEqual([]);
});

it('repeats itself when nothing else is said, until the end, and never says the same', async () => {
  const { states, sent, runtime } = statesOf({ heartbeat: '300' });
  states.start();
  while (sent().length < 3) await new Promise((resolve) => setImmediate(resolve));
  expect(runtime.clock.monotonic()).toBeLessThanOrEqual(3 * 300_000 + 75_000);
  expect(runtime.clock.monotonic()).toBeGreaterThanOrEqual(3 * 300_000);
  await states.finish(true);
  const count = sent().length;
  for (let turn = 0; turn < 20; turn += 1) await new Promise((resolve) => setImmediate(resolve));
  expect(sent()).toHaveLength(count);
  expect(new Set(sent().map((each) => JSON.stringify(each))).size).toBe(count);
});

it('is silent without a heartbeat, and for streams without jobs', async () => {
  for (const options of [{ heartbeat: '0' }, { heartbeat: '300', isAsynchronous: false }]) {
    const { states, sent } = statesOf(options);
    states.start();
    for (let turn = 0; turn < 50; turn += 1) await new Promise((resolve) => setImmediate(resolve));
    expect(sent()).toEqual([]);
  }
});

describe('a checkpoint', () => {
  const withJob = (env: Record<string, string> = {}, isAsynchronous = true) => {
    const made = statesOf({ cursorField: 'day', isAsynchronous, env });
    jest.spyOn(made.states.jobs, 'isEmpty', 'get').mockReturnValue(false);
    return made;
  };

  it('is due after so many records since the last STATE', async () => {
    for (const [env, rows] of [[{}, 100_000], [{ SOURCE_CHECKPOINT_ROWS: '10' }, 10], [{ SOURCE_CHECKPOINT_ROWS: 'ten' }, 100_000]] as const) {
      const { states } = withJob(env);
      states.count(rows - 1);
      expect(states.isCheckpointDue).toBe(false);
      states.count(1);
      expect(states.isCheckpointDue).toBe(true);
      await states.now();
      expect(states.isCheckpointDue).toBe(false);
    }
  });

  it('is due after so many seconds, when there is something to say', async () => {
    for (const [env, seconds] of [[{}, 60], [{ SOURCE_CHECKPOINT_SECONDS: '5' }, 5]] as const) {
      const { states, runtime } = withJob(env);
      runtime.clock.advance(seconds * 1000);
      expect(states.isCheckpointDue).toBe(false);
      states.count(1);
      expect(states.isCheckpointDue).toBe(true);
      await states.now();
      states.count(1);
      runtime.clock.advance(seconds * 1000 - 1);
      expect(states.isCheckpointDue).toBe(false);
    }
  });

  it('is never due when it is switched off, without jobs that could be picked up, or without jobs at all', () => {
    const off = { SOURCE_CHECKPOINT_ROWS: '0', SOURCE_CHECKPOINT_SECONDS: '0' };
    for (const { states, runtime } of [withJob(off), statesOf({ cursorField: 'day' }), withJob({}, false)]) {
      states.count(10_000_000);
      runtime.clock.advance(1e9);
      expect(states.isCheckpointDue).toBe(false);
    }
  });
});
