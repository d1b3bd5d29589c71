import { JobBook } from '../../src/jobs/job-book';
import { RecordingLedger, EventLedger } from '../../src/jobs/job-ledger';
import { splitState, type LedgerEntry, type LedgerState } from '../../src/jobs/ledger-state';
import type { JsonObject } from '../../src/protocol/json';
import { HttpStatusError } from '../../src/requests/http-status-error';
import { StreamSlice } from '../../src/slices/stream-slice';
import { fakeRuntime, type FakeRuntime } from '../support/fake-runtime';
import { answer, deliver, nameOf, setUp, slicesOf, type JobScript, type Setup } from './fake-job-api';

const MINUTE = 60_000;
const NOTHING: LedgerState = { order: 'o', sync: undefined, jobs: [], read: [], asOf: 0, parents: new Map() };
const TERMS = { order: 'o', needs: { body: undefined, headers: () => false, request: false }, timeoutMs: 60 * MINUTE, deletes: false };

function entry(name: string, runtime: FakeRuntime, ageMs = 0): LedgerEntry {
  const createdAt = runtime.clock.now() - ageMs;
  return { slice: new StreamSlice({ part: name }), attempt: 1, creation: { body: { id: `${name}-old` } }, createdAt, deadline: createdAt + 60 * MINUTE };
}

interface Book {
  runtime: FakeRuntime;
  book: JobBook;
  /** Names of the jobs at each time when the STATE should go out now. */
  told: string[][];
  names(): string[];
}

function bookOf(stored?: LedgerState, more: { hasCursor?: boolean; terms?: Partial<typeof TERMS>; runtime?: FakeRuntime } = {}): Book {
  const runtime = more.runtime ?? fakeRuntime();
  const told: string[][] = [];
  const names = () => (book.toJson(undefined).jobs as any[]).map(({ slice }) => String(slice.partition.part)); // eslint-disable-line @typescript-eslint/no-explicit-any
  const book = new JobBook('reports', () => more.hasCursor ?? true, stored, runtime, async (isUrgent) => void (isUrgent && told.push(names())));
  book.open({ ...TERMS, ...more.terms });
  return { runtime, book, told, names };
}

function run({ runtime, book }: Book, setup: Setup = {}) {
  return setUp({ ...setup, runtime, ledger: new RecordingLedger(new EventLedger('reports', runtime), book) });
}

describe('a run with jobs of an interrupted one', () => {
  it('polls them at once instead of ordering, and orders the others', async () => {
    const runtime = fakeRuntime();
    const book = bookOf({ ...NOTHING, jobs: [entry('b', runtime, MINUTE)] }, { runtime });
    const { orchestrator, api } = run(book, { slices: slicesOf('a', 'b'), limit: 2 });
    api.adopt('b');
    expect((await deliver(orchestrator)).delivered.sort()).toEqual(['a', 'b']);
    expect(api.log.filter(({ what }) => what === 'create').map(({ slice }) => slice)).toEqual(['a']);
    expect(api.log.find(({ what, slice }) => what === 'poll' && slice === 'b')?.at).toBe(0);
    expect(book.told).toEqual([['b', 'a']]);
  });

  it.each([404, 410])('orders again what the API answers %i for, with all attempts left', async (status) => {
    const runtime = fakeRuntime();
    const book = bookOf({ ...NOTHING, jobs: [entry('a', runtime)] }, { runtime });
    const gone = new HttpStatusError({ code: 'http.status_404', message: 'gone', failureType: 'config_error', status, responseBody: '' });
    const scripts = (_slice: string, attempt: number): JobScript => (attempt === 0 ? { polls: [gone] } : {});
    const { orchestrator, api, tracker } = run(book, { scripts, policy: { maxAttempts: 1 } });
    api.adopt('a');
    expect(await deliver(orchestrator)).toMatchObject({ delivered: ['a'], error: undefined });
    expect([api.count('poll'), api.count('create'), tracker.inUse]).toEqual([2, 1, 0]);
  });

  it('takes 404 for what it is when the job was polled before', async () => {
    const book = bookOf();
    const gone = new HttpStatusError({ code: 'http.status_404', message: 'gone', failureType: 'config_error', status: 404, responseBody: '' });
    const { orchestrator, api } = run(book, { scripts: () => ({ polls: ['running', gone] }) });
    expect(await deliver(orchestrator)).toMatchObject({ error: { code: 'jobs.polling_refused' } });
    expect(api.count('create')).toBe(1);
  });

  it.each<[string, JobScript, number]>([
    ['is finished by then', { polls: ['completed'] }, 0],
    ['still runs', { polls: ['running'] }, 1],
  ])('decides with one poll when the deadline passed meanwhile and the job %s', async (_what, script, creations) => {
    const runtime = fakeRuntime();
    const book = bookOf({ ...NOTHING, jobs: [entry('a', runtime, 61 * MINUTE)] }, { runtime });
    const { orchestrator, api } = run(book, { scripts: (_slice, attempt) => (attempt === 0 ? script : {}) });
    api.adopt('a');
    expect((await deliver(orchestrator)).delivered).toEqual(['a']);
    expect([api.count('create'), api.count('abort')]).toEqual([creations, creations]);
  });

  it('goes on counting attempts', async () => {
    const runtime = fakeRuntime();
    const book = bookOf({ ...NOTHING, jobs: [{ ...entry('a', runtime), attempt: 3 }] }, { runtime });
    const { orchestrator, api } = run(book, { scripts: () => ({ polls: ['failed'] }) });
    api.adopt('a');
    expect(await deliver(orchestrator)).toMatchObject({ error: { code: 'jobs.failed' } });
    expect(api.count('create')).toBe(0);
  });

  it.each<[string, string]>([
    ['of slices that are not wanted', 'o'],
    ['that another config ordered', 'another'],
  ])('removes jobs %s', async (_what, order) => {
    const runtime = fakeRuntime();
    const book = bookOf({ ...NOTHING, order, jobs: [entry('gone', runtime)] }, { runtime });
    const { orchestrator, api } = run(book);
    api.adopt('gone');
    expect((await deliver(orchestrator)).delivered).toEqual(['a']);
    expect([api.count('abort', 'gone'), api.count('delete', 'gone')]).toEqual([1, 1]);
    expect(book.names()).toEqual(['a']);
  });

  it('leaves them in the book when it is cancelled before it gets to them', async () => {
    const runtime = fakeRuntime();
    const book = bookOf({ ...NOTHING, jobs: [entry('z', runtime)] }, { runtime });
    runtime.cancel();
    await deliver(run(book, { slices: slicesOf('a', 'z') }).orchestrator);
    expect(book.names()).toEqual(['z']);
  });
});

describe('the book', () => {
  it('has a job from its creation until its slice is closed', async () => {
    const book = bookOf();
    const { orchestrator } = run(book);
    for await (const job of orchestrator.jobs()) {
      expect(book.names()).toEqual([nameOf(job.slice)]);
      await orchestrator.report(job, 'read_started');
      book.book.closed(job.slice);
      expect(book.names()).toEqual([]);
      await orchestrator.report(job, 'delivered');
    }
    expect(book.told).toEqual([['a']]);
  });

  it('tells of a job before its first poll', async () => {
    const book = bookOf();
    const { orchestrator, api } = run(book);
    const order: string[] = [];
    const { push } = book.told;
    book.told.push = (...items) => {
      order.push(`told after ${api.count('poll')} polls`);
      return push.apply(book.told, items);
    };
    await deliver(orchestrator);
    expect(order).toEqual(['told after 0 polls']);
  });

  it('counts a download that broke before anything came of it as an attempt', async () => {
    const book = bookOf();
    const { orchestrator } = run(book);
    for await (const job of orchestrator.jobs()) {
      await orchestrator.report(job, 'read_started');
      await orchestrator.interrupt(job, false);
    }
    expect(book.book.toJson(undefined).jobs).toMatchObject([{ slice: { partition: { part: 'a' } }, attempt: 2, creation: { body: { id: 'a-1' } } }]);
  });

  it('forgets a failed attempt', async () => {
    const book = bookOf();
    const { orchestrator } = run(book, { scripts: () => ({ polls: ['failed'] }) });
    await deliver(orchestrator);
    expect(book.names()).toEqual([]);
    expect(book.told).toHaveLength(3);
  });

  describe('of a stream without a cursor', () => {
    const readSlices = async (book: Book, ...names: string[]) => {
      const { orchestrator, api } = run(book, { slices: (await slicesNotRead(book, names)) });
      for await (const job of orchestrator.jobs()) {
        await orchestrator.report(job, 'read_started');
        book.book.closed(job.slice);
        await orchestrator.report(job, 'delivered');
      }
      return api;
    };
    const slicesNotRead = async (book: Book, names: string[]) => names.map((part) => new StreamSlice({ part })).filter((slice) => !book.book.wasRead(slice));
    const again = (book: Book, laterMs: number) => {
      const { ledger } = splitState({ __async_jobs: book.book.toJson(undefined) }, () => undefined);
      const runtime = fakeRuntime();
      runtime.clock.advance(laterMs);
      return bookOf(ledger, { hasCursor: false, runtime });
    };

    it('remembers what was read, for a run that goes on', async () => {
      const first = bookOf(undefined, { hasCursor: false });
      await readSlices(first, 'a', 'b');
      expect(first.names()).toEqual([]);
      const second = again(first, 10 * MINUTE);
      expect((await readSlices(second, 'a', 'b', 'c')).count('create')).toBe(1);
      const third = again(second, 10 * MINUTE);
      expect((await readSlices(third, 'a', 'b', 'c')).count('create')).toBe(0);
    });

    it('starts over when that is longer ago than a job may take', async () => {
      const first = bookOf(undefined, { hasCursor: false });
      await readSlices(first, 'a');
      expect((await readSlices(again(first, 61 * MINUTE), 'a')).count('create')).toBe(1);
    });

    it('reads a slice that comes twice in one run twice', async () => {
      const book = bookOf(undefined, { hasCursor: false });
      expect((await readSlices(book, 'a', 'a')).count('create')).toBe(2);
    });
  });

  it('has no use for a full refresh that is out of date', () => {
    const runtime = fakeRuntime();
    const book = bookOf({ ...NOTHING, jobs: [entry('old', runtime, 61 * MINUTE), entry('new', runtime)] }, { runtime, hasCursor: false });
    expect(book.names()).toEqual(['new']);
  });

  it('keeps the job of a parent after it was read, until the API was told to remove it', async () => {
    for (const deletes of [false, true]) {
      const book = bookOf(undefined, { hasCursor: false, terms: { deletes } });
      // Nobody closes the slices of a parent.
      await deliver(run(book).orchestrator);
      expect(book.names()).toEqual(deletes ? [] : ['a']);
    }
  });

  it('never says the same twice', () => {
    const { book } = bookOf();
    expect(new Set(Array.from({ length: 5 }, () => String(book.toJson(undefined).as_of))).size).toBe(5);
  });

  it.each<[string, string]>([
    ['longer than a job may take', 'x'.repeat(20_000)],
    ['a secret', 'the-api-key-of-the-user'],
    ['a signed link', 'https://files.example.com/1?signature=abc'],
  ])('does not hold what is %s, and says so once', async (_what, value) => {
    const book = bookOf();
    book.runtime.secrets.add('the-api-key-of-the-user');
    const mask = book.runtime.secrets.mask;
    book.runtime.secrets.mask = (text) => mask(text).replace(/signature=\w+/, 'signature=****');
    const { orchestrator, api } = run(book, { slices: slicesOf('a', 'b') });
    api.created = () => answer({ id: value });
    await deliver(orchestrator);
    expect(book.told).toEqual([]);
    expect(book.runtime.logs.filter(({ message }) => message.includes('cannot be picked up again'))).toHaveLength(1);
  });

  it('asks for the place of a download with each STATE, and keeps that of an earlier run until there is one', async () => {
    const runtime = fakeRuntime();
    const book = bookOf({ ...NOTHING, jobs: [{ ...entry('a', runtime), place: { rows: 1 } }] }, { runtime });
    const place = () => (book.book.toJson(undefined).jobs as JsonObject[])[0]?.place;
    let now: JsonObject | undefined;
    expect(book.book.claim(new StreamSlice({ part: 'a' }))?.place).toEqual({ rows: 1 });
    expect(place()).toEqual({ rows: 1 });
    book.book.follow(new StreamSlice({ part: 'a' }), () => now);
    expect(place()).toEqual({ rows: 1 });
    now = { rows: 5 };
    expect(place()).toEqual({ rows: 5 });
    book.book.closed(new StreamSlice({ part: 'a' }));
    expect(book.names()).toEqual([]);
  });

  it.each<[string, JsonObject]>([
    ['too long', { head: 'x'.repeat(20_000) }],
    ['secret', { head: 'the-api-key-of-the-user' }],
  ])('has no place that is %s', (_what, place) => {
    const runtime = fakeRuntime();
    runtime.secrets.add('the-api-key-of-the-user');
    const book = bookOf({ ...NOTHING, jobs: [{ ...entry('a', runtime), place: { rows: 1 } }] }, { runtime });
    book.book.follow(new StreamSlice({ part: 'a' }), () => place);
    expect((book.book.toJson(undefined).jobs as JsonObject[])[0]).not.toHaveProperty('place');
  });

  it('stays short enough for a STATE', async () => {
    const book = bookOf();
    const { orchestrator, api } = run(book, { slices: slicesOf(...Array.from({ length: 60 }, (_, index) => `s${index}`)), limit: 60 });
    api.created = () => answer({ id: 'x'.repeat(9_000) });
    await deliver(orchestrator);
    expect(JSON.stringify(book.book.toJson(undefined)).length).toBeLessThan(270_000);
    expect(book.told.length).toBeGreaterThan(20);
  });
});
