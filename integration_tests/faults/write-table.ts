/** Runs the matrix on ours and writes the table of docs/faults.md, with the figures of the reference that fault_matrix.py has kept. */
import { readFileSync, writeFileSync } from 'node:fs';
import { faultCases } from './fault-matrix';
import { tableOf, withTable, type Outcome, type Outcomes } from './fault-table';
import { runCase } from './run-case';

const AT_ONCE = 6;
const PAGE = 'docs/faults.md';

const ours: Record<string, Outcome> = {};
const waiting = faultCases();
await Promise.all(
  Array.from({ length: AT_ONCE }, async () => {
    for (let each = waiting.shift(); each; each = waiting.shift()) ours[each.name] = await runCase(each);
  }),
);
const reference = JSON.parse(readFileSync('integration_tests/faults/reference.json', 'utf8')) as Outcomes;
writeFileSync(PAGE, withTable(readFileSync(PAGE, 'utf8'), tableOf(ours, reference)));
process.exit(0);
