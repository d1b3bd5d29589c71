import type { JsonObject } from '../../src/protocol/json';
import type { ApiDescription } from '../reporting_api/api-description';
import { startReportingApi, type ReportingApi } from '../reporting_api/reporting-api';
import { scenarioApi, scenarioInput, type Scenario } from './scenario';

/** The API key in the config of scenarios. */
export const SECRET = 'test-api-key-0815';
const BEARER = { authenticator: { type: 'BearerAuthenticator', api_token: "{{ config['api_key'] }}" } };

export type TestedParts = Pick<Scenario, 'job' | 'retriever' | 'stream' | 'manifest' | 'config' | 'faults' | 'api'>;

export interface TestedStream {
  api: ReportingApi;
  manifest: JsonObject;
  config: JsonObject;
}

/** Starts an API, and gives a manifest for it whose stream is called `report`; without a retriever of its own it orders its jobs with the API key. */
export async function startTestedStream(parts: TestedParts = {}): Promise<TestedStream> {
  const retriever = parts.stream?.retriever ? undefined : { creation_requester: BEARER, ...parts.retriever };
  const scenario: Scenario = { name: 'test', description: '', expect: { exit: 0, records: 0 }, ...parts, retriever };
  const api = await startReportingApi(scenarioApi(scenario) as ApiDescription);
  const { manifest, config } = scenarioInput(scenario, api.url);
  return { api, manifest: manifest as JsonObject, config: config as JsonObject };
}
