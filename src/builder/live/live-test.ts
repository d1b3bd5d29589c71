import type { ComponentRegistry } from '../../manifest/component-registry';
import { str } from '../../manifest/interpolation/python-text';
import { parseManifest } from '../../manifest/parse-manifest';
import type { HttpExchange } from '../../platform/events';
import type { SecretRegistry } from '../../platform/runtime';
import { errorText } from '../../errors/connector-error';
import { KnownSecrets } from '../../errors/secrets';
import type { JsonObject } from '../../protocol/json';
import type { Tape } from '../cassette/tape';
import type { BuilderWorld } from '../builder-runtime';
import type { TestEvent, TestHappening, TestPhase, TestRequest, TestRun } from '../page-contract';
import type { ExchangeView } from '../exchange-log';
import { emptyAnswer, testRead } from '../test-read';
import type { LogMessage, StreamRead } from '../stream-read';
import { Happenings } from './happenings';
import { maskedView } from './masked-exchange';

/** Events that are kept for those who come later. */
const MAX_EVENTS = 20_000;
/** Characters of the bodies in the events together; beyond, those of the oldest are let go. */
const MAX_EVENT_CHARACTERS = 32 * 1024 * 1024;
/** Characters of whole bodies, for downloads and curl. */
const MAX_KEPT_CHARACTERS = 32 * 1024 * 1024;

/** The reason why a test ends that a person cancelled. */
export class TestCancelled extends Error {
  constructor() {
    super('The test was cancelled.');
    this.name = 'TestCancelled';
  }
}

/** A test that a page started. It belongs to the server: whoever looks, and whoever leaves, changes nothing. */
export class LiveTest {
  private readonly events: TestEvent[] = [];
  private eventCharacters = 0;
  private readonly exchanges = new Map<number, HttpExchange>();
  private keptCharacters = 0;
  private readonly abort = new AbortController();
  private readonly waiting = new Set<() => void>();
  private seq = 0;
  private readonly world: BuilderWorld;
  /** Monotonic milliseconds. */
  private readonly startedAt: number;
  private read: StreamRead | null = null;
  private secrets: SecretRegistry = new KnownSecrets();
  isRunning = true;

  constructor(
    readonly id: string,
    readonly request: TestRequest,
    world: BuilderWorld,
    /** Absent: the API is asked, and nothing is kept. */
    private readonly tape?: Tape,
    /** Told of each status that a poll has found, as the mapping compares it. */
    private readonly onStatus: (status: string) => void = () => undefined,
  ) {
    this.world = tape ? { ...world, clock: tape.clock } : world;
    this.startedAt = this.world.clock.monotonic();
  }

  /** Aborted by `cancel`. */
  get signal(): AbortSignal {
    return this.abort.signal;
  }

  get run(): TestRun {
    return { id: this.id, streamName: this.request.streamName, isRunning: this.isRunning, read: this.read };
  }

  /** Stops waiting and aborts the jobs; the events tell what came of it. */
  cancel(): void {
    this.abort.abort(new TestCancelled());
  }

  /**
   * Carries the test out. Whatever goes wrong becomes an event, also that the text is no manifest.
   * @param signal ends the test; that of `cancel` among others
   */
  async carryOut(config: JsonObject, registry: ComponentRegistry, signal: AbortSignal): Promise<void> {
    const { request, tape } = this;
    const world = { ...this.world, signal };
    let happenings: Happenings | undefined;
    let read: StreamRead;
    try {
      read = await testRead(
        {
          manifest: parseManifest(request.text, 'The manifest'),
          config: tape?.config ?? config,
          streamName: request.streamName,
          state: request.state ?? [],
          recordLimit: request.limits.records,
          pageLimit: request.limits.pages,
          sliceLimit: request.limits.slices,
          pollEverySeconds: request.pollEverySeconds,
        },
        registry,
        world,
        {
          opened: (runtime, exchanges, model) => {
            this.secrets = runtime.secrets;
            tape?.install(runtime);
            happenings = new Happenings({ streamName: request.streamName, model, config, runtime, exchanges, emit: (happening) => this.tell(happening), keep: (n, exchange) => this.keepExchange(n, exchange) });
          },
          view: maskedView,
          logged: ({ level, message }) => this.tell({ type: 'log', level, message }),
          answersWhenCancelled: true,
        },
      );
    } catch (error) {
      read = emptyAnswer({ logs: [this.error(error)], latestConfig: undefined });
    }
    await tape?.finish(this.secrets).catch((error: unknown) => read.logs.push(this.error(error, 'The recording cannot be kept: ')));
    if (signal.aborted) this.tell({ type: 'cancelled', jobs: happenings?.abortedJobs() ?? [] });
    this.read = read;
    this.isRunning = false;
    this.tell({ type: 'finished', outcome: signal.aborted ? 'cancelled' : hasFailed(read) ? 'failed' : 'ok', read });
  }

  /** The events after one, oldest first. */
  since(seq: number): readonly TestEvent[] {
    const first = this.events.findIndex((event) => event.seq > seq);
    return first < 0 ? [] : this.events.slice(first);
  }

  /** Resolves at the next event, or when the signal is aborted. */
  async next(signal: AbortSignal): Promise<void> {
    if (signal.aborted) return;
    await new Promise<void>((resolve) => {
      const done = () => {
        this.waiting.delete(done);
        signal.removeEventListener('abort', done);
        resolve();
      };
      this.waiting.add(done);
      signal.addEventListener('abort', done, { once: true });
    });
  }

  /** The exchange as it was sent, secrets and all; undefined when it is not kept. */
  exchange(n: number): HttpExchange | undefined {
    return this.exchanges.get(n);
  }

  /** The last exchange of a phase that was answered, secrets and all. */
  lastExchange(phase: TestPhase): HttpExchange | undefined {
    const n = this.events.findLast((event) => event.type === 'exchange' && event.phase === phase && event.response.status > 0 && this.exchanges.has(event.n));
    return n?.type === 'exchange' ? this.exchanges.get(n.n) : undefined;
  }

  mask(text: string): string {
    return this.secrets.mask(text);
  }

  /** How the exchanges of this test are shown. */
  get view(): ExchangeView {
    return maskedView(this.secrets);
  }

  /** Lets whole bodies go: newer tests need the room. */
  forgetBodies(): void {
    this.exchanges.clear();
    this.keptCharacters = 0;
  }

  private error(error: unknown, sentence = ''): LogMessage {
    const message = this.secrets.mask(`${sentence}${errorText(error)}`);
    this.tell({ type: 'log', level: 'ERROR', message });
    return { level: 'ERROR', message, internal_message: null, stacktrace: null };
  }

  private tell(happening: TestHappening): void {
    const event: TestEvent = { seq: (this.seq += 1), t: Math.round(this.world.clock.monotonic() - this.startedAt), ...happening };
    if (event.type === 'poll') this.onStatus(str(event.raw));
    this.events.push(event);
    this.eventCharacters += charactersOf(event);
    if (this.events.length > MAX_EVENTS) this.events.splice(1, 1);
    for (let at = 0; this.eventCharacters > MAX_EVENT_CHARACTERS && at < this.events.length - 1; at += 1) this.shorten(at);
    for (const wake of [...this.waiting]) wake();
  }

  private shorten(at: number): void {
    const event = this.events[at]!;
    if (event.type !== 'exchange' || charactersOf(event) === 0) return;
    this.eventCharacters -= charactersOf(event);
    this.events[at] = { ...event, request: { ...event.request, body: null }, response: { ...event.response, body: '' }, cut: true };
  }

  private keepExchange(n: number, exchange: HttpExchange): void {
    const size = (exchange.request.body?.length ?? 0) + (exchange.response?.body.length ?? 0);
    if (this.keptCharacters + size > MAX_KEPT_CHARACTERS) return;
    this.keptCharacters += size;
    this.exchanges.set(n, exchange);
  }
}

function charactersOf(event: TestEvent): number {
  return event.type === 'exchange' ? (event.request.body?.length ?? 0) + event.response.body.length : 0;
}

function hasFailed({ logs }: StreamRead): boolean {
  return logs.some(({ level }) => level === 'ERROR' || level === 'FATAL');
}
