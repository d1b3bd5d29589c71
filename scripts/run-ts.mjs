// Runs a TypeScript program of this repository: `node scripts/run-ts.mjs FILE [ARG …]`. Bundled on the fly.
import { mkdtempSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from 'esbuild';
import './build-wasm.mjs';

const [file, ...rest] = process.argv.slice(2);
// Beside node_modules, so that packages which stay outside the bundle are found.
const folder = mkdtempSync(join('node_modules', '.run-'));
const outfile = join(folder, 'program.mjs');
try {
  await build({
    entryPoints: [file],
    outfile,
    bundle: true,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    packages: 'external',
    sourcemap: 'inline',
  });
  process.argv = [process.argv[0], resolve(file), ...rest];
  await import(pathToFileURL(resolve(outfile)).href);
} finally {
  // The program is loaded; one that runs on needs the file no more.
  rmSync(folder, { recursive: true, force: true });
}
