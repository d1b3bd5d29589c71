import type { JsonValue } from '../protocol/json';

const STRING_OR_LONG_INTEGER = /"[^"\\]*(?:\\.[^"\\]*)*"|(?<![\d.eE+-])-?\d{16,}(?![\d.eE])/gs;
const MARK = '\u0000bigint:';

/**
 * The value of a JSON text; integers beyond 2^53 become bigint, so that no digit of an id is lost.
 * @throws SyntaxError when the text is no JSON
 */
export function parseJson(text: string): JsonValue {
  if (!/\d{16}/.test(text)) return JSON.parse(text) as JsonValue;
  let marked = false;
  const prepared = text.replace(STRING_OR_LONG_INTEGER, (token) => {
    if (token.startsWith('"') || Number.isSafeInteger(Number(token))) return token;
    marked = true;
    return `"\\u0000bigint:${token}"`;
  });
  if (!marked) return JSON.parse(text) as JsonValue;
  return JSON.parse(prepared, (_key, value: unknown) =>
    typeof value === 'string' && value.startsWith(MARK) ? BigInt(value.slice(MARK.length)) : value,
  ) as JsonValue;
}
