import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { startReportingApi } from '../reporting_api/reporting-api';
import { readInProcess } from '../support/run-in-process';
import { scenarioApi, scenarioInput, type Scenario } from '../support/scenario';

/** `npm run test:soak`: a thousand jobs a round, for five minutes. */
const SECONDS = Number(process.env.SOURCE_SOAK_SECONDS ?? 0);
const JOBS = SECONDS > 0 ? 1_000 : 60;
const ROWS = 20;
/** After the first rounds, what a round may leave in memory. */
const GROWTH_BYTES = 8_000_000;
const WARM_UP_ROUNDS = 3;

const slices = Array.from({ length: JOBS }, (_, index) => `p${index}`);

/** One job in ten is failed by the API at first; every 17th poll, 13th download and 11th order breaks. */
const SOAK: Scenario = {
  name: 'soak',
  description: '',
  expect: { exit: 0, records: JOBS * ROWS },
  job: {
    create: { body: { id: '{id}' } },
    statuses: Array.from({ length: JOBS + 1 }, (_, index) => (index % 10 === 3 && index < JOBS ? ['failed'] : ['pending', 'ready'])),
    finished: ['ready', 'failed'],
    download: { file: { text: `id\n${Array.from({ length: ROWS }, (_, row) => `{body.part}-${row}\n`).join('')}` } },
  },
  faults: [
    { on: 'GET /exports/{id}', every: 17, do: { respond: { status: 503, body: '' } } },
    { on: 'GET /files/{id}/{part}', every: 13, do: { cut: { after_bytes: 40 } } },
    { on: 'POST /exports', every: 11, do: { reset: true } },
  ],
  retriever: {
    // Of a thousand jobs of which one in ten fails, one fails three times.
    max_attempts: 8,
    creation_requester: { request_body: { type: 'RequestBodyJsonObject', value: { part: '{{ stream_partition.part }}' } } },
    partition_router: { type: 'ListPartitionRouter', cursor_field: 'part', values: slices },
  },
  manifest: { max_concurrent_async_job_count: 20 },
};

it(`${JOBS} jobs a round${SECONDS > 0 ? `, for ${SECONDS} s` : ''}: every slice is accounted for, and memory stays flat`, async () => {
  setFlagsFromString('--expose-gc');
  const collectGarbage = runInNewContext('gc') as () => void;
  const until = performance.now() + SECONDS * 1000;
  const used: number[] = [];
  do {
    expect(await round()).toEqual({ isDone: true, rows: JOBS * ROWS, distinct: JOBS * ROWS, status: 'COMPLETE' });
    collectGarbage();
    used.push(process.memoryUsage().heapUsed);
  } while (performance.now() < until);
  if (used.length > WARM_UP_ROUNDS) expect(used.at(-1)! - used[WARM_UP_ROUNDS - 1]!).toBeLessThan(GROWTH_BYTES);
}, (SECONDS + 120) * 1000);

async function round(): Promise<{ isDone: boolean; rows: number; distinct: number; status: string | undefined }> {
  const api = await startReportingApi(scenarioApi(SOAK));
  const ids = new Set<string>();
  let rows = 0;
  let status: string | undefined;
  const take = (lines: string) => {
    for (const line of lines.split('\n').filter(Boolean)) {
      const { type, record, trace } = JSON.parse(line);
      if (type === 'RECORD') {
        rows += 1;
        ids.add(record.data.id);
      }
      status = trace?.stream_status?.status ?? status;
    }
  };
  try {
    const isDone = await readInProcess({ ...scenarioInput(SOAK, api.url), take });
    return { isDone, rows, distinct: ids.size, status };
  } finally {
    await api.close();
  }
}
