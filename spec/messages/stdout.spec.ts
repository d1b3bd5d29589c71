import fs, { closeSync, mkdtempSync, openSync, readFileSync, writeSync } from 'node:fs';
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

  it('goes on where the system stopped, and says when lines are out', async () => {
    const { fd, path } = openFile();
    const blocks = [Buffer.alloc(40_000, 'a'), 'small\n', Buffer.from('and another\n'), Buffer.alloc(20_000, 'b'), '', Buffer.alloc(16_384, 'c'), 'end\n'];
    const expected = Buffer.concat(blocks.map((block) => Buffer.from(block)));
    let calls = 0;
    const partly = jest.spyOn(fs, 'writev').mockImplementation(((_fd: number, buffers: Buffer[], _position: null, done: (error: Error | null, bytes?: number) => void) => {
      calls++;
      if (calls % 3 === 0) return done(Object.assign(new Error('again'), { code: 'EAGAIN' }));
      done(null, writeSync(fd, Buffer.concat(buffers).subarray(0, 13_003)));
    }) as never);
    try {
      const output = new DescriptorOutput(fd, new FakeClock());
      let told = 0;
      for (const block of blocks) {
        void output.write(block, () => {
          told++;
          expect(readFileSync(path).equals(expected)).toBe(true);
        });
      }
      expect(told).toBe(0);
      await output.flush();
      expect(told).toBe(blocks.length);
      expect(calls).toBeGreaterThan(6);
    } finally {
      partly.mockRestore();
      closeSync(fd);
    }
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
