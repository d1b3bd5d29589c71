import { ConnectorError } from '../errors/connector-error';
import type { Clock } from '../platform/clock';
import { orAborted } from './or-aborted';

/** Does `work`, but not for longer than `ms` milliseconds: then its signal is aborted and this rejects. */
export async function within<T>(ms: number, clock: Clock, signal: AbortSignal, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const end = new AbortController();
  const timer = new AbortController();
  const onAbort = () => end.abort(signal.reason);
  if (signal.aborted) onAbort();
  signal.addEventListener('abort', onAbort, { once: true });
  clock.background(ms, timer.signal).then(
    () => end.abort(ConnectorError.transient('jobs.too_slow', `no answer within ${ms / 1000} s`)),
    () => undefined,
  );
  try {
    return await orAborted(work(end.signal), end.signal);
  } finally {
    timer.abort();
    signal.removeEventListener('abort', onAbort);
  }
}
