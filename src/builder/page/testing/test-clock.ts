/** Milliseconds that never go back, for what a running test shows; its own times come from the server. */
export function monotonicNow(): number {
  return performance.now();
}
