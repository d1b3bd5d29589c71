import type { JsonObject } from '../../src/protocol/json';
import type { InputsStatus, TestEvent, TestRequest, TestRun } from '../../src/builder/page-contract';
import type { RunningBuilder } from './start-builder';

/** What the page's own code does: the key for a cookie, then JSON. */
export class PageClient {
  private constructor(
    private readonly builder: RunningBuilder,
    readonly cookie: string,
  ) {}

  static async open(builder: RunningBuilder): Promise<PageClient> {
    const response = await fetch(builder.pageUrl, { redirect: 'manual' });
    return new PageClient(builder, response.headers.get('set-cookie')!.split(';')[0]!);
  }

  fetch(path: string, init: RequestInit = {}): Promise<Response> {
    return fetch(`${this.builder.url}${path}`, { ...init, headers: { cookie: this.cookie, ...(init.body ? { 'Content-Type': 'application/json' } : {}), ...init.headers } });
  }

  async json<T>(method: string, path: string, body?: object): Promise<T> {
    const response = await this.fetch(path, { method, ...(body ? { body: JSON.stringify(body) } : {}) });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`);
    return JSON.parse(text) as T;
  }

  setInputs(values: JsonObject, keep = false): Promise<InputsStatus> {
    return this.json('PUT', '/api/inputs', { values, keep });
  }

  async start(manifest: object | string, more: Partial<TestRequest> = {}): Promise<string> {
    const text = typeof manifest === 'string' ? manifest : JSON.stringify(manifest);
    const request: TestRequest = { text, streamName: 'report', limits: { records: 100, pages: 5, slices: 5 }, mode: { kind: 'live' }, ...more };
    return (await this.json<{ id: string }>('POST', '/api/tests', request)).id;
  }

  run(id: string): Promise<TestRun> {
    return this.json('GET', `/api/tests/${id}`);
  }

  /** The events from one on; ends with `finished`, or when `until` says so. */
  async events(id: string, { after, until = () => false }: { after?: number; until?: (event: TestEvent) => boolean } = {}): Promise<TestEvent[]> {
    const leave = new AbortController();
    const response = await this.fetch(`/api/tests/${id}/events`, { signal: leave.signal, ...(after === undefined ? {} : { headers: { 'Last-Event-ID': String(after) } }) });
    if (response.status === 204) return [];
    const events: TestEvent[] = [];
    let rest = '';
    for await (const chunk of response.body!.pipeThrough(new TextDecoderStream())) {
      const parts = (rest + chunk).split('\n\n');
      rest = parts.pop()!;
      for (const part of parts) {
        const data = /^data: (.*)$/m.exec(part)?.[1];
        if (data === undefined) continue;
        const event = JSON.parse(data) as TestEvent;
        if (/^id: (\d+)$/m.exec(part)?.[1] !== String(event.seq)) throw new Error(`An event without its number: ${part.slice(0, 200)}`);
        events.push(event);
        if (until(event)) {
          leave.abort();
          return events;
        }
      }
    }
    return events;
  }
}
