import { textOf } from './support/builder-page';
import { aStream } from './support/a-stream';
import { useBrowser } from './support/browser';

describe('the results of a test', () => {
  const withBuilder = useBrowser();

  it('[37 38 39 40 41 53] are records, request and response of the download', () =>
    withBuilder(aStream({ retriever: { download_requester: { request_parameters: { flavour: 'wide open' } } } }), async ({ page, results, test, api }) => {
      await test();
      await results.getByRole('tab', { name: 'Records (3)' }).waitFor();
      const rows = page.getByRole('region', { name: 'Records' }).getByRole('row');
      expect(await rows.allInnerTexts().then((all) => all.map((row) => row.split(/\s+/).filter(Boolean).join(' ')))).toEqual(['# id name', '1 1 a', '2 2 b', '3 3']);

      await results.getByRole('tab', { name: 'Request' }).click();
      const request = results.getByRole('tabpanel');
      expect(await textOf(request.locator('.request-line'))).toBe(`GET ${api.url}/files/export-1/1?flavour=wide+open`);
      expect(await textOf(request.getByRole('region', { name: 'Query parameters' }))).toBe('flavour wide open');
      expect(await textOf(request.getByRole('region', { name: 'Headers' }))).toMatch(/accept/i);

      await results.getByRole('tab', { name: 'Response' }).click();
      const response = results.getByRole('tabpanel');
      expect(await textOf(response.locator('.request-line'))).toMatch(/^Status 200/);
      expect(await response.getByLabel('Body as text').innerText()).toBe('id,name\n1,a\n2,b\n3,\n');
    }));

  it('[43 44 45 46 47 48 49 50 51 52] have the other requests at the bottom, labelled, with request and response', () =>
    withBuilder(aStream({ job: { statuses: ['pending', 'pending', 'ready'] } }), async ({ page, results, test, api }) => {
      await test();
      await page.getByText('Other Requests (4)').waitFor();
      const chooser = page.getByLabel('Other request', { exact: true });
      const labels = (await chooser.locator('option').allInnerTexts()).map((label) => label.replace(/[\d.]+ s/, 'T'));
      expect(labels).toEqual([
        'Async Job -- Create 1 · 202 · T',
        'Async Job -- Polling 1 · 200 · T · pending → running',
        'Async Job -- Polling 2 · 200 · T · pending → running',
        'Async Job -- Polling 3 · 200 · T · ready → completed',
      ]);
      const panel = page.locator('.other-requests');
      // The first one is shown: the creation, with the id of the job in its answer.
      expect(await textOf(panel.locator('.request-line'))).toMatch(/^Status 202/);
      expect(await textOf(panel.getByRole('region', { name: 'JSON' }))).toContain('id: "export-1"');
      await panel.getByRole('tab', { name: 'Request' }).click();
      expect(await textOf(panel.locator('.request-line'))).toBe(`POST ${api.url}/exports`);
      await panel.getByText(/^Headers/).waitFor();
      await panel.getByText('Body', { exact: true }).waitFor();
      // The last poll has the address of the file.
      await chooser.selectOption({ index: 3 });
      expect(await textOf(panel.locator('.request-line'))).toBe(`GET ${api.url}/exports/export-1`);
      await panel.getByRole('tab', { name: 'Response' }).click();
      expect(await textOf(panel.getByRole('region', { name: 'JSON' }))).toContain(`${api.url}/files/export-1/1`);
      // The panel stands below everything else of the column.
      const bottom = await panel.boundingBox();
      const above = await results.boundingBox();
      expect(bottom!.y).toBeGreaterThanOrEqual(above!.y + above!.height);
    }));

  it('[3 50 51] show the job live: each phase, each poll with what it means', () =>
    withBuilder(aStream({ job: { statuses: ['pending', 'pending', 'ready'] } }), async ({ page, startTest, end }) => {
      await startTest(1);
      await page.getByText(/^Next poll in 1 s/).waitFor();
      const phases = page.getByRole('list', { name: 'Phases of the test' });
      await phases.getByText('Polling', { exact: true }).waitFor();
      expect(await phases.locator('[aria-current=step]').innerText()).toContain('Polling');
      // Other Requests are there while the test runs.
      await page.getByText(/^Other Requests \([12]\)/).waitFor();
      expect(await end()).toBe('Finished');
      expect((await phases.getByRole('listitem').allInnerTexts()).map((text) => text.split('\n')[1])).toEqual(['Creation', 'Polling', 'Download']);
      await page.getByRole('button', { name: 'Show as table' }).click();
      const lines = await page.getByRole('region', { name: 'Table of Job' }).getByRole('row').allInnerTexts();
      expect(lines.map((line) => line.split('\t').slice(2).join('|').trim())).toEqual([
        'What|The API said|Which means',
        'Creating the job||',
        'Create: 202||',
        'Poll|pending|running',
        'Poll|pending|running',
        'Poll|ready|completed',
        'Ready at the API||',
        'Downloading: 19 B of 19 B, 3 rows||',
        'Done||',
      ].map((line) => line.trim()));
    }));

  it('keep partitions apart: each with its name, its pages and its requests', () =>
    withBuilder(
      aStream({
        job: { download: { on: 'GET /files/{id}/{part}', parts: 2, file: { format: 'csv', text: 'id,region\n1,{body.region}\n' } } },
        retriever: {
          partition_router: { type: 'ListPartitionRouter', cursor_field: 'region', values: ['eu', 'us', 'asia'] },
          creation_requester: { request_body: { type: 'RequestBodyJsonObject', value: { region: "{{ stream_partition['region'] }}" } } },
        },
        manifest: { max_concurrent_async_job_count: 3 },
      }),
      async ({ page, results, test }) => {
        await test();
        await results.getByRole('tab', { name: 'Records (6)' }).waitFor();
        const partition = page.getByLabel('Partition', { exact: true });
        const names = await partition.locator('option').allInnerTexts();
        expect(names.map((name) => name.replace(/^Partition \d/, '')).sort()).toEqual([' · region: asia (2)', ' · region: eu (2)', ' · region: us (2)']);
        await partition.selectOption({ label: names.find((name) => name.includes('us'))! });
        expect(await textOf(page.getByRole('region', { name: 'Records' }))).toBe('# id region 1 1 us');
        await page.getByLabel('Page', { exact: true }).selectOption({ index: 1 });
        await results.getByRole('tab', { name: 'Request' }).click();
        expect(await textOf(results.getByRole('tabpanel').locator('.request-line'))).toMatch(/\/2$/);
        const groups = page.getByLabel('Other request', { exact: true }).locator('optgroup');
        const labels = await Promise.all((await groups.all()).map(async (group) => [await group.getAttribute('label'), await group.locator('option').count()]));
        expect(labels.sort()).toEqual([['region: asia', 3], ['region: eu', 3], ['region: us', 3]]);
      },
    ));

  it('have what is inside of a packed file', () =>
    withBuilder(aStream({ retriever: { download_decoder: { type: 'GzipDecoder', decoder: { type: 'CsvDecoder' } } }, job: { statuses: ['ready'], download: { file: { compression: 'gzip' } } } }), async ({ results, test }) => {
      await test();
      await results.getByRole('tab', { name: 'Response' }).click();
      await results.getByText('This body looks like gzip.').waitFor();
      expect(await results.getByLabel('Unpacked body').innerText()).toBe('id,name\n1,a\n2,b\n3,\n');
      await results.getByText('First bytes').click();
      expect(await results.getByLabel('First bytes of the body').innerText()).toMatch(/^00000000 {2}1f 8b 08/);
    }));

  it('keep every digit of large integers', () =>
    withBuilder(aStream({ job: { statuses: ['ready'], download: { file: { format: 'jsonl', text: '{"id":9007199254740993}\n' } } }, retriever: { download_decoder: { type: 'JsonlDecoder' } } }), async ({ results, test }) => {
      await test();
      expect(await textOf(results.getByRole('region', { name: 'Records' }))).toBe('# id 1 9007199254740993');
    }));

  it('are those of the last run until the next has some', () =>
    withBuilder(aStream({ job: { statuses: [['ready'], ['pending', 'pending', 'ready']] } }), async ({ page, results, test, startTest, end }) => {
      await test();
      await startTest(1);
      await page.getByText(/^Previous run/).waitFor();
      await results.getByRole('tab', { name: 'Records (3)' }).waitFor();
      expect(await end()).toBe('Finished');
      expect(await page.getByText(/^Previous run/).count()).toBe(0);
    }));

  it('come back after a reload during the test', () =>
    withBuilder(aStream({ job: { statuses: ['pending', 'pending', 'ready'] } }), async ({ page, results, startTest, end, api }) => {
      await startTest(1);
      await page.getByText(/^Next poll/).waitFor();
      await page.reload();
      await page.getByText(/^Next poll/).waitFor();
      expect(await end()).toBe('Finished');
      await results.getByRole('tab', { name: 'Records (3)' }).waitFor();
      expect(api.log().filter(({ method }) => method === 'POST')).toHaveLength(1);
    }));

  it('have a schema that can be imported into the stream, and a state to start from', () =>
    withBuilder(aStream({ stream: { incremental_sync: { type: 'DatetimeBasedCursor', cursor_field: 'day', datetime_format: '%Y-%m-%d', start_datetime: '2024-01-01', end_datetime: '2024-01-31' } }, job: { download: { file: { text: 'id,day\n1,2024-01-05\n' } } } }), async ({ page, results, test }) => {
      await test();
      await results.getByRole('tab', { name: 'Schema' }).click();
      await page.getByRole('button', { name: 'Import detected schema' }).click();
      await page.getByText('Imported.').waitFor();
      await results.getByRole('tab', { name: 'State' }).click();
      await page.getByRole('button', { name: 'Use as Input State' }).click();
      await page.getByRole('button', { name: /^Test settings, changed/ }).click();
      expect(await page.getByLabel('Input state').inputValue()).toContain('"day": "2024-01-05"');
    }));
});
