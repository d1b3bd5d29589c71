import type { LineBatch, LineEnvelope } from '../decoder';
import type { LineBuffers } from '../line-buffers';
import type { MemoryLayout } from './memory-layout';

/** Numbers that a program that writes lines shares with this class; it says what each is. */
export type LinesGlobal = 'head' | 'headLength' | 'tail' | 'tailLength' | 'full' | 'outputEnd' | 'position' | 'lines';

export interface LinesProgram extends Record<LinesGlobal, { value: number }> {
  memory: WebAssembly.Memory;
}

/** The lines that a program has written, and those that its caller puts behind them. */
export class ProgramLines {
  private readonly ready: LineBatch[] = [];
  private readonly head: Uint8Array;
  private readonly tail: Uint8Array;
  private taken = 0;

  /** @param outputBytes the room that the program has for lines */
  constructor(
    private readonly program: LinesProgram,
    envelope: LineEnvelope,
    layout: MemoryLayout,
    private readonly buffers: LineBuffers,
    private readonly outputBytes: number,
  ) {
    this.head = envelope.head;
    this.tail = Buffer.concat([envelope.tail, Buffer.from('\n')]);
    program.head.value = layout.place(this.head);
    program.headLength.value = this.head.length;
    program.tail.value = layout.place(this.tail);
    program.tailLength.value = this.tail.length;
  }

  /** All so far. */
  get count(): number {
    return this.taken + this.program.lines.value;
  }

  /** Whether a batch has its full size. */
  get isFull(): boolean {
    return this.program.position.value >= this.program.full.value;
  }

  /** @param json a line without its head and tail. False when there is no room for it before the others are taken. */
  add(json: Uint8Array): boolean {
    const { program, head, tail } = this;
    const length = head.length + json.length + tail.length;
    const at = program.position.value;
    if (at + length > program.outputEnd.value) {
      if (at > this.output) return false;
      this.ready.push({ lines: Buffer.concat([head, json, tail]), count: 1 });
      this.taken++;
      return true;
    }
    const memory = new Uint8Array(program.memory.buffer, at, length);
    memory.set(head);
    memory.set(json, head.length);
    memory.set(tail, head.length + json.length);
    program.position.value = at + length;
    program.lines.value++;
    return true;
  }

  /** Makes a batch of the lines that are in the memory; undefined when there are none. */
  take(): LineBatch | undefined {
    const { program, output } = this;
    const { position, lines } = program;
    if (position.value === output) return undefined;
    const batch = this.buffers.copy(new Uint8Array(program.memory.buffer, output, position.value - output), lines.value);
    this.ready.push(batch);
    this.taken += lines.value;
    position.value = output;
    lines.value = 0;
    return batch;
  }

  /** The batches that were made. */
  takeReady(): LineBatch[] {
    return this.ready.splice(0);
  }

  private get output(): number {
    return this.program.outputEnd.value - this.outputBytes;
  }
}
