/**
 * `npm run bench:check`: fails when a case costs more than it did, as a multiple of what a yardstick costs in the same run
 * on the same machine, so that neither a slower nor a busier machine matters. bench/baseline.json holds the multiples;
 * `node bench/check.mjs --write` writes it anew.
 */
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { measure } from './support/measure.mjs';
import { reportFile } from './support/report-files.mjs';
import { asyncManifest, commandLine, OURS, pagedManifest } from './support/sources.mjs';

/** More than this much above the baseline is no chance. */
const TOLERANCE = 1.35;
const ROUNDS = 5;
const YARDSTICK = 'const line = JSON.stringify(Object.fromEntries(Array.from({ length: 18 }, (_, at) => [`column ${at}`, `value ${at}`]))); let sum = 0; for (let at = 0; at < 150_000; at++) sum += JSON.stringify(JSON.parse(line)).length;';

const folder = mkdtempSync(join(tmpdir(), 'bench-'));
const api = spawn(process.execPath, ['bench/support/report-api.mjs', folder], { stdio: ['ignore', 'pipe', 'inherit'] });
const apiUrl = await new Promise((resolve) => createInterface({ input: api.stdout }).once('line', resolve));
const download = async (rows, format, decoder, more = {}) => ['read', asyncManifest({ api: apiUrl, file: await reportFile(folder, format, rows), decoder, ...more })];
const filter = "{{ record['country'] != 'FR' }}";

try {
  const cases = {
    spec: ['spec', asyncManifest({ api: apiUrl, file: 'none', decoder: { type: 'CsvDecoder' } })],
    csv: await download(300_000, 'csv', { type: 'CsvDecoder' }),
    'csv with a filter': await download(300_000, 'csv', { type: 'CsvDecoder' }, { filter }),
    jsonl: await download(100_000, 'jsonl', { type: 'JsonlDecoder' }),
    xml: await download(20_000, 'xml', { type: 'XmlDecoder' }, { path: ['rows', 'row'] }),
    pages: ['read', pagedManifest({ api: apiUrl, partitions: 5, pages: 40, ms: 0 })],
  };
  // The least of several: load only ever adds. One round of all after the other, so that all see the same load.
  const least = {};
  for (let round = 0; round < ROUNDS; round++) {
    const note = async (name, command) => (least[name] = Math.min(least[name] ?? Infinity, (await measure(command)).cpu));
    await note('yardstick', [process.execPath, '-e', YARDSTICK]);
    for (const [name, [command, manifest]] of Object.entries(cases)) await note(name, commandLine(OURS, command, manifest, folder));
  }
  const { yardstick, ...rest } = least;
  const multiples = Object.fromEntries(Object.entries(rest).map(([name, cpu]) => [name, Number((cpu / yardstick).toFixed(3))]));
  if (process.argv.includes('--write')) {
    writeFileSync('bench/baseline.json', `${JSON.stringify(multiples, undefined, 2)}\n`);
  } else {
    const baseline = JSON.parse(readFileSync('bench/baseline.json', 'utf8'));
    const slower = Object.keys(baseline).filter((name) => multiples[name] > baseline[name] * TOLERANCE);
    for (const [name, multiple] of Object.entries(multiples)) process.stdout.write(`${name}: ${multiple} × the yardstick, ${baseline[name]} in the baseline${slower.includes(name) ? '  SLOWER' : ''}\n`);
    process.exitCode = slower.length > 0 ? 1 : 0;
  }
} finally {
  api.kill();
  rmSync(folder, { recursive: true, force: true });
}
