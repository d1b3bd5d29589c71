// `node keep-compiled.cjs APP CACHE COMMANDS`: runs the command lines in COMMANDS (JSON) with the script APP, one after the other in this
// process, and writes what V8 has compiled of it to CACHE.
'use strict';
const { readFileSync, writeFileSync } = require('node:fs');
const { createRequire } = require('node:module');
const v8 = require('node:v8');
const vm = require('node:vm');

const [, , file, cache, commands] = process.argv;
// A cache fits the flags of V8 that it was written with. `read` would change them (src/platform/small-heap.ts).
const { setFlagsFromString } = v8;
v8.setFlagsFromString = () => undefined;
vm.runInNewContext = () => () => undefined;
// What ran once and not again would be thrown away.
setFlagsFromString('--no-flush-bytecode');

const script = new vm.Script(readFileSync(file, 'latin1'), { filename: file });
const rest = JSON.parse(commands);
const { exit } = process;
process.exit = (code) => {
  if (code !== 0) throw new Error(`A command of ${commands} ended with ${code}`);
  const next = rest.shift();
  if (next) {
    process.removeAllListeners();
    process.argv = [process.execPath, file, ...next];
    script.runInThisContext()(createRequire(file), file, (url) => import(url));
    return;
  }
  setFlagsFromString('--flush-bytecode');
  writeFileSync(cache, script.createCachedData());
  exit(0);
};
process.exit(0);
