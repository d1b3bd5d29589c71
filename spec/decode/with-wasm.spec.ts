import csvLines from '../../src/decode/wasm/generated/csv-lines';
import { withWasm } from '../../src/decode/wasm/with-wasm';

describe('withWasm', () => {
  it('gives every caller an instance of its own', () => {
    const memories = [0, 1].map(() => withWasm(csvLines, (program: { memory: unknown }) => program.memory));
    expect(memories[0]).toBeDefined();
    expect(memories[0]).not.toBe(memories[1]);
  });

  it('gives nothing where the machine cannot run the program', () => {
    const make = jest.fn();
    expect(withWasm(Buffer.from('\0asm\x01\0\0\0\xff', 'latin1').toString('base64'), make)).toBeUndefined();
    expect(make).not.toHaveBeenCalled();
  });

  it('gives nothing when there is no memory, but hides no other error', () => {
    const failWith = (error: Error) => () => {
      throw error;
    };
    expect(withWasm(csvLines, failWith(new RangeError('Maximum memory size exceeded')))).toBeUndefined();
    expect(() => withWasm(csvLines, failWith(new TypeError('a mistake')))).toThrow('a mistake');
  });
});
