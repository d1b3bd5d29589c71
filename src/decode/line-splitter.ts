import type { RawElement } from './json/raw-elements';

const LF = 10;
const CR = 13;

/**
 * Cuts UTF-8 chunks into lines at `\n` or `\r\n`; the line break is not part of a line. A line that spans chunks is
 * joined once.
 */
export class LineSplitter {
  private parts: Buffer[] = [];
  private line = 1;
  /** Bytes of the chunks before this one. */
  private bytes = 0;

  /** `place` is the number of the line, from 1. */
  write(chunk: Buffer): RawElement[] {
    const lines: RawElement[] = [];
    let start = 0;
    for (let end = chunk.indexOf(LF); end >= 0; end = chunk.indexOf(LF, start)) {
      lines.push(this.finish(chunk.subarray(start, end), this.bytes + end + 1));
      start = end + 1;
    }
    this.bytes += chunk.length;
    if (start < chunk.length) this.parts.push(Buffer.from(chunk.subarray(start)));
    return lines;
  }

  /** Bytes of the text so far. */
  get position(): number {
    return this.bytes;
  }

  /** Whether nothing of a line is waiting for its end. */
  get atLineStart(): boolean {
    return this.parts.length === 0;
  }

  /** Counts lines that somebody else has read, with their line breaks. */
  skip(lines: number, bytes: number): void {
    this.line += lines;
    this.bytes += bytes;
  }

  /** The last line, when no line break follows it. */
  end(): RawElement[] {
    return this.parts.length > 0 ? [this.finish(Buffer.alloc(0), this.bytes)] : [];
  }

  private finish(last: Buffer, end: number): RawElement {
    let json = last;
    if (this.parts.length > 0) {
      json = Buffer.concat([...this.parts, last]);
      this.parts = [];
    }
    if (json.at(-1) === CR) json = json.subarray(0, -1);
    return { json, place: this.line++, end };
  }
}
