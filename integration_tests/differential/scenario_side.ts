/** Prints the scenarios as JSON for async_diff.py; `http://API_BASE` stands for the address of the fake API. */
import { loadScenarios, scenarioApi, scenarioInput } from '../support/scenario';

const scenarios = loadScenarios().map((scenario) => ({
  name: scenario.name,
  api: scenarioApi(scenario),
  ...scenarioInput(scenario, 'http://API_BASE'),
  state: scenario.state ?? [],
  reference: scenario.reference ?? 'same',
}));
process.stdout.write(JSON.stringify(scenarios));
