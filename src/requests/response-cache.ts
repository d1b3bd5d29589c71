import type { Runtime } from '../platform/runtime';
import type { HttpAnswer } from './http-call';
import type { PreparedRequest } from './requester';
import { HttpBody } from './response-body';

const LIMIT_BYTES = 256 * 1024 * 1024;
const LARGEST_ANSWER_BYTES = 64 * 1024 * 1024;

interface CachedAnswer {
  status: number;
  headers: Record<string, string>;
  url: string;
  request: PreparedRequest;
  bytes: Uint8Array;
}

export interface CacheResult {
  answer: HttpAnswer;
  /** Then it cost the API nothing. */
  fromCache: boolean;
  /** Takes the answer out of the cache: it says 200 and still has to be asked for again. */
  forget?: () => void;
}

declare module '../platform/runtime' {
  interface SharedServices {
    responseCache: ResponseCache;
  }
}

/** The cache of this run (`use_cache`). */
export function responseCache(runtime: Runtime): ResponseCache {
  return runtime.shared('responseCache', () => new ResponseCache());
}

/**
 * Answers of a run by method, URL, headers and body: GET and HEAD with status 200, the least recently used go first
 * when memory is up. Equal requests at the same time are sent once.
 */
export class ResponseCache {
  private readonly answers = new Map<string, CachedAnswer>();
  private readonly underway = new Map<string, Promise<CachedAnswer | undefined>>();
  private bytes = 0;

  constructor(private readonly limitBytes = LIMIT_BYTES) {}

  /** The cached answer, or what `send` gets. */
  async get(request: PreparedRequest, send: () => Promise<HttpAnswer>): Promise<CacheResult> {
    if (request.method !== 'GET' && request.method !== 'HEAD') return { answer: await send(), fromCache: false };
    const key = keyOf(request);
    const underway = this.underway.get(key);
    const known = this.take(key) ?? (underway && (await underway));
    if (known) return { answer: answerOf(known), fromCache: true, forget: () => this.forget(key, known) };
    const sending = send();
    const storing = sending.then((answer) => this.store(key, answer)).catch(() => undefined);
    this.underway.set(key, storing);
    try {
      const [answer, stored] = await Promise.all([sending, storing]);
      return stored ? { answer: answerOf(stored), fromCache: false, forget: () => this.forget(key, stored) } : { answer, fromCache: false };
    } finally {
      if (this.underway.get(key) === storing) this.underway.delete(key);
    }
  }

  private take(key: string): CachedAnswer | undefined {
    const known = this.answers.get(key);
    if (known) {
      this.answers.delete(key);
      this.answers.set(key, known);
    }
    return known;
  }

  private forget(key: string, answer: CachedAnswer): void {
    if (this.answers.get(key) !== answer) return;
    this.answers.delete(key);
    this.bytes -= answer.bytes.length;
  }

  private async store(key: string, answer: HttpAnswer): Promise<CachedAnswer | undefined> {
    if (answer.status !== 200) return undefined;
    const { bytes, complete } = await answer.body.peek(LARGEST_ANSWER_BYTES);
    if (!complete) return undefined;
    const { status, headers, url, request } = answer;
    const cached = { status, headers, url, request, bytes };
    this.answers.set(key, cached);
    this.bytes += bytes.length;
    for (const [oldest, { bytes: dropped }] of this.answers) {
      if (this.bytes <= this.limitBytes || oldest === key) break;
      this.answers.delete(oldest);
      this.bytes -= dropped.length;
    }
    return cached;
  }
}

function keyOf({ method, url, headers, body }: PreparedRequest): string {
  const sorted = Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value] as const);
  return JSON.stringify([method, url, sorted.sort(([a], [b]) => (a < b ? -1 : 1)), body]);
}

function answerOf({ bytes, ...answer }: CachedAnswer): HttpAnswer {
  return { ...answer, body: HttpBody.of(bytes, answer.headers['content-type']) };
}
