import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { Browser, Locator, Page } from 'playwright-core';
import type { ApiDescription } from '../../reporting_api/api-description';
import { startReportingApi, type ReportingApi } from '../../reporting_api/reporting-api';

export interface OpenOptions {
  /** The text of the manifest; `{api}`, here and in the config, is the address of the fake API. Without it the page starts empty. */
  manifest?: string;
  config?: Record<string, unknown>;
  /** More arguments of the command, e.g. `--example`. */
  args?: string[];
  api?: ApiDescription;
  theme?: 'light' | 'dark';
  viewport?: { width: number; height: number };
}

/** The page of a builder, with the fake API that its streams read. */
export interface BuilderPage {
  page: Page;
  /** Records, Request, Response … of the test panel. */
  results: Locator;
  api: ReportingApi;
  /** The folder in which the builder runs. */
  folder: string;
  /** Presses Test, after polls of the fake API were made fast, and waits for the end. */
  test(): Promise<void>;
  /** Presses Test, with this time between polls. */
  startTest(pollEverySeconds: number): Promise<void>;
  /** Waits for the end of the test. @returns `Finished`, `Failed` or `Cancelled` */
  end(): Promise<string>;
  setPollInterval(seconds: number): Promise<void>;
  /** The text of a file in that folder, e.g. `manifest.yaml`. */
  savedFile(name: string): string;
  /** What must not have happened: requests to other hosts, errors in the page. */
  troubles(): string[];
  /** Troubles that a test brings about on purpose are forgotten. */
  forgiveTroubles(which: RegExp): void;
  /** A picture for people who look at the failure. */
  keepEvidence(): Promise<void>;
  /** Ends the command, as Ctrl+C does. */
  stopBuilder(): Promise<void>;
  close(): Promise<void>;
}

/** For a machine that has other things to do as well. */
const LONGEST_WAIT_MS = 20_000;
const LONGEST_TEST_MS = 60_000;
const VIEWPORT = { width: 1440, height: 900 };
const MAIN = resolve('dist/main.js');
const OUTPUT = resolve('integration_tests/.output/builder_page');

export async function openBuilderPage(browser: Browser, { manifest, config, args = [], api: description = {}, theme = 'light', viewport = VIEWPORT }: OpenOptions): Promise<BuilderPage> {
  const api = await startReportingApi(description);
  const folder = mkdtempSync(join(tmpdir(), 'builder-page-'));
  if (manifest !== undefined) writeFileSync(join(folder, 'manifest.yaml'), manifest.replaceAll('{api}', api.url));
  if (config) writeFileSync(join(folder, 'config.json'), JSON.stringify(config).replaceAll('{api}', api.url));
  const builder = await startBuilder([...(manifest === undefined ? [] : ['manifest.yaml']), ...(config ? ['--config', 'config.json'] : []), ...args], folder).catch(async (error: unknown) => {
    await api.close();
    throw error;
  });
  const context = await browser.newContext({ viewport, colorScheme: theme, reducedMotion: 'reduce', permissions: ['clipboard-read', 'clipboard-write'] });
  context.setDefaultTimeout(LONGEST_WAIT_MS);
  const page = await context.newPage();
  const { origin } = new URL(builder.address);
  let troubles: string[] = [];
  page.on('request', (request) => {
    const { protocol, origin: asked } = new URL(request.url());
    if (protocol !== 'data:' && protocol !== 'blob:' && asked !== origin) troubles.push(`request to ${request.url()}`);
  });
  page.on('pageerror', (error) => troubles.push(`error in the page: ${error.stack ?? error.message}`));
  page.on('console', (message) => {
    if (message.type() === 'error') troubles.push(`console: ${message.text()}`);
  });
  const close = async () => {
    await context.close();
    await builder.stop();
    await api.close();
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    await page.goto(builder.address);
    await page.getByRole('button', { name: 'Test', exact: true }).waitFor();
  } catch (error) {
    await close();
    throw error;
  }

  const setPollInterval = async (seconds: number) => {
    await page.getByRole('button', { name: /^Test settings/ }).click();
    await page.getByLabel('Poll interval (seconds)').fill(String(seconds));
    await page.getByRole('dialog', { name: 'Test settings' }).getByRole('button', { name: 'Close' }).click();
  };
  const startTest = async (pollEverySeconds: number) => {
    await setPollInterval(pollEverySeconds);
    await page.getByRole('button', { name: 'Test', exact: true }).click();
  };
  const end = async () => {
    const now = page.locator('.phase-now').filter({ hasText: /^(Finished|Failed|Cancelled)/ });
    await now.waitFor({ timeout: LONGEST_TEST_MS });
    return (await now.innerText()).split(/\W/)[0]!;
  };
  return {
    page, results: page.getByRole('region', { name: 'Results' }), api, folder, setPollInterval, startTest, end,
    async test() {
      await startTest(0.05);
      await page.locator('.test-button[aria-busy=true]').waitFor();
      await end();
    },
    savedFile: (name) => readFileSync(join(folder, name), 'utf8'),
    troubles: () => troubles,
    forgiveTroubles: (which) => void (troubles = troubles.filter((trouble) => !which.test(trouble))),
    async keepEvidence() {
      mkdirSync(OUTPUT, { recursive: true });
      const name = (expect.getState().currentTestName ?? 'test').replace(/\W+/g, '-').slice(-80);
      await page.screenshot({ path: join(OUTPUT, `${name}.png`) }).catch(() => undefined);
    },
    stopBuilder: () => builder.stop(),
    close,
  };
}

/** The built command as a person starts it, but for the browser. */
async function startBuilder(args: string[], folder: string): Promise<{ address: string; stop(): Promise<void> }> {
  const child: ChildProcess = spawn(process.execPath, [MAIN, 'builder', ...args, '--port', '0', '--no-open'], {
    cwd: folder,
    env: { PATH: process.env.PATH },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let told = '';
  const address = await new Promise<string>((found, failed) => {
    child.stderr!.on('data', (chunk: Buffer) => {
      told += chunk.toString('utf8');
      const url = /Open the Builder: (\S+)/.exec(told)?.[1];
      if (url) found(url);
    });
    child.once('error', failed);
    child.once('exit', () => failed(new Error(`The builder ended: ${told}`)));
  });
  return {
    address,
    async stop() {
      if (child.exitCode !== null) return;
      child.kill('SIGTERM');
      await once(child, 'exit');
    },
  };
}

/** The text of what is shown, with single spaces. */
export async function textOf(locator: Locator): Promise<string> {
  return (await locator.innerText()).replace(/\s+/g, ' ').trim();
}
