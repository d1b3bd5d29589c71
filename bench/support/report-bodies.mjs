// Bodies of made-up report rows: 18 columns, 193 bytes a row as CSV. The same rows in each format and at each run; after
// 20,000 rows they begin again, so that a body of any size costs its maker nothing but the sending.
import { closeSync, openSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';

const COLUMNS = ['id', 'date', 'country', 'campaign', 'impressions', 'clicks', 'cost', 'revenue', 'device', 'url', 'title', 'note', 'currency', 'region', 'channel', 'session', 'converted', 'comment'];
const BLOCK_ROWS = 20_000;

function* rows(count) {
  let seed = 1;
  const random = (below) => (seed = (seed * 48271) % 2147483647) % below;
  for (let row = 0; row < count; row++) {
    yield [
      String(1e9 + row),
      `2024-03-${10 + random(19)}`,
      ['DE', 'FR', 'US'][random(3)],
      `Spring, sale ${random(99)}`,
      String(random(1e6)),
      String(random(1e4)),
      String(random(1e5) / 100),
      String(random(1e6) / 100),
      'mobile',
      `https://www.example.com/shop/p/${random(1e6)}?q=${random(1e4)}`,
      `Größe ${random(50)}`,
      `say "hi" ${random(9)}`,
      String(random(1e6)),
      '',
      'x',
      String(random(1e9)),
      'true',
      `row ${row} of many ${random(10)}`,
    ];
  }
}

const csvCell = (text) => (/[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
const asObject = (cells) => Object.fromEntries(COLUMNS.map((name, at) => [name, cells[at]]));
const xmlText = (text) => text.replace(/&/g, '&amp;').replace(/</g, '&lt;');

/** What stands before, between, and after the rows, and how a row looks. */
const FORMATS = {
  csv: { head: `${COLUMNS.join(',')}\r\n`, between: '', tail: '', row: (cells) => `${cells.map(csvCell).join(',')}\r\n` },
  jsonl: { head: '', between: '', tail: '', row: (cells) => `${JSON.stringify(asObject(cells))}\n` },
  json: { head: '[', between: ',', tail: ']', row: (cells) => JSON.stringify(asObject(cells)) },
  'object.json': { head: '{"status":"ok","data":[', between: ',', tail: '],"next":null}', row: (cells) => JSON.stringify(asObject(cells)) },
  xml: {
    head: '<?xml version="1.0" encoding="UTF-8"?>\n<rows>',
    between: '',
    tail: '</rows>',
    row: (cells) => `<row>${COLUMNS.map((name, at) => `<${name}>${xmlText(cells[at])}</${name}>`).join('')}</row>\n`,
  },
};

/** The pieces of the body that `name`, `ROWS.FORMAT` or `ROWS.FORMAT.gz`, stands for: `{ bytes, times }`. */
export function reportPieces(name) {
  const [, count, format, gzip] = /^(\d+)\.(.+?)(\.gz)?$/.exec(name);
  const { head, between, tail, row } = FORMATS[format];
  const [whole, left] = [Math.floor(Number(count) / BLOCK_ROWS), Number(count) % BLOCK_ROWS];
  const piece = (text, times = 1) => ({ bytes: gzip && text !== '' ? gzipSync(text, { level: 1 }) : Buffer.from(text), times });
  const block = (length) => [...rows(length)].map(row).join(between);
  const pieces = [piece(head)];
  if (whole > 0) {
    const text = block(BLOCK_ROWS);
    pieces.push(piece(text + between, whole - 1), piece(left > 0 ? text + between : text));
  }
  return [...pieces, piece(block(left)), piece(tail)].filter(({ bytes, times }) => bytes.length * times > 0);
}

export const sizeOf = (pieces) => pieces.reduce((sum, { bytes, times }) => sum + bytes.length * times, 0);

/** Writes such a body to a file of `folder` and returns its path. */
export function reportFile(folder, name) {
  const path = join(folder, name);
  const file = openSync(path, 'w');
  for (const { bytes, times } of reportPieces(name)) for (let time = 0; time < times; time++) writeSync(file, bytes);
  closeSync(file);
  return path;
}
