/**
 * CPU seconds for 500,000 JSON records of 18 members (196 MB) to RECORD lines, as JSON Lines and as one list, in a process
 * of its own for each way:
 *   transcode  in WebAssembly
 *   plain      without it: JSON.parse checks, the bytes go through
 * Usage: node bench/decode/json.mjs [rows]
 */
import { spawnSync } from 'node:child_process';
import { createReadStream, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'esbuild';
import { reportFile } from '../support/report-bodies.mjs';

const here = fileURLToPath(import.meta.url);
const head = Buffer.from('{"type":"RECORD","record":{"stream":"report","data":');
const tail = Buffer.from(',"emitted_at":1700000000000}}');

async function run(bundle, path) {
  const { JsonDecoder, JsonlDecoder } = await import(pathToFileURL(bundle).href);
  const decoder = path.endsWith('.jsonl') ? new JsonlDecoder() : new JsonDecoder();
  let records = 0;
  const before = process.cpuUsage();
  for await (const { count, release } of decoder.transcode(createReadStream(path, { highWaterMark: 64 * 1024 }), { head, tail }, { headers: {}, warn: () => undefined })) {
    records += count;
    release?.();
  }
  const { user, system } = process.cpuUsage(before);
  console.log(JSON.stringify({ records, seconds: (user + system) / 1e6, rss: process.memoryUsage.rss() / 1e6 }));
}

async function main(rows) {
  const folder = mkdtempSync(join(tmpdir(), 'bench-json-'));
  const bundle = (name, plugins) => build({
    plugins,
    stdin: { contents: "export { JsonDecoder } from './src/decode/json/json-decoder'; export { JsonlDecoder } from './src/decode/json/jsonl-decoder';", resolveDir: join(here, '../../..') },
    bundle: true,
    platform: 'node',
    format: 'esm',
    outfile: join(folder, name),
  });
  const withoutWasm = {
    name: 'without-wasm',
    setup: ({ onLoad }) => onLoad({ filter: /[/\\]with-wasm\.ts$/ }, () => ({ contents: 'export const withWasm = () => undefined; export const giveBack = () => undefined;' })),
  };
  try {
    await bundle('transcode.mjs', []);
    await bundle('plain.mjs', [withoutWasm]);
    for (const format of ['jsonl', 'json']) {
      const path = reportFile(folder, `${rows}.${format}`);
      const megabytes = statSync(path).size / 1e6;
      let base;
      for (const way of ['plain', 'transcode']) {
        const child = spawnSync(process.execPath, [here, '--way', join(folder, `${way}.mjs`), path]);
        if (child.status !== 0) throw new Error(`${way}: ${child.stderr}`);
        const { records, seconds, rss } = JSON.parse(child.stdout);
        base ??= seconds;
        console.log(
          `${format.padEnd(6)} ${way.padEnd(10)} ${seconds.toFixed(2)} cpu-s  ${(megabytes / seconds).toFixed(0).padStart(4)} MB/cpu-s  ${(base / seconds).toFixed(1).padStart(5)} x plain  ${rss.toFixed(0).padStart(4)} MB RSS  ${records} records`,
        );
      }
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

if (process.argv[2] === '--way') await run(process.argv[3], process.argv[4]);
else await main(Number(process.argv[2] ?? 500_000));
