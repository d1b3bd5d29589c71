#!/usr/bin/env node
// Becomes dist/main.js: starts dist/app.cjs with what V8 made of it at build time, which saves most of the time that a
// small command takes. Another version of Node finds that this does not fit, and compiles the text.
'use strict';
const { readFileSync } = require('node:fs');
const { createRequire } = require('node:module');
const { join } = require('node:path');
const { Script } = require('node:vm');

const file = join(__dirname, 'app.cjs');
const script = new Script(readFileSync(file, 'latin1'), {
  filename: file,
  // The functions that spec needs are a third of those that check, discover and read need.
  cachedData: read(`${file}.${process.argv[2] === 'spec' ? 'spec' : 'run'}.cache`),
});
// A script that comes from a cache has no import() of its own.
script.runInThisContext()(createRequire(file), file, (url) => import(url));

function read(path) {
  try {
    return readFileSync(path);
  } catch {
    return undefined;
  }
}
