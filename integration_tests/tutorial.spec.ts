import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { loadDescription } from './reporting_api/load-description';
import { startReportingApi } from './reporting_api/reporting-api';

interface Block {
  language: string;
  /** What follows the language. */
  info: string;
  text: string;
}

/** The code blocks of docs/tutorial.md: files are written, commands are run, and their output must hold the text after them. */
const blocks: Block[] = [...readFileSync('docs/tutorial.md', 'utf8').matchAll(/^```(\w+) ?(.*)\n([^]*?)^```$/gm)].map(([, language, info, text]) => ({ language: language!, info: info!, text: text! }));
const steps = blocks.filter(({ info }) => info !== 'setup');
const title = ({ language, info, text }: Block) => `${language} ${info || text.split('\n')[0]!.slice(0, 80)}`;

describe('the tutorial', () => {
  const api = startReportingApi(loadDescription('docs/tutorial/api.yaml'));
  afterAll(async () => (await api).close());
  const folder = mkdtempSync(join(tmpdir(), 'tutorial-'));
  let output = '';

  it.each(steps.map((block, index) => [`${index + 1}: ${title(block)}`, block] as const))('%s', async (_title, { language, info, text }) => {
    const [file, how] = info.split(' ');
    if (language === 'sh') {
      output = await shell(text, folder);
    } else if (language === 'text') {
      for (const line of text.trim().split('\n')) expect(output).toMatch(new RegExp(line.split('…').map(literally).join('.*')));
    } else if (how === 'replace') {
      const [before, after] = text.split('---\n') as [string, string];
      const old = readFileSync(join(folder, file!), 'utf8');
      expect(old.split(before)).toHaveLength(2);
      writeFileSync(join(folder, file!), old.replace(before, () => after));
    } else {
      writeFileSync(join(folder, file!), text.replaceAll('http://127.0.0.1:8765', (await api).url));
    }
  });

  it('has steps that are checked', () => {
    expect(steps.filter(({ language }) => language === 'text').length).toBeGreaterThan(6);
  });
});

async function shell(commands: string, cwd: string): Promise<string> {
  const script = `source-async-jobs() { "${process.execPath}" "${resolve('dist/main.js')}" "$@"; }\n${commands}`;
  // A command that fails may be what the page shows; the text after it says so.
  const { stdout, stderr } = await promisify(execFile)('bash', ['--norc', '-c', script], { cwd, env: { PATH: process.env.PATH, SOURCE_TEST_FAST_WAITS: '1' } }).catch((error: { stdout: string; stderr: string }) => error);
  return stdout + stderr;
}

function literally(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}
