import type { DecodeContext, DecodedBatch, LineBatch, LineEnvelope, PlannedOutput } from '../decoder';
import type { CsvOptions } from './csv-options';
import { CsvSplitter, type RowSplitter } from './csv-splitter';
import { CsvTranscoder } from './csv-transcoder';
import { ObjectRows } from './object-rows';
import { PlainRowTranscoder } from './plain-row-transcoder';
import { WasmRowTranscoder } from './wasm-row-transcoder';

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
    const objects = new ObjectRows(splitter, this.options, context);
    for await (const chunk of chunks) yield* objects.batches(chunk);
    yield* objects.lastBatches();
  }

  async *lines(chunks: AsyncIterable<Buffer>, envelope: LineEnvelope, context: DecodeContext): AsyncGenerator<LineBatch> {
    const { options } = this;
    const transcoder = new CsvTranscoder<LineBatch>(
      options,
      context,
      (header, start) => WasmRowTranscoder.create(header, options, envelope, context, start) ?? new PlainRowTranscoder(header, options, envelope, context, start),
    );
    for await (const chunk of chunks) yield* transcoder.write(chunk);
    yield* transcoder.end();
  }

  /** Lines as the plan for the header wants them; without a plan for it, objects. */
  async *planned(chunks: AsyncIterable<Buffer>, { envelope, planner }: PlannedOutput, context: DecodeContext): AsyncGenerator<LineBatch | DecodedBatch> {
    const transcoder = new CsvTranscoder<LineBatch | DecodedBatch>(this.options, context, (header, start, splitter) => {
      const plan = planner.plan(header.names, header.surplus, true);
      return (plan && WasmRowTranscoder.create(header, this.options, envelope, context, start, plan)) ?? new ObjectRows(splitter, this.options, context, header);
    });
    for await (const chunk of chunks) yield* transcoder.write(chunk);
    yield* transcoder.end();
  }
}
