import { typeName, type Value } from './python-values';
import { PyTypeError } from './template-errors';

/** What Python takes for whitespace, as the inside of a character class. */
export const WHITESPACE = '\\t-\\r\\x1c-\\x20\\x85\\xa0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000';
/** What ends a line for `str.splitlines`. */
export const LINE_END = /\r\n|[\n\r\v\f\x1c-\x1e\x85\u2028\u2029]/g;

const LEADING = new RegExp(`^[${WHITESPACE}]+`);
const SPACES = new RegExp(`^[${WHITESPACE}]+$`);
const IS_SPACE = new RegExp(`[${WHITESPACE}]`);

export function strip(text: string, chars: Value, left: boolean, right: boolean): string {
  if (chars === null || chars === undefined) {
    const start = left ? (LEADING.exec(text)?.[0].length ?? 0) : 0;
    let end = text.length;
    // Backwards by hand: a pattern anchored at the end takes quadratic time.
    if (right) while (end > start && IS_SPACE.test(text[end - 1] as string)) end--;
    return text.slice(start, end);
  }
  if (typeof chars !== 'string') throw new PyTypeError(`strip arg must be None or str, not ${typeName(chars)}`);
  const set = new Set(chars);
  const all = Array.from(text);
  let [start, end] = [0, all.length];
  if (left) while (start < end && set.has(all[start] as string)) start++;
  if (right) while (end > start && set.has(all[end - 1] as string)) end--;
  return all.slice(start, end).join('');
}

export function capitalize(text: string): string {
  const [first = '', ...rest] = Array.from(text);
  return titleOf(first) + rest.join('').toLowerCase();
}

/** One character in title case; `ß` becomes `Ss`. */
function titleOf(char: string): string {
  const upper = char.toUpperCase();
  return upper.length > char.length ? (upper[0] as string) + upper.slice(1).toLowerCase() : upper;
}

const hasCase = (char: string) => /[\p{Uppercase}\p{Lowercase}\p{Lt}]/u.test(char);

/** `str.title`: a capital after everything that has no case, so also after an apostrophe. */
export function titleCase(text: string): string {
  let afterCased = false;
  let result = '';
  for (const char of text) {
    const cased = hasCase(char);
    result += cased ? (afterCased ? char.toLowerCase() : titleOf(char)) : char;
    afterCased = cased;
  }
  return result;
}

export function swapCase(text: string): string {
  return Array.from(text, (char) => (char === char.toLowerCase() ? char.toUpperCase() : char.toLowerCase())).join('');
}

export function isCased(text: string, which: 'lower' | 'upper'): boolean {
  const [wanted, other] = which === 'lower' ? [/\p{Lowercase}/u, /[\p{Uppercase}\p{Lt}]/u] : [/\p{Uppercase}/u, /[\p{Lowercase}\p{Lt}]/u];
  return wanted.test(text) && !other.test(text);
}

export function isTitle(text: string): boolean {
  let afterCased = false;
  let found = false;
  for (const char of text) {
    const upper = /[\p{Uppercase}\p{Lt}]/u.test(char);
    const lower = /\p{Lowercase}/u.test(char);
    if ((upper && afterCased) || (lower && !afterCased)) return false;
    afterCased = upper || lower;
    found ||= afterCased;
  }
  return found;
}

export const isAlpha = (text: string) => /^\p{L}+$/u.test(text);
export const isDecimal = (text: string) => /^\p{Nd}+$/u.test(text);
export const isDigit = (text: string) => /^[\p{Nd}\xb2\xb3\xb9\u2070\u2074-\u2079\u2080-\u2089\u2460-\u2468\u2474-\u247c\u2488-\u2490\u24ea\u24f5-\u24fd\u24ff\u2776-\u277e\u2780-\u2788\u278a-\u2792]+$/u.test(text);
export const isNumericText = (text: string) => /^\p{N}+$/u.test(text);
export const isAlnum = (text: string) => /^[\p{L}\p{N}]+$/u.test(text);
export const isSpaceText = (text: string) => SPACES.test(text);
export const isPrintable = (text: string) => !/[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Cn}\p{Zl}\p{Zp}]|(?! )\p{Zs}/u.test(text);
