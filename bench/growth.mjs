/**
 * `npm run bench:growth [-- SERIES …]`: how CPU time and memory of a read grow with bytes, jobs and partitions, as
 * bench/growth/*.svg and, with `--write`, as the table in docs/performance.md. Ours only. Linux only; takes some minutes.
 *   HUGE=1   adds bodies of 10 GB to the series of bytes
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { stringify } from 'yaml';
import { writeFigures } from './support/figures.mjs';
import { measure } from './support/measure.mjs';
import { plot } from './support/plot.mjs';
import { reportPieces, sizeOf } from './support/report-bodies.mjs';
import { commandLine, manyStreams, OURS } from './support/sources.mjs';
import { withWorld } from './support/world.mjs';

const wanted = process.argv.slice(2).filter((word) => !word.startsWith('--'));
const filter = "{{ record['country'] != 'FR' }}";

/** `x` of a point is the size that the title names. */
const SERIES = {
  'csv-bytes': { title: 'CSV, MB', sizes: megabytes('csv', 195) },
  'csv-filter-bytes': { title: 'CSV with a filter, MB', sizes: megabytes('csv', 195, { filter }) },
  'gzip-bytes': { title: 'gzip CSV, MB packed', sizes: megabytes('csv', 53, { gzip: true }) },
  'jsonl-bytes': { title: 'JSON Lines, MB', sizes: megabytes('jsonl', 392) },
  'jsonl-filter-bytes': { title: 'JSON Lines with a filter, MB', sizes: megabytes('jsonl', 392, { filter }) },
  'json-bytes': { title: 'JSON array, MB', sizes: megabytes('json', 392) },
  'json-path-bytes': { title: 'JSON, `{"data": […]}`, MB', sizes: megabytes('object.json', 392) },
  'json-path-filter-bytes': { title: 'JSON, `{"data": […]}`, with a filter, MB', sizes: megabytes('object.json', 392, { filter }) },
  'xml-bytes': { title: 'XML, MB', sizes: megabytes('xml', 492) },
  manifest: {
    title: '`discover`, streams of a manifest',
    sizes: [1, 10, 40, 100].map((count) => ({ x: count, command: 'discover', manifest: () => stringify(manyStreams(count), { aliasDuplicateObjects: false }) })),
  },
  jobs: { title: 'jobs of 1 s at once', sizes: [1, 10, 100, 300, 1000, 3000].map((count) => ({ x: count, manifest: ({ jobs }) => jobs(count, 1000) })) },
  partitions: { title: 'partitions of 10 pages, all at once', sizes: [1, 10, 30, 100].map((count) => ({ x: count, manifest: ({ pages }) => pages({ partitions: count, pages: 10, ms: 0 }) })) },
};

/** Bodies of about 10 MB, 100 MB and so on. */
function megabytes(format, bytesPerRow, more = {}) {
  return [10, 100, 1000, ...(process.env.HUGE === '1' ? [10_000] : [])].map((size) => {
    const rows = Math.round((size * 1e6) / bytesPerRow / 1000) * 1000;
    return { x: sizeOf(reportPieces(`${rows}.${format}${more.gzip ? '.gz' : ''}`)) / 1e6, manifest: ({ download }) => download(format, rows, more) };
  });
}

await withWorld(async (world) => {
  mkdirSync('bench/growth', { recursive: true });
  const lines = ['| | size → seconds of CPU, peak MB |', '| --- | --- |'];
  for (const [name, { title, sizes }] of Object.entries(SERIES)) {
    if (wanted.length > 0 && !wanted.includes(name)) continue;
    const points = [];
    for (const { x, command = 'read', manifest } of sizes) points.push({ x, ...(await measure(commandLine(OURS, command, manifest(world), world.folder))) });
    const line = `| [${title}](../bench/growth/${name}.svg) | ${points.map(({ x, cpu, memory }) => `${x.toFixed(0)} → ${cpu.toFixed(2)}, ${memory.toFixed(0)}`).join('; ')} |`;
    process.stdout.write(`${line}\n`);
    lines.push(line);
    writeFileSync(`bench/growth/${name}.svg`, plot(title.replaceAll('`', ''), points));
  }
  if (process.argv.includes('--write')) writeFigures('docs/performance.md', 'growth', lines);
});
