const PAGE_BYTES = 65536;
/** Programs read whole blocks, beyond the end of what they need. */
export const GAP_BYTES = 32;
/** They write whole blocks, too. */
export const SLACK_BYTES = 64;
/** The first bytes belong to the compiler, and to the tables that programs bring with them (scripts/build-wasm.mjs knows this number). */
const FIRST_ADDRESS = 4096;

/** Gives out addresses one after the other; the last region may grow. */
export class MemoryLayout {
  private end = FIRST_ADDRESS;
  private readonly blocks: { at: number; bytes: Uint8Array }[] = [];

  constructor(private readonly memory: WebAssembly.Memory) {}

  /** A place for `bytes`, which `settle` copies there. */
  place(bytes: Uint8Array): number {
    this.blocks.push({ at: this.end, bytes });
    return this.reserve(bytes.length);
  }

  /** A table of pairs of an address and a length, both u32. */
  placeTexts(texts: Uint8Array[]): number {
    const table = Buffer.alloc(texts.length * 8);
    texts.forEach((text, index) => {
      table.writeUInt32LE(this.place(text), index * 8);
      table.writeUInt32LE(text.length, index * 8 + 4);
    });
    return this.place(table);
  }

  reserve(bytes: number): number {
    const at = this.end;
    this.end = Math.ceil((at + bytes + GAP_BYTES) / 16) * 16;
    return at;
  }

  /** Copies what was placed. */
  settle(): void {
    growTo(this.memory, this.end);
    const target = new Uint8Array(this.memory.buffer);
    for (const { at, bytes } of this.blocks) target.set(bytes, at);
  }
}

/** Makes the memory at least `bytes` long. Old views of it are of no use then. @throws RangeError when there is no room */
export function growTo(memory: WebAssembly.Memory, bytes: number): void {
  const missing = bytes - memory.buffer.byteLength;
  if (missing > 0) memory.grow(Math.ceil(missing / PAGE_BYTES));
}

/** A table of u32. */
export function wordBytes(words: Iterable<number>): Uint8Array {
  return new Uint8Array(Uint32Array.from(words).buffer);
}
