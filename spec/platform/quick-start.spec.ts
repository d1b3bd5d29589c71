import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { QuickStart } from '../../src/platform/quick-start';

// The settings are those of a whole process: here they are only written down.
jest.mock('node:v8', () => ({ setFlagsFromString: jest.fn() }));

const folder = mkdtempSync(join(tmpdir(), 'quick-start-'));
const file = (name: string, bytes: number) => {
  writeFileSync(join(folder, name), 'a'.repeat(bytes));
  return join(folder, name);
};
afterAll(() => rmSync(folder, { recursive: true }));
beforeEach(() => jest.clearAllMocks());

const flags = () => jest.mocked(setFlagsFromString).mock.calls.map(([flag]) => flag);

it('is for large files', () => {
  const small = file('small', 32 * 1024 - 1);
  expect(QuickStart.of(undefined, small, join(folder, 'missing'), 'a\0b')).toBeUndefined();
  expect(flags()).toEqual([]);
  expect(QuickStart.of(undefined, file('large', 32 * 1024))).toBeDefined();
});

it('leaves optimization out until it ends', () => {
  const start = new QuickStart();
  expect(flags()).toEqual(['--no-opt']);
  start.end();
  expect(flags()).toEqual(['--no-opt', '--opt']);
});
