/**
 * `npm run bench:growth`: how CPU time and memory of a read grow with bytes, jobs and partitions, as bench/growth/*.svg and
 * a table. Ours only. Linux only; takes some minutes. HUGE=1 adds a file of 10 GB, made in the folder for temporary files.
 */
import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { measure } from './support/measure.mjs';
import { plot } from './support/plot.mjs';
import { reportFile } from './support/report-files.mjs';
import { asyncManifest, commandLine, OURS, pagedManifest } from './support/sources.mjs';

const folder = mkdtempSync(join(tmpdir(), 'bench-'));
const api = spawn(process.execPath, ['bench/support/report-api.mjs', folder], { stdio: ['ignore', 'pipe', 'inherit'] });
const apiUrl = await new Promise((resolve) => createInterface({ input: api.stdout }).once('line', resolve));
const wanted = process.argv.slice(2);

const DECODERS = { csv: { type: 'CsvDecoder' }, jsonl: { type: 'JsonlDecoder' }, json: { type: 'JsonDecoder' }, 'object.json': { type: 'JsonDecoder' }, xml: { type: 'XmlDecoder' } };
const PATHS = { xml: ['rows', 'row'], 'object.json': ['data'] };
const bytes = (format, more = {}) => async (rows) => {
  const file = await reportFile(folder, format, rows, more);
  const decoder = more.gzip ? { type: 'GzipDecoder', decoder: DECODERS[format] } : DECODERS[format];
  return { x: statSync(join(folder, file)).size / 1e6, file, manifest: asyncManifest({ api: apiUrl, file, decoder, path: PATHS[format] }) };
};
const jobs = async (count) => ({ x: count, manifest: asyncManifest({ api: apiUrl, file: await reportFile(folder, 'csv', 10), decoder: DECODERS.csv, jobMs: 1000, jobs: count }) });
const partitions = async (count) => ({ x: count, manifest: pagedManifest({ api: apiUrl, partitions: count, pages: 10, ms: 0 }) });
const huge = process.env.HUGE === '1';

const SERIES = {
  'csv-bytes': { title: 'CSV: megabytes', sizes: [50_000, 500_000, 1_500_000, 5_000_000, ...(huge ? [52_000_000] : [])], prepare: bytes('csv') },
  'gzip-bytes': { title: 'gzip CSV: megabytes, packed', sizes: [50_000, 500_000, 5_000_000], prepare: bytes('csv', { gzip: true }) },
  'jsonl-bytes': { title: 'JSON Lines: megabytes', sizes: [25_000, 250_000, 2_500_000], prepare: bytes('jsonl') },
  'json-bytes': { title: 'JSON array: megabytes', sizes: [25_000, 250_000, 2_500_000], prepare: bytes('json') },
  'json-path-bytes': { title: 'JSON, the list at a path: megabytes', sizes: [25_000, 250_000, 2_500_000], prepare: bytes('object.json') },
  'xml-bytes': { title: 'XML: megabytes', sizes: [20_000, 200_000, 1_000_000], prepare: bytes('xml') },
  jobs: { title: 'jobs of 1 s at once', sizes: [1, 10, 100, 300, 1000], prepare: jobs },
  partitions: { title: 'partitions of 10 pages, all at once', sizes: [1, 10, 30, 100], prepare: partitions },
};

try {
  mkdirSync('bench/growth', { recursive: true });
  for (const [name, { title, sizes, prepare }] of Object.entries(SERIES)) {
    if (wanted.length > 0 && !wanted.includes(name)) continue;
    const points = [];
    for (const size of sizes) {
      const { x, manifest, file } = await prepare(size);
      points.push({ x, ...(await measure(commandLine(OURS, 'read', manifest, folder))) });
      if (file) rmSync(join(folder, file));
    }
    process.stdout.write(`${title}\n${points.map(({ x, cpu, wall, memory }) => `  ${x.toFixed(0).padStart(6)}  ${cpu.toFixed(2)} s CPU  ${wall.toFixed(2)} s  ${memory.toFixed(0)} MB`).join('\n')}\n`);
    writeFileSync(`bench/growth/${name}.svg`, plot(title, points));
  }
} finally {
  api.kill();
  rmSync(folder, { recursive: true, force: true });
}
