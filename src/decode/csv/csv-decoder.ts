import { defineComponent } from '../../manifest/define-component';
import { field } from '../../manifest/field';
import type { JsonValue } from '../../protocol/json';
import type { ByteSource, DecodeContext, Decoder } from '../decoder';
import { encodingName, utf8Chunks } from '../text-source';
import { csvDialect } from './csv-dialect';
import { dictReaderNames } from './csv-header';
import { CsvReader } from './csv-reader';

export interface CsvDecoderOptions {
  /** Python's or the web's name; utf-8 when absent. */
  encoding?: string;
  delimiter?: string;
  setValuesToNone?: readonly string[];
  quoteChar?: string;
  escapeChar?: string;
}

/** Rows of text cells; the first row names the fields. Values stay text. Reference section 2.11. */
export class CsvDecoder implements Decoder {
  readonly transcode: Decoder['transcode'];
  readonly transcodePlanned: Decoder['transcodePlanned'];
  private readonly encoding: string;
  private readonly reader: CsvReader;

  constructor(options: CsvDecoderOptions = {}) {
    this.encoding = encodingName(options.encoding ?? 'utf-8');
    this.reader = new CsvReader({
      dialect: csvDialect(options.delimiter, options.quoteChar, options.escapeChar),
      naming: dictReaderNames,
      nulls: new Set(options.setValuesToNone ?? []),
      skipSpaceLines: false,
    });
    if (!this.reader.transcodes) return;
    this.transcode = (body, envelope, context) => this.reader.lines(utf8Chunks(body, this.encoding, false, context.places), envelope, context);
    this.transcodePlanned = (body, planned, context) => this.reader.planned(utf8Chunks(body, this.encoding, false, context.places), planned, context);
  }

  decode(body: ByteSource, context: DecodeContext): AsyncGenerator<JsonValue[]> {
    return this.reader.rows(utf8Chunks(body, this.encoding, false, context.places), context);
  }
}

export const csvDecoder = defineComponent({
  kind: 'Decoder',
  type: 'CsvDecoder',
  title: 'CSV',
  description:
    'Reads delimiter-separated rows while they arrive; the first row names the fields, and all values are text. Missing cells at the end of a row are null, surplus cells are kept as a list under the key `null`. A body that ends inside of a quoted field is an error.',
  fields: {
    encoding: field.string({
      default: 'utf-8',
      description: "The encoding of the text, by Python's or the web's name. With utf-8, a byte order mark is removed and UTF-16 with a mark is recognised.",
      examples: ['utf-16', 'latin-1', 'windows-1252', 'shift_jis'],
    }),
    delimiter: field.string({
      default: ',',
      description: 'What stands between two cells. Escapes such as `\\t` are understood.',
      examples: [';', '|', '\\t'],
    }),
    set_values_to_none: field.array(field.string(), {
      description: 'Cells with exactly one of these texts become null.',
      examples: [['', 'NULL', 'N/A']],
    }),
    quote_char: field.string({
      default: '"',
      description: 'The character around cells that hold delimiters or line breaks; doubled, it stands for itself. Empty: quotes have no meaning.',
      examples: ["'"],
      extension: true,
    }),
    escape_char: field.string({
      description: 'A character that takes the meaning from the one after it, for dialects that write `\\"` instead of `""`.',
      examples: ['\\'],
      extension: true,
    }),
  },
  examples: [
    { type: 'CsvDecoder' },
    { type: 'CsvDecoder', delimiter: ';', encoding: 'windows-1252', set_values_to_none: ['', 'NULL'] },
    { type: 'CsvDecoder', delimiter: '\\t', quote_char: '', escape_char: '\\' },
  ],
  build: ({ encoding, delimiter, set_values_to_none, quote_char, escape_char }) =>
    new CsvDecoder({ encoding, delimiter, setValuesToNone: set_values_to_none, quoteChar: quote_char, escapeChar: escape_char }),
});
