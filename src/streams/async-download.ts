import { downloadVariables } from '../jobs/job-variables';
import type { JobOnApi } from '../jobs/async-job-repository';
import { representationOf } from '../download/representation';
import { ResumableDownload } from '../download/resumable-download';
import type { Runtime } from '../platform/runtime';
import type { JsonValue } from '../protocol/json';
import type { HttpResponse, RequestInput, Requester, ResponseBody } from '../requests/requester';

/** What a download is about; `target` changes when the link is renewed. */
export interface DownloadJob {
  readonly job: JobOnApi;
  target: JsonValue;
  renew(): Promise<void>;
}

/** The download requester of a manifest, for one target: its bodies go on where they break. */
export class DownloadRequester implements Requester {
  private bytesOfEarlierPages = 0;
  private current: ResumableDownload | undefined;
  /** Of the answer that is arriving; some of them may not have been handed out yet. */
  private arrived = 0;
  private length: number | undefined;

  constructor(
    private readonly requester: Requester,
    private readonly download: DownloadJob,
    private readonly runtime: Runtime,
    private readonly signal: AbortSignal,
    /** Told when bytes have arrived. */
    private readonly onProgress: () => void = () => undefined,
  ) {}

  get name(): string {
    return this.requester.name;
  }

  /** Bytes of all pages so far. */
  get bytes(): number {
    return this.bytesOfEarlierPages + Math.max(this.current?.received ?? 0, this.arrived);
  }

  /** What `bytes` will be at the end of this page; undefined when the API does not say. */
  get total(): number | undefined {
    return this.length === undefined ? undefined : this.bytesOfEarlierPages + this.length;
  }

  async send(input: RequestInput): Promise<HttpResponse> {
    const { download } = this;
    const onArrival = (bytes: number, headers: Record<string, string>) => {
      this.arrived = bytes;
      // A page that goes on where it broke: its length is known already.
      this.length ??= representationOf(headers).total;
      this.onProgress();
    };
    const open = (headers: Record<string, string>) =>
      this.requester.send({ ...input, vars: { ...input.vars, ...downloadVariables(download.job, download.target) }, headers: { ...input.headers, ...headers }, onArrival });
    this.bytesOfEarlierPages = this.bytes;
    this.current = undefined;
    this.arrived = 0;
    this.length = undefined;
    const resumable = await ResumableDownload.open({ open, ...(this.runtime.testRead ? {} : { renew: () => download.renew() }) }, this.runtime, this.signal);
    this.current = resumable;
    const { response } = resumable;
    return {
      status: response.status,
      headers: response.headers,
      url: response.url,
      request: response.request,
      ignored: response.ignored,
      body: new ResumableBody(response.body, resumable),
    };
  }
}

/** A body whose stream does not end where the connection does. */
class ResumableBody implements ResponseBody {
  constructor(
    private readonly first: ResponseBody,
    private readonly download: ResumableDownload,
  ) {}

  get received(): number {
    return this.download.received;
  }

  stream(): AsyncIterable<Uint8Array> {
    return this.download.bytes();
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
