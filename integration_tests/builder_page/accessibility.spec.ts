import { readFileSync } from 'node:fs';
import type { AxeResults, RunOptions } from 'axe-core';
import type { Page } from 'playwright-core';
import { aStream } from './support/a-stream';
import { useBrowser } from './support/browser';

const AXE = readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8');
const OPTIONS: RunOptions = { resultTypes: ['violations'], iframes: false };

/** Violations that keep people from using the page, as `state: rule (elements)`. */
async function violations(page: Page, state: string): Promise<string[]> {
  if (!(await page.evaluate(() => 'axe' in globalThis))) await page.evaluate(AXE);
  // The editor of YAML scrolls with the cursor of the text inside it, which takes the focus.
  const { violations: found } = await page.evaluate((options) => (globalThis as unknown as { axe: { run(context: object, options: object): Promise<AxeResults> } }).axe.run({ exclude: ['.cm-scroller'] }, options), OPTIONS);
  return found.filter(({ impact }) => impact === 'serious' || impact === 'critical').map(({ id, nodes }) => `${state}: ${id} (${nodes.map(({ target }) => target.join(' ')).join(', ')})`);
}

describe('accessibility', () => {
  const withBuilder = useBrowser();

  it.each(['light', 'dark'] as const)('axe finds nothing serious in the states of a test, %s', (theme) =>
    withBuilder({ ...aStream({ job: { statuses: [['ready'], ['queued'], ['pending']] } }), theme }, async ({ page, test, startTest, end, results }) => {
      const found = await violations(page, 'idle');
      await test();
      found.push(...(await violations(page, 'finished')));
      for (const tab of ['Request', 'Response', 'Schema', 'State', 'Logs']) {
        await results.getByRole('tab', { name: tab }).click();
        found.push(...(await violations(page, tab)));
      }
      await test();
      found.push(...(await violations(page, 'failed')));
      await page.locator('.other-requests').getByRole('button', { name: '"queued"' }).click();
      await page.getByRole('button', { name: 'Show as table' }).click();
      found.push(...(await violations(page, 'picked')));
      await startTest(1);
      await page.getByText(/^Next poll/).waitFor();
      found.push(...(await violations(page, 'polling')));
      await page.getByRole('button', { name: 'Cancel' }).click();
      await end();
      found.push(...(await violations(page, 'cancelled')));
      await page.getByRole('button', { name: /^Test settings/ }).click();
      found.push(...(await violations(page, 'settings')));
      expect(found).toEqual([]);
    }));

  it.each(['light', 'dark'] as const)('axe finds nothing serious in the forms, %s', (theme) =>
    withBuilder({ ...aStream(), theme }, async ({ page }) => {
      const found: string[] = [];
      for (const tab of ['Creation', 'Polling', 'Download', 'Schema']) {
        await page.getByRole('main').getByRole('tab', { name: new RegExp(`^${tab}`) }).click();
        found.push(...(await violations(page, tab)));
      }
      await page.getByRole('button', { name: /^User Inputs/ }).click();
      found.push(...(await violations(page, 'inputs')));
      await page.getByRole('button', { name: 'Global Configuration' }).click();
      found.push(...(await violations(page, 'global')));
      await page.getByRole('button', { name: 'Add stream' }).click();
      found.push(...(await violations(page, 'new stream')));
      await page.keyboard.press('Escape');
      await page.getByText('YAML', { exact: true }).click();
      await page.locator('.cm-content').waitFor();
      found.push(...(await violations(page, 'yaml')));
      expect(found).toEqual([]);
    }));

  it('axe finds nothing serious on the empty page', () =>
    withBuilder({}, async ({ page }) => {
      expect(await violations(page, 'start')).toEqual([]);
    }));

  it('a person with only a keyboard adds a stream, tests it, and reads the results', () =>
    withBuilder(aStream({ stream: { name: 'first' } }), async ({ page, results, end }) => {
      const focusOn = async (name: RegExp) => {
        for (let presses = 0; presses < 150; presses += 1) {
          await page.keyboard.press('Tab');
          const focused = await page.locator('*:focus').evaluateAll(([element]) => (element ? `${element.getAttribute('aria-label') ?? ''} ${element.textContent ?? ''} ${element.id}` : ''));
          if (name.test(focused)) return;
        }
        throw new Error(`Nothing called ${name.source} was reached by the Tab key.`);
      };
      await focusOn(/Add stream/);
      await page.keyboard.press('Enter');
      await page.locator('dialog input:focus').waitFor();
      await page.keyboard.type('second');
      await focusOn(/new-stream-kind/);
      await page.keyboard.press('ArrowDown');
      await focusOn(/^ Create /);
      await page.keyboard.press('Enter');
      await page.getByRole('button', { name: /^second/ }).waitFor();
      // Back to the stream that can be tested.
      await focusOn(/ first/);
      await page.keyboard.press('Enter');
      await page.keyboard.press('Control+Enter');
      expect(await end()).toBe('Finished');
      await focusOn(/^ Records/);
      await page.keyboard.press('ArrowRight');
      await page.keyboard.press('ArrowRight');
      expect(await results.getByRole('tab', { selected: true }).innerText()).toBe('Response');
      await page.keyboard.press('End');
      expect(await results.getByRole('tab', { selected: true }).innerText()).toMatch(/^Logs/);
      await page.keyboard.press(']');
      expect(await page.getByLabel('Other request', { exact: true }).locator('option:checked').innerText()).toMatch(/Polling 1/);
    }));

  it('changes of the status are announced, and a failure is an alert', () =>
    withBuilder(aStream({ job: { statuses: ['pending', 'failed'] } }), async ({ page, startTest, end }) => {
      const heard = page.evaluate(
        () =>
          new Promise<string[]>((resolve) => {
            const said: string[] = [];
            const status = document.querySelector('.test-panel [role=status][aria-live=polite]')!;
            new MutationObserver(() => {
              const text = status.textContent ?? '';
              if (text !== said.at(-1)) said.push(text);
              if (text.startsWith('Test failed')) resolve(said);
            }).observe(status, { childList: true, characterData: true, subtree: true });
          }),
      );
      await startTest(0.5);
      expect(await end()).toBe('Failed');
      expect((await heard).filter((text) => text !== 'The job was created')).toEqual(['Creating the job', 'The job is running', 'Test failed']);
      expect(await page.getByRole('alert').innerText()).toMatch(/The test failed/);
    }));

  it('the page can be used at a width of 320 pixels', () =>
    withBuilder({ ...aStream({ job: { statuses: ['queued'] } }), viewport: { width: 320, height: 640 } }, async ({ page, test }) => {
      const overflow = () => page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
      for (const tab of ['Polling', 'Download', 'Creation']) {
        await page.getByRole('main').getByRole('tab', { name: new RegExp(`^${tab}`) }).click();
        expect([tab, await overflow()]).toEqual([tab, 0]);
      }
      await test();
      expect(['failed', await overflow()]).toEqual(['failed', 0]);
      await page.getByRole('button', { name: /^Test settings/ }).click();
      const box = await page.getByRole('dialog', { name: 'Test settings' }).boundingBox();
      expect(box!.x).toBeGreaterThanOrEqual(0);
      expect(box!.x + box!.width).toBeLessThanOrEqual(320);
    }));
});
