import { defineComponent } from '../../manifest/define-component';
import { field, required } from '../../manifest/field';
import type { JsonValue } from '../../protocol/json';
import type { ByteSource, DecodeContext, Decoder, LineBatch, LineEnvelope } from '../decoder';
import { gunzip, sniffPacking } from './gunzip';

/** Unpacks gzip where the body begins with its mark, whatever the headers say; other bodies go through. Reference section 7. */
export class GzipDecoder implements Decoder {
  readonly transcode: Decoder['transcode'];

  /** `largest`: the unpacked bytes after which a body is taken for a bomb. */
  constructor(
    private readonly inner: Decoder,
    private readonly largest = Infinity,
  ) {
    const { transcode } = inner;
    if (transcode) this.transcode = (body, envelope, context) => this.lines(body, envelope, context);
  }

  async *decode(body: ByteSource, context: DecodeContext): AsyncGenerator<JsonValue[]> {
    const { bytes, inner } = await this.unpacked(body, context);
    yield* this.inner.decode(bytes, inner);
  }

  private async *lines(body: ByteSource, envelope: LineEnvelope, context: DecodeContext): AsyncGenerator<LineBatch> {
    const { bytes, inner } = await this.unpacked(body, context);
    yield* this.inner.transcode!(bytes, envelope, inner);
  }

  /** The bytes for the decoder inside, and its context. */
  private async unpacked(body: ByteSource, context: DecodeContext): Promise<{ bytes: ByteSource; inner: DecodeContext }> {
    const sniffed = await sniffPacking(body);
    if (sniffed.packing !== 'gzip') return { bytes: sniffed.body, inner: context };
    return { bytes: gunzip(sniffed.body, 'gzip', this.largest), inner: { ...context, places: undefined } };
  }
}

export const gzipDecoder = defineComponent({
  kind: 'Decoder',
  type: 'GzipDecoder',
  title: 'gzip',
  description:
    'Unpacks a gzip body, also one of several members, and hands the bytes to the decoder inside. A body that is not gzip goes to that decoder as it is. A truncated or damaged body is an error.',
  fields: {
    decoder: required(
      field.component('Decoder', {
        types: ['CsvDecoder', 'GzipDecoder', 'JsonDecoder', 'JsonItemsDecoder', 'JsonlDecoder'],
        description: 'Reads what comes out.',
      }),
    ),
  },
  examples: [
    { type: 'GzipDecoder', decoder: { type: 'CsvDecoder' } },
    { type: 'GzipDecoder', decoder: { type: 'JsonlDecoder' } },
  ],
  build: ({ decoder }) => new GzipDecoder(decoder),
});
