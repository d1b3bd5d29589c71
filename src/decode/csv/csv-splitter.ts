import type { CsvDialect } from './csv-dialect';
import { unclosedQuote } from './csv-oddities';

/** Turns text into rows of cells, piece by piece. */
export interface RowSplitter {
  /** `text`: whole characters; `byteLength`: what they take in UTF-8. */
  write(text: string, byteLength: number): string[][];
  /** The last row, when no line break follows it. @throws ConnectorError inside an open quote */
  end(): string[][];
  /** Bytes of the text up to the end of the last row that is complete, where the splitter knows. */
  readonly rowsEnd?: number;
  /** The same for the first row. */
  readonly firstRowEnd?: number;
}

const LF = 10;
const CR = 13;

const enum State {
  FieldStart,
  Plain,
  Quoted,
  QuoteInQuoted,
  Escaped,
  EscapedInQuoted,
}

/**
 * The rules of Python's csv reader (reference section 2.11): a quote opens a field only as its first character, text
 * after the closing quote belongs to the field, blank lines are no rows. Line breaks inside of quotes become `\n`,
 * because the reference reads with universal newlines. Takes dialects whose delimiter is one UTF-16 unit.
 */
export class CsvSplitter implements RowSplitter {
  private state: State = State.FieldStart;
  private cells: string[] = [];
  /** The part of the current cell that earlier text gave. */
  private partial = '';
  private wasQuoted = false;
  private skipLineFeed = false;
  rowsEnd = 0;
  firstRowEnd: number | undefined;
  private rows = 0;
  private bytes = 0;
  /** The byte where the quote that is still open stands. */
  private openQuote = 0;
  private readonly delimiter: number;
  private readonly quote: number;
  private readonly escape: number;

  /** `skipSpaceLines`: lines of nothing but spaces and tabs are blank, too (pandas). */
  constructor(
    dialect: CsvDialect,
    private readonly skipSpaceLines = false,
  ) {
    this.delimiter = dialect.delimiter.charCodeAt(0);
    this.quote = dialect.quote === '' ? -1 : dialect.quote.charCodeAt(0);
    this.escape = dialect.escape === '' ? -1 : dialect.escape.charCodeAt(0);
  }

  write(text: string, byteLength: number): string[][] {
    const rows: string[][] = [];
    const { delimiter, quote, escape } = this;
    const length = text.length;
    let { state, partial } = this;
    let at = 0;
    let start = 0;
    let quoteAt = -1;
    /** Where the last row of this text ends. */
    let rowEnd = -1;
    if (this.skipLineFeed && length > 0) {
      this.skipLineFeed = false;
      if (text.charCodeAt(0) === LF) start = at = 1;
    }
    while (at < length) {
      const code = text.charCodeAt(at);
      if (state === State.Quoted) {
        if (code === escape) {
          partial += text.slice(start, at);
          start = at + 1;
          state = State.EscapedInQuoted;
        } else if (code === quote) {
          partial += text.slice(start, at);
          start = at + 1;
          state = State.QuoteInQuoted;
        } else if (code === CR) {
          partial += `${text.slice(start, at)}\n`;
          start = at = this.afterLineBreak(text, at);
          continue;
        } else {
          for (at++; at < length; at++) {
            const next = text.charCodeAt(at);
            if (next === quote || next === CR || next === escape) break;
          }
          continue;
        }
        at++;
        continue;
      }
      if (state === State.QuoteInQuoted) {
        // A second quote is part of the text; anything else goes on as an unquoted field.
        state = code === quote ? State.Quoted : State.Plain;
        if (code === quote) at++;
        continue;
      }
      if (state === State.Escaped || state === State.EscapedInQuoted) {
        state = state === State.Escaped ? State.Plain : State.Quoted;
        if (code === CR) {
          partial += '\n';
          start = at = this.afterLineBreak(text, at);
        } else {
          at++;
        }
        continue;
      }
      if (code === quote && state === State.FieldStart) {
        quoteAt = at;
        this.wasQuoted = true;
        start = at + 1;
        state = State.Quoted;
      } else if (code === escape) {
        partial += text.slice(start, at);
        start = at + 1;
        state = State.Escaped;
      } else if (code === delimiter) {
        this.cells.push(partial === '' ? text.slice(start, at) : partial + text.slice(start, at));
        partial = '';
        start = at + 1;
        state = State.FieldStart;
      } else if (code === LF || code === CR) {
        if (state === State.Plain || this.cells.length > 0) {
          this.cells.push(partial === '' ? text.slice(start, at) : partial + text.slice(start, at));
          partial = '';
          this.endRow(rows);
        }
        start = at = rowEnd = this.afterLineBreak(text, at);
        if (this.rows === 1) this.firstRowEnd ??= this.bytes + Buffer.byteLength(text.slice(0, at));
        state = State.FieldStart;
        continue;
      } else {
        state = State.Plain;
        for (at++; at < length; at++) {
          const next = text.charCodeAt(at);
          if (next === delimiter || next === LF || next === CR || next === escape) break;
        }
        continue;
      }
      at++;
    }
    this.partial = start < length ? partial + text.slice(start) : partial;
    this.state = state;
    if (quoteAt >= 0) this.openQuote = this.bytes + Buffer.byteLength(text.slice(0, quoteAt));
    this.bytes += byteLength;
    if (rowEnd >= 0) this.rowsEnd = this.bytes - Buffer.byteLength(text.slice(rowEnd));
    return rows;
  }

  end(): string[][] {
    if (this.state === State.Quoted || this.state === State.EscapedInQuoted) throw unclosedQuote(this.rows, this.openQuote);
    if (this.state === State.FieldStart && this.cells.length === 0) return [];
    this.cells.push(this.partial);
    const rows: string[][] = [];
    this.endRow(rows);
    return rows;
  }

  /** The place after the `\n`, `\r\n` or `\r` at `at`. */
  private afterLineBreak(text: string, at: number): number {
    if (text.charCodeAt(at) === LF) return at + 1;
    this.skipLineFeed = at + 1 === text.length;
    return text.charCodeAt(at + 1) === LF ? at + 2 : at + 1;
  }

  private endRow(rows: string[][]): void {
    const blank = this.skipSpaceLines && this.cells.length === 1 && !this.wasQuoted && /^[ \t]+$/.test(this.cells[0]!);
    if (!blank) {
      rows.push(this.cells);
      this.rows++;
    }
    this.cells = [];
    this.wasQuoted = false;
  }
}
