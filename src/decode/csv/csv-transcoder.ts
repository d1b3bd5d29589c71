import type { DecodeContext, LineBatch, LineEnvelope } from '../decoder';
import { nameColumns } from './csv-oddities';
import type { CsvOptions } from './csv-options';
import { CsvSplitter } from './csv-splitter';
import { PlainRowTranscoder } from './plain-row-transcoder';
import type { RowTranscoder } from './row-transcoder';
import { WasmRowTranscoder } from './wasm-row-transcoder';

const LF = 0x0a;
const CR = 0x0d;

/**
 * CSV bytes → RECORD lines, without a string or an object for any cell. Takes UTF-8 chunks of whole characters, cut
 * anywhere; the rules are those of `CsvSplitter`, which reads the header. WebAssembly works on the rows where the machine
 * has it (with SIMD), else the same states in TypeScript.
 */
export class CsvTranscoder {
  private readonly headerSplitter: CsvSplitter;
  /** Made when the header is known. */
  private rows: RowTranscoder | undefined;
  private bytes = 0;

  constructor(
    private readonly options: CsvOptions,
    private readonly envelope: LineEnvelope,
    private readonly context: DecodeContext,
  ) {
    this.headerSplitter = new CsvSplitter(options.dialect, options.skipSpaceLines);
  }

  /** Takes in a chunk; returns the batches that have their full size. */
  write(chunk: Buffer): LineBatch[] {
    if (this.rows) return this.rows.write(chunk);
    const rest = this.readHeader(chunk);
    return this.rows ? (this.rows as RowTranscoder).write(rest) : [];
  }

  /** Finishes the last row; returns what is left. @throws ConnectorError inside an open quote */
  end(): LineBatch[] {
    if (!this.rows) this.headerSplitter.end().forEach((cells) => this.useHeader(cells, false));
    return this.rows?.end() ?? [];
  }

  /** Lets the object path's splitter read the first row. Returns what follows it in the chunk. */
  private readHeader(chunk: Buffer): Buffer {
    // Line by line, because the splitter must not see more than the header.
    for (let from = 0; from < chunk.length; ) {
      const end = lineEnd(chunk, from);
      const line = chunk.subarray(from, end);
      from = end;
      this.bytes += line.length;
      for (const cells of this.headerSplitter.write(line.toString('utf8'), line.length)) {
        this.useHeader(cells, line.at(-1) === CR);
        return chunk.subarray(end);
      }
    }
    return chunk.subarray(chunk.length);
  }

  private useHeader(cells: string[], afterCR: boolean): void {
    const { options, envelope, context } = this;
    const header = nameColumns(options.naming, cells, context);
    const start = { bytes: this.bytes, afterCR };
    this.rows = WasmRowTranscoder.create(header, options, envelope, context, start) ?? new PlainRowTranscoder(header, options, envelope, context, start);
  }
}

/** The end of the line that begins at `from`, with its line break's first byte. */
function lineEnd(chunk: Buffer, from: number): number {
  for (let at = from; at < chunk.length; at++) {
    if (chunk[at] === LF || chunk[at] === CR) return at + 1;
  }
  return chunk.length;
}
