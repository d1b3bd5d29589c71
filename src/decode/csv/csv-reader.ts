import type { JsonObject } from '../../protocol/json';
import { ElementBatch } from '../batches';
import type { BodyPlace, BodyPlaces } from '../body-places';
import type { DecodeContext, DecodedBatch, LineBatch, LineEnvelope } from '../decoder';
import type { CsvHeader } from './csv-header';
import type { CsvOptions } from './csv-options';
import { CsvOddities, nameColumns } from './csv-oddities';
import { CsvSplitter, type RowSplitter } from './csv-splitter';
import { CsvTranscoder } from './csv-transcoder';

/** So much comes between two places, at least. */
const PLACE_BYTES = 64 * 1024;

/** UTF-8 text of CSV → rows as objects, or straight to RECORD lines. Both ways give the same records. */
export class CsvReader {
  constructor(private readonly options: CsvOptions) {}

  /** Whether `transcode` knows the dialect: one ASCII byte for delimiter and quote, no escape character. */
  get transcodes(): boolean {
    const { delimiter, quote, escape } = this.options.dialect;
    return delimiter.length === 1 && escape === '' && delimiter.charCodeAt(0) < 0x80 && (quote === '' || quote.charCodeAt(0) < 0x80);
  }

  async *rows(chunks: AsyncIterable<Buffer>, context: DecodeContext): AsyncGenerator<DecodedBatch> {
    const { dialect, skipSpaceLines } = this.options;
    const splitter: RowSplitter =
      dialect.delimiter.length === 1 ? new CsvSplitter(dialect, skipSpaceLines) : new (await import('./papaparse-splitter')).PapaparseSplitter(dialect);
    const assembler = new RowAssembler(this.options, context);
    const batch = new ElementBatch();
    let sincePlace = 0;
    for await (const chunk of chunks) {
      const rows = splitter.write(chunk.toString('utf8'), chunk.length);
      const bytes = chunk.length / Math.max(rows.length, 1);
      for (const cells of rows) {
        const row = assembler.assemble(cells);
        if (row) batch.add(row, bytes);
        if (batch.full) yield batch.take();
      }
      sincePlace += chunk.length;
      // Here the end of the last row is known.
      if (context.places && sincePlace >= PLACE_BYTES && !batch.empty) {
        sincePlace = 0;
        yield batch.take(placeOf(splitter, context.places));
      }
    }
    for (const cells of splitter.end()) {
      const row = assembler.assemble(cells);
      if (row) batch.add(row, 0);
    }
    if (!batch.empty) yield batch.take();
    assembler.report();
  }

  async *lines(chunks: AsyncIterable<Buffer>, envelope: LineEnvelope, context: DecodeContext): AsyncGenerator<LineBatch> {
    const transcoder = new CsvTranscoder(this.options, envelope, context);
    for await (const chunk of chunks) yield* transcoder.write(chunk);
    yield* transcoder.end();
  }
}

function placeOf({ rowsEnd, firstRowEnd }: RowSplitter, places: BodyPlaces): BodyPlace | undefined {
  return rowsEnd === undefined || firstRowEnd === undefined ? undefined : places.at(rowsEnd, firstRowEnd);
}

/** Cells → objects, by the names of the first row. */
class RowAssembler {
  private header: CsvHeader | undefined;
  /** A row without values: copies of it have one shape and are quick to read and to write, objects that grow name by name are not. */
  private empty: JsonObject = {};
  private row = 0;
  private readonly oddities = new CsvOddities();

  constructor(
    private readonly options: CsvOptions,
    private readonly context: DecodeContext,
  ) {}

  /** Undefined for the header. */
  assemble(cells: string[]): JsonObject | undefined {
    if (!this.header) {
      this.header = nameColumns(this.options.naming, cells, this.context);
      this.empty = JSON.parse(`{${this.header.names.map((name) => `${JSON.stringify(name)}:null`).join(',')}}`) as JsonObject;
      return undefined;
    }
    return this.object(cells, this.header);
  }

  report(): void {
    if (this.header) this.oddities.report(this.context, this.header.names.length, this.header.surplus);
  }

  private object(cells: string[], { names, surplus }: CsvHeader): JsonObject {
    const { nulls } = this.options;
    const row: JsonObject = { ...this.empty };
    this.row++;
    for (let column = 0; column < names.length; column++) {
      const cell = cells[column];
      row[names[column]!] = cell === undefined || (nulls.size > 0 && nulls.has(cell)) ? null : cell;
    }
    if (cells.length < names.length) this.oddities.tooShort(this.row);
    else if (cells.length > names.length) {
      this.oddities.tooLong(this.row);
      row[surplus] = cells.slice(names.length);
    }
    return row;
  }
}
