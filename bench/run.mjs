/**
 * `npm run bench [-- CASE …]`: ours and the reference side by side, as one Markdown table. The reference comes from the
 * Python that $PYTHON names (default .venv/bin/python); without it its columns stay empty. Linux only.
 *   REPEAT=3        how often each is measured; the middle counts
 *   ROWS=500000     rows of the large CSV file
 */
import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { stringify } from 'yaml';
import { measure, medianOf } from './support/measure.mjs';
import { reportFile } from './support/report-files.mjs';
import { asyncManifest, commandLine, manyStreams, OURS, pagedManifest, REFERENCE } from './support/sources.mjs';

const REPEAT = Number(process.env.REPEAT ?? 3);
const ROWS = Number(process.env.ROWS ?? 500_000);
const wanted = process.argv.slice(2);
const folder = mkdtempSync(join(tmpdir(), 'bench-'));
const api = spawn(process.execPath, ['bench/support/report-api.mjs', folder], { stdio: ['ignore', 'pipe', 'inherit'] });
const apiUrl = await new Promise((resolve) => createInterface({ input: api.stdout }).once('line', resolve));

const csv = { type: 'CsvDecoder' };
const download = (rows, format, decoder, more = {}) => async () =>
  ({ command: 'read', rows, manifest: asyncManifest({ api: apiUrl, file: await reportFile(folder, format, rows, { gzip: more.gzip }), decoder, ...more }) });
const start = (command, streams) => ({ prepare: async () => ({ command, manifest: stringify(manyStreams(streams), { aliasDuplicateObjects: false }) }) });
const jobs = (count, jobMs) => async () =>
  ({ command: 'read', jobMs, manifest: asyncManifest({ api: apiUrl, file: await reportFile(folder, 'csv', 10), decoder: csv, jobMs, jobs: count }) });
const transformed = {
  filter: "{{ record['device'] == 'mobile' and record['country'] != 'FR' }}",
  transformations: [
    { type: 'AddFields', fields: [{ path: ['cost_per_click'], value: "{{ record['cost'] | float / (record['clicks'] | int + 1) }}" }] },
    { type: 'AddFields', fields: [{ path: ['label'], value: "{{ record['country'] ~ '/' ~ record['campaign'] }}" }] },
    { type: 'KeysToLower' },
  ],
};

/** `peers: false`: too long for the reference, or beside the point. */
const CASES = {
  'spec, 1 stream': start('spec', 1),
  'spec, 40 streams (5,500 lines)': start('spec', 40),
  'discover, 40 streams (5,500 lines)': start('discover', 40),
  [`CSV, ${ROWS / 10} rows`]: { prepare: download(ROWS / 10, 'csv', csv) },
  [`CSV, ${ROWS} rows`]: { prepare: download(ROWS, 'csv', csv), repeatPeer: 1 },
  [`CSV, ${ROWS * 10} rows`]: { prepare: download(ROWS * 10, 'csv', csv), peers: false, repeat: 1 },
  [`gzip CSV, ${ROWS / 5} rows`]: { prepare: download(ROWS / 5, 'csv', { type: 'GzipDecoder', decoder: csv }, { gzip: true }) },
  [`JSONL, ${ROWS / 5} rows`]: { prepare: download(ROWS / 5, 'jsonl', { type: 'JsonlDecoder' }) },
  [`JSON array, ${ROWS / 5} rows`]: { prepare: download(ROWS / 5, 'json', { type: 'JsonDecoder' }) },
  [`XML, ${ROWS / 10} rows`]: { prepare: download(ROWS / 10, 'xml', { type: 'XmlDecoder' }, { path: ['rows', 'row'] }) },
  [`CSV, filter, 2 AddFields, KeysToLower, ${ROWS / 25} rows`]: { prepare: download(ROWS / 25, 'csv', csv, transformed) },
  [`CSV, filter, 2 AddFields, KeysToLower, ${ROWS / 5} rows`]: { prepare: download(ROWS / 5, 'csv', csv, transformed) },
  [`CSV, filter, 2 AddFields, KeysToLower, ${ROWS} rows`]: { prepare: download(ROWS, 'csv', csv, transformed), peers: false },
  'sync: 10 × 100 pages of 100 records, 20 ms each': { prepare: async () => ({ command: 'read', rows: 100_000, manifest: pagedManifest({ api: apiUrl, partitions: 10, pages: 100, ms: 20 }) }) },
  '1 job of 3 s': { prepare: jobs(1, 3000) },
  '10 jobs of 3 s': { prepare: jobs(10, 3000) },
  '100 jobs of 3 s': { prepare: jobs(100, 3000) },
  '1000 jobs of 3 s': { prepare: jobs(1000, 3000), peers: false, repeat: 1 },
};

/** What a row costs, start-up left out: from the smallest to the largest file that each side has read. */
const SLOPES = ['CSV, filter, 2 AddFields, KeysToLower, ', 'CSV, '];
const measured = [];

const number = (value, digits) => (value === undefined ? '–' : value.toFixed(digits));
const line = (cells) => process.stdout.write(`| ${cells.join(' | ')} |\n`);

async function measureCase(name, { prepare, peers = true, repeat = REPEAT, repeatPeer = repeat }) {
  const { command, manifest, rows, jobMs } = await prepare();
  const run = (program, times) =>
    program.command && medianOf(times, () => measure(commandLine(program, command, manifest, folder), { env: { PYTHONWARNINGS: 'ignore' } }));
  const ours = await run(OURS, repeat);
  const theirs = peers ? await run(REFERENCE, repeatPeer) : undefined;
  if (rows) measured.push({ name, rows, ours: ours.cpu, theirs: theirs?.cpu });
  const beyond = (result) => result && (jobMs === undefined ? result.wall : result.wall - jobMs / 1000);
  line([
    name,
    number(ours.cpu, 2),
    number(theirs?.cpu, 2),
    theirs ? `${number(theirs.cpu / ours.cpu, 1)} ×` : '–',
    number(beyond(ours), 2),
    number(beyond(theirs), 2),
    number(ours.memory, 0),
    number(theirs?.memory, 0),
    rows ? Math.round(rows / ours.cpu).toLocaleString('en') : '–',
  ]);
}

function slope(prefix, side) {
  const points = measured.filter(({ name, [side]: cpu }) => cpu !== undefined && name.startsWith(prefix) && /^\d/.test(name.slice(prefix.length))).sort((a, b) => a.rows - b.rows);
  const [first, last] = [points[0], points.at(-1)];
  return points.length < 2 ? undefined : ((last[side] - first[side]) / (last.rows - first.rows)) * 1e6;
}

function tellSlopes() {
  const slopes = SLOPES.map((prefix) => ({ prefix, ours: slope(prefix, 'ours'), theirs: slope(prefix, 'theirs') })).filter(({ ours }) => ours !== undefined);
  if (slopes.length === 0) return;
  process.stdout.write('\n');
  line(['a row, start-up left out', 'ours µs of CPU', 'reference µs of CPU', 'ratio']);
  line(['---', '---:', '---:', '---:']);
  for (const { prefix, ours, theirs } of slopes) line([prefix.replace(/, $/, ''), number(ours, 2), number(theirs, 1), theirs ? `${number(theirs / ours, 0)} ×` : '–']);
}

try {
  const reference = REFERENCE.command && spawnSync(REFERENCE.command[0], ['-c', 'import airbyte_cdk; print(airbyte_cdk.__version__)'], { encoding: 'utf8' }).stdout.trim();
  process.stdout.write(`Node ${process.version}, ${cpus().length} × ${cpus()[0]?.model ?? 'unknown CPU'}, reference: ${reference ? `airbyte-cdk ${reference}` : 'not there (set $PYTHON)'}\n\n`);
  line(['case', 'ours CPU s', 'reference CPU s', 'ratio', 'ours time s', 'reference time s', 'ours peak MB', 'reference peak MB', 'our rows per CPU s']);
  line(['---', ...Array.from({ length: 8 }, () => '---:')]);
  for (const [name, each] of Object.entries(CASES)) {
    if (wanted.length === 0 || wanted.some((part) => name.includes(part))) await measureCase(name, each);
  }
  tellSlopes();
} finally {
  api.kill();
  rmSync(folder, { recursive: true, force: true });
}
