import { request } from 'node:http';

export interface RawAnswer {
  status: number | undefined;
  headers: Record<string, string | string[] | undefined>;
  bytes: Buffer;
  /** Code of the error that ended the exchange early, e.g. `ECONNRESET`. */
  error: string | undefined;
}

/** A client that hides nothing: no decoding, no retries, and what arrived before an error is kept. */
export function fetchRaw(url: string, options: { method?: string; headers?: Record<string, string>; body?: string; timeoutMs?: number } = {}): Promise<RawAnswer> {
  return new Promise((resolve) => {
    const answer: RawAnswer = { status: undefined, headers: {}, bytes: Buffer.alloc(0), error: undefined };
    const chunks: Buffer[] = [];
    const finish = (error?: NodeJS.ErrnoException) => {
      answer.bytes = Buffer.concat(chunks);
      if (error) answer.error ??= error.code ?? error.message;
      resolve(answer);
    };
    const outgoing = request(url, { method: options.method ?? 'GET', headers: options.headers, agent: false }, (response) => {
      answer.status = response.statusCode;
      answer.headers = response.headers;
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('error', finish);
      response.on('end', () => finish());
    });
    outgoing.on('error', finish);
    if (options.timeoutMs) {
      outgoing.setTimeout(options.timeoutMs, () => {
        answer.error = 'STALLED';
        outgoing.destroy();
      });
    }
    outgoing.end(options.body);
  });
}
