import { aStream } from './support/a-stream';
import { useBrowser } from './support/browser';

const ABORT = { abort_requester: { type: 'HttpRequester', url: "{{ config['base_url'] }}/exports/{{ creation_response['id'] }}/cancel", http_method: 'POST' } };

describe('Cancel', () => {
  const withBuilder = useBrowser();

  it('[36] stops during polling, aborts the job at the API, and says so', () =>
    withBuilder(aStream({ retriever: ABORT, job: { statuses: ['pending'] } }), async ({ page, api, startTest, end }) => {
      await startTest(0.3);
      await page.getByText(/^Next poll/).waitFor();
      await page.getByRole('button', { name: 'Cancel' }).click();
      expect(await end()).toBe('Cancelled');
      await page.getByTestId('cancelled').getByText('Test cancelled. 1 job aborted at the API.').waitFor();
      const log = api.log();
      expect(log.at(-1)!.route).toBe('POST /exports/{id}/cancel');
      expect(log.filter(({ route }) => route === 'POST /exports/{id}/cancel')).toHaveLength(1);
      // Twice the time between polls, as the page itself measures it: nothing more has come.
      await page.evaluate(() => new Promise((resolve) => setTimeout(resolve, 600)));
      expect(api.log()).toHaveLength(log.length);
      // The requests until then are there, the abort among them.
      await page.getByLabel('Other request', { exact: true }).locator('option', { hasText: 'Async Job -- Abort' }).waitFor({ state: 'attached' });
      expect(await page.getByRole('button', { name: 'Test', exact: true }).isEnabled()).toBe(true);
    }));

  it('says that a job goes on when the stream has no Abort Requester', () =>
    withBuilder(aStream({ job: { statuses: ['pending'] } }), async ({ page, startTest, end }) => {
      await startTest(0.3);
      await page.getByText(/^Next poll/).waitFor();
      await page.keyboard.press('Escape');
      expect(await end()).toBe('Cancelled');
      await page.getByTestId('cancelled').getByText('1 job may go on at the API, because the stream has no Abort Requester.').waitFor();
    }));

  it('stops while the creation is under way', () =>
    withBuilder(aStream({ faults: [{ on: 'POST /exports', do: { delay_ms: 3000 } }] }), async ({ page, startTest, end }) => {
      await startTest(0.3);
      await page.locator('.phase-now').getByText(/^Creating the job/).waitFor();
      await page.keyboard.press('Control+.');
      expect(await end()).toBe('Cancelled');
    }));

  it('stops a download', () =>
    withBuilder(aStream({ job: { statuses: ['ready'], download: { file: { text: null, rows: { count: 20_000, columns: 4 } } } }, faults: [{ on: 'GET /files/{id}/{part}', do: { drip: { bytes: 500, every_ms: 100 } } }] }), async ({ page, startTest, end }) => {
      await startTest(0.3);
      await page.locator('.phase-now').getByText(/^Downloading/).waitFor();
      await page.getByRole('button', { name: 'Cancel' }).click();
      expect(await end()).toBe('Cancelled');
      const download = page.getByRole('list', { name: 'Phases of the test' }).getByRole('listitem').last();
      expect(await download.innerText()).toContain('cancelled');
    }));

  it('is also what the end of the command does: jobs are aborted, and the page says that nobody answers', () =>
    withBuilder(aStream({ retriever: ABORT, job: { statuses: ['pending'] } }), async ({ page, api, startTest, stopBuilder, forgiveTroubles }) => {
      await startTest(0.3);
      await page.getByText(/^Next poll/).waitFor();
      await stopBuilder();
      await page.getByRole('alert').getByText('The Builder does not answer. Reconnecting…').waitFor();
      expect(api.log().at(-1)!.route).toBe('POST /exports/{id}/cancel');
      forgiveTroubles(/ERR_CONNECTION_REFUSED|ERR_INCOMPLETE_CHUNKED_ENCODING/);
    }));
});
