/**
 * Seconds of CPU for a CSV file of 18 columns to RECORD lines, in a process of its own for each way:
 *   transcode  CsvDecoder.transcode, bytes to bytes, in WebAssembly
 *   plain      the same without WebAssembly
 *   objects    CsvDecoder.decode, then JSON.stringify of each row
 *   papaparse  papaparse with `header`, then JSON.stringify of each row
 *   python     csv.DictReader and orjson (or json)
 *   duckdb     COPY of read_csv to JSON lines; polars: read_csv and write_ndjson; both in one thread
 *   xan        xan to ndjson
 * The last three write plain objects, without the envelope of a message. `bench/peers.sh` installs them; what is not there
 * is left out.
 * Usage: node bench/decode/csv.mjs [rows]
 */
import { spawnSync } from 'node:child_process';
import { createReadStream, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'esbuild';
import { measure } from '../support/measure.mjs';
import { reportFile } from '../support/report-bodies.mjs';

const here = fileURLToPath(import.meta.url);
const PEERS = join(here, '../../.peers');
const head = Buffer.from('{"type":"RECORD","record":{"stream":"report","data":');
const tail = Buffer.from(',"emitted_at":1700000000000}}');

/** In a process of its own: prints the seconds, without those of the start. */
async function run(way, bundle, path) {
  const { CsvDecoder, Papa } = await import(pathToFileURL(bundle).href);
  const body = createReadStream(path, { highWaterMark: 64 * 1024 });
  const context = { headers: {}, warn: () => undefined };
  let bytes = 0;
  const write = (rows) => {
    let text = '';
    for (const row of rows) text += `${head}${JSON.stringify(row)}${tail}\n`;
    bytes += Buffer.from(text).length;
  };
  const before = process.cpuUsage();
  if (way === 'transcode' || way === 'plain') {
    for await (const { lines, release } of new CsvDecoder().transcode(body, { head, tail }, context)) {
      bytes += lines.length;
      release?.();
    }
  } else if (way === 'objects') {
    for await (const batch of new CsvDecoder().decode(body, context)) write(batch);
  } else {
    body.setEncoding('utf8');
    await new Promise((complete, error) => Papa.parse(body, { header: true, skipEmptyLines: true, chunk: ({ data }) => write(data), complete, error }));
  }
  const { user, system } = process.cpuUsage(before);
  console.log((user + system) / 1e6);
}

const PYTHON = `
import csv, sys, orjson
head, tail = b'{"type":"RECORD","record":{"stream":"report","data":', b',"emitted_at":1700000000000}}\\n'
with open(sys.argv[1], encoding='utf-8') as text, open('/dev/null', 'wb') as out:
    for row in csv.DictReader(text):
        out.write(head + orjson.dumps(row) + tail)
`;
const DUCKDB = `
import duckdb, sys
duckdb.connect(config={'threads': 1}).execute("COPY (SELECT * FROM read_csv(?, all_varchar=true, header=true)) TO '/dev/null' (FORMAT json)", [sys.argv[1]])
`;
const POLARS = `
import polars, sys
polars.read_csv(sys.argv[1], infer_schema=False).write_ndjson('/dev/null')
`;

/** `{ ours, peers, others }`: seconds of CPU, by way; of native programs with their start. */
export async function decodeCsv(rows, repeat = 3) {
  const folder = mkdtempSync(join(tmpdir(), 'bench-csv-'));
  try {
    const data = reportFile(folder, `${rows}.csv`);
    const bundle = async (name, plugins) => {
      const outfile = join(folder, name);
      await build({
        plugins,
        stdin: { contents: "export { CsvDecoder } from './src/decode/csv/csv-decoder'; export { default as Papa } from 'papaparse';", resolveDir: join(here, '../../..') },
        bundle: true,
        platform: 'node',
        format: 'esm',
        outfile,
        banner: { js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);" },
      });
      return outfile;
    };
    const whole = await bundle('bundle.mjs', []);
    const plain = await bundle('plain.mjs', [{ name: 'without-wasm', setup: ({ onLoad }) => onLoad({ filter: /[/\\]with-wasm\.ts$/ }, () => ({ contents: 'export const withWasm = () => undefined; export const giveBack = () => undefined;' })) }]);
    const inNode = (way, file) => {
      const seconds = Array.from({ length: repeat }, () => {
        const { status, stdout, stderr } = spawnSync(process.execPath, [here, '--way', way, file, data], { encoding: 'utf8' });
        if (status !== 0) throw new Error(`${way}: ${stderr}`);
        return Number(stdout);
      });
      return seconds.sort((a, b) => a - b)[Math.floor(repeat / 2)];
    };
    const others = { plain: inNode('plain', plain), objects: inNode('objects', whole), papaparse: inNode('papaparse', whole) };
    const peers = {};
    const python = join(PEERS, 'bin/python');
    const xan = join(PEERS, 'bin/xan');
    if (existsSync(python)) {
      const inPython = async (code) => (await measure([python, '-c', code, data], { env: { POLARS_MAX_THREADS: '1' } })).cpu;
      others['Python csv and orjson'] = await inPython(PYTHON);
      peers.DuckDB = await inPython(DUCKDB);
      peers.polars = await inPython(POLARS);
    }
    if (existsSync(xan)) peers.xan = (await measure([xan, 'to', 'ndjson', data])).cpu;
    return { ours: inNode('transcode', whole), peers, others };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

if (process.argv[1] === here) {
  if (process.argv[2] === '--way') await run(process.argv[3], process.argv[4], process.argv[5]);
  else {
    const { ours, peers, others } = await decodeCsv(Number(process.argv[2] ?? 1_000_000));
    for (const [way, seconds] of Object.entries({ ours, ...peers, ...others })) console.log(`${way.padEnd(24)} ${seconds.toFixed(2)} s of CPU  ${(seconds / ours).toFixed(1).padStart(5)} ×`);
  }
}
