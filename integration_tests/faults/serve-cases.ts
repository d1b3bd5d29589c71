/** Starts the fake API of every case that the reference can be asked, prints the cases as one line of JSON for fault_matrix.py, and runs until stdin ends. */
import { startReportingApi } from '../reporting_api/reporting-api';
import { apiOf, EVERY_ROW, faultCases, inputOf } from './fault-matrix';

const cases = await Promise.all(
  faultCases()
    .filter(({ fault }) => fault.clockJumpMs === undefined)
    .map(async (each) => {
      const api = await startReportingApi(apiOf(each));
      return { name: each.name, url: api.url, ...inputOf(each, api.url) };
    }),
);
process.stdout.write(`${JSON.stringify({ cases, every_row: EVERY_ROW })}\n`);
process.stdin.resume().once('end', () => process.exit(0));
