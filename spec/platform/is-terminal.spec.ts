import { closeSync, openSync } from 'node:fs';
import { isTerminal } from '../../src/platform/is-terminal';

test('files, devices that are no terminals, and closed descriptors are none', () => {
  const file = openSync('package.json', 'r');
  const device = openSync('/dev/null', 'r');
  expect([file, device].map(isTerminal)).toEqual([false, false]);
  closeSync(file);
  closeSync(device);
  expect(isTerminal(device)).toBe(false);
});
