/**
 * `npm run bench [-- WORD … --write]`: what was aimed at, ours and its peers side by side in the same run, as one Markdown
 * table; below it everything that was run for it. Linux only.
 *   WORD         only the aims whose name contains one of the words
 *   --write      puts the tables into README.md and docs/performance.md
 *   REPEAT=3     how often ours is measured (the peers that take long: once); the middle counts
 *   HUGE=1       memory also with bodies of 10 GB
 * The reference comes from the Python that $PYTHON names (default .venv/bin/python), DuckDB, polars and xan from where
 * `bench/peers.sh` has put them. What is not there leaves its cell empty.
 */
import { spawnSync } from 'node:child_process';
import { cpus } from 'node:os';
import { aims } from './aims.mjs';
import { writeFigures } from './support/figures.mjs';
import { measure, medianOf } from './support/measure.mjs';
import { commandLine, OURS, REFERENCE } from './support/sources.mjs';
import { withWorld } from './support/world.mjs';

const REPEAT = Number(process.env.REPEAT ?? 3);
const words = process.argv.slice(2).filter((word) => !word.startsWith('--'));
const number = (value, digits) => (value === undefined ? '–' : value.toFixed(digits));
const row = (cells) => `| ${cells.join(' | ')} |`;

await withWorld(async (world) => {
  const ran = new Map();
  /** Runs a case once with ours and, when asked for, once with the reference; `{ cpu, wall, memory, polls }` of the program. */
  const runs = {
    ...world,
    repeat: REPEAT,
    async of(program, name, { command = 'read', manifest, repeat = program === OURS ? REPEAT : 1, huge = false }) {
      if (!program.command) return undefined;
      const key = `${program.name}: ${name}`;
      if (!ran.has(key)) {
        const measured = await medianOf(huge ? 1 : repeat, async () => {
          await world.polls();
          const result = await measure(commandLine(program, command, manifest, world.folder), { env: { PYTHONWARNINGS: 'ignore' } });
          return { ...result, polls: await world.polls() };
        });
        process.stderr.write(`${key}: ${number(measured.cpu, 2)} s of CPU, ${number(measured.wall, 2)} s, ${number(measured.memory, 0)} MB\n`);
        ran.set(key, { program: program.name, name, ...measured });
      }
      return ran.get(key);
    },
    ours: (name, options) => runs.of(OURS, name, options),
    reference: (name, options) => runs.of(REFERENCE, name, options),
  };

  const version = REFERENCE.command && spawnSync(REFERENCE.command[0], ['-c', 'import airbyte_cdk; print(airbyte_cdk.__version__)'], { encoding: 'utf8' }).stdout.trim();
  const about = `${new Date().toISOString().slice(0, 10)}, Node ${process.version}, ${cpus().length} × ${cpus()[0]?.model ?? 'unknown CPU'}, reference: ${version ? `airbyte-cdk ${version}` : 'not there'}.`;
  const table = [row(['work', 'ours', 'against', 'result', 'aim', '']), row(['---', '---:', '---:', '---:', '---:', '---'])];
  process.stdout.write(`${about}\n\n${table.join('\n')}\n`);
  for (const { work, measured } of aims(runs)) {
    if (words.length > 0 && !words.some((word) => work.includes(word))) continue;
    const { ours, against, result, aim, isReached } = await measured();
    table.push(row([work, ours, against, result, aim, isReached === undefined ? 'not measured' : isReached ? 'reached' : '**missed**']));
    process.stdout.write(`${table.at(-1)}\n`);
  }

  const names = [...new Set([...ran.values()].map(({ name }) => name))];
  const details = [row(['run', 'ours: CPU s', 'time s', 'peak MB', 'reference: CPU s', 'time s', 'peak MB']), row(['---', ...Array.from({ length: 6 }, () => '---:')])];
  for (const name of names) {
    const cells = [OURS, REFERENCE].flatMap((program) => {
      const found = ran.get(`${program.name}: ${name}`);
      return [number(found?.cpu, 2), number(found?.wall, 2), number(found?.memory, 0)];
    });
    details.push(row([name, ...cells]));
  }
  process.stdout.write(`\n${details.join('\n')}\n`);
  if (process.argv.includes('--write')) {
    writeFigures('README.md', 'figures', [about, '', ...table]);
    writeFigures('docs/performance.md', 'figures', [about, '', ...table]);
    writeFigures('docs/performance.md', 'runs', details);
  }
});
