import { bytesText, columnsOf, countText, durationText, fitted, padded, plainText } from '../../../src/cli/progress/terminal-text';

describe('terminal text', () => {
  it('takes away what steers a terminal', () => {
    expect(plainText('a\u001b[2Jb\u0007c\nd\u202ee\u009b31m')).toBe('abc de31m');
  });

  it.each([
    ['abc', 3],
    ['日本', 4],
    ['é', 1],
    ['e\u0301', 1],
    ['🚀', 2],
  ])('knows that %s takes %i columns', (text, columns) => {
    expect(columnsOf(text)).toBe(columns);
  });

  it.each([
    ['abcdef', 6, 'abcdef'],
    ['abcdef', 5, 'abcd…'],
    ['日本語', 5, '日本…'],
    ['日本語', 4, '日…'],
    ['abc', 1, '…'],
    ['abc', 0, ''],
  ])('fits %s into %i columns', (text, columns, fit) => {
    expect(fitted(text, columns)).toBe(fit);
    expect(columnsOf(fit)).toBeLessThanOrEqual(columns);
  });

  it('pads by columns', () => {
    expect(padded('日', 4)).toBe('日  ');
    expect(padded('long', 2)).toBe('long');
  });

  it.each([
    [0, '0 B'],
    [999, '999 B'],
    [1000, '1.0 kB'],
    [4_234_000, '4.2 MB'],
    [99_960, '100 kB'],
    [999_700, '1.0 MB'],
    [123e15, '123000 TB'],
  ])('writes %i bytes as %s', (bytes, text) => {
    expect(bytesText(bytes)).toBe(text);
  });

  it('groups digits', () => {
    expect([0, 999, 1000, 1234567.4].map(countText)).toEqual(['0', '999', '1,000', '1,234,567']);
  });

  it.each([
    [-5, '0 s'],
    [1, '1 s'],
    [59_001, '1 min'],
    [125_000, '2 min 5 s'],
    [3_720_000, '1 h 2 min'],
    [7_200_000, '2 h'],
  ])('writes %i ms as %s', (ms, text) => {
    expect(durationText(ms)).toBe(text);
  });
});
