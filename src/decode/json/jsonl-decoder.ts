import { defineComponent } from '../../manifest/define-component';
import type { BodyPlaces } from '../body-places';
import type { ByteSource, DecodeContext, DecodedBatch, Decoder, LineBatch, LineEnvelope, PlannedOutput } from '../decoder';
import { contentTypeHint } from '../decode-error';
import { LineSplitter } from '../line-splitter';
import { utf8Chunks } from '../text-source';
import { decodeRaw, transcodePlannedRaw, transcodeRaw, type RawElement, type RawElements } from './raw-elements';
import type { RecordReader } from './record-writer';

/** One JSON value a line; blank lines are nothing, a damaged line is an error. Reference section 7. */
export class JsonlDecoder implements Decoder {
  decode(body: ByteSource, context: DecodeContext): AsyncGenerator<DecodedBatch> {
    return decodeRaw(elements(body, context));
  }

  transcode(body: ByteSource, envelope: LineEnvelope, context: DecodeContext): AsyncGenerator<LineBatch> {
    return transcodeRaw(elements(body, context), envelope);
  }

  transcodePlanned(body: ByteSource, planned: PlannedOutput, context: DecodeContext): AsyncGenerator<LineBatch | DecodedBatch> {
    return transcodePlannedRaw(elements(body, context), planned);
  }
}

function elements(body: ByteSource, context: DecodeContext): RawElements {
  return {
    source: (reader) => lines(body, reader, context.places),
    places: context.places,
    idle: context.idle,
    unit: 'line',
    format: 'JSON Lines',
    hint: `Each line must be a complete JSON value.${contentTypeHint(context.headers)}`,
  };
}

async function* lines(body: ByteSource, reader: RecordReader | undefined, places: BodyPlaces | undefined): AsyncGenerator<RawElement[]> {
  const splitter = new LineSplitter();
  for await (const chunk of utf8Chunks(body, 'utf-8', true, places)) {
    if (reader && !reader.isIdle) for (const line of linesBeside(reader, splitter, chunk)) yield line.filter(notBlank);
    else yield splitter.write(chunk).filter(notBlank);
  }
  yield splitter.end().filter(notBlank);
}

/** The lines of a chunk that the reader leaves, one by one. */
function* linesBeside(reader: RecordReader, splitter: LineSplitter, chunk: Buffer): Generator<RawElement[]> {
  reader.load(chunk, splitter.position);
  for (let at = 0; at < chunk.length; ) {
    if (splitter.atLineStart) {
      const { to, lines: count } = reader.readLines(at);
      splitter.skip(count, to - at);
      at = to;
    }
    const lineFeed = chunk.indexOf(0x0a, at);
    const end = lineFeed < 0 ? chunk.length : lineFeed + 1;
    yield splitter.write(chunk.subarray(at, end));
    at = end;
  }
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
