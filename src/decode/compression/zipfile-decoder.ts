import { ConnectorError, isConnectorError } from '../../errors/connector-error';
import { defineComponent } from '../../manifest/define-component';
import { field, required } from '../../manifest/field';
import type { JsonValue } from '../../protocol/json';
import type { ByteSource, DecodeContext, Decoder } from '../decoder';
import type { ZipLimits } from './zip-archive';

/** All files of a zip archive, one after the other, through the decoder inside. Reference section 7. */
export class ZipfileDecoder implements Decoder {
  readonly transcode: Decoder['transcode'];
  readonly transcodePlanned: Decoder['transcodePlanned'];

  constructor(
    private readonly inner: Decoder,
    private readonly limits?: ZipLimits,
  ) {
    if (inner.transcode) this.transcode = (body, envelope, context) => this.members(body, (bytes) => inner.transcode!(bytes, envelope, { ...context, places: undefined }));
    if (inner.transcodePlanned) this.transcodePlanned = (body, planned, context) => this.members(body, (bytes) => inner.transcodePlanned!(bytes, planned, { ...context, places: undefined }));
  }

  atPath(path: readonly string[]): Decoder | undefined {
    const inner = this.inner.atPath?.(path);
    return inner && new ZipfileDecoder(inner, this.limits);
  }

  decode(body: ByteSource, context: DecodeContext): AsyncGenerator<JsonValue[]> {
    return this.members(body, (bytes) => this.inner.decode(bytes, { ...context, places: undefined }));
  }

  private async *members<T>(body: ByteSource, read: (bytes: ByteSource) => AsyncGenerator<T>): AsyncGenerator<T> {
    const { zipMembers } = await import('./zip-archive');
    for await (const { name, bytes } of zipMembers(body, this.limits)) {
      try {
        yield* read(bytes);
      } catch (error) {
        throw isConnectorError(error) ? inMember(error, name) : error;
      }
    }
  }
}

function inMember(error: ConnectorError, name: string): ConnectorError {
  if (error.code === 'decode.zip_member') return error;
  return new ConnectorError({
    code: error.code,
    message: `In the member ${JSON.stringify(name)} of the zip archive: ${error.message}`,
    failureType: error.failureType,
    recovery: error.recovery,
    internalMessage: error.internalMessage,
    retryAfterMs: error.retryAfterMs,
    cause: error,
  });
}

export const zipfileDecoder = defineComponent({
  kind: 'Decoder',
  type: 'ZipfileDecoder',
  title: 'ZIP file',
  description:
    'Reads every file of a zip archive through the decoder inside. The directory of an archive is at its end, so the archive is kept in memory up to 256 MB and in a temporary file beyond that. Checksums are checked.',
  fields: {
    decoder: required(
      field.component('Decoder', {
        types: ['CsvDecoder', 'GzipDecoder', 'JsonDecoder', 'JsonItemsDecoder', 'JsonlDecoder'],
        description: 'Reads each file.',
      }),
    ),
  },
  open: true,
  examples: [{ type: 'ZipfileDecoder', decoder: { type: 'CsvDecoder', delimiter: ';' } }],
  build: ({ decoder }) => new ZipfileDecoder(decoder),
});
