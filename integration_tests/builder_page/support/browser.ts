import { chromium, type Browser } from 'playwright-core';
import { openBuilderPage, type BuilderPage, type OpenOptions } from './builder-page';

/** Debian's Chromium; tests bring no browser of their own. */
const EXECUTABLE = process.env.CHROMIUM ?? '/usr/bin/chromium';

/**
 * A browser for the tests of one file. Each test gets a builder, a page and a fake API of its own, and fails when the page
 * asked another host for something, or told of an error.
 */
export function useBrowser(): (options: OpenOptions, test: (builder: BuilderPage) => Promise<void>) => Promise<void> {
  let browser: Browser;
  beforeAll(async () => {
    browser = await chromium.launch({ executablePath: EXECUTABLE, args: ['--no-sandbox', '--disable-dev-shm-usage'] });
  });
  afterAll(() => browser?.close());
  return async (options, test) => {
    const builder = await openBuilderPage(browser, options);
    try {
      await test(builder);
      expect(builder.troubles()).toEqual([]);
    } catch (error) {
      await builder.keepEvidence();
      throw error;
    } finally {
      await builder.close();
    }
  };
}
