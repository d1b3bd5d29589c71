// Compiles src/decode/wasm/assembly/*.ts (AssemblyScript) into src/decode/wasm/generated/: for each a TypeScript module
// with the WebAssembly as base64, so that jest and the bundle need no file of their own. What programs have in common is in
// assembly/shared/. Does nothing when all are newer than their sources.
import { mkdirSync, readdirSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const sources = join(root, 'src/decode/wasm/assembly');
const target = join(root, 'src/decode/wasm/generated');
const OPTIONS = ['-Ospeed', '--noAssert', '--runtime', 'stub', '--use', 'abort=', '--enable', 'simd', '--importMemory', '--zeroFilledMemory'];

/** As in memory-layout.ts. */
const FIRST_ADDRESS = 4096;

const changed = (path) => statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0;
const programs = readdirSync(sources).filter((name) => name.endsWith('.ts'));
const shared = readdirSync(join(sources, 'shared')).map((name) => join('shared', name));
const newest = Math.max(...[...[...programs, ...shared].map((name) => join(sources, name)), fileURLToPath(import.meta.url)].map(changed));
for (const program of programs) {
  const name = basename(program, '.ts');
  const output = join(target, program);
  if (changed(output) > newest) continue;
  const { default: asc } = await import('assemblyscript/asc');
  let binary;
  const { error, stderr } = await asc.main([program, '--outFile', `${name}.wasm`, '--baseDir', sources, ...OPTIONS], {
    writeFile: (_, contents) => (binary = contents),
  });
  if (error) throw new Error(`${program}: ${error.message}\n${stderr}`);
  const memory = new WebAssembly.Memory({ initial: 1 });
  new WebAssembly.Instance(new WebAssembly.Module(binary), { env: { memory } });
  if (new Uint8Array(memory.buffer).subarray(FIRST_ADDRESS).some((byte) => byte !== 0)) throw new Error(`${program}: its tables are in the way of those of memory-layout.ts`);
  mkdirSync(target, { recursive: true });
  const text = `// Made by scripts/build-wasm.mjs from ../assembly/${program}.\nexport default '${Buffer.from(binary).toString('base64')}';\n`;
  // Whole or not at all: tests may be reading it.
  writeFileSync(`${output}.${process.pid}`, text);
  renameSync(`${output}.${process.pid}`, output);
}
