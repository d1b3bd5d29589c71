import type { DecodeContext } from '../decoder';
import { contentTypeHint, decodeError, excerpt } from '../decode-error';
import type { CsvHeader, HeaderNaming } from './csv-header';

/** Counts the rows that do not fit the header; one word about them at the end of a body. */
export class CsvOddities {
  constructor(
    private short = 0,
    private firstShort = 0,
    private long = 0,
    private firstLong = 0,
  ) {}

  /** `row` counts the rows with data from 1. */
  tooShort(row: number): void {
    if (this.short++ === 0) this.firstShort = row;
  }

  tooLong(row: number): void {
    if (this.long++ === 0) this.firstLong = row;
  }

  report(context: DecodeContext, columns: number, surplus: string): void {
    if (this.short > 0) {
      context.warn(`${this.short} CSV rows have fewer cells than the ${columns} columns of the header (the first is row ${this.firstShort}); the missing fields are null.`);
    }
    if (this.long > 0) {
      context.warn(`${this.long} CSV rows have more cells than the ${columns} columns of the header (the first is row ${this.firstLong}); the surplus cells are kept as a list under the key ${JSON.stringify(surplus)}.`);
    }
  }
}

const OTHER_FORMATS = /^\s*(?:<!doctype html|<html|<\?xml|\{")/i;

/** Names the columns. A page or an error document in place of CSV would pass for a header without rows: it is an error. */
export function nameColumns(naming: HeaderNaming, cells: string[], context: DecodeContext): CsvHeader {
  if (OTHER_FORMATS.test(cells[0] ?? '')) {
    throw decodeError('not_csv', `The body is not CSV: it begins with ${excerpt(cells.join(','))}.${contentTypeHint(context.headers)} Check the URL of the download and the decoder.`);
  }
  const header = naming(cells);
  header.oddities.forEach((oddity) => context.warn(oddity));
  return header;
}

/** `row` counts the rows with data from 1, 0 is the header; `byte` is a position in the text as UTF-8, where known. */
export function unclosedQuote(row: number, byte?: number) {
  return decodeError(
    'unclosed_quote',
    `The CSV body ends inside of a quoted field: the quote${byte === undefined ? '' : ` at byte ${byte}`} in ${row === 0 ? 'the header' : `row ${row}`} is never closed. The download is incomplete, or the decoder's quote_char, escape_char or delimiter is not the one the API uses.`,
  );
}
