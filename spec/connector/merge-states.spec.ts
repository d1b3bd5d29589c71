import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { mergeStates } from '../../src/connector/merge-states';
import type { ConnectorError } from '../../src/errors/connector-error';
import type { JsonObject } from '../../src/protocol/json';

const RULES = {
  cursor_field: 'day', start_field: 'start_time', end_field: 'end_time', datetime_format: '%Y-%m-%d', cursor_datetime_formats: [], start: '2024-01-01T00:00:00+00:00',
  step: 'P1D', granularity: 'P1D', lookback: null, clamping: null, is_compare_strictly: false,
};
const window = (day: string) => ({ start: day, end: day, newest: day });
const note = (index: number, days: string[], more: JsonObject = {}): JsonObject => ({
  version: 1, index, of: 2, complete: true, started_at: '2024-02-01T00:00:00.000Z', ended_at: '2024-02-01T00:00:09.500Z',
  kind: 'windows', rules: RULES, until: '2024-01-04T00:00:00+00:00', read: [{ partition: {}, windows: days.map(window) }], ...more,
});
const streamState = (state: JsonObject, name = 'orders') => ({ type: 'STREAM', stream: { stream_descriptor: { name }, stream_state: state } });
const shard = (index: number, days: string[], more: JsonObject = {}, base: JsonObject = {}) => [streamState({ ...base, __shard: note(index, days, more) })];

describe('mergeStates', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'merge-'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  async function merge(...contents: unknown[]) {
    const paths = contents.map((content, index) => {
      const path = join(folder, `${index}`);
      writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content));
      return path;
    });
    const { messages, unfinished } = await mergeStates(paths, () => undefined, Date.parse('2024-03-01T00:00:00Z'));
    const states = Object.fromEntries(messages.map((message) => {
      const { stream_descriptor, stream_state } = message.stream as { stream_descriptor: { name: string }; stream_state: JsonObject };
      return [stream_descriptor.name, stream_state];
    }));
    return { states, unfinished };
  }
  const codeOf = (...contents: unknown[]) => merge(...contents).then(() => undefined, (error: ConnectorError) => error.code);

  it('reaches as far as all shards together', async () => {
    expect(await merge(shard(0, ['2024-01-01', '2024-01-03']), shard(1, ['2024-01-02', '2024-01-04']))).toEqual({ states: { orders: { day: '2024-01-04' } }, unfinished: [] });
  });

  it('stops where somebody has not read', async () => {
    const { states, unfinished } = await merge(shard(0, ['2024-01-01', '2024-01-03']), shard(1, ['2024-01-04'], { complete: false }));
    expect(states.orders).toEqual({ day: '2024-01-01' });
    expect(unfinished).toEqual(['stream orders: not complete: shard 1/2']);
  });

  it('names shards that are missing', async () => {
    expect((await merge(shard(1, ['2024-01-02']))).unfinished).toEqual(['stream orders: no state of shard 0/2']);
  });

  it('reads what a run wrote to stdout, the last STATE of each stream, half a line at the end included', async () => {
    const lines = [
      { type: 'LOG', log: { level: 'INFO', message: 'a "STATE" of mind' } },
      { type: 'STATE', state: shard(0, [])[0] },
      { type: 'RECORD', record: { stream: 'orders', data: {}, emitted_at: 1 } },
      { type: 'STATE', state: shard(0, ['2024-01-01', '2024-01-03'])[0] },
    ];
    const text = `${lines.map((line) => JSON.stringify(line)).join('\n')}\n{"type":"STATE","sta`;
    expect((await merge(text, shard(1, ['2024-01-02', '2024-01-04']))).states).toEqual({ orders: { day: '2024-01-04' } });
  });

  it('keeps digits that no number of JavaScript holds', async () => {
    const whole = (index: number, mine: boolean) => `[{"type":"STREAM","stream":{"stream_descriptor":{"name":"ids"},"stream_state":{"id":12345678901234567890,"__shard":{"version":1,"index":${index},"of":2,"complete":true,"kind":"whole","mine":${mine}}}}}]`;
    expect((await merge(whole(0, false), whole(1, true))).states).toEqual({ ids: { id: 12345678901234567890n } });
  });

  it('leaves a stream that cannot be divided where it was while its shard is missing', async () => {
    const elsewhere = [streamState({ id: 7, __shard: { version: 1, index: 0, of: 2, complete: true, kind: 'whole', mine: false } })];
    expect(await merge(elsewhere)).toEqual({ states: { orders: { id: 7 } }, unfinished: ['stream orders: the shard that reads it is missing'] });
  });

  it('says that a full refresh is done when every shard is', async () => {
    const refresh = (index: number, complete: boolean) => [streamState({ __shard: { ...note(index, []), kind: 'refresh', complete } })];
    expect((await merge(refresh(0, true), refresh(1, true))).states).toEqual({ orders: { __ab_no_cursor_state_message: true } });
    expect(await merge(refresh(0, true), refresh(1, false))).toEqual({ states: {}, unfinished: ['stream orders: not complete: shard 1/2'] });
  });

  it('leaves the jobs of what is not complete to a run without shards, and what was read', async () => {
    const ledger = (id: string) => ({
      version: 1, as_of: '2024-02-01T00:00:00.000Z', order: 'abc',
      jobs: [{ slice: { partition: {}, cursor_slice: { start_time: id, end_time: id } }, attempt: 1, creation: {}, created_at: '2024-02-01T00:00:00.000Z', deadline: '2024-02-01T01:00:00.000Z' }],
    });
    const { states } = await merge(shard(0, ['2024-01-01', '2024-01-03'], {}, {}), shard(1, ['2024-01-04'], { complete: false }, { __async_jobs: ledger('2024-01-02') }));
    expect(states.orders).toMatchObject({
      day: '2024-01-01',
      __async_jobs: { order: 'abc', jobs: [{ slice: { cursor_slice: { start_time: '2024-01-02' } } }], sync: { until: '2024-01-04', read: [{ windows: [window('2024-01-01'), window('2024-01-03')] }, { windows: [window('2024-01-04')] }] } },
    });
  });

  it('hands on the state of a stream that no shard read', async () => {
    const other = streamState({ day: '2023-01-01' }, 'other');
    expect((await merge([...shard(0, ['2024-01-01', '2024-01-03']), other], [...shard(1, ['2024-01-02', '2024-01-04']), other])).states.other).toEqual({ day: '2023-01-01' });
  });

  it('takes a shard that has said nothing about a stream yet for one that is missing', async () => {
    const started = [streamState({ day: '2023-12-01' })];
    const { states, unfinished } = await merge(shard(0, [], {}, { day: '2023-12-01' }), started);
    expect(states.orders).toEqual({ day: '2024-01-01' });
    expect(unfinished).toEqual(['stream orders: no state of shard 1/2']);
  });

  it.each<[string, unknown[], string]>([
    ['of one shard twice', [shard(0, []), shard(0, [])], 'shards.mixed'],
    ['of 2 and of 3', [shard(0, []), shard(1, [], { of: 3 })], 'shards.mixed'],
    ['that started from different states', [shard(0, [], {}, { day: '2023-12-01' }), shard(1, [])], 'shards.mixed'],
    ['that are of no shards', [[streamState({ day: '2024-01-02' })], [streamState({ day: '2024-01-01' })]], 'shards.not_a_shard'],
    ['with different steps', [shard(0, []), shard(1, [], { rules: { ...RULES, step: 'P2D' } })], 'shards.different_rules'],
    ['with different kinds', [shard(0, []), shard(1, [], { kind: 'refresh' })], 'shards.different_rules'],
    ['of another version', [shard(0, []), shard(1, [], { version: 2 })], 'shards.unreadable'],
    ['without rules', [shard(0, [], { rules: null }), shard(1, [], { rules: null })], 'shards.unreadable'],
    ['that are no states', [[{ a: 1 }]], 'input.state'],
  ])('refuses states %s', async (_what, contents, code) => {
    expect(await codeOf(...contents)).toBe(code);
  });

  it('refuses a file that is not there', async () => {
    await expect(mergeStates([join(folder, 'none')], () => undefined, 0)).rejects.toMatchObject({ code: 'input.state', message: expect.stringContaining('none') });
  });
});
