import type { Clock } from '../../platform/clock';

const KEEP_ALIVE_MS = 15_000;
const encoder = new TextEncoder();

/** What a stream sends next: texts of events; undefined ends it. Resolves early, with nothing, when the signal is aborted. */
export type NextEvents = (signal: AbortSignal) => Promise<readonly string[] | undefined>;

/** One server-sent event. */
export function eventText(data: string, id?: number): string {
  return `${id === undefined ? '' : `id: ${id}\n`}data: ${data}\n\n`;
}

/** An answer that stays open: sends what `next` gives, and a sign of life when that takes long. */
export function eventStream(next: NextEvents, clock: Clock, ended: AbortSignal, onEnd: () => void = () => undefined): Response {
  const left = new AbortController();
  const end = () => {
    if (left.signal.aborted) return;
    left.abort();
    ended.removeEventListener('abort', end);
    onEnd();
  };
  if (ended.aborted) end();
  else ended.addEventListener('abort', end, { once: true });
  const body = new ReadableStream<Uint8Array>({
    async start(controller) {
      // The head of the answer goes out with the first byte.
      controller.enqueue(encoder.encode(': open\n\n'));
    },
    async pull(controller) {
      const round = new AbortController();
      const stop = () => round.abort();
      left.signal.addEventListener('abort', stop, { once: true });
      void clock.background(KEEP_ALIVE_MS, round.signal).then(stop, () => undefined);
      const events = left.signal.aborted ? undefined : await next(round.signal);
      stop();
      left.signal.removeEventListener('abort', stop);
      if (events === undefined || left.signal.aborted) {
        end();
        controller.close();
        return;
      }
      controller.enqueue(encoder.encode(events.length > 0 ? events.join('') : ': keep-alive\n\n'));
    },
    cancel: end,
  });
  return new Response(body, { headers: { 'Content-Type': 'text/event-stream', 'Cache-Control': 'no-store', 'X-Accel-Buffering': 'no' } });
}
