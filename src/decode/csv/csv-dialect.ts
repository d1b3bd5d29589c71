import { ConnectorError } from '../../errors/connector-error';

/** How the cells of a CSV body are written. Line breaks are `\n`, `\r\n` and `\r`, as in the reference. */
export interface CsvDialect {
  /** Any text that is not empty. */
  delimiter: string;
  /** One character, or '' when quotes have no meaning. A doubled quote inside of quotes stands for one. */
  quote: string;
  /** One character that takes the meaning from the next one, or ''. */
  escape: string;
}

const NAMED_ESCAPES: Record<string, string> = { t: '\t', n: '\n', r: '\r', a: '\x07', b: '\b', f: '\f', v: '\v', '\\': '\\', "'": "'", '"': '"' };
const ESCAPE = /\\(?:x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|([0-7]{1,3})|([tnrabfv\\'"]))/g;

/**
 * Checks the properties of a decoder. An absent or empty delimiter is a comma; one that begins with a backslash is
 * read as Python's unicode_escape reads it (`\t`, `\x1f`, `\u00a7`), a lone backslash is itself.
 * @throws ConnectorError config_error
 */
export function csvDialect(delimiter = ',', quote = '"', escape = ''): CsvDialect {
  const dialect = { delimiter: unescaped(delimiter) || ',', quote: unescaped(quote), escape: unescaped(escape) };
  // The doubled quote is understood in any case.
  if (dialect.escape === dialect.quote) dialect.escape = '';
  const problem = dialectProblem(dialect);
  if (problem) throw ConnectorError.config('decode.csv_dialect', `The CsvDecoder cannot work: ${problem}.`);
  return dialect;
}

function unescaped(text: string): string {
  if (!text.startsWith('\\')) return text;
  return text.replace(ESCAPE, (_, hex?: string, unicode?: string, octal?: string, named?: string) => {
    if (named !== undefined) return NAMED_ESCAPES[named]!;
    return String.fromCharCode(octal !== undefined ? parseInt(octal, 8) : parseInt((hex ?? unicode)!, 16));
  });
}

function dialectProblem({ delimiter, quote, escape }: CsvDialect): string | undefined {
  if (/[\r\n]/.test(delimiter + quote + escape)) return 'a line break can be neither delimiter nor quote_char nor escape_char';
  if (quote.length > 1) return `quote_char ${JSON.stringify(quote)} must be one character (or empty for none)`;
  if (escape.length > 1) return `escape_char ${JSON.stringify(escape)} must be one character`;
  if (quote !== '' && delimiter.includes(quote)) return `quote_char ${JSON.stringify(quote)} is a part of the delimiter`;
  if (escape !== '' && delimiter.includes(escape)) return `escape_char ${JSON.stringify(escape)} is a part of the delimiter`;
  if (escape !== '' && delimiter.length > 1) return 'escape_char needs a delimiter of one character';
  return undefined;
}
