import type { DecoderCase } from '../decode-harness';

const text = { type: 'IterableDecoder' };

export const textCases: DecoderCase[] = [
  { description: 'each line is an element, blank ones too', decoder: text, bytes: 'a\r\nb\n\nc\rd é\n', rows: ['a', 'b', '', 'c', 'd é'].map((record) => ({ record })) },
  { description: 'the last line needs no line break', decoder: text, bytes: 'a\nb', rows: [{ record: 'a' }, { record: 'b' }] },
  { description: 'an empty body has no lines', decoder: text, bytes: '', rows: [] },
  { description: 'a lone \\r at the end ends the line', decoder: text, bytes: 'a\r', rows: [{ record: 'a' }] },
  { description: 'bytes that are not UTF-8 are an error', decoder: text, bytes: Buffer.from('610aff', 'hex'), error: { code: 'bad_encoding', says: /at byte 2/ } },
];
