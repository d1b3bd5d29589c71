import { gzipSync } from 'node:zlib';
import { decoderFor, findFormat, formatText, reads } from '../../../src/builder/live/response-format';
import { zipOf } from '../../decode/zip-of';

const CSV = 'id,name\n1,a\n2,b\n';
const find = (body: string | Uint8Array, contentType?: string) => findFormat(typeof body === 'string' ? Buffer.from(body) : body, contentType ? { 'content-type': contentType } : {});

describe('the format of an answer', () => {
  it.each<[string, string | Uint8Array, string | undefined, string | undefined]>([
    ['a JSON object', '{"a": 1}', undefined, 'JSON'],
    ['JSON over several lines', '{\n  "a": 1\n}', undefined, 'JSON'],
    ['a JSON list', ' [1, 2]', undefined, 'JSON'],
    ['a long object of which only the beginning is known', `{"a": "${'x'.repeat(50)}`, undefined, 'JSON'],
    ['an object a line', '{"a": 1}\n{"a": 2}\n', undefined, 'JSON Lines'],
    ['CSV', CSV, undefined, 'CSV'],
    ['CSV with a mark', `\uFEFF${CSV}`, undefined, 'CSV'],
    ['CSV of one line', 'id,name\n', 'text/csv; charset=utf-8', 'CSV'],
    ['one line of words', 'Hello, world', 'text/plain', undefined],
    ['a number', '42', 'text/csv', undefined],
    ['CSV in UTF-16', Buffer.from(`\uFEFF${CSV}`, 'utf16le'), undefined, 'CSV'],
    ['XML', '<?xml version="1.0"?><a/>', undefined, 'XML'],
    ['XML without declaration', '<report><row/></report>', undefined, 'XML'],
    ['a page', '\n<!DOCTYPE html><html></html>', undefined, 'a web page (HTML)'],
    ['a page that begins with a comment', '<!-- x --><body>', 'text/html', 'a web page (HTML)'],
    ['gzip', gzipSync(CSV), undefined, 'gzip with CSV'],
    ['a part of gzip', gzipSync(CSV.repeat(9999)).subarray(0, 200), undefined, 'gzip with CSV'],
    ['gzip twice', gzipSync(gzipSync('{}')), undefined, 'gzip with gzip with JSON'],
    ['a gzip mark and rubbish', Buffer.from([0x1f, 0x8b, 1, 2, 3]), undefined, 'gzip'],
    ['an archive', zipOf([{ name: 'a.csv', data: Buffer.from(CSV), deflate: true }]), undefined, 'a ZIP file with CSV'],
    ['nothing', '', 'text/csv', undefined],
    ['white space', ' \n', undefined, undefined],
  ])('is found: %s', (_name, body, contentType, expected) => {
    const found = find(body, contentType);
    expect(found && formatText(found)).toBe(expected);
  });

  it.each<[object | undefined, string | Uint8Array, boolean]>([
    [undefined, '{"a": 1}', true],
    [undefined, CSV, false],
    [undefined, '{"a": 1}\n{"a": 2}', false],
    [{ type: 'JsonlDecoder' }, '{"a": 1}', true],
    [{ type: 'JsonlDecoder' }, '{\n"a": 1}', false],
    [{ type: 'CsvDecoder' }, CSV, true],
    [{ type: 'CsvDecoder' }, 'a;b\n1;2', false],
    [{ type: 'CsvDecoder' }, 'a,b;c\n1,2;3', true],
    [{ type: 'CsvDecoder', delimiter: '\\t' }, 'a\tb\n1\t2', true],
    [{ type: 'CsvDecoder' }, gzipSync(CSV), false],
    [{ type: 'GzipDecoder', decoder: { type: 'CsvDecoder' } }, gzipSync(CSV), true],
    [{ type: 'GzipDecoder', decoder: { type: 'CsvDecoder' } }, CSV, true],
    [{ type: 'GzipDecoder', decoder: { type: 'JsonDecoder' } }, gzipSync(CSV), false],
    [{ type: 'ZipfileDecoder', decoder: { type: 'CsvDecoder' } }, zipOf([{ name: 'a.csv', data: Buffer.from(CSV), deflate: true }]), true],
    [{ type: 'XmlDecoder' }, '<a/>', true],
    [{ type: 'CustomDecoder', class_name: 'x' }, CSV, true],
    [{ type: 'CustomDecoder', class_name: 'x' }, '<html>', false],
  ])('is read by %j or not (%#)', (decoder, body, expected) => {
    expect(reads(decoder as never, find(body)!)).toBe(expected);
  });

  it.each<[string | Uint8Array, object | null]>([
    [CSV, { type: 'CsvDecoder' }],
    ['a\tb\n1\t2', { type: 'CsvDecoder', delimiter: '\\t' }],
    ['{}\n{}', { type: 'JsonlDecoder' }],
    [gzipSync('{}\n{}'), { type: 'GzipDecoder', decoder: { type: 'JsonlDecoder' } }],
    [Buffer.from([0x1f, 0x8b, 1, 2, 3]), null],
    ['<html>', null],
  ])('has a decoder that reads it (%#)', (body, expected) => {
    const found = find(body)!;
    const decoder = decoderFor(found);
    expect(decoder).toEqual(expected);
    if (decoder) expect(reads(decoder, found)).toBe(true);
  });
});
