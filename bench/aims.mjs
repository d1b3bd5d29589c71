// What the connector wants to reach, and how each figure is made of runs.
import { rmSync } from 'node:fs';
import { decodeCsv } from './decode/csv.mjs';
import { measure, medianOf } from './support/measure.mjs';
import { reportFile } from './support/report-bodies.mjs';
import { manyStreams } from './support/sources.mjs';
import { stringify } from 'yaml';

const TRANSFORMED = {
  filter: "{{ record['device'] == 'mobile' and record['country'] != 'FR' }}",
  transformations: [
    { type: 'AddFields', fields: [{ path: ['cost_per_click'], value: "{{ record['cost'] | float / (record['clicks'] | int + 1) }}" }] },
    { type: 'AddFields', fields: [{ path: ['label'], value: "{{ record['country'] ~ '/' ~ record['campaign'] }}" }] },
    { type: 'KeysToLower' },
  ],
};

const short = (value, unit) => `${value < 10 ? value.toFixed(2) : value.toFixed(value < 100 ? 1 : 0)} ${unit}`;

/** Ours must take so many times less than the other. */
function timesLess(aim, ours, other, unit, name) {
  const ratio = other === undefined ? undefined : other / ours;
  return {
    ours: short(ours, unit),
    against: other === undefined ? '–' : `${short(other, unit)} (${name})`,
    result: ratio === undefined ? '–' : `${ratio.toFixed(1)} ×`,
    aim: `${aim} ×`,
    isReached: ratio === undefined ? undefined : ratio >= aim,
  };
}

/** Ours must stay at or below a limit. */
function atMost(limit, value, unit, against = '–') {
  return { ours: short(value, unit), against, result: '', aim: `≤ ${limit} ${unit}`, isReached: value <= limit };
}

/** The aims as `{ work, measured }`. */
export function aims(runs) {
  const { download, jobs, pages, folder } = runs;
  // A difference of two runs needs them more often.
  const often = (side) => (side === 'ours' ? { repeat: 2 * runs.repeat + 1 } : {});
  const csv = (rows, side = 'ours') => runs[side](`CSV, ${rows} rows`, { manifest: download('csv', rows), ...often(side) });
  const transformed = (rows, side = 'ours') => runs[side](`CSV, filter, 2 AddFields, KeysToLower, ${rows} rows`, { manifest: download('csv', rows, TRANSFORMED), ...often(side) });
  /** µs a row, what the start costs left out. */
  const slope = async (run, side) => {
    const [small, large] = [await run(50_000, side), await run(500_000, side)];
    return small && ((large.cpu - small.cpu) / 450_000) * 1e6;
  };
  const whole = (work, aim, format, rows) => ({
    work,
    measured: async () => {
      const run = (side) => runs[side](`${work}, ${rows} rows`, { manifest: download(format, rows) });
      return timesLess(aim, (await run('ours')).cpu, (await run('reference'))?.cpu, 's of CPU', 'reference');
    },
  });
  const job = (count, side = 'ours') => runs[side](`${count} ${count === 1 ? 'job' : 'jobs'} of 3 s`, { manifest: jobs(count, 3000) });
  const paged = (side) => runs[side]('10 × 100 pages of 100 records, 20 ms each', { manifest: pages({ partitions: 10, pages: 100, ms: 20 }) });
  const small = (side) => runs[side]('spec, 1 stream', { command: 'spec', manifest: stringify(manyStreams(1), { aliasDuplicateObjects: false }), repeat: 15 });
  const memory = (work, format, bytesPerRow, more = {}) => ({
    work: `peak memory, ${work}`,
    measured: async () => {
      const sizes = [100, 1000, ...(process.env.HUGE === '1' ? [10_000] : [])];
      const peaks = [];
      for (const size of sizes) {
        const rows = Math.round((size * 1e6) / bytesPerRow / 1000) * 1000;
        peaks.push((await runs.ours(`${work}, ${size} MB`, { manifest: download(format, rows, more), huge: size > 100 })).memory);
      }
      return { ...atMost(100, Math.max(...peaks), 'MB'), ours: `${peaks.map((peak) => peak.toFixed(0)).join(', ')} MB`, against: sizes.map((size) => (size < 1000 ? `${size} MB` : `${size / 1000} GB`)).join(', ') };
    },
  });
  const completion = (count) => ({
    work: `${count === 1 ? 'one job' : `${count} jobs`}: end seen`,
    measured: async () => {
      const [ours, other] = [await job(count), await job(count, 'reference')];
      const seen = atMost(0.5, ours.wall - 3, 's after the end');
      const polls = other && `${other.polls} polls, ${short(other.wall - 3, 's')} (reference)`;
      return { ...seen, against: polls ?? '–', result: `${ours.polls} polls`, aim: `${seen.aim}, no more polls`, isReached: other && seen.isReached && ours.polls <= other.polls };
    },
  });

  return [
    { work: 'CSV download, a row', measured: async () => timesLess(40, await slope(csv, 'ours'), await slope(csv, 'reference'), 'µs of CPU', 'reference') },
    {
      work: 'CSV to RECORD lines alone, 200 MB',
      measured: async () => {
        const { ours, peers } = await decodeCsv(1_000_000);
        const [name, seconds] = Object.entries(peers).sort(([, a], [, b]) => a - b)[0] ?? [];
        return timesLess(2, ours, seconds, 's of CPU', name);
      },
    },
    { work: 'CSV with a filter, 2 AddFields, KeysToLower, a row', measured: async () => timesLess(60, await slope(transformed, 'ours'), await slope(transformed, 'reference'), 'µs of CPU', 'reference') },
    {
      work: 'gzip CSV of 97 MB, beyond the start',
      measured: async () => {
        const [start, all] = [await runs.ours('gzip CSV, 10 rows', { manifest: download('csv', 10, { gzip: true }) }), await runs.ours('gzip CSV, 500000 rows', { manifest: download('csv', 500_000, { gzip: true }) })];
        const file = reportFile(folder, '500000.csv.gz');
        const { cpu } = await medianOf(runs.repeat, () => measure(['gzip', '-dc', file]));
        rmSync(file);
        const factor = (all.cpu - start.cpu) / cpu;
        return { ours: short(all.cpu - start.cpu, 's of CPU'), against: `${short(cpu, 's')} (gzip -dc)`, result: `${factor.toFixed(2)} ×`, aim: '≤ 1.5 ×', isReached: factor <= 1.5 };
      },
    },
    whole('JSON Lines of 250 MB', 15, 'jsonl', 640_000),
    whole('JSON array of 250 MB', 15, 'json', 640_000),
    whole('XML of 50 MB', 5, 'xml', 102_000),
    memory('CSV', 'csv', 195),
    memory('gzip CSV', 'csv', 195, { gzip: true }),
    memory('JSON Lines', 'jsonl', 392),
    memory('JSON array', 'json', 392),
    memory('JSON, list at a path', 'object.json', 392),
    memory('XML', 'xml', 492),
    { work: '`spec`, start to exit', measured: async () => timesLess(15, (await small('ours')).cpu, (await small('reference'))?.cpu, 's of CPU', 'reference') },
    {
      work: '`spec`, above bare Node',
      measured: async () => {
        const bare = await medianOf(15, () => measure([process.execPath, '-e', '0']));
        return atMost(30, ((await small('ours')).wall - bare.wall) * 1000, 'ms', `${short(bare.wall * 1000, 'ms')} (node -e 0)`);
      },
    },
    completion(1),
    completion(100),
    {
      work: '1,000 jobs at once, a job',
      measured: async () => {
        const [one, ten, thousand] = [await job(1), await job(10), await job(1000)];
        const [few, many] = [(ten.cpu - one.cpu) / 9, (thousand.cpu - ten.cpu) / 990].map((seconds) => seconds * 1000);
        return { ours: `${short(many, 'ms of CPU')}, ${thousand.memory.toFixed(0)} MB`, against: `${short(few, 'ms')} (10 jobs)`, result: '', aim: 'no more, 150 MB', isReached: many <= few && thousand.memory <= 150 };
      },
    },
    { work: 'synchronous pages, 1,000 of 100 records at 20 ms: clock', measured: async () => timesLess(3, (await paged('ours')).wall, (await paged('reference'))?.wall, 's', 'reference') },
    { work: 'the same: CPU', measured: async () => timesLess(8, (await paged('ours')).cpu, (await paged('reference'))?.cpu, 's of CPU', 'reference') },
  ];
}
