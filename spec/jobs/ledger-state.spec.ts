import fc from 'fast-check';
import { entryJson, LEDGER_KEY, splitState, writeLedger, type LedgerState } from '../../src/jobs/ledger-state';
import type { JsonObject, JsonValue } from '../../src/protocol/json';
import { StreamSlice } from '../../src/slices/stream-slice';

const stored = (more: JsonObject = {}): JsonObject => ({
  slice: { partition: { region: 'eu' }, cursor_slice: { start: '2024-01-01' }, extra_fields: { name: 'x' } },
  attempt: 2,
  creation: { body: { id: 'job-1' } },
  created_at: '2024-03-01T12:00:00.000Z',
  deadline: '2024-03-01T13:00:00.000Z',
  ...more,
});

function split(ledger: JsonValue, beside: JsonObject = { day: '2024-01-01' }) {
  const warnings: string[] = [];
  const result = splitState({ ...beside, [LEDGER_KEY]: ledger }, (message) => warnings.push(message));
  return { ...result, warnings };
}

it('comes back as it was written', () => {
  const ledger: LedgerState = {
    order: 'abc',
    jobs: [{ slice: new StreamSlice({ region: 'eu' }, { start: '2024-01-01' }, { name: 'x' }), attempt: 2, creation: { body: { id: 1 } }, createdAt: Date.parse('2024-03-01T12:00:00Z'), deadline: Date.parse('2024-03-01T13:00:00Z'), place: { rows: 5 } }],
    sync: { until: '2024-03-01', read: [] },
    read: ['0123456789abcdef'],
    asOf: Date.parse('2024-03-01T12:30:00Z'),
    parents: new Map(),
  };
  expect(split(JSON.parse(JSON.stringify(writeLedger({ ...ledger, jobs: ledger.jobs.map(entryJson) }))) as JsonObject)).toEqual({ state: { day: '2024-01-01' }, ledger, warnings: [] });
});

it('has the ledgers of parents, one level deep', () => {
  const parent = { version: 1, order: 'p', jobs: [stored()], parents: {} };
  const { ledger, warnings } = split({ version: 1, order: 'a', jobs: [], parents: { lists: { ...parent, parents: undefined }, deep: parent, later: { version: 2 }, odd: 'x' } } as unknown as JsonObject);
  expect([...ledger!.parents].map(([name, { order, jobs }]) => [name, order, jobs.length])).toEqual([['lists', 'p', 1]]);
  expect(warnings).toEqual([expect.stringContaining('version 2')]);
});

it('leaves a state without jobs alone', () => {
  const state = { day: '2024-01-01' };
  expect(splitState(state, () => undefined)).toEqual({ state, ledger: undefined });
});

it.each<[string, JsonValue]>([
  ['a later version', { version: 2, jobs: [] }],
  ['no version', { jobs: [] }],
  ['a list', []],
  ['a text', 'jobs'],
  ['null', null],
])('is ignored with one warning when it is %s, and never reaches the cursor', (_what, ledger) => {
  expect(split(ledger)).toEqual({ state: { day: '2024-01-01' }, ledger: undefined, warnings: [expect.stringContaining('ordered again')] });
});

it.each<[string, JsonValue]>([
  ['no object', 5],
  ['a slice without partition', stored({ slice: { cursor_slice: {} } })],
  ['a partition that is a list', stored({ slice: { partition: [], cursor_slice: {} } })],
  ['no attempt', stored({ attempt: null })],
  ['attempt 0', stored({ attempt: 0 })],
  ['attempt 1e9', stored({ attempt: 1e9 })],
  ['half an attempt', stored({ attempt: 1.5 })],
  ['no creation', stored({ creation: 'x' })],
  ['no date', stored({ created_at: 'yesterday' })],
])('drops a job with %s and keeps the others', (_what, job) => {
  const { ledger, warnings } = split({ version: 1, order: 'a', jobs: [job, stored()] });
  expect(ledger?.jobs).toHaveLength(1);
  expect(warnings).toEqual([expect.stringMatching(/^1 jobs/)]);
});

it('knows one job a slice', () => {
  expect(split({ version: 1, order: 'a', jobs: [stored(), stored({ attempt: 3 })] }).ledger?.jobs.map(({ attempt }) => attempt)).toEqual([3]);
});

it('survives anything', () => {
  const job = fc.dictionary(fc.constantFrom('slice', 'attempt', 'creation', 'created_at', 'deadline', '__proto__'), fc.jsonValue());
  fc.assert(
    fc.property(fc.oneof(fc.jsonValue(), fc.record({ version: fc.constantFrom(1, 2, '1'), order: fc.jsonValue(), jobs: fc.oneof(fc.jsonValue(), fc.array(job)), sync: fc.jsonValue() })), (ledger) => {
      const { state, ledger: read } = split(ledger as JsonValue);
      expect(state).toEqual({ day: '2024-01-01' });
      for (const each of read?.jobs ?? []) expect(typeof each.slice.key).toBe('string');
    }),
  );
});
