import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { useBrowser } from './support/browser';

/** `SCREENSHOTS=docs/images npm run test:page -- tour` renews the pictures of docs/builder.md. */
const IMAGES = process.env.SCREENSHOTS ?? 'integration_tests/.output/builder_page/tour';
const viewport = { width: 1280, height: 800 };

describe('the tour', () => {
  const withBuilder = useBrowser();
  beforeAll(() => void mkdirSync(IMAGES, { recursive: true }));
  const image = (name: string) => ({ path: join(IMAGES, `${name}.png`), animations: 'disabled' as const, caret: 'hide' as const });

  it.each(['light', 'dark'] as const)('[3 34 37] leads a newcomer from one command to a tested asynchronous stream, %s', (theme) =>
    withBuilder({ args: ['--example'], viewport, theme }, async ({ page, results, startTest, end }) => {
      await page.getByRole('heading', { name: 'Build a connector' }).waitFor();
      if (theme === 'light') await page.screenshot(image('start'));
      await page.getByRole('button', { name: /^Try the example/ }).click();
      await page.getByRole('main').getByLabel('URL', { exact: true }).waitFor();
      // At the top right: beside Cancel, in the last of the columns.
      const button = await page.getByRole('button', { name: 'Test', exact: true }).boundingBox();
      expect(button!.y).toBeLessThan(viewport.height / 6);
      expect(button!.x).toBeGreaterThan((viewport.width * 3) / 4);
      await startTest(1);
      await page.locator('.job-lines').getByText('→').first().waitFor();
      await page.getByText(/^Next poll/).waitFor();
      if (theme === 'light') await page.screenshot(image('polling'));
      expect(await end()).toBe('Finished');
      await results.getByRole('tab', { name: 'Records (40)' }).waitFor();
      await page.screenshot(image(theme === 'light' ? 'finished' : 'finished-dark'));
    }));

  it('[48 54] shows a failure with its cause, the answer and a fix', () =>
    withBuilder({ args: ['--example'], viewport }, async ({ page, test }) => {
      await page.getByRole('button', { name: /^Try the example/ }).click();
      const url = page.getByRole('main').getByLabel('URL', { exact: true });
      await url.fill(`${await url.inputValue()}?fault=unknown_status`);
      await page.getByRole('main').getByRole('tab', { name: /^Polling/ }).click();
      await test();
      await page.getByRole('button', { name: 'Add to Running' }).waitFor();
      await page.screenshot(image('failed'));
    }));
});
