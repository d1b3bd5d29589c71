import Papa from 'papaparse';
import { decodeError } from '../decode-error';
import type { CsvDialect } from './csv-dialect';
import { unclosedQuote } from './csv-oddities';
import type { RowSplitter } from './csv-splitter';

interface Parsed {
  data: string[][];
  errors: { type: string; code: string; row: number }[];
  meta: { cursor: number };
}

/**
 * Splits dialects that the own splitter does not know: delimiters of several characters. Papa's core parser gets whole
 * rows plus an incomplete one, which it leaves for the next piece. What it calls a quoting error loses rows, so it is an error here.
 */
export class PapaparseSplitter implements RowSplitter {
  private readonly parser: Papa.Parser;
  private pending = '';
  /** An incomplete row is tried again when twice as much is there, so that huge fields cost no quadratic time. */
  private nextTry = 0;
  private rows = 0;

  constructor(dialect: CsvDialect) {
    this.parser = new Papa.Parser({
      delimiter: dialect.delimiter,
      newline: '\n',
      // Without quotes Papa only splits.
      ...(dialect.quote === '' ? { fastMode: true } : { quoteChar: dialect.quote, escapeChar: dialect.quote }),
    });
  }

  write(text: string): string[][] {
    this.pending += text;
    if (this.pending.length < this.nextTry) return [];
    // A `\r` at the end may be half of a line break.
    const complete = this.pending.endsWith('\r') ? this.pending.length - 1 : this.pending.length;
    const input = withLineFeeds(this.pending.slice(0, complete));
    const parsed = this.parser.parse(input, 0, true) as Parsed;
    this.pending = input.slice(parsed.meta.cursor) + this.pending.slice(complete);
    this.nextTry = this.pending.length * 2;
    return this.accept(parsed);
  }

  end(): string[][] {
    return this.accept(this.parser.parse(withLineFeeds(this.pending), 0, false) as Parsed);
  }

  private accept({ data, errors }: Parsed): string[][] {
    // Errors of the incomplete row are made by the cut.
    const error = errors.find((each) => each.type === 'Quotes' && (each.row < data.length || each.code === 'MissingQuotes'));
    if (error) {
      const row = this.rows + error.row;
      if (error.code === 'MissingQuotes') throw unclosedQuote(row);
      throw decodeError('bad_quotes', `Row ${row} of the CSV body has text after the closing quote of a field. Check the decoder's delimiter and quote_char.`);
    }
    const filled = data.filter((cells) => cells.length > 1 || cells[0] !== '');
    this.rows += filled.length;
    return filled;
  }
}

function withLineFeeds(text: string): string {
  return text.includes('\r') ? text.replace(/\r\n?/g, '\n') : text;
}
