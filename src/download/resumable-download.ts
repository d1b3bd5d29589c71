import { ConnectorError, errorText } from '../errors/connector-error';
import type { Runtime } from '../platform/runtime';
import { receivedBytes, type ReceivedBytes } from '../platform/small-heap';
import type { HttpResponse } from '../requests/requester';
import { isBodyBroken, isLinkExpired, isPassing, isRangeRefused, otherFile } from './download-errors';
import { identityOf, isSameFile, validatorOf, type FileIdentity, type FilePlace } from './file-place';
import { PrefixDigest } from './prefix-digest';
import { parseContentRange, rangeHeaders, representationOf, restOf, type Representation } from './representation';

/** Troubles in a row, without a new byte between them, that end a download. */
const MAX_TROUBLES = 5;
/** Fresh links in a row, without a new byte between them. */
const MAX_RENEWALS = 2;
/** A body that breaks more often than this will not get better. */
const MAX_RESUMPTIONS = 1000;
const FIRST_PAUSE_MS = 1000;
const LONGEST_PAUSE_MS = 60_000;
/** Of the beginning of a body, e.g. the header of a CSV file. */
const KEPT_BYTES = 8000;

/** Where a download comes from. */
export interface DownloadSource {
  /** Sends the request, with `headers` added. */
  open(headers: Record<string, string>): Promise<HttpResponse>;
  /** Gets a fresh link, which `open` uses from then on; absent when there is only this one. */
  renew?(): Promise<void>;
}

/**
 * One body, however often the connection breaks: each byte once and in order, or an error. A broken body goes on where
 * it broke; an expired link is renewed; bytes that were handed out already are taken as received only when the new
 * answer provably has the same ones (see README.md). What cannot be mended has the recovery `new_job`.
 */
export class ResumableDownload {
  /** Bytes of the body so far: handed out, or before the place where the download began. */
  received: number;
  readonly representation: Representation;
  private troubles = 0;
  private renewals = 0;
  private resumptions = 0;
  private ignoresRange = false;
  /** Length of the whole body, from the first answer, or from that to a range. */
  private knownTotal: number | undefined;
  /** The beginning of the body. */
  private kept: Buffer = Buffer.alloc(0);
  /** Of the bytes handed out; kept only when the server gives nothing by which it can be held to its file. */
  private readonly digest: PrefixDigest | undefined;
  private readonly heap: ReceivedBytes;
  /** Where in the body the download began: 0, or the place that was asked for. */
  readonly start: number;

  private constructor(
    private readonly source: DownloadSource,
    readonly response: HttpResponse,
    private readonly runtime: Runtime,
    private readonly signal: AbortSignal,
    place?: FilePlace,
  ) {
    this.heap = receivedBytes(runtime);
    this.start = this.received = place?.bytes ?? 0;
    this.representation = place ? { ...place.file, isEncoded: false } : representationOf(response.headers);
    this.knownTotal = this.representation.total;
    this.digest = place || (this.representation.etag !== undefined && !this.representation.isEncoded) ? undefined : PrefixDigest.start();
  }

  /**
   * Sends the request for the body; a link that expired before its first use is renewed.
   * @param place asks for the rest of a file from there; the server may send the whole one all the same, see `start`
   */
  static async open(source: DownloadSource, runtime: Runtime, signal: AbortSignal, place?: FilePlace): Promise<ResumableDownload> {
    let headers = place ? rangeHeaders(place.bytes, validatorOf(place.file)) : {};
    for (let renewals = 0; ; ) {
      try {
        const response = await source.open(headers);
        if (!place || response.status !== 206) return new ResumableDownload(source, response, runtime, signal);
        const what = restOf(response.headers, place.bytes, place.file);
        if (what === 'rest') return new ResumableDownload(source, response, runtime, signal, place);
        response.body.discard();
        if (what === 'other_file' || !('Range' in headers)) throw otherFile();
        headers = {};
      } catch (error) {
        signal.throwIfAborted();
        if ('Range' in headers && isRangeRefused(error)) {
          headers = {};
          continue;
        }
        if (!isLinkExpired(error)) throw isPassing(error) ? broken(error, 0) : error;
        if (!source.renew || renewals >= MAX_RENEWALS) throw expired(error, 0);
        renewals += 1;
        runtime.logger.warn(`A download link does not work (${errorText(error)}); a fresh one is asked for.`);
        try {
          await source.renew();
        } catch (renewalError) {
          signal.throwIfAborted();
          throw isPassing(renewalError) ? broken(renewalError, 0) : renewalError;
        }
      }
    }
  }

  /** The first bytes of the body; undefined when they are too many, or were not read here. */
  beginning(bytes: number): Buffer | undefined {
    return bytes <= this.kept.length ? this.kept.subarray(0, bytes) : undefined;
  }

  /** What a later run can hold the file to. */
  identity(): FileIdentity | undefined {
    return identityOf(this.representation, this.received, this.digest);
  }

  async *bytes(): AsyncGenerator<Uint8Array> {
    let stream: AsyncIterable<Uint8Array> = this.response.body.stream();
    for (;;) {
      let trouble: unknown;
      try {
        for await (const chunk of stream) {
          this.count(chunk);
          yield chunk;
        }
        const total = this.knownTotal;
        if (total === undefined || this.received >= total) return;
        trouble = ConnectorError.transient('download.cut', `The body ended after ${this.received} of ${total} bytes.`);
      } catch (error) {
        this.signal.throwIfAborted();
        if (!isBodyBroken(error)) throw error;
        // Only the end of the transfer is missing: all bytes of the file are there.
        if (this.received === this.knownTotal) return;
        trouble = error;
      }
      stream = await this.reopen(trouble);
    }
  }

  private count(chunk: Uint8Array): void {
    if (chunk.length === 0) return;
    if (this.received < KEPT_BYTES && this.received === this.kept.length) this.kept = Buffer.concat([this.kept, chunk.subarray(0, KEPT_BYTES - this.received)]);
    this.received += chunk.length;
    this.heap.passed(chunk.length);
    this.digest?.update(chunk);
    this.troubles = 0;
    this.renewals = 0;
  }

  private async reopen(trouble: unknown): Promise<AsyncIterable<Uint8Array>> {
    for (let reason = trouble; ; ) {
      this.troubles += 1;
      this.resumptions += 1;
      if (this.troubles > MAX_TROUBLES || this.resumptions > MAX_RESUMPTIONS) throw broken(reason, this.received);
      const pauseMs = Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** (this.troubles - 1));
      this.runtime.logger.warn(`A download broke after ${this.received} bytes (${errorText(reason)}); it goes on in ${pauseMs / 1000} s.`);
      await this.runtime.clock.sleep(pauseMs, this.signal);
      try {
        return await this.goOn();
      } catch (error) {
        this.signal.throwIfAborted();
        if (isLinkExpired(error)) reason = await this.renew(error);
        else if (isRangeRefused(error)) this.ignoresRange = true;
        else if (!isPassing(error)) throw error;
        else reason = error;
      }
    }
  }

  /** Returns why the body is still not there. */
  private async renew(error: ConnectorError): Promise<unknown> {
    if (!this.source.renew || this.renewals >= MAX_RENEWALS) throw expired(error, this.received);
    this.renewals += 1;
    try {
      await this.source.renew();
      return error;
    } catch (renewalError) {
      this.signal.throwIfAborted();
      if (!isPassing(renewalError)) throw renewalError;
      return renewalError;
    }
  }

  private async goOn(): Promise<AsyncIterable<Uint8Array>> {
    const response = await this.source.open(this.resumeHeaders());
    if (response.status !== 206) return this.withoutReceived(response);
    const what = restOf(response.headers, this.received, this.representation);
    if (what === 'rest') {
      this.knownTotal ??= parseContentRange(response.headers['content-range'])?.total;
      return response.body.stream();
    }
    response.body.discard();
    if (what === 'other_file') throw changed(this.received);
    this.ignoresRange = true;
    throw ConnectorError.transient('download.wrong_range', `The server was asked for the bytes from ${this.received} on and sent the range "${response.headers['content-range'] ?? ''}".`);
  }

  /** `If-Range` makes the server send the whole body when it is not the same any more. */
  private resumeHeaders(): Record<string, string> {
    const { etag, lastModified, isEncoded } = this.representation;
    // A range counts bytes of the encoded body, which is not what was handed out.
    const validator = isEncoded || this.ignoresRange ? undefined : (etag ?? lastModified);
    return { 'Accept-Encoding': 'identity', ...rangeHeaders(this.received, validator) };
  }

  /** The rest of a whole body, once its beginning turned out to be what was handed out before. */
  private async *withoutReceived(response: HttpResponse): AsyncGenerator<Uint8Array> {
    const { representation, digest } = this;
    const now = representationOf(response.headers);
    const isSame = !representation.isEncoded && (representation.etag !== undefined || !digest) && isSameFile(representation, now);
    const proof = isSame ? undefined : digest?.text();
    if (this.received > 0 && !isSame && proof === undefined) {
      response.body.discard();
      throw changed(this.received);
    }
    const again = PrefixDigest.start();
    const expectedBytes = this.received;
    let left = expectedBytes;
    for await (const chunk of response.body.stream()) {
      const skipped = chunk.subarray(0, left);
      if (left > 0) {
        left -= skipped.length;
        if (proof !== undefined) again.update(skipped);
        if (left === 0 && proof !== undefined && again.text() !== proof) throw changed(expectedBytes);
      }
      if (chunk.length > skipped.length) yield chunk.subarray(skipped.length);
    }
    if (left > 0) throw changed(expectedBytes);
  }
}

function broken(cause: unknown, received: number): ConnectorError {
  return ConnectorError.transient('download.broken', `A download broke after ${received} bytes and could not be continued: ${errorText(cause)}`, { recovery: 'new_job', cause });
}

/** Refused credentials stay what they are; a link that is gone may be had from a new job. */
function expired(cause: ConnectorError, received: number): ConnectorError {
  if (cause.failureType === 'config_error') return cause;
  return ConnectorError.transient('download.link_expired', `A download link does not work any more (after ${received} bytes), and no fresh one could be had: ${cause.message}`, { recovery: 'new_job', cause });
}

function changed(received: number): ConnectorError {
  return ConnectorError.transient(
    'download.changed',
    `A download broke after ${received} bytes, and what the server sends now is not, or cannot be shown to be, the same file.`,
    { recovery: 'new_job' },
  );
}
