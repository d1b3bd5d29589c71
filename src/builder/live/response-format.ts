import { isObject, type JsonObject, type JsonValue } from '../../protocol/json';
import type { Hint } from '../page-contract';
import { unpackStart } from './packed-start';

export type FormatName = Extract<Hint, { kind: 'response_format' }>['found'];

/** What the bytes of an answer are. */
export interface FoundFormat {
  /** The outermost: `gzip` and `zip` hide another. */
  name: FormatName;
  inner?: FoundFormat;
  /** Of CSV: what may stand between its cells, the likeliest first. */
  delimiters?: readonly string[];
  /** JSON on one line reads as JSON Lines, too. */
  isOneLine?: boolean;
}

const DELIMITERS = [',', ';', '\t', '|'];
const NAMES: Readonly<Record<FormatName, string>> = { json: 'JSON', jsonl: 'JSON Lines', csv: 'CSV', xml: 'XML', gzip: 'gzip', zip: 'a ZIP file', html: 'a web page (HTML)' };

/**
 * Recognises the format from the first bytes, and from what the headers say where those leave it open. Undefined when it cannot be told,
 * or when there is nothing.
 */
export function findFormat(start: Uint8Array, headers: Readonly<Record<string, string>>): FoundFormat | undefined {
  const bytes = Buffer.from(start);
  const packed = unpackStart(bytes);
  if (packed) {
    const inner = findFormat(packed.bytes, {});
    return inner ? { name: packed.as, inner } : { name: packed.as };
  }
  return findTextFormat(textOf(bytes), headers['content-type'] ?? '');
}

function textOf(bytes: Buffer): string {
  const isWide = (bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff);
  const label = !isWide ? 'utf-8' : bytes[0] === 0xff ? 'utf-16le' : 'utf-16be';
  return new TextDecoder(label).decode(bytes).trim();
}

function findTextFormat(text: string, contentType: string): FoundFormat | undefined {
  if (text === '') return undefined;
  if (/^<(?:!doctype\s+html|html)\b/i.test(text)) return { name: 'html' };
  if (/^<[?!a-z_]/i.test(text)) return { name: /html/i.test(contentType) ? 'html' : 'xml' };
  const lines = text.split(/\r\n|\n|\r/);
  if (/^[{[]/.test(text)) {
    const isComplete = lines.length > 1 && isJson(lines[0]!);
    if (isComplete) return { name: /^[{[]/.test(lines[1]!) ? 'jsonl' : 'json' };
    return { name: 'json', isOneLine: lines.length === 1 };
  }
  if (isJson(text)) return undefined;
  const count = (delimiter: string) => lines[0]!.split(delimiter).length - 1;
  const delimiters = DELIMITERS.filter((each) => count(each) > 0).sort((a, b) => count(b) - count(a));
  const isNamedCsv = /\bcsv\b/i.test(contentType);
  return isNamedCsv || (delimiters.length > 0 && lines.length > 1) ? { name: 'csv', delimiters } : undefined;
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

/** The decoder that reads a format; null when none does. */
export function decoderFor({ name, inner, delimiters: [delimiter = ','] = [] }: FoundFormat): JsonObject | null {
  switch (name) {
    case 'json':
      return { type: 'JsonDecoder' };
    case 'jsonl':
      return { type: 'JsonlDecoder' };
    case 'csv':
      return delimiter === ',' ? { type: 'CsvDecoder' } : { type: 'CsvDecoder', delimiter: delimiter === '\t' ? '\\t' : delimiter };
    case 'xml':
      return { type: 'XmlDecoder' };
    case 'gzip':
    case 'zip': {
      const decoder = inner && decoderFor(inner);
      return decoder ? { type: name === 'gzip' ? 'GzipDecoder' : 'ZipfileDecoder', decoder } : null;
    }
    case 'html':
      return null;
  }
}

/** Whether the decoder of a manifest (absent: JSON) can make sense of the bytes. Unknown decoders can. */
export function reads(decoder: JsonValue | undefined, found: FoundFormat): boolean {
  const model: JsonObject = isObject(decoder) ? decoder : { type: 'JsonDecoder' };
  switch (model.type) {
    case 'GzipDecoder':
      // What is not packed goes through.
      return found.name === 'gzip' ? found.inner === undefined || reads(model.decoder, found.inner) : reads(model.decoder, found);
    case 'ZipfileDecoder':
      return found.name === 'zip' && (found.inner === undefined || reads(model.decoder, found.inner));
    case 'JsonDecoder':
    case 'JsonItemsDecoder':
      return found.name === 'json';
    case 'JsonlDecoder':
      return found.name === 'jsonl' || (found.name === 'json' && found.isOneLine === true);
    case 'CsvDecoder':
      // One column has no delimiter.
      return found.name === 'csv' && (!found.delimiters?.length || found.delimiters.includes(unescaped(model.delimiter ?? ',')));
    case 'XmlDecoder':
      return found.name === 'xml';
    default:
      return found.name !== 'html';
  }
}

function unescaped(delimiter: JsonValue): string {
  return delimiter === '\\t' ? '\t' : String(delimiter);
}

/** `gzip with CSV`. */
export function formatText({ name, inner }: FoundFormat): string {
  return inner ? `${NAMES[name]} with ${formatText(inner)}` : NAMES[name];
}
