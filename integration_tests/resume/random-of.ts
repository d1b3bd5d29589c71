/** Of the series of kills; `SOURCE_KILL_SEED` repeats one. */
export const SEED = Number(process.env.SOURCE_KILL_SEED ?? Math.floor(Math.random() * 1e9));

/** mulberry32 */
export function randomOf(seed: number): () => number {
  return () => {
    seed = (seed + 0x6d2b79f5) | 0;
    let t = Math.imul(seed ^ (seed >>> 15), 1 | seed);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}
