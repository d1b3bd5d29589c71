import { gzipSync } from 'node:zlib';
import { binaryBody } from '../../../src/builder/live/binary-body';
import { zipOf } from '../../decode/zip-of';

const CSV = 'id,token\n1,hush\n2,é\n';
const shown = (bytes: Uint8Array) => binaryBody(bytes, (text) => text.replaceAll('hush', '****'));

describe('a body that is no text', () => {
  it('is unpacked, and what is secret inside is masked', () => {
    expect(shown(gzipSync(CSV))).toMatchObject({ looksLike: 'gzip', unpacked: 'id,token\n1,****\n2,é\n' });
    for (const deflate of [true, false]) expect(shown(zipOf([{ name: 'a.csv', data: CSV, deflate }]))).toMatchObject({ looksLike: 'zip', unpacked: 'id,token\n1,****\n2,é\n' });
  });

  it('is unpacked as far as it is known', () => {
    const long = Array.from({ length: 5000 }, (_, at) => `${at},${(at * 7919) % 10007}`).join('\n');
    const { unpacked } = shown(gzipSync(long).subarray(0, 4096))!;
    expect(unpacked!.length).toBeGreaterThan(1000);
    expect(long.startsWith(unpacked!)).toBe(true);
    // However little comes of however much.
    expect(shown(gzipSync('x'.repeat(10_000_000)).subarray(0, 4096))!.unpacked!.length).toBeLessThanOrEqual(64 * 1024);
  });

  it('has its first bytes', () => {
    const packed = gzipSync(CSV);
    expect(shown(packed)!.hex).toBe(packed.toString('hex'));
    expect(shown(Buffer.alloc(4096))).toEqual({ looksLike: null, hex: '00'.repeat(512), unpacked: null });
    expect(shown(gzipSync(Buffer.alloc(100)))!.unpacked).toBeNull();
    expect(shown(Buffer.from([0x1f, 0x8b, 9, 9]))).toEqual({ looksLike: 'gzip', hex: '1f8b0909', unpacked: null });
  });

  it('is not a text, in whichever encoding', () => {
    for (const text of [Buffer.from(CSV), Buffer.from(CSV, 'latin1'), Buffer.from(`\uFEFF${CSV}`, 'utf16le'), Buffer.alloc(0)]) expect(shown(text)).toBeUndefined();
  });
});
