import { LineBuffers } from '../../src/decode/line-buffers';

describe('LineBuffers', () => {
  const text = (lines: Uint8Array) => Buffer.from(lines).toString('latin1');

  it('keeps what nobody has released', () => {
    const buffers = new LineBuffers(10);
    const batches = ['a', 'bb', 'ccc'].map((each) => buffers.copy(Buffer.from(each), each.length));
    expect(batches.map(({ lines, count }) => [text(lines), count])).toEqual([['a', 1], ['bb', 2], ['ccc', 3]]);
  });

  it('uses released memory for the next batch, once for each release', () => {
    const buffers = new LineBuffers(10);
    const first = buffers.copy(Buffer.from('first'), 1);
    first.release!();
    first.release!();
    const second = buffers.copy(Buffer.from('second'), 1);
    const third = buffers.copy(Buffer.from('third'), 1);
    expect(second.lines.buffer).toBe(first.lines.buffer);
    expect(third.lines.buffer).not.toBe(first.lines.buffer);
    first.release!();
    buffers.copy(Buffer.from('fourth'), 1);
    expect([text(second.lines), text(third.lines)]).toEqual(['second', 'third']);
  });

  it('gives longer batches memory of their own and keeps a limited number of buffers', () => {
    const buffers = new LineBuffers(10);
    const long = buffers.copy(Buffer.from('longer than ten'), 1);
    expect([text(long.lines), long.release]).toEqual(['longer than ten', undefined]);
    const many = Array.from({ length: 40 }, () => buffers.copy(Buffer.from('x'), 1));
    many.forEach((each) => each.release!());
    const again = Array.from({ length: 40 }, () => buffers.copy(Buffer.from('x'), 1));
    const reused = again.filter(({ lines }) => many.some((each) => each.lines.buffer === lines.buffer));
    expect(reused.length).toBeGreaterThan(0);
    expect(reused.length).toBeLessThan(20);
  });
});
