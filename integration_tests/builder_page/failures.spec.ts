import { textOf, type BuilderPage } from './support/builder-page';
import { aStream } from './support/a-stream';
import { useBrowser } from './support/browser';

const failure = ({ page }: BuilderPage) => page.getByTestId('failure').innerText();
const labels = async ({ page }: BuilderPage) => (await page.getByLabel('Other request', { exact: true }).locator('option').allInnerTexts()).map((label) => label.replace(/ · [\d.]+ s/, ''));
/** The answer that Other Requests shows. */
const shownAnswer = ({ page }: BuilderPage) => textOf(page.locator('.other-requests .request-line'));
const phases = async ({ page }: BuilderPage) => (await page.getByRole('list', { name: 'Phases of the test' }).getByRole('listitem').all()).map(async (phase) => (await phase.getAttribute('class'))!.replace('phase is-', ''));
const statesOf = async (builder: BuilderPage) => Promise.all(await phases(builder));

describe('a test that fails', () => {
  const withBuilder = useBrowser();

  it('[54] shows the answers of a job that failed', () =>
    withBuilder(aStream({ job: { statuses: ['pending', 'failed'] } }), async (builder) => {
      await builder.test();
      expect(await failure(builder)).toMatch(/failed/);
      expect(await statesOf(builder)).toEqual(['done', 'failed', 'todo']);
      expect(await labels(builder)).toEqual(['Async Job -- Create 1 · 202', 'Async Job -- Polling 1 · 200 · pending → running', 'Async Job -- Polling 2 · 200 · failed → failed']);
      // The failing one is open.
      expect(await textOf(builder.page.locator('.other-requests').getByRole('region', { name: 'JSON' }))).toContain('"failed"');
    }));

  it('shows the answers of a job that timed out at the API', () =>
    withBuilder(aStream({ job: { statuses: ['timeout'] } }), async (builder) => {
      await builder.test();
      expect(await failure(builder)).toMatch(/time/i);
      expect((await labels(builder)).at(-1)).toBe('Async Job -- Polling 1 · 200 · timeout → timeout');
    }));

  it('[18 21 22 23 55] stops at a status that is not mapped, and maps it by one click', () =>
    withBuilder(aStream({ job: { statuses: ['queued', 'ready'] } }), async (builder) => {
      const { page, results, api, end } = builder;
      await builder.test();
      expect(await failure(builder)).toMatch(/queued/);
      // At most one poll more, to see whether the status stays.
      expect(api.log().filter(({ route }) => route === 'GET /exports/{id}').length).toBeLessThanOrEqual(2);
      expect(await labels(builder)).toContain('Async Job -- Polling 1 · 200 · queued → not mapped');
      await page.getByRole('group', { name: 'Suggestion' }).getByRole('button', { name: 'Add to Running' }).click();
      await page.getByText('Done: Add to Running.').waitFor();
      api.reset();
      await page.getByRole('button', { name: 'Test again' }).click();
      await results.getByRole('tab', { name: 'Records (3)' }).waitFor();
      expect(await end()).toBe('Finished');
      expect(await labels(builder)).toContain('Async Job -- Polling 1 · 200 · queued → running');
    }));

  it.each([401, 429, 500])('shows a creation that was answered with %d', (status) =>
    withBuilder(aStream({ faults: [{ on: 'POST /exports', do: { respond: { status, body: { message: 'not now' } } } }] }), async (builder) => {
      await builder.test();
      expect(await failure(builder)).toMatch(/./);
      expect((await labels(builder)).at(-1)).toMatch(new RegExp(`^Async Job -- Create \\d+ · ${status}$`));
      expect(await shownAnswer(builder)).toMatch(new RegExp(`^Status ${status}`));
      expect(await textOf(builder.page.locator('.other-requests').getByRole('region', { name: 'JSON' }))).toContain('"not now"');
      expect((await statesOf(builder))[0]).toBe('failed');
    }));

  it('[57] says what to do about rate limits, and adds an error handler by one click', () =>
    withBuilder(aStream({ faults: [{ on: 'POST /exports', do: { respond: { status: 429, body: {} } } }] }), async (builder) => {
      const { page } = builder;
      await builder.test();
      await page.getByRole('group', { name: 'Suggestion' }).getByRole('button', { name: 'Add an error handler for rate limits' }).click();
      await page.getByText('Done: Add an error handler for rate limits.').waitFor();
    }));

  it('shows polls that were answered with 404', () =>
    withBuilder(aStream({ faults: [{ on: 'GET /exports/{id}', do: { respond: { status: 404, body: {} } } }] }), async (builder) => {
      await builder.test();
      expect(await shownAnswer(builder)).toMatch(/^Status 404/);
      expect((await statesOf(builder))[1]).toBe('failed');
    }));

  it('[54] opens the answer to a download that was refused', () =>
    withBuilder(aStream({ faults: [{ on: 'GET /files/{id}/{part}', do: { respond: { status: 404, body: 'gone' } } }] }), async (builder) => {
      await builder.test();
      const { page, results } = builder;
      expect(await page.getByRole('complementary').getByRole('tab', { name: 'Response', selected: true }).count()).toBe(2);
      expect(await textOf(results.getByRole('tabpanel'))).toMatch(/Status 404.*gone/);
      expect((await statesOf(builder))[2]).toBe('failed');
      expect(await labels(builder)).toHaveLength(3);
    }));

  it('shows a file that was cut', () =>
    withBuilder(aStream({ retriever: { download_decoder: { type: 'GzipDecoder', decoder: { type: 'CsvDecoder' } } }, job: { download: { file: { compression: 'gzip' } } }, faults: [{ on: 'GET /files/{id}/{part}', do: { truncate: { bytes: 25 } } }] }), async (builder) => {
      await builder.test();
      expect(await failure(builder)).toMatch(/./);
      expect((await statesOf(builder))[2]).toBe('failed');
    }));

  it('calls a file without rows no failure', () =>
    withBuilder(aStream({ job: { download: { file: { text: 'id,name\n' } } } }), async (builder) => {
      await builder.test();
      await builder.page.getByText('No records were found.').waitFor();
      expect(await statesOf(builder)).toEqual(['done', 'done', 'done']);
    }));

  it('[56] recognises a wrong response format from the bytes, and switches it by one click', () =>
    withBuilder(aStream({ retriever: { download_decoder: { type: 'JsonDecoder' } } }), async (builder) => {
      const { page, results } = builder;
      await builder.test();
      const suggestion = page.getByRole('group', { name: 'Suggestion' });
      await suggestion.getByRole('button', { name: 'Use CSV' }).click();
      await page.getByRole('button', { name: 'Test again' }).click();
      await results.getByRole('tab', { name: 'Records (3)' }).waitFor();
    }));

  it('[20 24] fills field paths by a click on a value of an answer', () =>
    withBuilder(aStream({ retriever: { status_extractor: { type: 'DpathExtractor', field_path: ['state'] }, download_target_extractor: { type: 'DpathExtractor', field_path: ['links'] } }, job: { statuses: ['ready'] } }), async (builder) => {
      const { page, results } = builder;
      await builder.test();
      const others = page.locator('.other-requests');
      const json = others.getByRole('region', { name: 'JSON' });
      await json.getByRole('button', { name: '"ready"' }).click();
      await page.getByRole('button', { name: 'Use as Status Extractor' }).click();
      await page.getByText('Status Extractor is now status.').waitFor();
      await json.getByRole('button', { name: /files\/export-1\/1/ }).click();
      await page.getByRole('button', { name: 'Use as Download Target Extractor' }).click();
      await page.getByText('Download Target Extractor is now urls › *.').waitFor();
      await builder.test();
      await results.getByRole('tab', { name: 'Records (3)' }).waitFor();
    }));
});
