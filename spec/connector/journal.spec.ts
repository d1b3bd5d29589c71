import { existsSync, mkdtempSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { Journal } from '../../src/connector/journal';
import { SystemClock } from '../../src/platform/clock';
import { fakeRuntime } from '../support/fake-runtime';

// Time of a file is real time.
const runtimeNow = () => fakeRuntime({ clock: new SystemClock() as never });
const newPath = () => join(mkdtempSync(join(tmpdir(), 'journal-')), 'states.json');

it('keeps the last state of each stream, namespaces apart, and gives them to the next run', async () => {
  const path = newPath();
  const journal = await Journal.open(path, runtimeNow());
  await Promise.all([1, 2, 3].map((day) => journal.keep({ name: 'a' }, { day })));
  await journal.keep({ name: 'b', namespace: 'n' }, { day: 9n });
  await journal.close();
  expect(readFileSync(path, 'utf8')).toBe(
    '[{"type":"STREAM","stream":{"stream_descriptor":{"name":"a"},"stream_state":{"day":3}}},{"type":"STREAM","stream":{"stream_descriptor":{"name":"b","namespace":"n"},"stream_state":{"day":9}}}]\n',
  );
  const next = await Journal.open(path, runtimeNow());
  expect([...next.streamStates()]).toEqual([['a', { day: 3 }], ['b', { day: 9 }]]);
  await next.close();
});

it('is compared with a state file by age', async () => {
  const path = newPath();
  const stateFile = `${path}.state`;
  writeFileSync(stateFile, '[]');
  const journal = await Journal.open(path, runtimeNow());
  expect(await journal.isNewerThan(stateFile)).toBe(false);
  await journal.keep({ name: 'a' }, {});
  utimesSync(stateFile, 1, 1);
  expect(await journal.isNewerThan(stateFile)).toBe(true);
  utimesSync(stateFile, 5_000_000_000, 5_000_000_000);
  expect(await journal.isNewerThan(stateFile)).toBe(false);
  await journal.close();
});

it('that cannot be written warns once and ends nothing', async () => {
  const path = newPath();
  const runtime = runtimeNow();
  const journal = await Journal.open(path, runtime);
  rmSync(join(path, '..'), { recursive: true });
  await journal.keep({ name: 'a' }, { day: 1 });
  await journal.keep({ name: 'a' }, { day: 2 });
  await journal.close();
  expect(runtime.logs.filter(({ level }) => level === 'WARN')).toHaveLength(1);
});

it.each<[string, string]>([
  ['no JSON', '{"half":'],
  ['no list', '{}'],
  ['no states', '[{"type":"STREAM"}]'],
])('with %s is not used, not overwritten and not locked any more', async (_what, text) => {
  const path = newPath();
  writeFileSync(path, text);
  await expect(Journal.open(path, runtimeNow())).rejects.toMatchObject({ code: 'journal.unusable', failureType: 'config_error' });
  expect([readFileSync(path, 'utf8'), existsSync(`${path}.lock`)]).toEqual([text, false]);
});

describe('the lock', () => {
  it.each<[string, unknown, number, boolean]>([
    ['a living process here', { pid: process.ppid, host: hostname() }, 0, false],
    ['a living process here, however old', { pid: process.ppid, host: hostname() }, 3600, false],
    ['our own number (a container before us)', { pid: process.pid, host: hostname() }, 0, true],
    ['a dead process', { pid: 2 ** 22 + 5, host: hostname() }, 0, true],
    ['another host, touched lately', { pid: 1, host: 'elsewhere' }, 10, false],
    ['another host, long ago', { pid: 1, host: 'elsewhere' }, 120, true],
    ['nobody (cut short), lately', '', 0, false],
    ['nobody (cut short), long ago', '', 120, true],
  ])('of %s', async (_who, owner, ageSeconds, isTaken) => {
    const path = newPath();
    const lock = `${path}.lock`;
    writeFileSync(lock, typeof owner === 'string' ? owner : JSON.stringify(owner));
    const then = Date.now() / 1000 - ageSeconds;
    utimesSync(lock, then, then);
    const opening = Journal.open(path, runtimeNow());
    if (isTaken) await (await opening).close();
    else await expect(opening).rejects.toMatchObject({ code: 'journal.locked', failureType: 'transient_error' });
    expect(existsSync(lock)).toBe(!isTaken);
  });

  it('keeps a second run out until the first one ends', async () => {
    const path = newPath();
    const first = await Journal.open(path, runtimeNow());
    writeFileSync(`${path}.lock`, JSON.stringify({ pid: process.ppid, host: hostname() }));
    await expect(Journal.open(path, runtimeNow())).rejects.toMatchObject({ code: 'journal.locked' });
    await first.close();
    await (await Journal.open(path, runtimeNow())).close();
  });
});
