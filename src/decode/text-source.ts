import { isUtf8 } from 'node:buffer';
import { ConnectorError } from '../errors/connector-error';
import { decodeUtf32, jsonTextEncoding } from '../protocol/lossless-json';
import type { BodyPlaces } from './body-places';
import type { ByteSource } from './decoder';
import { decodeError } from './decode-error';

/** Python's names that TextDecoder does not know; the rest agree after `_` has become `-`. */
const PYTHON_NAMES: Record<string, string> = {
  utf8: 'utf-8', 'utf-8-sig': 'utf-8', u8: 'utf-8',
  'utf-16-le': 'utf-16le', 'utf-16-be': 'utf-16be', utf16: 'utf-16', u16: 'utf-16',
  'utf-32-le': 'utf-32le', 'utf-32-be': 'utf-32be', utf32: 'utf-32', u32: 'utf-32',
  'latin-1': 'latin1', 'iso-8859-1': 'latin1', 'iso8859-1': 'latin1', 'iso88591': 'latin1', '8859': 'latin1', cp819: 'latin1', l1: 'latin1',
  'us-ascii': 'ascii', '646': 'ascii',
  cp932: 'shift_jis', ms932: 'shift_jis', 'shift-jis': 'shift_jis', shiftjis: 'shift_jis', sjis: 'shift_jis', 's-jis': 'shift_jis',
  cp936: 'gbk', cp949: 'euc-kr', ms949: 'euc-kr', uhc: 'euc-kr', cp950: 'big5', 'gb2312-80': 'gbk', 'euc-cn': 'gbk',
  'mac-roman': 'macintosh', macroman: 'macintosh', 'mac-cyrillic': 'x-mac-cyrillic', cp866: 'ibm866', cp874: 'windows-874',
  'iso-2022-jp': 'iso-2022-jp',
};

/** Bounds what is in work at once, however large the pieces that the network hands over. */
const LARGEST_CHUNK = 256 * 1024;

type Codec = (bytes: Buffer, last: boolean) => Buffer;

/**
 * The canonical name of an encoding, given as Python or the web names it.
 * @throws ConnectorError config_error when nobody here can decode it
 */
export function encodingName(name: string): string {
  const plain = name.trim().toLowerCase().replace(/[_ ]/g, '-');
  const known = Object.hasOwn(PYTHON_NAMES, plain) ? PYTHON_NAMES[plain]! : plain.replace(/^cp(125\d)$/, 'windows-$1').replace(/^iso8859-?(\d+)$/, 'iso-8859-$1');
  if (['utf-8', 'utf-16', 'utf-32', 'utf-32le', 'utf-32be', 'latin1', 'ascii'].includes(known)) return known;
  try {
    return new TextDecoder(known).encoding;
  } catch {
    throw ConnectorError.config(
      'decode.unknown_encoding',
      `The encoding ${JSON.stringify(name)} is not known. Use a name such as utf-8, utf-16, latin-1, windows-1252, iso-8859-15, shift_jis or gb18030.`,
    );
  }
}

/** The charset of the Content-Type, when there is one that can be decoded. */
export function headerCharset(headers: Record<string, string>): string | undefined {
  const charset = /;\s*charset\s*=\s*["']?([^"';\s]+)/i.exec(headers['content-type'] ?? '')?.[1];
  try {
    return charset === undefined ? undefined : encodingName(charset);
  } catch {
    return undefined;
  }
}

/**
 * The body as UTF-8 in chunks of whole characters, without a byte order mark. Text that says UTF-8 but begins with a
 * UTF-16 or UTF-32 mark is taken for what it is; `json` also recognises those without a mark by their zero bytes.
 * @param places learns where the text begins in the body
 * @throws ConnectorError `decode.bad_encoding` with the byte where the text stops being valid
 */
export async function* utf8Chunks(body: ByteSource, encoding: string, json = false, places?: BodyPlaces): AsyncGenerator<Buffer> {
  const name = encodingName(encoding);
  let codec: Codec | undefined;
  let start: Buffer | undefined = Buffer.alloc(0);
  for await (const bytes of body) {
    let chunk = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    if (start) {
      // Four bytes tell every mark apart.
      chunk = start.length > 0 ? Buffer.concat([start, chunk]) : chunk;
      if (chunk.length < 4) {
        start = Buffer.from(chunk);
        continue;
      }
      start = undefined;
    }
    codec ??= openCodec(name, chunk, json, places);
    for (let at = 0; at < chunk.length; at += LARGEST_CHUNK) {
      const text = codec(chunk.subarray(at, at + LARGEST_CHUNK), false);
      if (text.length > 0) yield text;
    }
  }
  const rest = start ?? Buffer.alloc(0);
  codec ??= openCodec(name, rest, json, places);
  const text = codec(rest, true);
  if (text.length > 0) yield text;
}

function openCodec(name: string, start: Buffer, json: boolean, places: BodyPlaces | undefined): Codec {
  const actual = sniffed(name, start, json);
  if (places) places.textStart = actual === 'utf-8' ? (hasMark(start) ? 3 : 0) : undefined;
  if (actual === 'utf-8') return utf8Codec();
  if (actual === 'latin1') return (bytes) => Buffer.from(bytes.toString('latin1'), 'utf8');
  if (actual === 'ascii') return asciiCodec();
  if (actual === 'utf-32le' || actual === 'utf-32be') return utf32Codec(actual === 'utf-32le');
  return textDecoderCodec(actual);
}

function sniffed(name: string, start: Buffer, json: boolean): string {
  const marked = start.length >= 2 && (start.readUInt16BE(0) === 0xfffe || start.readUInt16BE(0) === 0xfeff);
  const wide = jsonTextEncoding(start);
  if (name === 'utf-8') return marked || json || (wide === 'utf-32be' && start[2] === 0xfe) ? wide : name;
  if (name === 'utf-16') return start.length >= 2 && start.readUInt16BE(0) === 0xfeff ? 'utf-16be' : 'utf-16le';
  if (name === 'utf-32') return start.length >= 4 && start.readUInt32BE(0) === 0xfeff ? 'utf-32be' : 'utf-32le';
  return name;
}

function badText(encoding: string, byte: number, what: string): ConnectorError {
  return decodeError(
    'bad_encoding',
    `The body is not valid ${encoding}: ${what} at byte ${byte}. Set the decoder's \`encoding\` to the one the API really uses, or check whether the download is damaged.`,
  );
}

function utf8Codec(): Codec {
  let offset = 0;
  let carry: Buffer | undefined;
  return (bytes, last) => {
    let chunk = carry ? Buffer.concat([carry, bytes]) : bytes;
    const atStart = offset === 0;
    const whole = last ? chunk.length : wholeCharacters(chunk);
    carry = whole < chunk.length ? Buffer.from(chunk.subarray(whole)) : undefined;
    chunk = chunk.subarray(0, whole);
    if (!isUtf8(chunk)) {
      const bad = firstInvalid(chunk);
      throw badText('UTF-8', offset + bad, `byte 0x${chunk[bad]!.toString(16).padStart(2, '0')} is not part of a character`);
    }
    offset += whole;
    return atStart && hasMark(chunk) ? chunk.subarray(3) : chunk;
  };
}

/** The byte order mark of UTF-8. */
function hasMark(text: Buffer): boolean {
  return text[0] === 0xef && text[1] === 0xbb && text[2] === 0xbf;
}

/** The length of `chunk` without a character that has begun at its end. */
function wholeCharacters(chunk: Buffer): number {
  for (let back = 1; back <= 3 && back <= chunk.length; back++) {
    const byte = chunk[chunk.length - back]!;
    if (byte < 0x80) break;
    if (byte >= 0xc0) {
      const needed = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2;
      return needed > back ? chunk.length - back : chunk.length;
    }
  }
  return chunk.length;
}

/** Where the text with U+FFFD in place of damage first differs. */
function firstInvalid(chunk: Buffer): number {
  const repaired = Buffer.from(chunk.toString('utf8'), 'utf8');
  const differs = chunk.findIndex((byte, at) => byte !== repaired[at]);
  // U+FFFD itself may begin like what it stands for: then it is the character that the end cuts short.
  return differs >= 0 ? differs : wholeCharacters(chunk);
}

function asciiCodec(): Codec {
  let offset = 0;
  return (bytes) => {
    const bad = bytes.findIndex((byte) => byte >= 0x80);
    if (bad >= 0) throw badText('ASCII', offset + bad, `byte 0x${bytes[bad]!.toString(16)}`);
    offset += bytes.length;
    return bytes;
  };
}

function utf32Codec(littleEndian: boolean): Codec {
  let offset = 0;
  let carry = Buffer.alloc(0);
  return (bytes, last) => {
    const chunk = Buffer.concat([carry, bytes]);
    const whole = last ? chunk.length : chunk.length - (chunk.length % 4);
    carry = Buffer.from(chunk.subarray(whole));
    try {
      const text = decodeUtf32(chunk.subarray(0, whole), littleEndian);
      const marked = offset === 0 && text.charCodeAt(0) === 0xfeff;
      offset += whole;
      return Buffer.from(marked ? text.slice(1) : text, 'utf8');
    } catch (error) {
      throw badText('UTF-32', offset, error instanceof Error ? error.message : 'damage');
    }
  };
}

function textDecoderCodec(name: string): Codec {
  const decoder = new TextDecoder(name, { fatal: true });
  let offset = 0;
  return (bytes, last) => {
    try {
      const text = Buffer.from(decoder.decode(bytes, { stream: !last }), 'utf8');
      offset += bytes.length;
      return text;
    } catch (error) {
      throw badText(name, offset, `a damaged character in the ${Math.max(bytes.length, 1)} bytes that begin`);
    }
  };
}
