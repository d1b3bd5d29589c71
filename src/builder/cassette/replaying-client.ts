import { ConnectorError, type Recovery } from '../../errors/connector-error';
import type { ErrorCode } from '../../errors/error-catalogue';
import type { Runtime } from '../../platform/runtime';
import type { HttpAnswer, HttpCall } from '../../requests/http-call';
import { HttpClient } from '../../requests/http-client';
import { prepareUrl } from '../../requests/prepare-url';
import { completeHeaders, setHeader } from '../../requests/request-headers';
import { HttpBody } from '../../requests/response-body';
import { maskedView } from '../live/masked-exchange';
import type { Cassette, Interaction, RecordedError, RecordedResponse } from './cassette';
import type { ReplayClock } from './replay-clock';

/** Of headers that a client makes up, or that follow from the body, nobody needs to hear. */
const OWN_HEADERS = /^(?:accept-encoding|connection|content-length|user-agent)$/i;

/** Asks nobody: answers as the API did when the cassette was recorded. */
export class ReplayingClient extends HttpClient {
  private readonly left: Interaction[];
  private readonly told = new Set<string>();

  constructor(
    private readonly world: Runtime,
    private readonly name: string,
    cassette: Cassette,
    private readonly clock: ReplayClock,
  ) {
    super(world);
    this.left = [...cassette.interactions];
  }

  override async call(call: HttpCall): Promise<HttpAnswer> {
    for (let next: HttpCall | undefined = call; next; ) {
      (next.signal ?? this.world.signal).throwIfAborted();
      const { at, response, error } = this.take(next);
      this.clock.advanceTo(at);
      if (response) return answered(next, response);
      const failure = asError(error!);
      if (!next.repeat) throw failure;
      next = await next.repeat(failure);
      if (!next) throw failure;
    }
    throw new Error('a call that is repeated has a next one');
  }

  /** The next answer to this request: the same one, else one to the same address, of which the difference is told. */
  private take(call: HttpCall): Interaction {
    const request = this.masked(call);
    const candidates = this.left.filter((each) => each.request.method === request.method && addressOf(each.request.url) === addressOf(request.url));
    const isSame = (each: Interaction) => each.request.url === request.url && each.request.body === request.body;
    const found = candidates.find(isSame) ?? candidates[0];
    if (!found) {
      throw ConnectorError.config(
        'cassette.no_answer',
        `The recording "${this.name}" has no${this.told.has(addressOf(request.url)) ? ' more' : ''} answer to ${request.method} ${request.url}. Test with the API, or record again.`,
        { recovery: 'stop_stream' },
      );
    }
    this.left.splice(this.left.indexOf(found), 1);
    this.told.add(addressOf(request.url));
    const difference = differenceOf(found.request, request);
    if (difference !== undefined && !this.told.has(difference)) {
      this.told.add(difference);
      this.world.logger.warn(`The request ${request.method} ${addressOf(request.url)} is not the one that was recorded in "${this.name}": ${difference}. The recorded answer is used all the same; record again to be sure.`);
    }
    return found;
  }

  /** As a cassette holds requests. */
  private masked({ method, url, headers = {}, body = null }: HttpCall): Interaction['request'] {
    const view = maskedView(this.world.secrets);
    const shown = view.request({ type: 'http', title: '', exchangeType: '', description: '', streamName: undefined, slice: undefined, request: { method, url, headers, body }, response: undefined, error: undefined, startedAt: 0, durationMs: 0 });
    return { method, url: shown.url, headers: shown.headers, body: shown.body };
  }
}

function addressOf(url: string): string {
  return url.replace(/[?#].*$/, '');
}

/** The first thing that differs, for people. */
function differenceOf(recorded: Interaction['request'], now: Interaction['request']): string | undefined {
  const differs = (what: string, then: string | undefined | null, present: string | undefined | null) => `${what} was ${quoted(then)} and is ${quoted(present)} now`;
  if (recorded.url !== now.url) return differs('the query', recorded.url.slice(addressOf(recorded.url).length), now.url.slice(addressOf(now.url).length));
  if (recorded.body !== now.body) return differs('the body', recorded.body, now.body);
  for (const name of new Set([...Object.keys(recorded.headers), ...Object.keys(now.headers)])) {
    if (!OWN_HEADERS.test(name) && recorded.headers[name] !== now.headers[name]) return differs(`the header ${name}`, recorded.headers[name], now.headers[name]);
  }
  return undefined;
}

function quoted(text: string | undefined | null): string {
  if (text === undefined || text === null || text === '') return 'not there';
  return `'${text.length > 200 ? `${text.slice(0, 200)}…` : text}'`;
}

function answered(call: HttpCall, { status, headers, url, body, broken }: RecordedResponse): HttpAnswer {
  const { method, body: sent = null } = call;
  const requestHeaders = completeHeaders(call.headers ?? {});
  if (sent !== null || !['GET', 'HEAD'].includes(method)) setHeader(requestHeaders, 'Content-Length', String(Buffer.byteLength(sent ?? '')));
  const request = { method, url: prepareUrl(call.url, {}), headers: requestHeaders, body: sent };
  const chunks = (async function* () {
    if (body.length > 0) yield body;
    if (broken) throw asError(broken);
  })();
  return { status, headers, url, request, body: new HttpBody({ chunks, contentType: headers['content-type'], cancel: () => undefined }) };
}

function asError({ code, message, recovery }: RecordedError): ConnectorError {
  return ConnectorError.transient(code as ErrorCode, message, { recovery: recovery as Recovery });
}
