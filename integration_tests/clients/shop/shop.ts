import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { loadDescription } from '../../reporting_api/load-description';
import { startReportingApi, type ReportingApi } from '../../reporting_api/reporting-api';
import type { CliInput } from '../../support/run-cli';
import type { ApiDescription } from '../../reporting_api/api-description';

const FOLDER = 'integration_tests/clients/shop';
const CURSORS: Record<string, string> = { orders: 'day', members: 'joined_at' };

/** The shop of manifest.yaml: its API, and what a run of the connector is given. */
export async function startShop(more: Partial<ApiDescription> = {}, config: Record<string, string> = {}): Promise<{ api: ReportingApi; input: CliInput }> {
  const api = await startReportingApi({ ...loadDescription(`${FOLDER}/api.yaml`), ...more });
  const manifest = parse(readFileSync(`${FOLDER}/manifest.yaml`, 'utf8'));
  const streams = ['orders', 'members', 'lists', 'colours', 'countries'].map((name) => ({
    stream: { name, json_schema: { type: 'object' }, supported_sync_modes: ['full_refresh', 'incremental'] },
    sync_mode: CURSORS[name] ? 'incremental' : 'full_refresh',
    destination_sync_mode: 'append',
    ...(CURSORS[name] ? { cursor_field: [CURSORS[name]] } : {}),
  }));
  return {
    api,
    input: { command: 'read', manifest, config: { api_key: 'shop-secret-key', base_url: api.url, start_date: '2024-01-01', end_date: '2024-02-10', ...config }, catalog: { streams } },
  };
}
