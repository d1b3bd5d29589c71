/**
 * CPU seconds for 500,000 CSV rows of 18 columns (96 MB) to RECORD lines, in a process of its own for each way:
 *   transcode  CsvDecoder.transcode, bytes to bytes, in WebAssembly
 *   plain      the same without WebAssembly
 *   objects    CsvDecoder.decode, then JSON.stringify of each row
 *   papaparse  papaparse with `header`, then JSON.stringify of each row
 *   python     csv.DictReader and orjson (or json), when python3 is there
 *   duckdb     COPY of read_csv to JSON lines, polars: read_csv and write_ndjson, in one thread, when python3 has the packages
 *   xan        xan to ndjson, when it is on the PATH (cargo install xan)
 * The last three write plain objects, without the envelope of a message. $PYTHON names another Python.
 * Usage: node bench/decode/csv.mjs [rows]
 */
import { spawnSync } from 'node:child_process';
import { createReadStream, createWriteStream, existsSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'esbuild';

const here = fileURLToPath(import.meta.url);
const head = Buffer.from('{"type":"RECORD","record":{"stream":"report","data":');
const tail = Buffer.from(',"emitted_at":1700000000000}}');

async function generate(path, rows) {
  const file = createWriteStream(path);
  const names = ['id', 'date', 'country', 'campaign', 'impressions', 'clicks', 'cost', 'revenue', 'device', 'url', 'title', 'note', 'a', 'b', 'c', 'd', 'e', 'f'];
  let seed = 1;
  const random = (below) => (seed = (seed * 48271) % 2147483647) % below;
  let text = `${names.join(',')}\r\n`;
  for (let row = 0; row < rows; row++) {
    text += `${1e9 + row},2024-03-${10 + random(19)},${['DE', 'FR', 'US'][random(3)]},"Spring, sale ${random(99)}",${random(1e6)},${random(1e4)},${random(1e5) / 100},${random(1e6) / 100},mobile,https://www.example.com/shop/p/${random(1e6)}?q=${random(1e4)},Größe ${random(50)},"say ""hi""\n${random(9)}",${random(1e6)},,x,${random(1e9)},true,row ${row} of many${random(10)}\r\n`;
    if (text.length > 1 << 20) {
      if (!file.write(text)) await new Promise((resolve) => file.once('drain', resolve));
      text = '';
    }
  }
  await new Promise((resolve) => file.end(text, resolve));
}

async function run(way, bundle, path) {
  const { CsvDecoder, Papa } = await import(pathToFileURL(bundle).href);
  const body = createReadStream(path, { highWaterMark: 64 * 1024 });
  const context = { headers: {}, warn: () => undefined };
  let records = 0;
  let bytes = 0;
  const write = (rows) => {
    let text = '';
    for (const row of rows) text += `${head}${JSON.stringify(row)}${tail}\n`;
    bytes += Buffer.from(text).length;
    records += rows.length;
  };
  const before = process.cpuUsage();
  if (way === 'transcode' || way === 'plain') {
    for await (const { lines, count, release } of new CsvDecoder().transcode(body, { head, tail }, context)) {
      bytes += lines.length;
      records += count;
      release?.();
    }
  } else if (way === 'objects') {
    for await (const batch of new CsvDecoder().decode(body, context)) write(batch);
  } else {
    body.setEncoding('utf8');
    await new Promise((complete, error) => Papa.parse(body, { header: true, skipEmptyLines: true, chunk: ({ data }) => write(data), complete, error }));
  }
  const { user, system } = process.cpuUsage(before);
  console.log(JSON.stringify({ records, bytes, seconds: (user + system) / 1e6, rss: process.memoryUsage.rss() / 1e6 }));
}

const PYTHON = `
import csv, json, resource, sys
try:
    import orjson
    dumps = orjson.dumps
except ImportError:
    dumps = lambda row: json.dumps(row, ensure_ascii=False, separators=(',', ':')).encode()
head, tail = b'{"type":"RECORD","record":{"stream":"report","data":', b',"emitted_at":1700000000000}}\\n'
records = size = 0
with open(sys.argv[1], encoding='utf-8') as text, open('/dev/null', 'wb') as out:
    for row in csv.DictReader(text):
        line = head + dumps(row) + tail
        out.write(line)
        records += 1
        size += len(line)
usage = resource.getrusage(resource.RUSAGE_SELF)
print(json.dumps({'records': records, 'bytes': size, 'seconds': usage.ru_utime + usage.ru_stime, 'rss': usage.ru_maxrss / 1e3}))
`;

/** What DuckDB and polars do; `sys.argv[2]` is where the lines go. */
const NATIVE = {
  duckdb: `
import duckdb, json, resource, sys
db = duckdb.connect(config={'threads': 1})
db.execute("COPY (SELECT * FROM read_csv(?, all_varchar=true, header=true)) TO '" + sys.argv[2] + "' (FORMAT json)", [sys.argv[1]])
`,
  polars: `
import polars, json, resource, sys
polars.read_csv(sys.argv[1], infer_schema=False).write_ndjson(sys.argv[2])
`,
};
const REPORT = `
import os
usage = resource.getrusage(resource.RUSAGE_SELF)
print(json.dumps({'records': int(sys.argv[3]), 'bytes': os.path.getsize(sys.argv[2]), 'seconds': usage.ru_utime + usage.ru_stime, 'rss': usage.ru_maxrss / 1e3}))
`;

/** Seconds of CPU that the ended children of this process took, in steps of 10 ms. */
function childrenCpu() {
  const fields = readFileSync('/proc/self/stat', 'latin1').split(') ')[1].split(' ');
  return (Number(fields[13]) + Number(fields[14])) / 100;
}

function runXan(data, rows) {
  const before = childrenCpu();
  const { status, stderr } = spawnSync('sh', ['-c', 'xan to ndjson "$0" > /dev/null', data]);
  return { status, stderr, stdout: JSON.stringify({ records: rows, bytes: 0, seconds: childrenCpu() - before, rss: 0 }) };
}

async function main(rows) {
  const folder = mkdtempSync(join(tmpdir(), 'bench-csv-'));
  try {
    const data = join(folder, 'data.csv');
    await generate(data, rows);
    const bundle = (name, plugins) => build({
      plugins,
      stdin: { contents: "export { CsvDecoder } from './src/decode/csv/csv-decoder'; export { default as Papa } from 'papaparse';", resolveDir: join(here, '../../..') },
      bundle: true,
      platform: 'node',
      format: 'esm',
      outfile: join(folder, name),
      banner: { js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);" },
    });
    const withoutWasm = {
      name: 'without-wasm',
      setup: ({ onLoad }) => onLoad({ filter: /[/\\]with-wasm\.ts$/ }, () => ({ contents: 'export const withWasm = () => undefined;' })),
    };
    await bundle('bundle.mjs', []);
    await bundle('plain.mjs', [withoutWasm]);
    const megabytes = statSync(data).size / 1e6;
    console.log(`${rows} rows, ${megabytes.toFixed(0)} MB`);
    const python = [process.env.PYTHON, 'python3'].find((each) => each && (existsSync(each) || spawnSync(each, ['-V']).status === 0));
    let base;
    const native = Object.keys(NATIVE).filter((name) => python && spawnSync(python, ['-c', `import ${name}`]).status === 0);
    const xan = spawnSync('xan', ['--version']).status === 0 ? ['xan'] : [];
    const start = {
      python: () => spawnSync(python, ['-c', PYTHON, data]),
      xan: () => runXan(data, rows),
      ...Object.fromEntries(native.map((name) => [name, () => spawnSync(python, ['-c', NATIVE[name] + REPORT, data, join(folder, 'out.jsonl'), rows], { env: { ...process.env, POLARS_MAX_THREADS: '1' } })])),
    };
    for (const way of ['papaparse', 'objects', 'plain', 'transcode', ...(python ? ['python'] : []), ...native, ...xan]) {
      const child = start[way]?.() ?? spawnSync(process.execPath, [here, '--way', way, join(folder, way === 'plain' ? 'plain.mjs' : 'bundle.mjs'), data]);
      if (child.status !== 0) throw new Error(`${way}: ${child.stderr}`);
      const { records, seconds, rss, bytes } = JSON.parse(String(child.stdout).trim().split('\n').at(-1));
      base ??= seconds;
      console.log(
        `${way.padEnd(10)} ${seconds.toFixed(2)} cpu-s  ${(megabytes / seconds).toFixed(0).padStart(4)} MB/cpu-s  ${(base / seconds).toFixed(1).padStart(5)} x papaparse  ${rss.toFixed(0).padStart(4)} MB RSS  ${records} records, ${(bytes / 1e6).toFixed(0)} MB out`,
      );
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

if (process.argv[2] === '--way') await run(process.argv[3], process.argv[4], process.argv[5]);
else await main(Number(process.argv[2] ?? 500_000));
