import { IncomingMessage } from 'node:http';
import { Socket } from 'node:net';
import * as fc from 'fast-check';
import { receivedBody } from '../../src/requests/received-body';

/** A response whose bytes arrive when a test says so. */
class Arriving extends IncomingMessage {
  constructor(headers: Record<string, string> = {}) {
    super(new Socket());
    Object.assign(this.headers, headers);
  }

  override _read(): void {}

  arrive(text: string): void {
    this.push(Buffer.from(text));
  }

  finish(): void {
    this.complete = true;
    this.push(null);
  }
}

const reception = (onClosed: () => void = () => {}) => ({ method: 'GET', url: 'http://h/', idleMs: 60_000, signal: new AbortController().signal, onClosed });

afterEach(() => jest.restoreAllMocks());

it('hands over the bytes however they arrive, and tells once that it is closed', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.string({ minLength: 1, maxLength: 5 }), { maxLength: 6 }), fc.nat(6), fc.boolean(), async (pieces, atOnce, endsAtOnce) => {
      const response = new Arriving();
      const closed = jest.fn();
      const body = receivedBody(response, reception(closed));
      for (const piece of pieces.slice(0, atOnce)) response.arrive(piece);
      const later = pieces.slice(atOnce);
      if (later.length === 0 && endsAtOnce) response.finish();
      const read = body.text();
      for (const piece of later) {
        await new Promise(setImmediate);
        response.arrive(piece);
      }
      if (!response.complete) response.finish();
      expect(await read).toBe(Buffer.from(pieces.join('')).toString());
      expect(closed).toHaveBeenCalledTimes(1);
    }),
  );
});

it('watches no clock for a body that is there already', async () => {
  const timers = jest.spyOn(global, 'setTimeout');
  const response = new Arriving({ 'content-length': '5' });
  response.arrive('{"a":');
  response.finish();
  expect(await receivedBody(response, reception()).text()).toBe('{"a":');
  expect(timers).not.toHaveBeenCalled();
});

it('is cut where the connection ends before the body, also when that is known before anybody reads', async () => {
  for (const readsFirst of [true, false]) {
    const response = new Arriving({ 'content-length': '9' });
    const closed = jest.fn();
    const body = receivedBody(response, reception(closed));
    response.arrive('abc');
    const chunks = body.stream();
    if (readsFirst) expect(Buffer.from((await chunks.next()).value as Uint8Array).toString()).toBe('abc');
    response.destroy(new Error('aborted'));
    await expect(chunks.next()).rejects.toMatchObject({ code: 'http.body_cut', recovery: 'resume_body' });
    expect(closed).toHaveBeenCalled();
  }
});

it('counts what a length promised', async () => {
  const response = new Arriving({ 'content-length': '9' });
  response.arrive('abc');
  response.finish();
  await expect(receivedBody(response, reception()).text()).rejects.toThrow('the body ended after 3 of 9 bytes');
});

it('gives the connection up when its reader does', async () => {
  const response = new Arriving();
  const closed = jest.fn();
  response.arrive('abc');
  for await (const chunk of receivedBody(response, reception(closed)).stream()) {
    expect(chunk).toHaveLength(3);
    break;
  }
  expect(response.destroyed).toBe(true);
  expect(closed).toHaveBeenCalled();
});
