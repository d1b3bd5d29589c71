import { TokenPools, type PoolState, type ReportedQuota } from '../../../src/requests/authenticators/token-pools';

const NOW = 1_709_294_400_000;
const HOUR = 3_600_000;

const pool = (remaining: number, more: Partial<PoolState> = {}): PoolState => ({ remaining, resetAt: NOW + HOUR, limit: 1000, tracked: true, ...more });
const untracked = pool(0, { tracked: false });
const says = (more: Partial<ReportedQuota>): ReportedQuota => ({ remaining: undefined, resetAt: undefined, limit: undefined, exhausted: false, ...more });

function pools(states: Record<string, PoolState>, reserve = { fraction: 0, calls: 0 }): TokenPools {
  const made = new TokenPools(Object.keys(states), reserve);
  made.seed(new Map(Object.entries(states).map(([token, state]) => [token, new Map([['q', state]])])));
  return made;
}

const tokensOf = (made: TokenPools, calls: number) => Array.from({ length: calls }, () => {
  const acquisition = made.acquire('q', NOW);
  return acquisition.kind === 'go' ? acquisition.token : 'spent';
});

describe('taking calls', () => {
  test('one token until it is spent, then the next', () => {
    expect(tokensOf(pools({ a: pool(2), b: pool(1) }), 4)).toEqual(['a', 'a', 'b', 'spent']);
  });

  test('tokens without a count take turns, and stand in for spent ones', () => {
    expect(tokensOf(pools({ a: untracked, b: untracked }), 3)).toEqual(['a', 'b', 'a']);
    expect(tokensOf(pools({ a: pool(1), b: untracked }), 3)).toEqual(['a', 'b', 'b']);
  });

  test('all spent: says when the first comes back', () => {
    expect(pools({ a: pool(0), b: pool(0, { resetAt: NOW + 5000 }) }).acquire('q', NOW)).toEqual({ kind: 'spent', resetInMs: 5000 });
  });

  // 20 calls left over one hour would be 180 s apart; ten is the most.
  test.each<[string, Record<string, PoolState>, { fraction: number; calls: number }, number]>([
    ['no reserve', { a: pool(20) }, { fraction: 0, calls: 0 }, 0],
    ['more left than the reserve', { a: pool(60) }, { fraction: 0, calls: 50 }, 0],
    ['the reserve in calls', { a: pool(51, { resetAt: NOW + 100_000 }) }, { fraction: 0, calls: 50 }, 2000],
    ['the reserve as a part of the limit', { a: pool(101, { resetAt: NOW + 100_000 }) }, { fraction: 0.1, calls: 0 }, 1000],
    ['at most ten seconds', { a: pool(20) }, { fraction: 0, calls: 50 }, 10_000],
    ['not while another token has plenty', { a: pool(20), b: pool(900) }, { fraction: 0, calls: 50 }, 0],
    ['not after the reset', { a: pool(20, { resetAt: NOW - 1 }) }, { fraction: 0, calls: 50 }, 0],
  ])('delay: %s', (_name, states, reserve, delayMs) => {
    expect(pools(states, reserve).acquire('q', NOW)).toMatchObject({ kind: 'go', delayMs });
  });
});

describe('what answers report', () => {
  test.each<[string, PoolState, ReportedQuota, Partial<PoolState>]>([
    ['a lower count in the same window', pool(9), says({ remaining: 5 }), { remaining: 5 }],
    ['a higher count came late', pool(5), says({ remaining: 9 }), { remaining: 5 }],
    ['a new window with its count', pool(0), says({ remaining: 9, resetAt: NOW + 2 * HOUR }), { remaining: 9, resetAt: NOW + 2 * HOUR }],
    ['a new window without a count is full', pool(0), says({ resetAt: NOW + 2 * HOUR }), { remaining: 1000, resetAt: NOW + 2 * HOUR }],
    ['a new window with another limit', pool(0), says({ resetAt: NOW + 2 * HOUR, limit: 50 }), { remaining: 50, limit: 50 }],
    ['a past window does not count', pool(9), says({ remaining: 0, resetAt: NOW }), { remaining: 9, resetAt: NOW + HOUR }],
    ['a past window, but the call was refused', pool(9), says({ remaining: 0, resetAt: NOW, exhausted: true }), { remaining: 0, resetAt: NOW + HOUR }],
    ['a minute less is the same window', pool(9), says({ remaining: 3, resetAt: NOW + HOUR - 60_000 }), { remaining: 3, resetAt: NOW + HOUR }],
    ['refused without any number', pool(9), says({ exhausted: true }), { remaining: 0 }],
    ['the limit of a past window', pool(9), says({ limit: 5, resetAt: NOW }), { limit: 1000 }],
    ['a token without a count stays so', untracked, says({ remaining: 9, resetAt: NOW + 2 * HOUR }), { tracked: false, remaining: 0 }],
  ])('%s', (_name, before, reported, after) => {
    const state = { ...before };
    pools({ a: state }).update('a', 'q', reported);
    expect(state).toMatchObject(after);
  });

  test('an unknown token changes nothing', () => {
    const state = pool(9);
    pools({ a: state }).update('b', 'q', says({ remaining: 0 }));
    expect(state).toEqual(pool(9));
  });
});

test.each<[string, Record<string, PoolState>, boolean]>([
  ['the sender is spent, another is not', { a: pool(0), b: pool(1) }, true],
  ['the sender has calls: it was refused for another reason', { a: pool(1), b: pool(1) }, false],
  ['all are spent', { a: pool(0), b: pool(0) }, false],
  ['the sender is not counted', { a: untracked, b: pool(1) }, false],
])('an alternative: %s', (_name, states, expected) => {
  expect(pools(states).hasAlternativeTo('a', 'q')).toBe(expected);
});
