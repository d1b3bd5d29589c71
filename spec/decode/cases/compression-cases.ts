import { deflateSync, gzipSync } from 'node:zlib';
import type { DecoderCase } from '../decode-harness';
import { zipOf } from '../zip-of';

const gzip = (decoder: object) => ({ type: 'GzipDecoder', decoder }) as DecoderCase['decoder'];
const zip = (decoder: object) => ({ type: 'ZipfileDecoder', decoder }) as DecoderCase['decoder'];
const csv = { type: 'CsvDecoder' };
const lines = { type: 'JsonlDecoder' };
const packed = gzipSync('a,b\n1,2\n3,4\n');
const rows = [{ a: '1', b: '2' }, { a: '3', b: '4' }];
const damaged = Buffer.from(packed);
damaged[damaged.length - 6]! ^= 0xff;
const wrongLength = Buffer.from(packed);
wrongLength[wrongLength.length - 4]! += 1;
const twoFiles = [{ name: 'a.csv', data: 'a\n1\n' }, { name: 'b.csv', data: 'a\n2\n' }];
const badZip = zipOf([{ name: 'a.csv', data: 'a\n1\n' }]);
badZip[badZip.indexOf('a\n1\n') + 2] = 0x32;

export const compressionCases: DecoderCase[] = [
  { description: 'gzip: unpacks', decoder: gzip(csv), bytes: packed, rows },
  { description: 'gzip: several members are one text', decoder: gzip(csv), bytes: Buffer.concat([gzipSync('a,b\n1'), gzipSync(',2\n'), gzipSync('3,4\n')]), rows },
  { description: 'gzip: a body that is not packed goes through', decoder: gzip(csv), headers: { 'content-type': 'application/gzip' }, bytes: 'a,b\n1,2\n3,4\n', rows },
  { description: 'gzip: an empty body has no elements', decoder: gzip(csv), bytes: '', rows: [] },
  { description: 'gzip: one byte is not packed', decoder: gzip(csv), bytes: 'a', rows: [] },
  { description: 'gzip: packed twice', decoder: gzip(gzip(lines)), bytes: gzipSync(gzipSync('{"a":1}\n')), rows: [{ a: 1 }] },
  { description: 'gzip: two layers asked for, one there', decoder: gzip(gzip(lines)), bytes: gzipSync('{"a":1}\n'), rows: [{ a: 1 }] },
  { description: 'gzip: zeros after the end are padding', decoder: gzip(csv), bytes: Buffer.concat([packed, Buffer.alloc(9)]), rows },
  { description: 'gzip: an empty member', decoder: gzip(csv), bytes: gzipSync(''), rows: [] },
  { description: 'gzip: cut in the checksum', decoder: gzip(csv), bytes: packed.subarray(0, -3), error: { code: 'gzip_truncated', says: /truncated: it ends after \d+ compressed bytes, of which \d+ bytes/ } },
  { description: 'gzip: cut in the data', decoder: gzip(csv), bytes: packed.subarray(0, 14), error: { code: 'gzip_truncated', says: /ends after 14 compressed bytes/ } },
  { description: 'gzip: the second member is cut', decoder: gzip(csv), bytes: Buffer.concat([packed, gzipSync('5,6\n').subarray(0, 12)]), error: { code: 'gzip_truncated', says: /truncated/ } },
  { description: 'gzip: the checksum does not fit', decoder: gzip(csv), bytes: damaged, error: { code: 'gzip_damaged', says: /incorrect data check/ } },
  { description: 'gzip: the length in the trailer does not fit', decoder: gzip(csv), bytes: wrongLength, error: { code: 'gzip_damaged', says: /incorrect length check/ } },
  { description: 'gzip: something else after the end', decoder: gzip(csv), bytes: Buffer.concat([packed, Buffer.from('hello')]), error: { code: 'gzip_damaged', says: /incorrect header check|unknown/ } },
  { description: 'gzip: zlib without a gzip mark is no gzip', decoder: gzip(lines), bytes: deflateSync('{"a":1}\n'), error: { code: 'bad_encoding', says: /UTF-8/ } },
  { description: 'gzip: errors inside keep their words', decoder: gzip(lines), bytes: gzipSync('{"a":1}\n{'), error: { code: 'invalid_json', says: /line 2/ } },

  { description: 'zip: all files in order, stored and deflated', decoder: zip(csv), bytes: zipOf([{ name: 'x/1.csv', data: 'a\n1\n' }, { name: '2.csv', data: 'a,b\n2,3\n', deflate: true }]), rows: [{ a: '1' }, { a: '2', b: '3' }] },
  { description: 'zip: folders and resource forks are left out', decoder: zip(lines), bytes: zipOf([{ name: 'x/', data: '' }, { name: '__MACOSX/._x', data: 'Mac OS X' }, { name: '../é', data: '{"a":1}' }]), rows: [{ a: 1 }] },
  { description: 'zip: gzip inside', decoder: zip(gzip(lines)), bytes: zipOf([{ name: 'x', data: gzipSync('{"a":1}') }]), rows: [{ a: 1 }] },
  { description: 'zip: an archive without files', decoder: zip(lines), bytes: zipOf([]), rows: [] },
  { description: 'zip: an empty body has no elements', decoder: zip(lines), bytes: '', rows: [] },
  { description: 'zip: something else', decoder: zip(lines), bytes: '{"a":1}', error: { code: 'zip_invalid', says: /7 bytes is not a valid zip archive.*begins with "\{\\"a\\":1\}"/ } },
  { description: 'zip: cut off', decoder: zip(csv), bytes: badZip.subarray(0, 40), error: { code: 'zip_invalid', says: /not a valid zip/ } },
  { description: 'zip: the checksum of a file does not fit', decoder: zip(csv), bytes: badZip, error: { code: 'zip_member', says: /"a\.csv".*CRC-32/ } },
  { description: 'zip: a file is longer than the directory says', decoder: zip(csv), bytes: zipOf([{ name: 'a.csv', data: 'a\n1\n', deflate: true, claims: 3 }]), error: { code: 'zip_member', says: /"a\.csv"/ } },
  { description: 'zip: a file is shorter than the directory says', decoder: zip(csv), bytes: zipOf([{ name: 'a.csv', data: 'a\n1\n', deflate: true, claims: 5 }]), error: { code: 'zip_member', says: /"a\.csv"/ } },
  { description: 'zip: more files announced than the directory has', decoder: zip(csv), bytes: zipOf(twoFiles, 3), error: { code: 'zip_invalid', says: /not a valid zip/ } },
  { description: 'zip: fewer files announced than the directory has', decoder: zip(csv), bytes: zipOf(twoFiles, 1), error: { code: 'zip_invalid', says: /directory/ } },
  { description: 'zip: errors inside name the file', decoder: zip(lines), bytes: zipOf([{ name: 'bad.jsonl', data: '{' }]), error: { code: 'invalid_json', says: /In the member "bad\.jsonl".*line 1/ } },
  { description: 'zip: an encrypted file', decoder: zip(lines), bytes: zipOf([{ name: 'x', data: '{}', deflate: true, flags: 1 }]), error: { code: 'zip_member', says: /"x".*encrypted/ } },
  { description: 'zip: a compression that nobody here knows', decoder: zip(lines), bytes: zipOf([{ name: 'x', data: '{}', method: 12 }]), error: { code: 'zip_member', says: /"x".*unsupported compression method/ } },
  { description: 'zip: an archive that claims more than it can hold', decoder: zip(lines), bytes: zipOf([{ name: 'x', data: '{}', deflate: true, claims: 1e9 }]), error: { code: 'zip_bomb', says: /not believable/ } },
];
