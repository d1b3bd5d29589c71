import { readFileSync } from 'node:fs';
import { faultCases, FAULTS, PHASES, type Expected } from './fault-matrix';
import { cellOf, oursInTable } from './fault-table';
import { runCase, type Verdict } from './run-case';

/** `npm run test:faults` runs every case; otherwise those in which a download meets a fault once. */
const isWhole = process.env.SOURCE_FAULTS === 'all';
const AT_ONCE = 6;
const cases = faultCases().filter(({ times, phase }) => isWhole || (times === 'once' && phase === 'download'));
const told = oursInTable(readFileSync('docs/faults.md', 'utf8'));

describe('fault matrix', () => {
  const runs = new Map<string, Promise<Verdict>>();

  // Most of the time of a case is waiting for its API.
  beforeAll(() => {
    const waiting = [...cases];
    const lanes = Array.from({ length: AT_ONCE }, () => Promise.resolve() as Promise<unknown>);
    for (const [index, each] of waiting.entries()) {
      const run = lanes[index % AT_ONCE]!.then(() => runCase(each));
      runs.set(each.name, run);
      lanes[index % AT_ONCE] = run.catch(() => undefined);
    }
  });

  it.each(cases.map((each) => [each.name, each] as const))(
    '%s',
    async (name, { expected }) => {
      const verdict = await runs.get(name)!;
      expect({ came: kindOf(verdict), told: cellOf(verdict) }).toEqual({ came: expected, told: told[name] });
    },
    90_000,
  );

  it('docs/faults.md has a line for every case', () => {
    expect(Object.keys(told).sort()).toEqual(faultCases().map(({ name }) => name).sort());
    expect(FAULTS.length).toBeGreaterThan(PHASES.length);
  });
});

/** What no run may do comes out as a text of its own. */
function kindOf({ exit, status, rows, missing, doubled, invented, code }: Verdict): Expected | string {
  if (doubled > 0 || invented > 0) return `${doubled} rows twice, ${invented} invented`;
  if (exit === 0 && status === 'COMPLETE') return missing === 0 ? 'whole' : 'unseen';
  if (exit === 1 && status === 'INCOMPLETE' && code?.startsWith('[')) return 'fails';
  return `exit ${exit}, ${status}, ${rows} rows, code ${code}`;
}
