import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { aStream } from './support/a-stream';
import { useBrowser } from './support/browser';

/** A manifest as a person writes it. */
const COMMENTED = `# Our reports.
version: 7.39.1
type: DeclarativeSource
check: {type: CheckStream, stream_names: [lists]}
streams:
  # Small, so all of it at once.
  - type: DeclarativeStream
    name: lists  # as the API calls them
    primary_key: id
    retriever:
      type: SimpleRetriever
      requester:
        type: HttpRequester
        url: "{api}/lists"
        http_method: GET
      record_selector:
        type: RecordSelector
        extractor: {type: DpathExtractor, field_path: [items]}
`;
const LISTS = { routes: [{ on: 'GET /lists', rows: { count: 4, columns: ['id', 'name'] }, body: { items: '{rows}' } }] };

describe('editing', () => {
  const withBuilder = useBrowser();

  it('[1 2 4 6] changes the Request type of a stream at its top right, after a confirmation, both ways', () =>
    withBuilder({ manifest: COMMENTED, api: LISTS }, async ({ page, results, test }) => {
      const main = page.getByRole('main');
      const kind = main.getByLabel('Request type');
      const tabs = async () => (await main.getByRole('tab').allInnerTexts()).map((text) => text.split(',')[0]!.trim());
      // A synchronous stream has one tab for its request, which answers at once.
      expect(await tabs()).toEqual(['Configuration', 'Schema']);
      await test();
      await results.getByRole('tab', { name: 'Records (4)' }).waitFor();
      const name = await main.getByLabel('Stream name').boundingBox();
      const box = await kind.boundingBox();
      expect(box!.x + box!.y).toBeGreaterThan(name!.x + name!.y);

      await kind.selectOption('Asynchronous Job');
      await page.getByRole('button', { name: 'No, keep my progress' }).click();
      expect(await tabs()).toEqual(['Configuration', 'Schema']);
      await kind.selectOption('Asynchronous Job');
      await page.getByRole('button', { name: 'Yes, switch to Asynchronous Job' }).click();
      expect(await tabs()).toEqual(['Creation', 'Polling', 'Download', 'Schema']);
      await kind.selectOption('Synchronous Request');
      await page.getByRole('button', { name: 'Yes, switch to Synchronous Request' }).click();
      expect(await tabs()).toEqual(['Configuration', 'Schema']);
    }));

  it('[12] sends query parameters, headers and a body as the Request Options say', () =>
    withBuilder(aStream({ job: { statuses: ['ready'] } }), async ({ page, test, api }) => {
      const options = page.getByRole('group', { name: 'Request Options' });
      const add = async (label: string, name: string, value: string) => {
        await options.getByRole('button', { name: `Add to ${label}` }).click();
        await options.getByLabel(`${label}: name 1`).fill(name);
        await options.getByLabel(`${label}: value 1`).fill(value);
      };
      await add('Query Parameters', 'since', '2024-01-01');
      await add('Request Headers', 'X-Team', 'blue');
      await options.getByLabel('Request Body', { exact: true }).selectOption('JSON Object');
      await add('Value', 'list', 'customers');
      await test();
      const { query, headers, body } = api.log()[0]!;
      expect(query).toEqual({ since: '2024-01-01' });
      expect(headers['x-team']).toBe('blue');
      expect(JSON.parse(body)).toEqual({ list: 'customers' });
      const others = page.locator('.other-requests');
      await others.getByRole('tab', { name: 'Request' }).click();
      for (const text of ['since', '2024-01-01', 'blue', '"customers"']) await others.getByText(text, { exact: true }).first().waitFor();
    }));

  it('[35 58] says before a test that asynchronous jobs take longer, and how long at most', () =>
    withBuilder(aStream({ retriever: { polling_job_timeout: 30 } }), async ({ page }) => {
      await page.getByText('An asynchronous test takes as long as the API\'s job: at most 30 min.').waitFor();
    }));

  it('keeps comments and the order of what it does not change', () =>
    withBuilder({ manifest: COMMENTED, api: LISTS }, async ({ page, savedFile, api }) => {
      await page.getByRole('main').getByLabel('HTTP Method', { exact: true }).selectOption('POST');
      await page.keyboard.press('Control+s');
      await page.getByText('Saved manifest.yaml').waitFor();
      expect(savedFile('manifest.yaml')).toBe(COMMENTED.replace('{api}', api.url).replace('http_method: GET', 'http_method: POST'));
      await page.getByRole('button', { name: 'Undo' }).click();
      await page.getByText('modified', { exact: true }).waitFor();
    }));

  it('does not write over what somebody else wrote', () =>
    withBuilder({ manifest: COMMENTED, api: LISTS }, async ({ page, folder, savedFile, forgiveTroubles }) => {
      await page.getByRole('main').getByLabel('HTTP Method', { exact: true }).selectOption('POST');
      writeFileSync(join(folder, 'manifest.yaml'), `${COMMENTED}# by somebody else\n`);
      await page.getByText('changed on disk', { exact: true }).waitFor();
      await page.keyboard.press('Control+s');
      const dialog = page.getByRole('dialog', { name: 'The file was changed' });
      await dialog.getByRole('button', { name: 'Cancel' }).click();
      expect(savedFile('manifest.yaml')).toContain('# by somebody else');
      await page.keyboard.press('Control+s');
      await dialog.getByRole('button', { name: 'Overwrite the file' }).click();
      await page.getByText('Saved manifest.yaml').waitFor();
      expect(savedFile('manifest.yaml')).not.toContain('# by somebody else');
      // The browser itself tells of the 412 that the page asked for.
      forgiveTroubles(/412/);
    }));

  it('shows one text as form and as YAML', () =>
    withBuilder({ manifest: COMMENTED, api: LISTS }, async ({ page }) => {
      await page.getByText('YAML', { exact: true }).click();
      await page.locator('.cm-content').getByText('# Our reports.').waitFor();
      await page.getByText('http_method', { exact: true }).waitFor();
      await page.locator('.cm-content').press('Control+Home');
      await page.keyboard.type('# one more\n');
      await page.getByText('UI', { exact: true }).click();
      await page.getByText('modified', { exact: true }).waitFor();
      expect(await page.getByRole('main').getByLabel('Stream name').inputValue()).toBe('lists');
    }));

  it('leads from Test to what is missing, and does not test before', () =>
    withBuilder({ ...aStream({ retriever: { creation_requester: { url: '' } } }) }, async ({ page, api }) => {
      await page.getByRole('main').getByRole('tab', { name: /^Download/ }).click();
      await page.getByText(/needs? attention/).first().waitFor();
      await page.getByRole('button', { name: 'Test', exact: true }).click();
      expect(await page.getByRole('main').getByRole('tab', { selected: true }).innerText()).toMatch(/^Creation/);
      expect(api.log()).toEqual([]);
    }));

  it('asks for a missing secret, and never shows it again', () =>
    withBuilder({ ...aStream({ retriever: { creation_requester: { authenticator: { type: 'BearerAuthenticator', api_token: "{{ config['api_key'] }}" }, request_parameters: { token: "{{ config['api_key'] }}" } } } }) }, async ({ page, test, api }) => {
      await test();
      expect(api.log()[0]!.headers.authorization).toBe('Bearer test-api-key-0815');
      const secret = 'test-api-key-0815';
      const inPage = async () => (await page.content()).includes(secret);
      expect(await inPage()).toBe(false);
      const others = page.locator('.other-requests');
      await others.getByRole('tab', { name: 'Request' }).click();
      expect(await inPage()).toBe(false);
      // Neither the events nor the curl command hold it, unless somebody asks for it.
      const id = new URL(page.url().replace('#/', '')).searchParams.get('run');
      const events = await page.evaluate(async (run) => (await fetch(`/api/tests/${run}/events`)).text(), id);
      expect(events).toContain('Async Job -- Create');
      expect(events).not.toContain(secret);
      await others.getByRole('button', { name: 'Copy as curl', exact: true }).click();
      await page.getByText('Copied, secrets masked.').waitFor();
      expect(await page.evaluate(() => navigator.clipboard.readText())).not.toContain(secret);
      await others.getByRole('button', { name: 'Copy as curl with secrets' }).click();
      await page.getByText('Copied, with secrets.').waitFor();
      expect(await page.evaluate(() => navigator.clipboard.readText())).toContain(secret);
    }));
});
