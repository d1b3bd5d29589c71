import { ApiError, type Api } from '../../../../src/builder/page/api';
import { PageState } from '../../../../src/builder/page/state';
import { TestState } from '../../../../src/builder/page/testing/test-state';
import type { TestEvent, TestRequest } from '../../../../src/builder/page-contract';
import { finished, job, poll, started } from './events';

/** A server that does what the test says. */
class FakeServer {
  readonly asked: TestRequest[] = [];
  readonly cancelled: string[] = [];
  knows: Record<string, string> = {};
  isGone = false;
  open = 0;
  private listener: ((event: TestEvent) => void) | undefined;
  private connection: ((isConnected: boolean) => void) | undefined;
  private seq = 0;

  readonly api = {
    startTest: async (request: TestRequest) => {
      if (this.isGone) throw new ApiError(503, 'too many runs');
      this.asked.push(request);
      const id = `t${this.asked.length}`;
      this.knows[id] = request.streamName;
      return { id };
    },
    cancelTest: async (id: string) => {
      if (this.isGone) throw new ApiError(0, 'no answer');
      this.cancelled.push(id);
    },
    test: async (id: string) => {
      if (this.isGone) throw new ApiError(0, 'no answer');
      if (!this.knows[id]) throw new ApiError(404, 'unknown');
      return { id, streamName: this.knows[id], isRunning: true, read: null };
    },
    testEvents: (_id: string, onEvent: (event: TestEvent) => void, onConnection: (isConnected: boolean) => void) => {
      this.open += 1;
      this.seq = 0;
      this.listener = onEvent;
      this.connection = onConnection;
      return () => void (this.open -= 1);
    },
  } as unknown as Api;

  /** Events reach the page, which shows them a moment later. */
  say(...happenings: object[]): void {
    for (const happening of happenings) this.listener?.({ seq: (this.seq += 1), t: this.seq * 1000, ...happening } as TestEvent);
    jest.advanceTimersByTime(250);
  }

  connected(isConnected: boolean): void {
    this.connection?.(isConnected);
  }
}

function pageOf(...names: string[]): PageState {
  const page = new PageState();
  page.open({ text: JSON.stringify({ streams: names.map((name) => ({ name, retriever: { type: 'AsyncRetriever' } })) }), version: null, file: null });
  return page;
}

const settle = () => jest.advanceTimersByTimeAsync(0);

describe('the tests of a page', () => {
  let server: FakeServer;
  let page: PageState;
  let tests: TestState;
  let flushed: string[];
  beforeEach(() => {
    jest.useFakeTimers();
    server = new FakeServer();
    page = pageOf('contacts', 'lists');
    flushed = [];
    tests = new TestState(page, server.api, { flush: async () => void flushed.push(`flush before ${server.asked.length + 1}`) } as never);
  });
  afterEach(() => jest.useRealTimers());
  const current = () => tests.shown.value?.current;

  it('start with what was typed until then, and are followed to their end', async () => {
    await tests.start();
    expect(flushed).toEqual(['flush before 1']);
    expect(server.asked).toMatchObject([{ streamName: 'contacts', text: page.text.value }]);
    expect(page.place.value.parameters.get('run')).toBe('t1');
    server.say(started(), job('creating'));
    expect(tests.running.value?.id).toBe('t1');
    expect(tests.elapsed.value).toBeGreaterThanOrEqual(2000);
    server.say(finished('ok'));
    expect(current()?.status).toBe('ok');
    expect([tests.running.value, server.open, tests.elapsed.value]).toEqual([null, 0, 3000]);
  });

  it('say what must be put right first, and start nothing', async () => {
    page.lintFindings.value = [{ severity: 'error', code: 'x', path: ['streams', 0], message: 'no' }];
    expect((await tests.start())?.message).toBe('no');
    expect([server.asked, tests.isStarting.value]).toEqual([[], false]);
  });

  it('run one at a time', async () => {
    await Promise.all([tests.start(), tests.start()]);
    await tests.start();
    expect(server.asked).toHaveLength(1);
  });

  it('keep the last finished test beside the newest, for each stream', async () => {
    await tests.start();
    server.say(started(), finished('ok'));
    await tests.start();
    expect(page.testId.value).toBe('t1');
    server.say(started());
    expect([current()?.id, tests.shown.value?.previous?.id]).toEqual(['t2', 't1']);
    page.goToStream('lists');
    expect([tests.shown.value, page.testId.value]).toEqual([null, null]);
    page.goToStream('contacts');
    expect(current()?.id).toBe('t2');
  });

  it('know when the stream was changed after its test', async () => {
    await tests.start();
    server.say(started(), finished('ok'));
    expect(tests.isStale.value).toBe(false);
    page.setAt(['streams', 0, 'primary_key'], 'id');
    expect(tests.isStale.value).toBe(true);
    page.undo();
    expect(tests.isStale.value).toBe(false);
    page.setAt(['streams', 1, 'primary_key'], 'id');
    // A test itself may write the schema that it found.
    page.setAt(['streams', 0, 'schema_loader'], { type: 'InlineSchemaLoader' });
    expect(tests.isStale.value).toBe(false);
  });

  it('say why a test could not start', async () => {
    server.isGone = true;
    await tests.start();
    expect(tests.problem.value).toBe('The test could not start: too many runs');
    expect([tests.isStarting.value, tests.running.value]).toEqual([false, null]);
  });

  it('are cancelled once, and wait for what became of the jobs', async () => {
    await tests.start();
    server.say(started(), job('running'));
    await tests.cancel();
    await tests.cancel();
    expect([current()?.status, server.cancelled]).toEqual(['cancelling', ['t1']]);
    server.say({ type: 'cancelled', jobs: [{ job: 'j1', slice: {}, abort: 'sent' }] }, finished('cancelled'));
    expect([current()?.status, current()?.aborts.length]).toEqual(['cancelled', 1]);
  });

  it('go on when the cancel did not reach the server', async () => {
    await tests.start();
    server.say(started());
    server.isGone = true;
    await tests.cancel();
    expect([current()?.status, tests.problem.value]).toEqual(['running', 'The test could not be stopped: no answer']);
  });

  it('wait for a server that does not answer, and take no event twice', async () => {
    await tests.start();
    server.say(started(), job('running'), poll(1, 'pending', 'running'));
    server.isGone = true;
    server.connected(false);
    await settle();
    expect([tests.isConnected.value, current()?.status]).toEqual([false, 'running']);
    server.isGone = false;
    server.connected(true);
    // Without a Last-Event-ID it says everything again.
    server.say();
    expect([tests.isConnected.value, current()?.jobs[0]?.polls]).toEqual([true, 1]);
  });

  it('end when a server that was started again does not know them', async () => {
    await tests.start();
    server.say(started());
    server.knows = {};
    server.connected(false);
    await settle();
    expect([current()?.status, tests.isConnected.value, server.open]).toEqual(['failed', true, 0]);
    expect(tests.problem.value).toMatch(/started again/);
  });

  it('are taken up again after a reload', async () => {
    server.knows = { t9: 'lists' };
    await tests.resume('t9');
    page.goToStream('lists');
    server.say(started({ streamName: 'lists' }), job('creating'), finished('failed'));
    expect([current()?.id, current()?.status]).toEqual(['t9', 'failed']);
    page.setParameter('run', 'old');
    await tests.resume('old');
    expect(page.place.value.parameters.get('run')).toBeNull();
  });
});
