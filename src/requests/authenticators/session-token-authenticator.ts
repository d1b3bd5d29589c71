import type { CalendarDuration, PyTimedelta } from '../../datetime/duration';
import { parseDuration } from '../../datetime/duration';
import { PyDateTime } from '../../datetime/python-datetime';
import type { Decoder } from '../../decode/decoder';
import { ConnectorError } from '../../errors/connector-error';
import { defineComponent } from '../../manifest/define-component';
import { field, required } from '../../manifest/field';
import type { Runtime } from '../../platform/runtime';
import { isObject, type JsonValue } from '../../protocol/json';
import type { RequestOptions } from '../../slices/request-options';
import { canonicalJson } from '../../slices/stream-slice';
import type { HttpResponse, PreparedRequest, Requester } from '../requester';
import type { Authenticator } from './authenticator';
import { valueAt } from './config-path';
import type { SessionTokenRequestAuthentication } from './session-token-requests';
import { TokenSlot, tokenSlots } from './token-slots';

/** Without expiration_duration a token is not trusted for longer; the reference logs in for every request. */
const UNKNOWN_LIFETIME_MS = 60_000;
/** An API that answers 401 whatever the token is must not be logged into again and again. */
const BETWEEN_FORCED_LOGINS_MS = 60_000;

export class SessionSlot extends TokenSlot {
  /** The API has accepted the token at least once. */
  worked = false;
  forcedAt = -Infinity;
}

export interface Login {
  requester: Requester;
  decoder: Decoder | undefined;
  tokenPath: readonly string[];
  lifetime: PyTimedelta | CalendarDuration | undefined;
  path: string;
}

/**
 * Logs in with a request of its own and sends the session token that the answer holds (reference section 4). One login
 * serves all streams; a token of unknown lifetime is renewed after a minute, and when the API stops accepting it.
 */
export class SessionTokenAuthenticator implements Authenticator {
  constructor(
    private readonly slot: SessionSlot,
    private readonly login: Login,
    private readonly authentication: SessionTokenRequestAuthentication,
    private readonly runtime: Runtime,
  ) {}

  async credentials(): Promise<RequestOptions> {
    const { slot, runtime } = this;
    const expired = slot.token === undefined || slot.expiresAt === undefined || slot.expiresAt < runtime.clock.now();
    if (expired) await slot.renew(() => this.renew());
    const value = this.authentication.value(slot.token as string);
    runtime.secrets.add(value);
    const options: RequestOptions = {};
    this.authentication.inject(options, value);
    return options;
  }

  async refresh(usedFor: PreparedRequest): Promise<void> {
    if (this.isCurrentIn(usedFor)) await this.slot.renew(() => this.renew());
  }

  /** A token of unknown lifetime that used to work and now gets 401 has ended: one more login is worth a try. */
  observe(request: PreparedRequest, status: number): { retryWithOtherToken: boolean } | undefined {
    const { slot } = this;
    if (status < 400) slot.worked = true;
    if (status !== 401 || this.login.lifetime) return undefined;
    if (!this.isCurrentIn(request)) return { retryWithOtherToken: slot.token !== undefined };
    const now = this.runtime.clock.monotonic();
    if (!slot.worked || now - slot.forcedAt < BETWEEN_FORCED_LOGINS_MS) return { retryWithOtherToken: false };
    slot.forcedAt = now;
    slot.token = undefined;
    return { retryWithOtherToken: true };
  }

  private isCurrentIn(request: PreparedRequest): boolean {
    if (this.slot.token === undefined) return false;
    const value = this.authentication.value(this.slot.token);
    const sent = [...Object.values(request.headers), request.url, request.body ?? ''];
    const forms = [value, encodeURIComponent(value), encodeURIComponent(value).replace(/%20/g, '+'), JSON.stringify(value).slice(1, -1)];
    return sent.some((text) => forms.some((form) => text.includes(form)));
  }

  private async renew(): Promise<void> {
    const { slot, login, runtime } = this;
    const response = await login.requester.send({});
    if (response.ignored) {
      throw ConnectorError.system('auth.login_ignored', `${login.path}: the error handler of login_requester ignored the answer ${response.status}, so there is no session token.`);
    }
    const answer = await firstElement(response, login.decoder, runtime);
    const token = valueAt(answer, login.tokenPath);
    if (token === undefined || token === null || token === '' || typeof token === 'object') {
      const keys = isObject(answer) ? Object.keys(answer).join(', ') : typeof answer;
      throw ConnectorError.system(
        'auth.no_session_token',
        `${login.path}: the login answer has no text at session_token_path ${login.tokenPath.join(' → ')} (it has: ${keys.slice(0, 200)}).`,
      );
    }
    runtime.secrets.add(String(token));
    const now = runtime.clock.now();
    slot.token = String(token);
    slot.expiresAt = login.lifetime ? PyDateTime.fromEpochMs(now).plus(login.lifetime).epochMs() : now + UNKNOWN_LIFETIME_MS;
    slot.worked = false;
  }
}

async function firstElement(response: HttpResponse, decoder: Decoder | undefined, runtime: Runtime): Promise<JsonValue> {
  if (!decoder) return (await response.body.json()) ?? null;
  const context = { headers: response.headers, warn: (message: string) => runtime.logger.warn(message) };
  for await (const [first] of decoder.decode(response.body.stream(), context)) if (first !== undefined) return first;
  return null;
}

export const sessionTokenAuthenticator = defineComponent({
  kind: 'Authenticator',
  type: 'SessionTokenAuthenticator',
  title: 'Session token',
  description: 'Logs in with a request of its own, takes a session token from the answer and sends it with each request.',
  fields: {
    login_requester: required(
      field.component('Requester', {
        role: 'login',
        title: 'Login request',
        description: 'The request that logs in; its answer holds the session token.',
        examples: [
          {
            type: 'HttpRequester',
            url: 'https://api.example.com/login',
            http_method: 'POST',
            authenticator: { type: 'BasicHttpAuthenticator', username: "{{ config['username'] }}", password: "{{ config['password'] }}" },
          },
        ],
      }),
    ),
    session_token_path: required(
      field.array(field.string(), { title: 'Path to the token', description: 'Where the token stands in the answer.', examples: [['access_token'], ['result', 'token']] }),
    ),
    expiration_duration: field.string({
      title: 'Lifetime',
      description: 'How long a token is used, as an ISO 8601 duration. Without it, a new one is fetched every minute and when the API answers 401.',
      examples: ['PT1H', 'P1D'],
    }),
    request_authentication: required(
      field.component('SessionTokenRequestAuthentication', { title: 'Use of the token', description: 'How the token is sent with the requests for data.' }),
    ),
    decoder: field.component('Decoder', { types: ['JsonDecoder', 'XmlDecoder'], title: 'Decoder', description: 'Reads the login answer; JSON when not given.' }),
  },
  examples: [
    {
      type: 'SessionTokenAuthenticator',
      login_requester: {
        type: 'HttpRequester',
        url: 'https://api.example.com/session',
        http_method: 'POST',
        request_body_json: { username: "{{ config['username'] }}", password: "{{ config['password'] }}" },
      },
      session_token_path: ['id'],
      expiration_duration: 'P14D',
      request_authentication: { type: 'ApiKey', inject_into: { type: 'RequestOption', inject_into: 'header', field_name: 'X-Session' } },
    },
  ],
  build: (props, ctx, model) => {
    const slot = tokenSlots(ctx.runtime).slot(
      ctx.config,
      // Only templates that are equal, parameters included, are sure to log in as the same user.
      canonicalJson(['session', model.login_requester ?? null, model.session_token_path ?? null, model.expiration_duration ?? null, ctx.parameters]),
      () => new SessionSlot(),
    );
    const login = {
      requester: props.login_requester,
      decoder: props.decoder,
      tokenPath: props.session_token_path,
      lifetime: props.expiration_duration ? parseDuration(props.expiration_duration) : undefined,
      path: ctx.path,
    };
    return new SessionTokenAuthenticator(slot, login, props.request_authentication, ctx.runtime);
  },
});
