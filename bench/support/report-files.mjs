// Files of made-up report rows: 18 columns, 192 bytes a row as CSV. The same rows in each format and at each run.
import { createWriteStream, existsSync } from 'node:fs';
import { join } from 'node:path';
import { finished } from 'node:stream/promises';
import { createGzip } from 'node:zlib';

export const COLUMNS = ['id', 'date', 'country', 'campaign', 'impressions', 'clicks', 'cost', 'revenue', 'device', 'url', 'title', 'note', 'currency', 'region', 'channel', 'session', 'converted', 'comment'];

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

/** Writes `FOLDER/ROWS.FORMAT` (`.gz` on top when asked for) and returns the file's name. */
export async function reportFile(folder, format, count, { gzip = false } = {}) {
  const name = `${count}.${format}${gzip ? '.gz' : ''}`;
  const path = join(folder, name);
  if (existsSync(path)) return name;
  const file = createWriteStream(path);
  const out = gzip ? createGzip({ level: 1 }) : file;
  if (gzip) out.pipe(file);
  const { head, between, tail, row } = FORMATS[format];
  let text = head;
  let first = true;
  for (const cells of rows(count)) {
    text += first ? row(cells) : between + row(cells);
    first = false;
    if (text.length > 1 << 20) {
      if (!out.write(text)) await new Promise((resolve) => out.once('drain', resolve));
      text = '';
    }
  }
  out.end(text + tail);
  await finished(file);
  return name;
}
