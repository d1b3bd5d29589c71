import { hexLines } from '../../../../src/builder/page/testing/hex-lines';

describe('bytes', () => {
  it('are written in lines of sixteen, with what is readable beside them', () => {
    expect(hexLines(Buffer.from('\x1f\x8b\0GET /reports HTTP', 'latin1').toString('hex'))).toBe(
      ['00000000  1f 8b 00 47 45 54 20 2f 72 65 70 6f 72 74 73 20  ...GET /reports ', `00000010  48 54 54 50${' '.repeat(36)}  HTTP`].join('\n'),
    );
    expect(hexLines('')).toBe('');
  });
});
