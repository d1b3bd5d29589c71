import { mkdirSync, writeFileSync } from 'node:fs';
import { startReportingApi } from './reporting_api/reporting-api';
import { runCli, type CliRun } from './support/run-cli';
import { loadScenarios, scenarioApi, scenarioInput, type Expectation } from './support/scenario';

/** What each scenario printed, for the checks that need more than Node (protocol validation). */
const OUTPUT = 'integration_tests/.output';
mkdirSync(OUTPUT, { recursive: true });

describe('scenario', () => {
  it.each(loadScenarios().map((scenario) => [scenario.name, scenario] as const))('%s', async (_name, scenario) => {
    const api = await startReportingApi(scenarioApi(scenario));
    try {
      const input = scenarioInput(scenario, api.url);
      const run = await runCli({ command: 'read', ...input, state: scenario.state, env: scenario.env });
      writeFileSync(`${OUTPUT}/${scenario.name}.jsonl`, run.stdout);
      writeFileSync(`${OUTPUT}/${scenario.name}.catalog.json`, JSON.stringify(input.catalog));
      writeFileSync(`${OUTPUT}/${scenario.name}.exit`, String(run.exitCode));
      const requests: Record<string, number> = {};
      for (const { route } of api.log()) requests[route ?? 'unknown'] = (requests[route ?? 'unknown'] ?? 0) + 1;
      expect(outcome(run, requests, scenario.expect)).toEqual(expected(scenario.expect));
      expect(run.stdout).not.toContain('test-api-key-0815');
      expect(run.stderr).toBe('');
    } finally {
      await api.close();
    }
  });
});

/** Only what the expectation speaks of, so that a failure shows the whole of it side by side. */
function outcome(run: CliRun, requests: Record<string, number>, wanted: Expectation): Record<string, unknown> {
  const records = run.messages.filter(({ type }) => type === 'RECORD').map(({ record }) => record.data);
  const errors = run.messages.filter(({ trace }) => trace?.type === 'ERROR').map(({ trace }) => trace.error);
  const errorText = errors.map(({ message, internal_message: internal }) => `${message} ${internal ?? ''}`).join('\n');
  const logText = run.messages.filter(({ type }) => type === 'LOG').map(({ log }) => log.message).join('\n');
  const statuses = run.messages.filter(({ trace }) => trace?.type === 'STREAM_STATUS').map(({ trace }) => trace.stream_status);
  const missing = (texts: string[] | undefined, text: string) => (texts ?? []).filter((each) => !text.includes(each)).map((each) => `no "${each}" in: ${text.slice(0, 2000)}`);
  return {
    exit: run.exitCode,
    records: records.length,
    ...(wanted.first ? { first: records.slice(0, wanted.first.length) } : {}),
    ...(wanted.states ? { states: lastByStream(run.messages.filter(({ type }) => type === 'STATE').map(({ state }) => [state.stream.stream_descriptor.name, state.stream.stream_state])) } : {}),
    ...(wanted.statuses ? { statuses: lastByStream(statuses.map((each) => [each.stream_descriptor.name, each.status])) } : {}),
    ...(wanted.requests ? { requests } : {}),
    ...(wanted.failure_type ? { failure_type: errors[0]?.failure_type } : {}),
    ...(wanted.rate_limited ? { rate_limited: [...new Set(statuses.filter((each) => each.reasons).map((each) => each.stream_descriptor.name))] } : {}),
    missingErrors: missing(wanted.errors, errorText),
    missingLogs: missing(wanted.logs, logText),
    ...(wanted.exit === 0 ? { errors: errorText } : {}),
  };
}

function expected(wanted: Expectation): Record<string, unknown> {
  const { errors: _errors, logs: _logs, ...rest } = wanted;
  return { ...rest, missingErrors: [], missingLogs: [], ...(wanted.exit === 0 ? { errors: '' } : {}) };
}

function lastByStream(pairs: [string, unknown][]): Record<string, unknown> {
  return Object.fromEntries(pairs);
}
