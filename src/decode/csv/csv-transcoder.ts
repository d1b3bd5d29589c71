import type { DecodeContext } from '../decoder';
import type { CsvHeader } from './csv-header';
import { nameColumns } from './csv-oddities';
import type { CsvOptions } from './csv-options';
import { CsvSplitter } from './csv-splitter';
import type { RowsStart, RowTranscoder } from './row-transcoder';

const LF = 0x0a;
const CR = 0x0d;

/**
 * CSV bytes → what `open` makes of the rows, mostly RECORD lines without a string or an object for any cell. Takes UTF-8
 * chunks of whole characters, cut anywhere; the rules are those of `CsvSplitter`, which reads the header.
 */
export class CsvTranscoder<Batch> {
  private readonly headerSplitter: CsvSplitter;
  /** Made when the header is known. */
  private rows: RowTranscoder<Batch> | undefined;
  private bytes = 0;

  constructor(
    private readonly options: CsvOptions,
    private readonly context: DecodeContext,
    private readonly open: (header: CsvHeader, start: RowsStart, splitter: CsvSplitter) => RowTranscoder<Batch>,
  ) {
    this.headerSplitter = new CsvSplitter(options.dialect, options.skipSpaceLines);
  }

  /** Takes in a chunk; returns the batches that have their full size. */
  write(chunk: Buffer): Batch[] {
    if (this.rows) return this.rows.write(chunk);
    const rest = this.readHeader(chunk);
    return this.rows ? (this.rows as RowTranscoder<Batch>).write(rest) : [];
  }

  /** Finishes the last row; returns what is left. @throws ConnectorError inside an open quote */
  end(): Batch[] {
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
    const header = nameColumns(this.options.naming, cells, this.context);
    this.rows = this.open(header, { bytes: this.bytes, afterCR }, this.headerSplitter);
  }
}

/** The end of the line that begins at `from`, with its line break's first byte. */
function lineEnd(chunk: Buffer, from: number): number {
  for (let at = from; at < chunk.length; at++) {
    if (chunk[at] === LF || chunk[at] === CR) return at + 1;
  }
  return chunk.length;
}
