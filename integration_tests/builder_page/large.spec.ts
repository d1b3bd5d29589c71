import { textOf } from './support/builder-page';
import { aStream } from './support/a-stream';
import { useBrowser } from './support/browser';

describe('a large test', () => {
  const withBuilder = useBrowser();

  it('of a hundred polls folds them, and has each among the other requests', () =>
    withBuilder(aStream({ job: { statuses: [...Array<string>(99).fill('pending'), 'ready'] } }), async ({ page, startTest, end }) => {
      await startTest(0.01);
      expect(await end()).toBe('Finished');
      await page.getByText('99 polls: pending → running').waitFor();
      await page.getByText('Other Requests (101)').waitFor();
      const chooser = page.getByLabel('Other request', { exact: true });
      expect(await chooser.locator('option').count()).toBe(101);
      await chooser.selectOption({ index: 99 });
      await page.getByRole('button', { name: 'Next request' }).click();
      expect(await textOf(page.locator('.other-requests').getByRole('region', { name: 'JSON' }))).toContain('"ready"');
    }));

  it('stops at the limit of records, and shows only the rows in sight', () =>
    withBuilder(aStream({ job: { statuses: ['ready'], download: { file: { text: null, rows: { count: 20_000, columns: 8 } } } } }), async ({ page, results, test }) => {
      await page.getByRole('button', { name: /^Test settings/ }).click();
      await page.getByLabel('Records', { exact: true }).fill('5000');
      await page.keyboard.press('Escape');
      await test();
      await results.getByRole('tab', { name: 'Records (5,000)' }).waitFor();
      await page.getByText('A limit of the test was reached').waitFor();
      const table = page.getByRole('region', { name: 'Records' });
      expect(await table.getByRole('table').getAttribute('aria-rowcount')).toBe('5001');
      expect(await table.getByRole('row').count()).toBeLessThan(40);
      await table.evaluate((element) => element.scrollTo(0, 4000 * 28));
      await table.getByText('person4001@example.com').waitFor();
      expect(await table.getByRole('row').count()).toBeLessThan(40);
    }));

  it('shows a response of five megabytes in steps, and says how much of it was kept', () => {
    const text = `id,text\n${Array.from({ length: 500 }, (_, at) => `${at},${'x'.repeat(10_000)}`).join('\n')}\n`;
    return withBuilder(aStream({ job: { statuses: ['ready'], download: { file: { text } } } }), async ({ page, results, test }) => {
      await test();
      await results.getByRole('tab', { name: 'Records (500)' }).waitFor();
      // A long cell is cut, and whole in a dialog.
      await page.getByRole('button', { name: /^x+…$/ }).first().click();
      const dialog = page.getByRole('dialog', { name: 'text' });
      expect((await dialog.locator('pre').innerText()).length).toBe(10_000);
      await page.keyboard.press('Escape');
      await results.getByRole('tab', { name: 'Response' }).click();
      const panel = results.getByRole('tabpanel');
      await panel.getByText('The first 1.0 MiB of 4.8 MiB, 64.0 KiB shown').waitFor();
      await panel.getByRole('button', { name: 'Show more' }).click();
      await panel.getByText('The first 1.0 MiB of 4.8 MiB, 128.0 KiB shown').waitFor();
      const [download] = await Promise.all([page.waitForEvent('download'), panel.getByRole('link', { name: 'Download' }).click()]);
      let bytes = 0;
      for await (const chunk of await download.createReadStream()) bytes += (chunk as Buffer).length;
      expect(bytes).toBe(1024 * 1024);
    });
  });
});
