import { canonicalJson } from '../../slices/stream-slice';
import type { Hint, TestEvent } from '../page-contract';
import { stringifyJson } from '../../protocol/lossless-json';

const EXCERPT = 600;

type Exchange = Extract<TestEvent, { type: 'exchange' }>;

/** Phases that the other events of a job do not tell by themselves. */
const PHASES: Readonly<Record<string, string>> = {
  waiting_for_capacity: 'waits: the API takes no more jobs',
  cooling_down: 'will be ordered again',
  ready: 'the API has finished',
  delivered: 'read to the end',
  given_up: 'given up',
};

/** A test as lines for a terminal: each event as it comes, and at the end what a failure needs to be understood. */
export class TestLines {
  private readonly exchanges: Exchange[] = [];
  private readonly jobs = new Map<string, string>();
  private readonly hints = new Set<string>();

  /** The lines for the next event, without line ends. */
  of(event: TestEvent): string[] {
    const time = `${(event.t / 1000).toFixed(1).padStart(6)} s  `;
    return this.texts(event).map((text) => `${time}${text}`);
  }

  private texts(event: TestEvent): string[] {
    switch (event.type) {
      case 'started':
        return [`Testing the stream "${event.streamName}"${event.isAsync ? ` (asynchronous; a job may take ${duration((event.jobTimeoutSeconds ?? 0) * 1000)})` : ''}`];
      case 'exchange':
        return this.exchange(event);
      case 'poll': {
        const raw = stringifyJson(event.raw);
        const next = event.nextPollMs === null ? '' : `; again in ${duration(event.nextPollMs)}`;
        const left = event.nextPollMs === null || event.timeoutLeftMs === null ? '' : `, ${duration(event.timeoutLeftMs)} left`;
        return [`${this.label(event.job)}poll ${event.n}: ${raw} → ${event.status ?? 'not in the status mapping'}${next}${left}`];
      }
      case 'job':
        if (Object.keys(event.slice).length > 0) this.jobs.set(event.job, canonicalJson(event.slice));
        return event.phase in PHASES ? [`${this.label(event.job)}${PHASES[event.phase]}`] : [];
      case 'download':
        return [`${this.label(event.job)}${event.bytes}${event.total === null ? '' : ` of ${event.total}`} bytes, ${event.rows} rows`];
      case 'wait':
        return [`waits ${duration(event.ms)}: ${event.reason}`];
      case 'log':
        return event.level === 'INFO' ? [] : [`${event.level}: ${event.message}`];
      case 'hint':
        return this.hint(event.hint);
      case 'cancelled':
        return event.jobs.map(({ job, abort }) => `${this.label(job)}${abort === 'sent' ? 'aborted at the API' : abort === 'failed' ? 'could not be aborted at the API' : 'goes on at the API: there is no abort request'}`);
      case 'finished':
        return this.finished(event);
    }
  }

  private exchange(event: Exchange): string[] {
    this.exchanges.push(event);
    const isPoll = event.phase === 'polling' && event.response.status >= 200 && event.response.status < 300;
    const line = `${this.label(event.job)}${event.title}: ${event.request.http_method} ${event.request.url} → ${event.response.status === 0 ? event.response.body : event.response.status} (${event.durationMs} ms)`;
    return [...(isPoll ? [] : [line]), ...(event.hint ? this.hint(event.hint) : [])];
  }

  private hint(hint: Hint): string[] {
    if (this.hints.has(hint.message)) return [];
    this.hints.add(hint.message);
    const offer = hint.kind === 'response_format' && hint.decoder ? ` Use: ${stringifyJson(hint.decoder)}` : '';
    return [`hint: ${hint.message}${offer}`];
  }

  private finished({ outcome, read }: Extract<TestEvent, { type: 'finished' }>): string[] {
    const pages = read.slices.flatMap((slice) => slice.pages);
    const records = pages.reduce((sum, page) => sum + page.records.length, 0);
    const found = `${records} records in ${pages.length} pages of ${read.slices.length} slices${read.test_read_limit_reached ? '; a limit of the test is reached' : ''}`;
    if (outcome !== 'failed') return [`${outcome === 'ok' ? 'Done' : 'Cancelled'}: ${found}.`];
    return [`Failed: ${found}.`, ...this.lastOfEach().flatMap(shownExchange)];
  }

  /** The requests that tell most about a failure: the newest of each kind. */
  private lastOfEach(): Exchange[] {
    const newest = new Map(this.exchanges.map((exchange) => [`${exchange.title} ${exchange.job}`, exchange]));
    return [...newest.values()].slice(-5);
  }

  private label(job: string | null): string {
    const slice = job === null ? undefined : this.jobs.get(job);
    return slice === undefined ? '' : `${slice} `;
  }
}

function shownExchange({ title, n, request, response }: Exchange): string[] {
  return [
    `#${n} ${title}`,
    `  ${request.http_method} ${request.url}`,
    ...(request.body === null ? [] : [`  ${excerpt(request.body)}`]),
    `  → ${response.status} ${response.headers['content-type'] ?? ''}`.trimEnd(),
    ...(response.body === '' ? [] : [`  ${excerpt(response.body)}`]),
  ];
}

function excerpt(body: string): string {
  const line = body.replace(/\s+/g, ' ').trim();
  return line.length > EXCERPT ? `${line.slice(0, EXCERPT)}… (${body.length} characters)` : line;
}

function duration(ms: number): string {
  return ms < 60_000 ? `${Number((ms / 1000).toFixed(1))} s` : `${Math.round(ms / 60_000)} min`;
}
