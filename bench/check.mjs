/**
 * `npm run bench:check`: fails when a case costs more than it did, as a multiple of what a yardstick costs in the same run
 * on the same machine, so that neither a slower nor a busier machine matters. bench/baseline.json holds the multiples;
 * `node bench/check.mjs --write` writes it anew.
 * A fast path that is not taken any more costs several times as much: that is what `.ci/run` looks for, with a tolerance of 2.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { measure } from './support/measure.mjs';
import { commandLine, OURS } from './support/sources.mjs';
import { withWorld } from './support/world.mjs';

/** More than this much above the baseline is no chance; $TOLERANCE allows more, on machines where other programs change what a program costs. */
const TOLERANCE = Number(process.env.TOLERANCE ?? 1.35);
const ROUNDS = 5;
const YARDSTICK = 'const line = JSON.stringify(Object.fromEntries(Array.from({ length: 18 }, (_, at) => [`column ${at}`, `value ${at}`]))); let sum = 0; for (let at = 0; at < 150_000; at++) sum += JSON.stringify(JSON.parse(line)).length;';
const filter = "{{ record['country'] != 'FR' }}";

await withWorld(async ({ folder, download, pages }) => {
  const cases = {
    spec: ['spec', download('csv', 10)],
    csv: ['read', download('csv', 300_000)],
    'csv with a filter': ['read', download('csv', 300_000, { filter })],
    jsonl: ['read', download('jsonl', 100_000)],
    'jsonl with a filter': ['read', download('jsonl', 100_000, { filter })],
    xml: ['read', download('xml', 20_000)],
    pages: ['read', pages({ partitions: 5, pages: 40, ms: 0 })],
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
    return;
  }
  const baseline = JSON.parse(readFileSync('bench/baseline.json', 'utf8'));
  const slower = Object.keys(baseline).filter((name) => multiples[name] > baseline[name] * TOLERANCE);
  for (const [name, multiple] of Object.entries(multiples)) process.stdout.write(`${name}: ${multiple} × the yardstick, ${baseline[name]} in the baseline${slower.includes(name) ? '  SLOWER' : ''}\n`);
  process.exitCode = slower.length > 0 ? 1 : 0;
});
