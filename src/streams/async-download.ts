import type { BodyPlace } from '../decode/body-places';
import { ContinuedBody } from '../download/continued-body';
import type { FileIdentity } from '../download/file-place';
import { representationOf } from '../download/representation';
import { ResumableDownload } from '../download/resumable-download';
import { downloadVariables } from '../jobs/job-variables';
import type { JobOnApi } from '../jobs/async-job-repository';
import type { Runtime } from '../platform/runtime';
import type { JsonValue } from '../protocol/json';
import type { HttpResponse, RequestInput, Requester, ResponseBody } from '../requests/requester';
import type { DownloadPlace, RowBorder } from './download-place';

/** What a download is about; `target` changes when the links of the job are renewed. */
export interface DownloadJob {
  readonly job: JobOnApi;
  readonly target: JsonValue;
  renew(): Promise<void>;
}

/** The download requester of a manifest, for one target: its bodies go on where they break. */
export class DownloadRequester implements Requester {
  private bytesOfEarlierPages = 0;
  private current: ResumableDownload | undefined;
  private continued: ContinuedBody | undefined;
  /** What stands before the rest of a file that is continued. */
  private readonly head: Buffer;
  /** Of the answer that is arriving; some of them may not have been handed out yet. */
  private arrived = 0;
  private length: number | undefined;
  /** The first request, sent before its turn; undefined when it failed. */
  private ahead: Promise<HttpResponse | undefined> | undefined;
  private answeredAt = 0;

  constructor(
    private readonly requester: Requester,
    private readonly download: DownloadJob,
    private readonly runtime: Runtime,
    private readonly signal: AbortSignal,
    /** Told when bytes have arrived. */
    private readonly onProgress: () => void = () => undefined,
    /** Where an earlier run has left the file. */
    private readonly from?: DownloadPlace,
  ) {
    this.head = Buffer.from(from?.border?.head ?? '');
  }

  get name(): string {
    return this.requester.name;
  }

  /** Bytes of all pages so far. */
  get bytes(): number {
    return this.bytesOfEarlierPages + Math.max(this.current ? this.current.received - this.current.start : 0, this.arrived);
  }

  /** What `bytes` will be at the end of this page; undefined when the API does not say. */
  get total(): number | undefined {
    return this.length === undefined ? undefined : this.bytesOfEarlierPages + this.length;
  }

  /** False while a file that is continued may be another one than the one that was begun. */
  get isProven(): boolean {
    return this.continued?.isProven ?? true;
  }

  /** What a later run can hold the file to. */
  identity(): FileIdentity | undefined {
    return this.current?.identity();
  }

  /** @param place as the decoder tells it. @param rows of the file before it */
  border(place: BodyPlace, rows: number): RowBorder | undefined {
    const { border } = this.from ?? {};
    if (border) return { bytes: border.bytes + place.bytes - this.head.length, rows, head: border.head };
    const head = this.current?.beginning(place.head);
    return head && { bytes: place.bytes, rows, head: head.toString('utf8') };
  }

  /** Milliseconds since the answer was there and its turn had come. */
  get bodyMs(): number {
    return this.runtime.clock.monotonic() - this.answeredAt;
  }

  /**
   * Sends the first request before its turn; the body is left to `send`, which asks again for what failed: by then it may work, and if
   * not, it fails as it does without this. A rate limit is not waited for: it may be due to the requests that are ahead.
   */
  begin(input: RequestInput, onFailure: () => void): void {
    this.ahead = this.request({ ...input, rateLimit: 'throw' }, {}).catch(() => {
      onFailure();
      return undefined;
    });
  }

  /** What `begin` has begun is not needed. */
  giveUp(): void {
    void this.ahead?.then((response) => response?.body.discard());
  }

  async send(input: RequestInput): Promise<HttpResponse> {
    const { download, from, runtime, signal } = this;
    const open = async (headers: Record<string, string>) => (await this.takeAhead()) ?? this.request(input, headers);
    this.bytesOfEarlierPages = this.bytes;
    this.current = undefined;
    this.arrived = 0;
    this.length = undefined;
    const place = from && { bytes: from.border?.bytes ?? 0, file: from.file };
    const resumable = await ResumableDownload.open({ open, ...(runtime.testRead ? {} : { renew: () => download.renew() }) }, runtime, signal, place);
    this.current = resumable;
    this.answeredAt = runtime.clock.monotonic();
    this.continued = place && new ContinuedBody(resumable, place);
    const { response } = resumable;
    return {
      status: response.status,
      headers: response.headers,
      url: response.url,
      request: response.request,
      ignored: response.ignored,
      body: new ResumableBody(response.body, resumable, this.continued ? after(this.head, this.continued.bytes()) : resumable.bytes()),
    };
  }

  private async request(input: RequestInput, headers: Record<string, string>): Promise<HttpResponse> {
    const { job, target } = this.download;
    const onArrival = (bytes: number, answered: Record<string, string>) => {
      // Its turn has not come.
      if (this.ahead) return;
      this.arrived = bytes;
      // A page that goes on where it broke: its length is known already.
      this.length ??= representationOf(answered).total;
      this.onProgress();
    };
    return this.requester.send({ ...input, vars: { ...input.vars, ...downloadVariables(job, target) }, headers: { ...input.headers, ...headers }, onArrival });
  }

  private takeAhead(): Promise<HttpResponse | undefined> | undefined {
    const { ahead } = this;
    this.ahead = undefined;
    return ahead;
  }
}

async function* after(head: Buffer, rest: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  if (head.length > 0) yield head;
  yield* rest;
}

/** A body whose stream does not end where the connection does. */
class ResumableBody implements ResponseBody {
  constructor(
    private readonly first: ResponseBody,
    private readonly download: ResumableDownload,
    private readonly bytes: AsyncIterable<Uint8Array>,
  ) {}

  get received(): number {
    return this.download.received - this.download.start;
  }

  stream(): AsyncIterable<Uint8Array> {
    return this.bytes;
  }

  buffer(limitBytes?: number): Promise<Uint8Array> {
    return this.first.buffer(limitBytes);
  }

  text(): Promise<string> {
    return this.first.text();
  }

  json(): Promise<JsonValue | undefined> {
    return this.first.json();
  }

  discard(): void {
    this.first.discard();
  }
}
