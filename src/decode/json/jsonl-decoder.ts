import { defineComponent } from '../../manifest/define-component';
import type { JsonValue } from '../../protocol/json';
import type { ByteSource, DecodeContext, Decoder, LineBatch, LineEnvelope } from '../decoder';
import { contentTypeHint } from '../decode-error';
import { LineSplitter } from '../line-splitter';
import { utf8Chunks } from '../text-source';
import { decodeRaw, transcodeRaw, type RawElement, type RawElements } from './raw-elements';

/** One JSON value a line; blank lines are nothing, a damaged line is an error. Reference section 7. */
export class JsonlDecoder implements Decoder {
  decode(body: ByteSource, context: DecodeContext): AsyncGenerator<JsonValue[]> {
    return decodeRaw(elements(body, context));
  }

  transcode(body: ByteSource, envelope: LineEnvelope, context: DecodeContext): AsyncGenerator<LineBatch> {
    return transcodeRaw(elements(body, context), envelope);
  }
}

function elements(body: ByteSource, context: DecodeContext): RawElements {
  return {
    source: lines(body),
    unit: 'line',
    format: 'JSON Lines',
    hint: `Each line must be a complete JSON value.${contentTypeHint(context.headers)}`,
  };
}

async function* lines(body: ByteSource): AsyncGenerator<RawElement[]> {
  const splitter = new LineSplitter();
  for await (const chunk of utf8Chunks(body, 'utf-8', true)) {
    const found = splitter.write(chunk).filter(notBlank);
    if (found.length > 0) yield found;
  }
  yield splitter.end().filter(notBlank);
}

/** A line that begins with `{` is the rule; others are looked at. */
function notBlank({ json }: RawElement): boolean {
  return json.length > 0 && (json[0]! > 0x20 || json.some((byte) => byte > 0x20));
}

export const jsonlDecoder = defineComponent({
  kind: 'Decoder',
  type: 'JsonlDecoder',
  title: 'JSON Lines',
  description:
    'Reads one JSON value from each line of the body. Blank lines are skipped; a line that is not JSON is an error with its number, because a skipped line would be a lost record.',
  fields: {},
  examples: [{ type: 'JsonlDecoder' }],
  build: () => new JsonlDecoder(),
});
