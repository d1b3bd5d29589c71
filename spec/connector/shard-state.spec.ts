import { refuseShardState, SHARD_KEY, ShardStatement } from '../../src/connector/shard-state';
import { ConnectorError } from '../../src/errors/connector-error';
import type { JsonObject } from '../../src/protocol/json';
import { FakeClock } from '../support/fake-clock';

const SHARD = { index: 3, of: 16 };
const written = (more: JsonObject = {}): JsonObject => ({ day: '2024-01-05', [SHARD_KEY]: { version: 1, index: 3, of: 16, complete: false, started_at: '2024-02-01T00:00:00.000Z', kind: 'windows', ...more } });
const codeOf = (work: () => unknown): string | undefined => {
  try {
    work();
  } catch (error) {
    return (error as ConnectorError).code;
  }
  return undefined;
};

it('is taken out of the state, and written beside it again', () => {
  const { state, statement } = ShardStatement.of(SHARD, written(), 'orders', new FakeClock(Date.parse('2024-03-01T00:00:00Z')));
  expect(state).toEqual({ day: '2024-01-05' });
  expect(statement.noted).toMatchObject({ kind: 'windows' });
  // The first attempt began the sync.
  expect(statement.toJson({ kind: 'windows', read: [] }, true)).toEqual({
    version: 1, index: 3, of: 16, complete: true, started_at: '2024-02-01T00:00:00.000Z', ended_at: '2024-03-01T00:00:00.000Z', kind: 'windows', read: [],
  });
});

it('begins with any state that is not of a shard', () => {
  const { state, statement } = ShardStatement.of(SHARD, { day: '2024-01-05' }, 'orders', new FakeClock(Date.parse('2024-03-01T00:00:00Z')));
  expect(state).toEqual({ day: '2024-01-05' });
  expect(statement.toJson({}, false)).toEqual({ version: 1, index: 3, of: 16, complete: false, started_at: '2024-03-01T00:00:00.000Z' });
});

it.each<[string, JsonObject]>([
  ['another shard', { index: 4 }],
  ['another count', { of: 8 }],
  ['another version', { version: 2 }],
])('refuses the state of %s', (_what, more) => {
  expect(codeOf(() => ShardStatement.of(SHARD, written(more), 'orders', new FakeClock()))).toBe('shards.other_shard');
});

it('is no state for a run without shards', () => {
  expect(codeOf(() => refuseShardState(written(), 'orders'))).toBe('shards.unmerged_state');
  expect(codeOf(() => refuseShardState({ day: '2024-01-05' }, 'orders'))).toBeUndefined();
});
