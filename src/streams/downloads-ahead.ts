import type { RequestInput } from '../requests/requester';
import type { DownloadRequester } from './async-download';

/** Enough to hide the wait for an answer behind the reading of small files, and few enough to hold little: what has arrived waits in the sockets. */
const MOST_AHEAD = 4;
/** Where a body takes longer than this, the wait for it hardly matters, and a server may close those that wait behind it. */
const QUICK_BODY_MS = 2000;

/** A download whose first request may be sent before its turn. */
export interface OpenableDownload {
  readonly requester: DownloadRequester;
  /** Its first request. */
  input(): RequestInput;
}

/**
 * The downloads of a job, in order. While one is read, the first requests of the next ones are under way, as long as bodies
 * are quick to read and no such request has failed. Nothing else of them happens before their turn.
 */
export class DownloadsAhead<T extends OpenableDownload> {
  private readonly waiting: T[] = [];
  private readonly abort = new AbortController();
  private isWelcome = false;
  private hasFailed = false;
  private readonly onAbort = () => this.abort.abort(this.signal.reason);

  constructor(
    /** Makes a download, without a request. */
    private readonly open: (index: number) => T,
    private readonly signal: AbortSignal,
  ) {
    signal.addEventListener('abort', this.onAbort, { once: true });
    if (signal.aborted) this.onAbort();
  }

  /** The download whose turn it is. @param count of all downloads */
  take(index: number, count: number): T {
    // Its own request goes out before those of the next ones.
    for (let next = index + this.waiting.length; this.isWelcome && !this.hasFailed && next <= index + MOST_AHEAD && next < count; next += 1) {
      const download = this.open(next);
      download.requester.begin({ ...download.input(), signal: this.abort.signal }, () => (this.hasFailed = true));
      this.waiting.push(download);
    }
    return this.waiting.shift() ?? this.open(index);
  }

  /** @param bodyMs how long it took to read the body of the last download */
  wasRead(bodyMs: number): void {
    this.isWelcome = bodyMs <= QUICK_BODY_MS;
  }

  /** Gives up what was opened and not read. */
  close(): void {
    this.signal.removeEventListener('abort', this.onAbort);
    if (this.waiting.length === 0) return;
    for (const { requester } of this.waiting) requester.giveUp();
    this.abort.abort(new Error('The download is not needed any more'));
  }
}
