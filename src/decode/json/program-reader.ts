import type { JsonRecordsProgram, RecordProgram } from './record-program';
import type { LinesRead, RecordReader } from './record-writer';

/** Has the program read chunks; what happens to what it has read is for the classes below this one. */
export abstract class ProgramReader implements RecordReader {
  protected abstract readonly records: RecordProgram;

  protected constructor(protected readonly program: JsonRecordsProgram) {}

  load(chunk: Uint8Array, start?: number): void {
    this.records.load(chunk, start);
  }

  readLines(at: number): LinesRead {
    let lines = 0;
    const to = this.read(at, (from) => {
      const stopped = this.records.readLines(from);
      lines += this.program.passedLines.value;
      return stopped;
    });
    return { to, lines };
  }

  readItems(at: number): number {
    return this.read(at, (from) => this.records.readItems(from));
  }

  skipItems(at: number): number {
    return this.records.at(this.records.skipItems(this.records.address(at)));
  }

  /** Reads from a place of the chunk, again where the program had to stop for room. `from`: reads from an address. */
  protected abstract read(at: number, from: (address: number) => number): number;
}
