import type { HttpCall } from '../../../src/requests/http-call';
import type { HttpClient } from '../../../src/requests/http-client';
import { HttpBody } from '../../../src/requests/response-body';
import type { FakeRuntime } from '../../support/fake-runtime';

export interface FakeAnswer {
  status?: number;
  headers?: Record<string, string>;
  /** A text as it is, anything else as JSON. */
  body?: unknown;
}

/** Answers the calls of logins: the n-th call by the n-th answer, the last for all later ones. Errors are thrown. */
export function fakeHttp(runtime: FakeRuntime, ...answers: (FakeAnswer | Error | ((call: HttpCall) => FakeAnswer | Promise<FakeAnswer>))[]): HttpCall[] {
  const calls: HttpCall[] = [];
  const client = {
    async call(call: HttpCall) {
      calls.push(call);
      const planned = answers[Math.min(calls.length, answers.length) - 1];
      if (planned instanceof Error) throw planned;
      const { status = 200, headers = {}, body = '' } = typeof planned === 'function' ? await planned(call) : (planned ?? {});
      const text = typeof body === 'string' ? body : JSON.stringify(body);
      return { status, headers, url: call.url, body: HttpBody.of(Buffer.from(text), 'application/json') };
    },
  } as unknown as HttpClient;
  runtime.shared('httpClient', () => client);
  runtime.shared('unabortedHttpClient', () => client);
  return calls;
}

/** The fields of a form body. */
export function form(call: HttpCall | undefined): Record<string, string | string[]> {
  const fields: Record<string, string | string[]> = {};
  const parsed = new URLSearchParams(call?.body ?? '');
  for (const name of new Set(parsed.keys())) fields[name] = parsed.getAll(name).length > 1 ? parsed.getAll(name) : (parsed.get(name) as string);
  return fields;
}
