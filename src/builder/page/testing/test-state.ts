import { batch, computed, effect, signal, type ReadonlySignal } from '@preact/signals';
import { ApiError, type Api } from '../api';
import type { JsonObject } from '../../../protocol/json';
import { stringifyJson } from '../../../protocol/lossless-json';
import type { InputSaver } from '../inputs/input-saver';
import type { PageState } from '../state';
import { blockers, type Blocker } from './blockers';
import type { TestEvent } from '../../page-contract';
import { monotonicNow } from './test-clock';
import { DEFAULT_SETTINGS, readSettings, type TestSettings } from './test-settings';
import { isRunning, newTestView, withEvent, type TestView } from './test-view';

/** The newest test of a stream, and the finished one before it, which is shown while the newest has nothing to show. */
export interface StreamTests {
  current: TestView;
  previous: TestView | null;
  /** The stream as it was tested; null when that is not known, e.g. after a reload. */
  tested: string | null;
}

/** Events that came within this time are shown together: 2,000 polls arrive at once after a reload. */
const SHOW_AFTER_MS = 50;
const TICK_MS = 200;

/** Tests of the page: at most one runs; each stream keeps its last results. */
export class TestState {
  readonly settings = signal<TestSettings>(DEFAULT_SETTINGS);
  /** How records are looked at, in every test. */
  readonly recordsAs = signal<'table' | 'json'>('table');
  /** Milliseconds since the start of the running test. */
  readonly elapsed = signal(0);
  readonly isConnected = signal(true);
  /** Why a test could not be started or stopped. */
  readonly problem = signal<string | null>(null);
  readonly isStarting = signal(false);
  private readonly tests = signal<ReadonlyMap<string, StreamTests>>(new Map());

  readonly running = computed(() => [...this.tests.value.values()].find(({ current }) => isRunning(current))?.current ?? null);
  readonly shown: ReadonlySignal<StreamTests | null>;
  /** The shown results are those of another text of the stream. */
  readonly isStale: ReadonlySignal<boolean>;

  private waiting: TestEvent[] = [];
  private showTimer: ReturnType<typeof setTimeout> | undefined;
  private ticker: ReturnType<typeof setInterval> | undefined;
  /** When the newest event came, and the time that it carried. */
  private newest = { at: 0, t: 0 };
  private stopListening: () => void = () => undefined;

  constructor(
    private readonly page: PageState,
    private readonly api: Api,
    private readonly inputs: InputSaver,
  ) {
    this.shown = computed(() => this.tests.value.get(page.streamName.value ?? '') ?? null);
    this.isStale = computed(() => {
      const tested = this.shown.value?.tested ?? null;
      return tested !== null && tested !== textOf(page.selectedStream.value);
    });
    // Templates are shown with the answers of the last test that has all of them.
    effect(() => {
      const tests = this.shown.value;
      page.testId.value = tests === null ? null : ((isRunning(tests.current) ? tests.previous : tests.current)?.id ?? null);
    });
  }

  /**
   * Tests the selected stream as the text is now, with the inputs that were typed until now.
   *
   * @returns what must be put right first; then nothing was started
   */
  async start(): Promise<Blocker | null> {
    const { page } = this;
    const streamName = page.streamName.value;
    if (streamName === null || this.running.value || this.isStarting.value) return null;
    this.isStarting.value = true;
    this.problem.value = null;
    try {
      await this.inputs.flush();
      const [blocker] = blockers(page, this.settings.value);
      if (blocker) return blocker;
      const tested = textOf(page.selectedStream.value);
      const { id } = await this.api.startTest({ text: page.text.value, streamName, ...readSettings(this.settings.value).chosen });
      this.follow(id, streamName, page.streamKind.value === 'async', tested);
    } catch (error) {
      this.problem.value = `The test could not start: ${messageOf(error)}`;
    } finally {
      this.isStarting.value = false;
    }
    return null;
  }

  /** Stops the running test; its last events say what became of the jobs. */
  async cancel(): Promise<void> {
    const view = this.running.value;
    if (!view || view.status === 'cancelling') return;
    this.show({ ...view, status: 'cancelling' });
    try {
      await this.api.cancelTest(view.id);
    } catch (error) {
      const now = this.running.value;
      if (now?.id === view.id) this.show({ ...now, status: 'running' });
      this.problem.value = `The test could not be stopped: ${messageOf(error)}`;
    }
  }

  /** Shows a test that the server knows, from its first event on: after a reload, or from a link. */
  async resume(id: string): Promise<void> {
    try {
      const { streamName } = await this.api.test(id);
      if (this.running.value?.id !== id) this.follow(id, streamName, true, null);
    } catch {
      // An old link; the test is forgotten.
      this.page.setParameter('run', null);
    }
  }

  private follow(id: string, streamName: string, isAsync: boolean, tested: string | null): void {
    this.stopListening();
    const before = this.tests.value.get(streamName);
    const previous = before && !isRunning(before.current) ? before.current : (before?.previous ?? null);
    batch(() => {
      this.tests.value = new Map(this.tests.value).set(streamName, { current: newTestView(id, streamName, isAsync), previous, tested });
      this.isConnected.value = true;
      this.elapsed.value = 0;
      this.page.setParameter('run', id);
      this.page.setParameter('req', null);
    });
    this.newest = { at: monotonicNow(), t: 0 };
    this.waiting = [];
    clearTimeout(this.showTimer);
    this.showTimer = undefined;
    clearInterval(this.ticker);
    this.ticker = setInterval(() => (this.elapsed.value = this.newest.t + monotonicNow() - this.newest.at), TICK_MS);
    this.stopListening = this.api.testEvents(
      id,
      (event) => {
        this.newest = { at: monotonicNow(), t: event.t };
        this.waiting.push(event);
        this.showTimer ??= setTimeout(() => this.showWaiting(id), SHOW_AFTER_MS);
      },
      (isConnected) => {
        this.isConnected.value = isConnected;
        if (!isConnected) void this.checkIsKnown(id);
      },
    );
  }

  private showWaiting(id: string): void {
    const events = this.waiting;
    this.waiting = [];
    this.showTimer = undefined;
    const view = this.running.value;
    if (view?.id !== id) return;
    const next = events.reduce(withEvent, view);
    this.show(next);
    if (isRunning(next)) return;
    this.stopFollowing(next.t);
    if (this.settings.value.mode === 'record') void this.learnRecordings();
  }

  private stopFollowing(t: number): void {
    clearInterval(this.ticker);
    this.stopListening();
    this.isConnected.value = true;
    this.elapsed.value = t;
  }

  private async learnRecordings(): Promise<void> {
    // Without an answer the list stays as it was.
    this.page.session.value = await this.api.session().catch(() => this.page.session.value);
  }

  private show(view: TestView): void {
    const known = this.tests.value.get(view.streamName);
    if (known) this.tests.value = new Map(this.tests.value).set(view.streamName, { ...known, current: view });
  }

  /** A server that was started again knows nothing of the test, and its events never come. */
  private async checkIsKnown(id: string): Promise<void> {
    try {
      await this.api.test(id);
    } catch (error) {
      const view = this.running.value;
      if (!(error instanceof ApiError) || error.status === 0 || view?.id !== id) return;
      this.show({ ...view, status: 'failed' });
      this.stopFollowing(view.t);
      this.problem.value = 'The Builder was started again and does not know this test any more.';
    }
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** What a test depends on: all of the stream but its schema, which a test may have written. */
function textOf(stream: JsonObject | null): string {
  return stringifyJson({ ...stream, schema_loader: null });
}
