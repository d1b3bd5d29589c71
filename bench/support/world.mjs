// What the benchmarks share: a folder, the API, and what they have the programs read.
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { asyncManifest, pagedManifest } from './sources.mjs';

const DECODERS = { csv: { type: 'CsvDecoder' }, jsonl: { type: 'JsonlDecoder' }, json: { type: 'JsonDecoder' }, 'object.json': { type: 'JsonDecoder' }, xml: { type: 'XmlDecoder' } };
const PATHS = { xml: ['rows', 'row'], 'object.json': ['data'] };

/** Runs `work` with the world, and puts it away afterwards. */
export async function withWorld(work) {
  const folder = mkdtempSync(join(tmpdir(), 'bench-'));
  const child = spawn(process.execPath, [new URL('report-api.mjs', import.meta.url).pathname], { stdio: ['ignore', 'pipe', 'inherit'] });
  try {
    const api = await new Promise((resolve) => createInterface({ input: child.stdout }).once('line', resolve));
    return await work({
      folder,
      /** Status requests since the last call. */
      polls: async () => (await fetch(`${api}/polls`)).json(),
      /** One job with a file of `rows`; `more`: see `asyncManifest`. */
      download(format, rows, { gzip = false, ...more } = {}) {
        const decoder = gzip ? { type: 'GzipDecoder', decoder: DECODERS[format] } : DECODERS[format];
        return asyncManifest({ api, file: `${rows}.${format}${gzip ? '.gz' : ''}`, decoder, path: PATHS[format], ...more });
      },
      jobs: (jobs, jobMs) => asyncManifest({ api, file: '10.csv', decoder: DECODERS.csv, jobMs, jobs }),
      pages: (options) => pagedManifest({ api, ...options }),
    });
  } finally {
    child.kill();
    rmSync(folder, { recursive: true, force: true });
  }
}
