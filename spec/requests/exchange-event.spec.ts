import type { HttpExchange } from '../../src/platform/events';
import { emitExchange } from '../../src/requests/exchange-event';
import { HttpBody } from '../../src/requests/response-body';
import { fakeRuntime } from '../support/fake-runtime';

const request = { method: 'GET', url: 'http://api/x', headers: {}, body: null };

async function emitted(role: string | undefined, more: { isParent?: boolean; body?: string; failure?: Error } = {}): Promise<HttpExchange> {
  const runtime = fakeRuntime();
  const events: HttpExchange[] = [];
  runtime.events.on((event) => void (event.type === 'http' && events.push(event)));
  const answer = { status: 200, headers: { a: 'b' }, url: request.url, request, body: HttpBody.of(Buffer.from(more.body ?? '{}'), undefined) };
  await emitExchange(runtime, request, more.failure ?? answer, { role, streamName: 's', isParent: more.isParent ?? false, slice: { x: 1 }, startedAt: 5, durationMs: 7 });
  expect(events).toHaveLength(1);
  return events[0]!;
}

describe('the event of an exchange', () => {
  // Titles and types as clients of the Builder know them (reference section 11.3).
  it.each([
    ['job creation', false, 'Async Job -- Create', 'ASYNC_CREATE'],
    ['job polling', false, 'Async Job -- Polling', 'ASYNC_POLL'],
    ['job abort', false, 'Async Job -- Abort', 'ASYNC_ABORT'],
    ['job delete', false, 'Async Job -- Delete', 'ASYNC_DELETE'],
    ['job download', false, '', 'HTTP'],
    ['login', false, 'Login request', 'AUTH'],
    ['schema', false, 'Schema loader request', 'HTTP'],
    [undefined, false, '', 'HTTP'],
    [undefined, true, "Parent stream: Stream 's' request", 'PARENT_STREAM'],
    ['job polling', true, 'Parent stream: Async Job -- Polling', 'PARENT_STREAM'],
    ['login', true, 'Parent stream: Login request', 'AUTH'],
  ])('of %s (of a parent: %s) is called %j, %s', async (role, isParent, title, exchangeType) => {
    expect(await emitted(role, { isParent })).toMatchObject({ title, exchangeType, streamName: 's', slice: { x: 1 }, startedAt: 5, durationMs: 7 });
  });

  it('holds the answer, up to a mebibyte', async () => {
    expect((await emitted(undefined, { body: 'abc' })).response).toEqual({ status: 200, headers: { a: 'b' }, body: 'abc', start: Uint8Array.of(97, 98, 99) });
    expect((await emitted(undefined, { body: 'x'.repeat(3_000_000) })).response!.body).toHaveLength(1024 * 1024);
  });

  it('tells why there was no answer', async () => {
    expect(await emitted(undefined, { failure: new Error('reset') })).toMatchObject({ response: undefined, error: 'reset' });
  });

  it('takes no body away when nobody listens', async () => {
    const body = HttpBody.of(Buffer.from('abc'), undefined);
    await emitExchange(fakeRuntime(), request, { status: 200, headers: {}, url: '', request, body }, { role: undefined, streamName: 's', isParent: false, slice: undefined, startedAt: 0, durationMs: 0 });
    expect(await body.text()).toBe('abc');
  });
});
