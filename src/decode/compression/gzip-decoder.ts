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
    yield* this.inner.decode(await this.unpacked(body), context);
  }

  private async *lines(body: ByteSource, envelope: LineEnvelope, context: DecodeContext): AsyncGenerator<LineBatch> {
    yield* this.inner.transcode!(await this.unpacked(body), envelope, context);
  }

  private async unpacked(body: ByteSource): Promise<ByteSource> {
    const sniffed = await sniffPacking(body);
    return sniffed.packing === 'gzip' ? gunzip(sniffed.body, 'gzip', this.largest) : sniffed.body;
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
