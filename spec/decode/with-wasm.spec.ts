import csvLines from '../../src/decode/wasm/generated/csv-lines';
import { giveBack, withWasm } from '../../src/decode/wasm/with-wasm';

describe('withWasm', () => {
  it('gives every caller an instance of its own', () => {
    const memories = [0, 1].map(() => withWasm(csvLines, (program: { memory: unknown }) => program.memory));
    expect(memories[0]).toBeDefined();
    expect(memories[0]).not.toBe(memories[1]);
  });

  it('uses a memory again that was given back, and nothing that was in it', () => {
    interface Program {
      memory: WebAssembly.Memory;
      rows: { value: number };
    }
    const first = withWasm(csvLines, (program: Program) => program)!;
    first.memory.grow(3);
    new Uint8Array(first.memory.buffer).fill(7);
    first.rows.value = 5;
    giveBack(first.memory);
    const second = withWasm(csvLines, (program: Program) => program)!;
    expect(second.memory).toBe(first.memory);
    expect(second.rows.value).toBe(0);
    // The program's own data stand at the beginning.
    expect(new Uint8Array(second.memory.buffer, 4096).every((byte) => byte === 0)).toBe(true);
    expect(withWasm(csvLines, (program: Program) => program)!.memory).not.toBe(first.memory);
  });

  it('hands a memory on once, however often it is given back', () => {
    const memory = withWasm(csvLines, (program: { memory: WebAssembly.Memory }) => program.memory)!;
    giveBack(memory);
    giveBack(memory);
    const next = Array.from({ length: 2 }, () => withWasm(csvLines, (program: { memory: WebAssembly.Memory }) => program.memory)!);
    expect(next.filter((each) => each === memory)).toHaveLength(1);
  });

  it('keeps neither large memories nor many', () => {
    const taken = Array.from({ length: 12 }, () => withWasm(csvLines, (program: { memory: WebAssembly.Memory }) => program.memory)!);
    taken[0]!.grow(40);
    for (const memory of taken) giveBack(memory);
    const again = Array.from({ length: 12 }, () => withWasm(csvLines, (program: { memory: WebAssembly.Memory }) => program.memory)!);
    expect(again.filter((memory) => taken.includes(memory))).toHaveLength(8);
    expect(again).not.toContain(taken[0]);
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
