import { stringify } from 'yaml';
import { scenarioApi, scenarioInput, type Scenario } from '../../support/scenario';
import type { OpenOptions } from './builder-page';

/** The stream `report` of the scenarios, with what is laid over it, and its fake API. */
export function aStream(scenario: Partial<Scenario> = {}): OpenOptions {
  const whole = { name: 'page', description: '', expect: { exit: 0, records: 0 }, ...scenario };
  const { manifest, config } = scenarioInput(whole, '{api}');
  return { manifest: stringify(manifest), config, api: scenarioApi(whole) };
}
