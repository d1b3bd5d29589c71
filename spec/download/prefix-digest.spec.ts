import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { PrefixDigest } from '../../src/download/prefix-digest';

const of = (...chunks: Uint8Array[]) => {
  const digest = PrefixDigest.start();
  for (const chunk of chunks) digest.update(chunk);
  return digest.text();
};
const body = Buffer.from(Array.from({ length: 200_000 }, (_, at) => (at * 7919) % 251));

describe('the digest of the beginning of a body', () => {
  test('is the same however the body is cut', () => {
    const whole = of(body);
    fc.assert(
      fc.property(fc.array(fc.nat(body.length), { maxLength: 6 }), (places) => {
        const ends = [...places].sort((a, b) => a - b);
        expect(of(...[...ends, body.length].map((end, index) => body.subarray(index === 0 ? 0 : ends[index - 1], end)))).toBe(whole);
      }),
      { numRuns: 50 },
    );
  });

  test.each([0, 4095, 4096, 65_535, 65_536, 130_000, 199_999])('changes with the byte %i', (at) => {
    const other = Buffer.from(body);
    other[at]! ^= 1;
    expect(of(other)).not.toBe(of(body));
  });

  test('is the CRC-32 of all bytes and the SHA-256 of the first 4 KB of each 64', () => {
    const samples = [0, 65_536, 131_072, 196_608].map((start) => body.subarray(start, start + 4096));
    expect(of(Buffer.from('123456789'))).toMatch(/^crc32:cbf43926 /);
    expect(of(body)).toMatch(new RegExp(` sha256/16:${createHash('sha256').update(Buffer.concat(samples)).digest('hex')}$`));
  });

  test('can be taken on the way', () => {
    const digest = PrefixDigest.start();
    digest.update(body.subarray(0, 70_000));
    expect(digest.text()).toBe(of(body.subarray(0, 70_000)));
    digest.update(body.subarray(70_000));
    expect(digest.text()).toBe(of(body));
  });
});
