import { announcedBytes } from '../../../../src/builder/page/testing/kept-body';

const answer = (body: string, headers: Record<string, string>) => ({ status: 200, body, headers });
const LONG = 'x'.repeat(100_000);

describe('a kept body', () => {
  it('is less than what was announced', () => {
    expect(announcedBytes(answer(LONG, { 'Content-Length': '5000000' }))).toBe(5_000_000);
  });

  it('is whole when it is as long as announced, in bytes', () => {
    expect(announcedBytes(answer('é'.repeat(100_000), { 'content-length': '200000' }))).toBeNull();
    expect(announcedBytes(answer('short', { 'content-length': '500' }))).toBeNull();
  });

  it('cannot be told from the length of a compressed transport', () => {
    expect(announcedBytes(answer(LONG, { 'content-length': '500000', 'content-encoding': 'gzip' }))).toBeNull();
    expect(announcedBytes(answer(LONG, {}))).toBeNull();
  });
});
