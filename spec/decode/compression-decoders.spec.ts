import { gzipSync } from 'node:zlib';
import { compressionCases } from './cases/compression-cases';
import { bodyOf, buildDecoder } from './decode-harness';
import { testCases } from './test-cases';

testCases(compressionCases);

it('tells of the bytes that come out of a gzip body, not of those of a plain one', async () => {
  const text = '[1,2,3]'.padEnd(100_000);
  const decoder = buildDecoder({ type: 'GzipDecoder', decoder: { type: 'JsonDecoder' } });
  const told = async (body: Uint8Array) => {
    let bytes = 0;
    for await (const batch of decoder.decode(bodyOf([body]), { headers: {}, warn: () => undefined, unpacked: { passed: (more) => (bytes += more) } })) expect(batch).toEqual([1, 2, 3]);
    return bytes;
  };
  expect(await told(gzipSync(text))).toBe(100_000);
  expect(await told(Buffer.from(text))).toBe(0);
});
