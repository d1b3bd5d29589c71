import { deflateSync, gzipSync } from 'node:zlib';
import { ResponseToFileDecoder, type ResponseToFileDecoderOptions } from '../../src/decode/response-to-file-decoder';
import type { JsonValue } from '../../src/protocol/json';
import { cutsOf, decodeAll, recordsOf, toBytes, transcodeAll } from './decode-harness';

interface Case {
  description: string;
  bytes: string | Buffer;
  options?: ResponseToFileDecoderOptions;
  headers?: Record<string, string>;
  rows?: JsonValue[];
  error?: string;
  warnings?: RegExp[];
}

/** The rows are those of the reference's ResponseToFileExtractor (pandas) unless the description says otherwise. */
const cases: Case[] = [
  { description: 'values stay text, empty ones are null', bytes: 'a b,"c"\r\n 1 ,007\r\n,x\r\n', rows: [{ 'a b': ' 1 ', c: '007' }, { 'a b': null, c: 'x' }] },
  { description: "pandas' words for missing values are null", bytes: 'a,b\n"NA",""\n#N/A,-nan\nna,N/A \n', rows: [{ a: null, b: null }, { a: null, b: null }, { a: 'na', b: 'N/A ' }] },
  { description: 'they are kept when asked for', options: { preserveNaValues: true }, bytes: 'a,b\nNA,\nx,x\n"",nan\n', rows: [{ a: 'NA', b: null }, { a: 'x', b: 'x' }, { a: null, b: 'nan' }] },
  { description: 'duplicate names get numbers from the second on', bytes: 'a,a,b,a\n1,2,3,4\n', rows: [{ a: '1', 'a.1': '2', b: '3', 'a.2': '4' }], warnings: [/first one keeps the name/] },
  { description: 'numbers that a name has already are left out', bytes: 'a,a,a.1\n1,2,3\n', rows: [{ a: '1', 'a.2': '2', 'a.1': '3' }], warnings: [/alike/] },
  { description: 'nameless columns are called Unnamed', bytes: 'a,,b,\n1,2,3,4\n', rows: [{ a: '1', 'Unnamed: 1': '2', b: '3', 'Unnamed: 3': '4' }] },
  { description: 'unless the name is taken', bytes: 'a,,Unnamed: 1\n1,2,3\n', rows: [{ a: '1', 'Unnamed: 1.1': '2', 'Unnamed: 1': '3' }] },
  { description: 'lines of white space are blank, quoted white space is a value', bytes: '\n \na,b\n\t \n" "\n1,2\n \t', rows: [{ a: ' ', b: null }, { a: '1', b: '2' }], warnings: [/1 CSV rows have fewer.*row 1/] },
  { description: 'a mark is removed, line breaks in quotes become \\n', bytes: '\ufeffa,b\n"x\r\ny",2\n', rows: [{ a: 'x\ny', b: '2' }] },
  { description: 'gzip by its first bytes, all members (the reference: only the first)', bytes: Buffer.concat([gzipSync('a\n1\n'), gzipSync('2\n')]), rows: [{ a: '1' }, { a: '2' }] },
  { description: 'zlib by its first bytes', bytes: deflateSync('a\n1\n'), rows: [{ a: '1' }] },
  { description: 'text that begins like zlib', bytes: 'x,y\n1,2\n', rows: [{ x: '1', y: '2' }] },
  { description: 'a truncated gzip is an error (the reference: the rows so far)', bytes: gzipSync('a\n1\n').subarray(0, -2), error: 'decode.gzip_truncated' },
  { description: 'the charset of the header (the reference: always UTF-8)', headers: { 'content-type': 'text/csv; charset="ISO-8859-1"' }, bytes: Buffer.from('a\né\n', 'latin1'), rows: [{ a: 'é' }] },
  { description: 'an unknown charset counts for nothing', headers: { 'content-type': 'text/csv; charset=nonsense' }, bytes: 'a\né\n', rows: [{ a: 'é' }] },
  { description: 'NUL bytes are removed, also from compressed bodies', bytes: gzipSync('a,b\n1\u00002,\u0000\n'), rows: [{ a: '12', b: null }], warnings: [/^2 NUL bytes/] },
  { description: 'surplus cells shift nothing (the reference drops the first column)', bytes: 'a,b\n1,2,3\n', rows: [{ a: '1', b: '2', null: ['3'] }], warnings: [/more cells/] },
  { description: 'an empty body has no rows', bytes: '', rows: [] },
  { description: 'an open quote is an error', bytes: 'a,b\n1,"2', error: 'decode.unclosed_quote' },
];

test.each(cases.map((each) => [each.description, each] as const))('%s', async (_, each) => {
  const decoder = new ResponseToFileDecoder(each.options);
  for (const pieces of cutsOf(toBytes(each.bytes))) {
    for (const [found, rows] of [
      [await decodeAll(decoder, pieces, each.headers), each.rows],
      [await transcodeAll(decoder, pieces, each.headers), each.rows && recordsOf(each.rows)],
    ] as const) {
      expect(found.error?.code).toBe(each.error);
      if (rows) expect(found.rows).toEqual(rows);
      if (!each.error) expect(found.warnings).toEqual((each.warnings ?? []).map((words) => expect.stringMatching(words)));
    }
  }
});
