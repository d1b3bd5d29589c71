import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const TESTS = 'integration_tests/builder_page';

describe('the checklist of the Builder', () => {
  it('has a browser test for each row, and no test for a row that does not exist', () => {
    const rows = [...readFileSync('docs/builder.md', 'utf8').matchAll(/^\| (\d+) \| \S/gm)].map(([, number]) => Number(number));
    expect(rows).toEqual(Array.from({ length: 58 }, (_, at) => at + 1));
    const specs = readdirSync(TESTS).filter((name) => name.endsWith('.spec.ts'));
    // A title names its rows in front: `[3 50 51] shows …`.
    const named = specs.flatMap((name) => [...readFileSync(join(TESTS, name), 'utf8').matchAll(/\('\[([\d ]+)\] /g)].flatMap(([, numbers]) => numbers!.split(' ').map(Number)));
    expect(rows.filter((row) => !named.includes(row))).toEqual([]);
    expect(named.filter((row) => !rows.includes(row))).toEqual([]);
  });
});
