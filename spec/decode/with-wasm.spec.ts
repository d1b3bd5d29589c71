import csvLines from '../../src/decode/wasm/generated/csv-lines';
import { giveBack, withWasm } from '../../src/decode/wasm/with-wasm';

describe('withWasm', () => {
  it('gives every caller an instance of its own', () => {
    const memories = [0, 1].map(() => withWasm(csvLines, (program: { memory: unknown }) => program.memory));
    expect(memories[0]).toBeDefined();
    expect(memories[0]).not.toBe(memories[1]);
  });

  interface Program {
    memory: WebAssembly.Memory;
    rows: { value: number };
    finish(): void;
  }
  const instance = () => withWasm(csvLines, (program: Program) => program)!;

  it('uses a memory again that was given back, and nothing that was in it', () => {
    const first = instance();
    const { memory } = first;
    memory.grow(3);
    new Uint8Array(memory.buffer).fill(7);
    first.rows.value = 5;
    giveBack(first);
    const second = instance();
    expect(second.memory).toBe(memory);
    expect(second.rows.value).toBe(0);
    // The program's own data stand at the beginning.
    expect(new Uint8Array(second.memory.buffer, 4096).every((byte) => byte === 0)).toBe(true);
    expect(instance().memory).not.toBe(memory);
  });

  it('lets nobody use an instance whose memory is given back', () => {
    const program = instance();
    const { memory } = program;
    giveBack(program);
    expect(() => program.finish()).toThrow(TypeError);
    expect(() => program.rows.value).toThrow(TypeError);
    giveBack(program);
    expect([instance(), instance()].filter((each) => each.memory === memory)).toHaveLength(1);
  });

  it('keeps neither large memories nor many', () => {
    const taken = Array.from({ length: 12 }, instance);
    const memories = taken.map(({ memory }) => memory);
    memories[0]!.grow(40);
    taken.forEach(giveBack);
    const again = Array.from({ length: 12 }, () => instance().memory);
    expect(again.filter((memory) => memories.includes(memory))).toHaveLength(8);
    expect(again).not.toContain(memories[0]);
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
