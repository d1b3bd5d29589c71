import type { JsonValue } from '../../src/protocol/json';
import type { HttpResponse, RequestInput, Requester, ResponseBody } from '../../src/requests/requester';

export interface FakeAnswer {
  status?: number;
  headers?: Record<string, string>;
  body?: string | Uint8Array;
  /** Thrown after the bytes of the body. */
  breaks?: Error;
  ignored?: boolean;
}

/** Answers from a script, one entry a request; errors are thrown. Remembers what was asked. */
export class FakeRequester implements Requester {
  readonly inputs: RequestInput[] = [];
  discarded = 0;

  constructor(
    private readonly answers: (input: RequestInput, index: number) => FakeAnswer | Error,
    readonly name = 'fake',
  ) {}

  async send(input: RequestInput): Promise<HttpResponse> {
    input.signal?.throwIfAborted();
    const answer = this.answers(input, this.inputs.length);
    this.inputs.push(input);
    if (answer instanceof Error) throw answer;
    const bytes = Buffer.from(answer.body ?? '');
    const body = {
      received: 0,
      async *stream() {
        // In pieces, so that nothing relies on a body being one chunk.
        for (let at = 0; at < bytes.length; at += 7) {
          const piece = bytes.subarray(at, at + 7);
          body.received += piece.length;
          yield piece;
        }
        if (answer.breaks) throw answer.breaks;
      },
      buffer: async () => bytes,
      text: async () => bytes.toString('utf8'),
      json: async () => {
        try {
          return JSON.parse(bytes.toString('utf8')) as JsonValue;
        } catch {
          return undefined;
        }
      },
      discard: () => {
        this.discarded += 1;
      },
    } satisfies ResponseBody;
    return {
      status: answer.status ?? 200,
      headers: answer.headers ?? {},
      url: 'https://api.example.com/',
      request: { method: 'GET', url: 'https://api.example.com/', headers: {}, body: null },
      ignored: answer.ignored ?? false,
      body,
    };
  }
}
