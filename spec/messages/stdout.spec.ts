import { closeSync, mkdtempSync, openSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DescriptorOutput, OutputClosedError } from '../../src/messages/stdout';
import { FakeClock } from '../support/fake-clock';

function openFile(): { fd: number; path: string } {
  const path = join(mkdtempSync(join(tmpdir(), 'stdout-')), 'out');
  return { fd: openSync(path, 'w'), path };
}

describe('DescriptorOutput', () => {
  it('writes everything in the order of the calls', async () => {
    const { fd, path } = openFile();
    const output = new DescriptorOutput(fd, new FakeClock());
    let expected = '';
    for (let index = 0; index < 2000; index++) {
      const line = `${index} ${'é'.repeat(index % 50)}\n`;
      expected += line;
      await output.write(index % 2 ? line : Buffer.from(line));
    }
    await output.flush();
    closeSync(fd);
    expect(readFileSync(path, 'utf8')).toBe(expected);
  });

  it('makes a producer wait once a megabyte is queued', async () => {
    const { fd } = openFile();
    const output = new DescriptorOutput(fd, new FakeClock());
    expect(output.write('x'.repeat(1000))).toBeUndefined();
    const waiting = output.write('x'.repeat(2 << 20));
    expect(waiting).toBeInstanceOf(Promise);
    await waiting;
    await output.flush();
    closeSync(fd);
  });

  it('reports a descriptor that cannot be written to, once, and refuses more', async () => {
    const { fd, path } = openFile();
    closeSync(fd);
    const readOnly = openSync(path, 'r');
    const failures: Error[] = [];
    const output = new DescriptorOutput(readOnly, new FakeClock(), (error) => failures.push(error));
    void output.write('lost\n');
    await expect(output.flush()).rejects.toThrow('EBADF');
    expect(failures).toHaveLength(1);
    expect(() => output.write('more\n')).toThrow('EBADF');
    closeSync(readOnly);
  });

  it('calls a reader that went away by its name', () => {
    expect(new OutputClosedError().message).toBe('The reader of the output closed it.');
  });
});
