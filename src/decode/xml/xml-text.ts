import { encodingName, headerCharset, utf8Chunks } from '../text-source';
import type { ByteSource, DecodeContext } from '../decoder';
import { peek } from '../peek';

const LONGEST_DECLARATION = 256;

/** An XML document as UTF-8, in chunks of whole characters. */
export async function* xmlChunks(body: ByteSource, context: DecodeContext): AsyncGenerator<Buffer> {
  const { encoding, bytes } = await textOf(body, context);
  yield* utf8Chunks(bytes, encoding, encoding === 'utf-8');
}

/** The charset of the header goes before the one of the XML declaration, as in the reference; a byte order mark before both. */
async function textOf(body: ByteSource, context: DecodeContext): Promise<{ encoding: string; bytes: ByteSource }> {
  const { start, body: bytes } = await peek(body, LONGEST_DECLARATION);
  const declared = /^(?:\xef\xbb\xbf)?<\?xml[^>]*?\sencoding\s*=\s*["']([A-Za-z][\w.-]*)["']/.exec(start.toString('latin1'))?.[1];
  // What can be read here byte by byte is not in a wide encoding, whatever it says.
  const named = declared === undefined || /^(?:utf|ucs).?(?:16|32|4)/i.test(declared) ? 'utf-8' : encodingName(declared);
  const marked = start.length >= 2 && [0xfffe, 0xfeff, 0xefbb].includes(start.readUInt16BE(0));
  if (marked) return { encoding: 'utf-8', bytes };
  return { encoding: headerCharset(context.headers) ?? named, bytes };
}
