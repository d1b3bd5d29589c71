import type { ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import type { Answer } from './call';
import type { Sending } from './faults';

/** Sends an answer the way the faults want it. Ends early, without an error, when the client goes away or the server stops. */
export async function sendAnswer(response: ServerResponse, answer: Answer, sending: Sending, signal: AbortSignal): Promise<void> {
  const socket = response.socket as Socket;
  await pause(sending.delayMs, signal);
  if (sending.reset) return void socket.resetAndDestroy();
  const { stall, cut, drip } = sending;
  if (stall && stall.afterBytes < 0) {
    await pause(stall.ms, signal);
    return void socket.destroy();
  }
  response.statusCode = answer.status;
  for (const [name, value] of Object.entries(answer.headers)) response.setHeader(name, value);
  const withLength = cut ? cut.length : true;
  if (withLength && answer.status !== 204) response.setHeader('Content-Length', answer.bytes.length);
  const until = Math.min(answer.bytes.length, cut?.afterBytes ?? Infinity, stall?.afterBytes ?? Infinity);
  response.flushHeaders();
  await write(response, answer.bytes.subarray(0, until), drip, signal);
  if (stall) await pause(stall.ms, signal);
  if (stall || cut) return void socket.destroy();
  await new Promise<void>((resolve) => {
    response.once('close', resolve);
    response.end(resolve);
  });
}

async function write(response: ServerResponse, bytes: Buffer, drip: Sending['drip'], signal: AbortSignal): Promise<void> {
  const step = drip?.bytes ?? 1_048_576;
  for (let at = 0; at < bytes.length && !response.destroyed; at += step) {
    const piece = bytes.subarray(at, at + step);
    // The callback also runs with an error when the client has gone.
    await new Promise<void>((resolve) => response.write(piece, () => resolve()));
    if (drip) await pause(drip.everyMs, signal);
  }
}

async function pause(ms: number, signal: AbortSignal): Promise<void> {
  if (ms > 0) await delay(ms, undefined, { signal }).catch(() => undefined);
}
