import { defineComponent } from '../../manifest/define-component';
import { field, required } from '../../manifest/field';
import type { ByteSource, DecodeContext, DecodedBatch, Decoder } from '../decoder';
import { gunzip, sniffPacking } from './gunzip';

/** Unpacks gzip where the body begins with its mark, whatever the headers say; other bodies go through. Reference section 7. */
export class GzipDecoder implements Decoder {
  readonly transcode: Decoder['transcode'];
  readonly transcodePlanned: Decoder['transcodePlanned'];

  /** `largest`: the unpacked bytes after which a body is taken for a bomb. */
  constructor(
    private readonly inner: Decoder,
    private readonly largest = Infinity,
  ) {
    if (inner.transcode) this.transcode = (body, envelope, context) => this.unpacking(body, context, (unpacked, inside) => inner.transcode!(unpacked, envelope, inside));
    if (inner.transcodePlanned) {
      this.transcodePlanned = (body, planned, context) => this.unpacking(body, context, (unpacked, inside) => inner.transcodePlanned!(unpacked, planned, inside));
    }
  }

  atPath(path: readonly string[]): Decoder | undefined {
    const inner = this.inner.atPath?.(path);
    return inner && new GzipDecoder(inner, this.largest);
  }

  decode(body: ByteSource, context: DecodeContext): AsyncGenerator<DecodedBatch> {
    return this.unpacking(body, context, (unpacked, inside) => this.inner.decode(unpacked, inside));
  }

  /** Lets `read` have the bytes for the decoder inside, and its context. */
  private async *unpacking<Batch>(body: ByteSource, context: DecodeContext, read: (unpacked: ByteSource, inside: DecodeContext) => AsyncGenerator<Batch>): AsyncGenerator<Batch> {
    const sniffed = await sniffPacking(body);
    if (sniffed.packing === 'gzip') yield* read(gunzip(sniffed.body, 'gzip', this.largest, context.unpacked), { ...context, places: undefined });
    else yield* read(sniffed.body, context);
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
