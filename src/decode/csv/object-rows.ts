import type { JsonObject } from '../../protocol/json';
import { ElementBatch } from '../batches';
import type { BodyPlace } from '../body-places';
import type { DecodeContext, DecodedBatch } from '../decoder';
import type { CsvHeader } from './csv-header';
import { CsvOddities, nameColumns } from './csv-oddities';
import type { CsvOptions } from './csv-options';
import type { RowSplitter } from './csv-splitter';
import type { RowTranscoder } from './row-transcoder';

/** So much comes between two places, at least. */
const PLACE_BYTES = 64 * 1024;

/** Text → objects, by the names of the first row or of a header that the splitter has seen before, in batches. */
export class ObjectRows implements RowTranscoder<DecodedBatch> {
  private header: CsvHeader | undefined;
  /** A row without values: copies of it have one shape and are quick to read and to write, objects that grow name by name are not. */
  private empty: JsonObject = {};
  private readonly oddities = new CsvOddities();
  private readonly batch = new ElementBatch();
  private row = 0;
  private sincePlace = 0;

  constructor(
    private readonly splitter: RowSplitter,
    private readonly options: CsvOptions,
    private readonly context: DecodeContext,
    header?: CsvHeader,
  ) {
    if (header) this.useHeader(header);
  }

  write(chunk: Buffer): DecodedBatch[] {
    return [...this.batches(chunk)];
  }

  end(): DecodedBatch[] {
    return [...this.lastBatches()];
  }

  /** `write`, one batch after the other. */
  *batches(chunk: Buffer): Generator<DecodedBatch> {
    const { batch, context } = this;
    yield* this.add(this.splitter.write(chunk.toString('utf8'), chunk.length), chunk.length);
    this.sincePlace += chunk.length;
    // Here the end of the last row is known.
    if (context.places && this.sincePlace >= PLACE_BYTES && !batch.empty) {
      this.sincePlace = 0;
      yield batch.take(this.place());
    }
  }

  /** `end`, one batch after the other. */
  *lastBatches(): Generator<DecodedBatch> {
    yield* this.add(this.splitter.end(), 0);
    if (!this.batch.empty) yield this.batch.take();
    if (this.header) this.oddities.report(this.context, this.header.names.length, this.header.surplus);
  }

  private *add(rows: readonly string[][], bytes: number): Generator<DecodedBatch> {
    const perRow = bytes / Math.max(rows.length, 1);
    for (const cells of rows) {
      if (!this.header) {
        this.useHeader(nameColumns(this.options.naming, cells, this.context));
        continue;
      }
      this.batch.add(this.object(cells, this.header), perRow);
      if (this.batch.full) yield this.batch.take();
    }
  }

  private place(): BodyPlace | undefined {
    const { rowsEnd, firstRowEnd } = this.splitter;
    return rowsEnd === undefined || firstRowEnd === undefined ? undefined : this.context.places?.at(rowsEnd, firstRowEnd);
  }

  private useHeader(header: CsvHeader): void {
    this.header = header;
    this.empty = JSON.parse(`{${header.names.map((name) => `${JSON.stringify(name)}:null`).join(',')}}`) as JsonObject;
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
