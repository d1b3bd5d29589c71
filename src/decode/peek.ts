import type { ByteSource } from './decoder';

/** Reads until `bytes` are there (or the body ends), and hands all of it on. */
export async function peek(body: ByteSource, bytes: number): Promise<{ start: Buffer; body: ByteSource }> {
  const source = body[Symbol.asyncIterator]();
  const read: Uint8Array[] = [];
  let start = Buffer.alloc(0);
  while (start.length < bytes) {
    const next = await source.next();
    if (next.done) break;
    read.push(next.value);
    start = Buffer.concat([start, next.value.subarray(0, bytes)]);
  }
  return { start, body: rejoined(read, source) };
}

async function* rejoined(read: Uint8Array[], source: AsyncIterator<Uint8Array>): AsyncGenerator<Uint8Array> {
  try {
    yield* read;
    for (let next = await source.next(); !next.done; next = await source.next()) yield next.value;
  } finally {
    await source.return?.();
  }
}
