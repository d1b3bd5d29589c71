import type { Page } from 'playwright-core';
import { parse } from 'yaml';
import type { ApiDescription } from '../reporting_api/api-description';
import { runCli } from '../support/run-cli';
import { textOf } from './support/builder-page';
import { useBrowser } from './support/browser';

const KEY = 'SG.key-of-the-walk';
const EXPORTS = '/v3/marketing/contacts/exports';

/** SendGrid's contact export as the description of the feature has it: pending, pending, ready, then CSV. */
const api: ApiDescription = {
  auth: { bearer: KEY },
  jobs: [
    {
      name: 'contacts',
      id: 'export-{n}',
      create: { on: `POST ${EXPORTS}`, status: 202, body: { id: '{id}' } },
      poll: { on: `GET ${EXPORTS}/{id}`, body: { id: '{id}', status: '{status}' } },
      statuses: ['pending', 'pending', 'ready'],
      when: { ready: { body: { id: '{id}', status: 'ready', urls: '{urls}' } } },
      download: { on: 'GET /files/{id}/{part}', file: { format: 'csv', rows: { count: 3, columns: ['CONTACT_ID', 'EMAIL'] } } },
    },
  ],
};

/** What the form must write; the addresses are the fake API's. */
const stream = (base: string) => ({
  type: 'DeclarativeStream',
  name: 'contacts',
  primary_key: ['CONTACT_ID'],
  retriever: {
    type: 'AsyncRetriever',
    creation_requester: { type: 'HttpRequester', url: `${base}${EXPORTS}`, http_method: 'POST', authenticator: { type: 'BearerAuthenticator', api_token: "{{ config['api_key'] }}" } },
    polling_requester: { type: 'HttpRequester', url: `${base}${EXPORTS}/{{creation_response['id']}}`, http_method: 'GET', authenticator: { type: 'BearerAuthenticator', api_token: "{{ config['api_key'] }}" } },
    status_extractor: { type: 'DpathExtractor', field_path: ['status'] },
    status_mapping: { type: 'AsyncJobStatusMap', completed: ['ready'], failed: ['failed'], running: ['pending'], timeout: ['timeout'] },
    download_target_extractor: { type: 'DpathExtractor', field_path: ['urls'] },
    download_requester: { type: 'HttpRequester', url: '{{ download_target }}', http_method: 'GET' },
    download_decoder: { type: 'CsvDecoder' },
    record_selector: { type: 'RecordSelector', extractor: { type: 'DpathExtractor', field_path: [] } },
  },
});

/** A value of a list: typed, then Enter. */
async function addTag(page: Page, group: string, label: string, tag: string): Promise<void> {
  const field = page.getByRole('group', { name: group }).getByLabel(label, { exact: true });
  await field.fill(tag);
  await field.press('Enter');
}

const openTab = (page: Page, name: string) => page.getByRole('main').getByRole('tab', { name: new RegExp(`^${name}`) }).click();

describe("SendGrid's contact export", () => {
  const withBuilder = useBrowser();

  it('[1 3 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 25 26 27 28 29 30 31 32 33 34 42] is built from an empty page by its labels, tested, saved, and read', () =>
    withBuilder({ api }, async ({ page, results, api: { url: base, log }, test, savedFile }) => {
      await page.getByRole('button', { name: 'Add stream' }).click();
      await page.getByLabel('Stream name').fill('contacts');
      await page.getByLabel('Request type').selectOption('Asynchronous Job');
      await page.getByRole('button', { name: 'Create', exact: true }).click();
      const main = page.getByRole('main');
      expect(await main.getByRole('tab').allInnerTexts()).toEqual(['Creation', 'Polling', 'Download', 'Schema']);

      // Creation
      await main.getByLabel('URL', { exact: true }).fill(`${base}${EXPORTS}`);
      await main.getByLabel('HTTP Method', { exact: true }).selectOption('POST');
      await main.getByLabel('HTTP Response Format', { exact: true }).waitFor();
      for (const part of ['Query Parameters', 'Request Headers', 'Request Body']) await main.getByRole('group', { name: 'Request Options' }).getByText(part, { exact: true }).first().waitFor();
      await main.getByLabel('Authentication', { exact: true }).selectOption('Bearer Token');
      await main.getByLabel('API Key', { exact: true }).fill(KEY);
      await page.getByRole('button', { name: 'Use the same authentication for polling' }).click();

      // Polling
      await openTab(page, 'Polling');
      await main.getByLabel('URL', { exact: true }).fill(`${base}${EXPORTS}/{{creation_response['id']}}`);
      await main.getByLabel('HTTP Method', { exact: true }).selectOption('GET');
      await addTag(page, 'Status Extractor', 'Field Path', 'status');
      await addTag(page, 'Status Mapping', 'Completed', 'ready');
      await addTag(page, 'Status Mapping', 'Failed', 'failed');
      await addTag(page, 'Status Mapping', 'Running', 'pending');
      await addTag(page, 'Status Mapping', 'Timeout', 'timeout');
      await addTag(page, 'Download Target Extractor', 'Field Path', 'urls');

      // Download
      await openTab(page, 'Download');
      await main.getByLabel('URL', { exact: true }).fill('{{ download_target }}');
      await main.getByLabel('HTTP Method', { exact: true }).selectOption('GET');
      await main.getByLabel('HTTP Response Format', { exact: true }).selectOption('CSV');
      // Download Extractor and Record Selector stay empty: the whole file.
      for (const group of ['Download Extractor', 'Record Selector']) expect(await main.getByRole('group', { name: group }).getByLabel('Field Path', { exact: true }).inputValue()).toBe('');
      const key = main.getByLabel('Primary Key', { exact: true });
      if ((await key.evaluate((element) => element.tagName)) === 'SELECT') await key.selectOption({ index: 1 });
      const field = main.getByLabel('Primary Key', { exact: true }).last();
      await field.fill('CONTACT_ID');
      await field.press('Enter');

      await test();
      await results.getByRole('tab', { name: 'Records (3)' }).waitFor();
      await page.getByText('Other Requests (4)').waitFor();
      await results.getByRole('tab', { name: 'Request' }).click();
      expect(await textOf(page.getByRole('tabpanel', { name: 'Request' }).first().locator('.request-line'))).toBe(`GET ${base}/files/export-1/1`);
      await results.getByRole('tab', { name: 'Response' }).click();
      expect(await page.getByLabel('Body as text').innerText()).toMatch(/^CONTACT_ID,EMAIL\n/);
      // The key goes to the API, never to the host of the file, and nowhere into the page.
      expect(log().map(({ headers }) => headers.authorization ?? '')).toEqual([...Array<string>(4).fill(`Bearer ${KEY}`), '']);
      expect(await page.content()).not.toContain(KEY);

      await results.getByRole('tab', { name: 'Records (3)' }).click();
      await page.getByRole('tabpanel', { name: /^Records/ }).getByText('JSON', { exact: true }).click();
      const shown = JSON.parse(await page.getByLabel('Records as JSON').innerText()) as unknown[];

      await page.keyboard.press('Control+s');
      await page.getByLabel('File name').fill('contacts.yaml');
      await page.getByRole('dialog').getByRole('button', { name: 'Save' }).click();
      await page.getByText('Saved contacts.yaml').waitFor();
      const saved = savedFile('contacts.yaml');
      expect(saved).not.toContain(KEY);
      expect((parse(saved) as { streams: unknown[] }).streams[0]).toMatchObject(stream(base));

      const catalog = { streams: [{ stream: { name: 'contacts', json_schema: {}, supported_sync_modes: ['full_refresh'] }, sync_mode: 'full_refresh', destination_sync_mode: 'append' }] };
      const { messages, exitCode } = await runCli({ command: 'read', manifest: saved, config: { api_key: KEY }, catalog });
      expect(exitCode).toBe(0);
      expect(messages.filter(({ type }) => type === 'RECORD').map(({ record }) => record.data)).toEqual(shown);
    }));
});
