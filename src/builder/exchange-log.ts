import type { HttpExchange } from '../platform/events';
import type { SecretRegistry } from '../platform/runtime';
import type { JsonObject } from '../protocol/json';
import { canonicalJson } from '../slices/stream-slice';
import type { AuxiliaryRequest, ShownRequest, ShownResponse } from './stream-read';

/** The bodies of a run are kept whole up to this many characters together; a test is looked at by a person. */
const KEPT_CHARACTERS = 32 * 1024 * 1024;
/** What is kept of a body after that. */
const EXCERPT_CHARACTERS = 2048;

const TYPES: ReadonlySet<string> = new Set<AuxiliaryRequest['type']>(['HTTP', 'AUTH', 'PARENT_STREAM', 'ASYNC_CREATE', 'ASYNC_POLL', 'ASYNC_ABORT', 'ASYNC_DELETE']);

/** How a request and its answer are shown: without secrets. */
export interface ExchangeView {
  request(exchange: HttpExchange): ShownRequest;
  response(exchange: HttpExchange): ShownResponse;
}

/** Without the values that the config marks as secret, and without signatures of links. */
export function plainView(secrets: SecretRegistry): ExchangeView {
  const maskedHeaders = (headers: Readonly<Record<string, string>>) => Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, secrets.mask(value)]));
  return {
    request: ({ request: { url, headers, method, body } }) => ({
      url: secrets.mask(url),
      headers: maskedHeaders(headers),
      http_method: method,
      body: body === null || body === '' ? null : secrets.mask(body),
    }),
    response({ response, error }) {
      if (!response) return { status: 0, body: secrets.mask(error ?? 'No answer came.'), headers: {} };
      return { status: response.status, body: secrets.mask(response.body), headers: maskedHeaders(response.headers) };
    },
  };
}

/** The requests of a run that give no records by themselves, by the slice that they were sent for. */
export class ExchangeLog {
  private readonly kept: { slice: string | undefined; exchange: HttpExchange }[] = [];
  private characters = 0;

  /** @param jobTimeout how long a job may take, for the Builder: `0:15:00` */
  constructor(
    private readonly streamName: string,
    private readonly jobTimeout: string | undefined,
    readonly view: ExchangeView,
  ) {}

  /** A request whose answer holds records of the stream: the Builder shows it as a page. */
  isPage({ title, exchangeType, streamName }: HttpExchange): boolean {
    return title === '' && exchangeType === 'HTTP' && streamName === this.streamName;
  }

  titleOf({ title, streamName }: HttpExchange): string {
    return title || `Stream '${streamName ?? ''}' request`;
  }

  addAuxiliary(exchange: HttpExchange): void {
    const isOwn = exchange.streamName === this.streamName && exchange.exchangeType !== 'PARENT_STREAM' && exchange.exchangeType !== 'AUTH';
    const belongsToSlice = isOwn && exchange.title.startsWith('Async Job') && exchange.slice !== undefined;
    this.kept.push({ slice: belongsToSlice ? canonicalJson(exchange.slice!) : undefined, exchange: this.withinBudget(exchange) });
  }

  /** Bodies beyond the budget are cut, so that a test with many polls cannot fill the memory. */
  withinBudget(exchange: HttpExchange): HttpExchange {
    const { request, response } = exchange;
    this.characters += (request.body?.length ?? 0) + (response?.body.length ?? 0);
    if (this.characters <= KEPT_CHARACTERS) return exchange;
    return {
      ...exchange,
      request: { ...request, body: request.body && excerpt(request.body) },
      response: response && { ...response, body: excerpt(response.body) },
    };
  }

  /** @param slices of which the answer has entries; requests of others stand with those of no slice */
  auxiliaryRequests(slices: ReadonlySet<string>): { ofSlice(slice: JsonObject): AuxiliaryRequest[]; ofNone: AuxiliaryRequest[] } {
    const shown = (wanted: (slice: string | undefined) => boolean) => this.kept.filter(({ slice }) => wanted(slice)).map(({ exchange }) => this.auxiliaryRequest(exchange));
    return {
      ofSlice: (slice) => {
        const key = canonicalJson(slice);
        return shown((each) => each === key);
      },
      ofNone: shown((each) => each === undefined || !slices.has(each)),
    };
  }

  private auxiliaryRequest(exchange: HttpExchange): AuxiliaryRequest {
    const { exchangeType, description } = exchange;
    const isCreation = exchangeType === 'ASYNC_CREATE' && this.jobTimeout !== undefined;
    return {
      title: this.titleOf(exchange),
      type: TYPES.has(exchangeType) ? (exchangeType as AuxiliaryRequest['type']) : 'HTTP',
      description: isCreation ? `${description} Timeout after: ${this.jobTimeout}` : description,
      request: this.view.request(exchange),
      response: this.view.response(exchange),
    };
  }
}

function excerpt(body: string): string {
  if (body.length <= EXCERPT_CHARACTERS) return body;
  return `${body.slice(0, EXCERPT_CHARACTERS)}… (${body.length - EXCERPT_CHARACTERS} more characters; the bodies of this test are too large to be kept)`;
}
