import type { JsonValue } from '../protocol/json';
import { gunzip, sniffPacking } from './compression/gunzip';
import { csvDialect } from './csv/csv-dialect';
import { pandasNames } from './csv/csv-header';
import { CsvReader } from './csv/csv-reader';
import type { ByteSource, DecodeContext, DecodedBatch, Decoder, LineBatch, LineEnvelope, PlannedOutput } from './decoder';
import { headerCharset, utf8Chunks } from './text-source';

/** The texts that pandas reads as "not available". */
const NA_WORDS = [
  '', '#N/A', '#N/A N/A', '#NA', '-1.#IND', '-1.#QNAN', '-NaN', '-nan', '1.#IND', '1.#QNAN', '<NA>', 'N/A', 'NA', 'NULL', 'NaN', 'None',
  'n/a', 'nan', 'null',
];

export interface ResponseToFileDecoderOptions {
  /** Only empty cells are null, not the other texts that pandas takes for missing. */
  preserveNaValues?: boolean;
}

/**
 * The reading half of ResponseToFileExtractor (reference section 2.11): gzip or zlib by the first bytes, the charset of
 * the Content-Type, comma-separated rows by pandas' rules for names and missing values. Nothing is written to disk.
 */
export class ResponseToFileDecoder implements Decoder {
  private readonly reader: CsvReader;

  constructor({ preserveNaValues = false }: ResponseToFileDecoderOptions = {}) {
    this.reader = new CsvReader({
      dialect: csvDialect(),
      naming: pandasNames,
      nulls: new Set(preserveNaValues ? [''] : NA_WORDS),
      skipSpaceLines: true,
    });
  }

  async *decode(body: ByteSource, context: DecodeContext): AsyncGenerator<JsonValue[]> {
    const { chunks, inner } = await text(body, context);
    yield* this.reader.rows(chunks, inner);
  }

  async *transcode(body: ByteSource, envelope: LineEnvelope, context: DecodeContext): AsyncGenerator<LineBatch> {
    const { chunks, inner } = await text(body, context);
    yield* this.reader.lines(chunks, envelope, inner);
  }

  async *transcodePlanned(body: ByteSource, planned: PlannedOutput, context: DecodeContext): AsyncGenerator<LineBatch | DecodedBatch> {
    const { chunks, inner } = await text(body, context);
    yield* this.reader.planned(chunks, planned, inner);
  }
}

/** The text, and the context of who reads it. */
async function text(body: ByteSource, context: DecodeContext): Promise<{ chunks: AsyncGenerator<Buffer>; inner: DecodeContext }> {
  const { packing, body: bytes } = await sniffPacking(body);
  const inner = packing === 'none' ? context : { ...context, places: undefined };
  const unpacked = packing === 'none' ? bytes : gunzip(bytes, packing);
  return { chunks: withoutNulBytes(utf8Chunks(unpacked, headerCharset(context.headers) ?? 'utf-8', false, inner.places), inner), inner };
}

async function* withoutNulBytes(chunks: AsyncIterable<Buffer>, context: DecodeContext): AsyncGenerator<Buffer> {
  let removed = 0;
  for await (const chunk of chunks) {
    if (!chunk.includes(0)) {
      yield chunk;
      continue;
    }
    if (context.places) context.places.textStart = undefined;
    const kept = Buffer.from(chunk.filter((byte) => byte !== 0));
    removed += chunk.length - kept.length;
    if (kept.length > 0) yield kept;
  }
  if (removed > 0) context.warn(`${removed} NUL bytes were removed from the CSV body.`);
}
