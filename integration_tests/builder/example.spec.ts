import type { Session, TestEvent } from '../../src/builder/page-contract';
import { PageClient } from '../support/page-client';
import { startBuilder, type RunningBuilder } from '../support/start-builder';

let builder: RunningBuilder;
let page: PageClient;
let manifest: string;

beforeAll(async () => {
  builder = await startBuilder({ args: ['--example'] });
  page = await PageClient.open(builder);
  const { example } = await page.json<Session>('GET', '/api/session');
  expect(example).toMatchObject({ url: `${builder.url}/example` });
  manifest = example!.manifest!;
  await page.setInputs({ api_key: example!.apiKey });
});
afterAll(async () => void (await builder.stop()));

const test1 = async (fault?: string) => page.events(await page.start(fault ? manifest.replace('/exports\n', `/exports?fault=${fault}\n`) : manifest, { streamName: 'contacts' }));
const raw = (events: TestEvent[]) => events.flatMap((event) => (event.type === 'poll' ? [event.raw] : []));
const hints = (events: TestEvent[]) => events.flatMap((event) => ('hint' in event && event.hint ? [event.hint.kind] : []));
const end = (events: TestEvent[]) => {
  const last = events.at(-1)!;
  if (last.type !== 'finished') throw new Error('a test ends with its result');
  return { outcome: last.outcome, pages: last.read.slices[0]?.pages.map(({ records }) => records.length) };
};

test('the example can be tested as it is', async () => {
  expect(await page.json('POST', '/api/lint', { text: manifest })).toEqual([]);
  const events = await test1();
  expect(raw(events)).toEqual(['pending', 'running', 'ready']);
  expect(end(events)).toEqual({ outcome: 'ok', pages: [20, 20] });
  expect(await page.json('POST', '/api/lint', { text: manifest })).toMatchObject([{ severity: 'info', message: expect.stringContaining('"failed"') }, { message: expect.stringContaining('"cancelled"') }]);
});

test('it shows what can go wrong', async () => {
  expect(raw(await test1('slow'))).toHaveLength(12);
  expect(raw(await test1('fail')).at(-1)).toBe('failed');
  expect(hints(await test1('unknown_status'))).toEqual(['unmapped_status']);
  expect(end(await test1('rate_limit'))).toMatchObject({ outcome: 'failed' });
  expect(end(await test1('rate_limit'))).toMatchObject({ outcome: 'ok' });
  expect(hints(await test1('html'))).toEqual(['response_format']);
  const cut = await test1('cut_file');
  expect(end(cut)).toMatchObject({ outcome: 'failed' });
  expect(end(await test1('typo'))).toEqual({ outcome: 'failed', pages: undefined });
});

test('it wants its key, also for synchronous requests', async () => {
  expect((await fetch(`${builder.url}/example/contacts`)).status).toBe(401);
  const answer = await fetch(`${builder.url}/example/contacts?page=4`, { headers: { Authorization: 'Bearer example-key' } });
  expect(await answer.json()).toMatchObject({ contacts: { length: 10 }, page: 4, total: 40 });
  expect((await fetch(`${builder.url}/example/files/export-1/contacts_1.csv`)).status).toBe(403);
});
