/** Thrown by the reader of simple YAML for what it leaves to the YAML package; caught by `parseSimpleYaml`. */
export class NotSimple extends Error {}

/** What a plain text may mean other than itself. Whatever could be a number in one notation or another is among them. */
const WORDS: ReadonlyMap<string, boolean | null> = new Map([
  ...['yes', 'Yes', 'YES', 'true', 'True', 'TRUE', 'on', 'On', 'ON'].map((word) => [word, true] as const),
  ...['no', 'No', 'NO', 'false', 'False', 'FALSE', 'off', 'Off', 'OFF'].map((word) => [word, false] as const),
  ...['null', 'Null', 'NULL', '~'].map((word) => [word, null] as const),
]);
const NUMBER_LIKE = /^[-+]?(?:0b[01_]+|0x[\da-f_]+|[\d_]*\.?[\d_]*(?:e[-+]?\d+)?|[\d_]+(?::[\d_]+)+\.?[\d_]*|\.inf|\.nan)$/i;
/** Few enough digits to be exact. */
const DECIMAL = /^-?(?:0|[1-9]\d{0,14}|(?:0|[1-9]\d{0,6})\.\d{1,8})$/;
const LONGEST_WORD = 5;

/** The value of a plain scalar, which stands for a text unless it looks like something else. */
export function plainValue(text: string): string | number | boolean | null {
  if (text.length <= LONGEST_WORD) {
    const word = WORDS.get(text);
    if (word !== undefined) return word;
  }
  const first = text.charCodeAt(0);
  // Digits, and + - . before them.
  if (first > 57 || first < 43 || !NUMBER_LIKE.test(text)) return text;
  if (DECIMAL.test(text)) return Number(text);
  throw new NotSimple();
}

/** Line ends of a scalar that goes over several lines: one is a space, more are one fewer. Spaces around them do not count. */
export function unfolded(lines: readonly string[]): string {
  let text = withoutTrailingSpaces(lines[0]!);
  let separator = ' ';
  for (const line of lines.slice(1, -1)) {
    const content = withoutTrailingSpaces(line).replace(LEADING_SPACES, '');
    if (content !== '') {
      text += separator + content;
      separator = ' ';
    } else if (separator === '\n') text += separator;
    else separator = '\n';
  }
  return text + separator + lines.at(-1)!.replace(LEADING_SPACES, '');
}

/** Only U+0020: `trim` takes other spaces, too, and those belong to the text. */
const LEADING_SPACES = /^ +/;

export function withoutTrailingSpaces(text: string): string {
  let end = text.length;
  while (end > 0 && text.charCodeAt(end - 1) === SPACE) end -= 1;
  return end === text.length ? text : text.slice(0, end);
}

export const SPACE = 32;

const ESCAPES: Readonly<Record<string, string>> = {
  '0': '\0', a: '\x07', b: '\b', e: '\x1b', f: '\f', n: '\n', r: '\r', t: '\t', v: '\v',
  N: '\u0085', _: '\u00a0', L: '\u2028', P: '\u2029', ' ': ' ', '"': '"', '/': '/', '\\': '\\',
};

/** @param raw what stands between double quotes, line ends included */
export function doubleQuotedValue(raw: string): string {
  if (!raw.includes('\\') && !raw.includes('\n')) return raw;
  return raw.replace(/ *\n[ \n]*|\\(?:\n *|x[\da-fA-F]{2}|u[\da-fA-F]{4}|U[\da-fA-F]{8}|[^])/g, (match) => {
    if (match[0] !== '\\') return '\n'.repeat(match.split('\n').length - 2) || ' ';
    if (match[1] === '\n') return '';
    if (match.length > 2) return codePoint(Number.parseInt(match.slice(2), 16));
    const character = ESCAPES[match[1]!];
    if (character === undefined) throw new NotSimple();
    return character;
  });
}

function codePoint(code: number): string {
  if (code > 0x10ffff) throw new NotSimple();
  return String.fromCodePoint(code);
}

/** How the line ends after the last content of a block scalar are kept: all, none, or one. */
export type Chomping = '+' | '-' | '';

/**
 * A block scalar, `|` or `>`.
 * @param lines of the content, without their indentation; empty ones may come first
 * @param emptyAfter how many empty lines follow
 */
export function blockValue(lines: readonly string[], isFolded: boolean, chomping: Chomping, emptyAfter: number): string {
  const text = isFolded ? foldedBlock(lines) : lines.join('\n');
  return chomping === '-' ? text : chomping === '' ? `${text}\n` : text + '\n'.repeat(1 + emptyAfter);
}

/** Lines become one, but not where one is indented further or empty. */
function foldedBlock(lines: readonly string[]): string {
  const start = lines.findIndex((line) => line !== '');
  let text = '\n'.repeat(start);
  let separator = '';
  let wasIndented = false;
  for (const line of lines.slice(start)) {
    if (line === '') {
      if (separator === '\n') text += '\n';
      else separator = '\n';
      continue;
    }
    const isIndented = line.charCodeAt(0) === SPACE;
    if (isIndented && separator !== '') separator = separator === '\n' && !wasIndented ? '\n\n' : '\n';
    text += separator + line;
    separator = isIndented ? '\n' : ' ';
    wasIndented = isIndented;
  }
  return text;
}
