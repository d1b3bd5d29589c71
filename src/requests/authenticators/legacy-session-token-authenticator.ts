import { ConnectorError } from '../../errors/connector-error';
import type { BuildContext } from '../../manifest/build-context';
import { defineComponent } from '../../manifest/define-component';
import { field, required, type Props } from '../../manifest/field';
import { InterpolatedString } from '../../manifest/interpolation/interpolated-string';
import { isObject, getOwn } from '../../protocol/json';
import type { RequestOptions } from '../../slices/request-options';
import { canonicalJson } from '../../slices/stream-slice';
import { jsonEncode } from '../request-encoding';
import type { PreparedRequest } from '../requester';
import { shownUrl } from '../shown-url';
import { exchange, shortened, type AuthAnswer } from './auth-exchange';
import type { Authenticator } from './authenticator';
import { named } from './oauth-request';
import { secretText } from './secret-text';
import { TokenSlot, tokenSlots } from './token-slots';

/** How long a token is used, as in the reference (section 4). */
const LIFETIME_MS = 86_400_000;

const fields = {
  header: required(field.template({ title: 'Header', description: 'The header that carries the session token.', examples: ['X-Session'] })),
  login_url: required(field.template({ title: 'Login path', description: 'The path of the login, below the url_base of the requester.', examples: ['session'] })),
  session_token: field.template({ title: 'Session token', description: 'A token that exists already; used as long as the API says that it is valid.', examples: ["{{ config['session_token'] }}"] }),
  session_token_response_key: required(field.template({ title: 'Name of the token', description: 'The field of the login answer with the token.', examples: ['id'] })),
  username: field.template({ title: 'User name', description: 'For the login.', examples: ["{{ config['username'] }}"] }),
  password: field.template({ title: 'Password', description: 'For the login.', default: '', examples: ["{{ config['password'] }}", ''] }),
  validate_session_url: required(field.template({ title: 'Path for the test', description: 'A path that the API answers with 401 when session_token is no longer valid.', examples: ['user/current'] })),
};

/** Deprecated form of SessionTokenAuthenticator: a given token while it is valid, else a login with user name and password. */
export class LegacySessionTokenAuthenticator implements Authenticator {
  constructor(
    private readonly props: Props<typeof fields>,
    private readonly ctx: BuildContext,
  ) {}

  async credentials(request: { url: string }): Promise<RequestOptions> {
    const slot = this.slot();
    if (slot.token === undefined || (slot.expiresAt ?? 0) < this.ctx.runtime.clock.now()) await slot.renew(() => this.obtain(slot, request.url));
    return { headers: { [this.header()]: slot.token as string } };
  }

  async refresh(usedFor: PreparedRequest): Promise<void> {
    const slot = this.slot();
    const used = named(usedFor.headers, this.header().toLowerCase());
    if (used === undefined || used === slot.token) await slot.renew(() => this.obtain(slot, usedFor.url));
  }

  private async obtain(slot: TokenSlot, requestUrl: string): Promise<void> {
    const { props, ctx } = this;
    const given = textOf(props.session_token);
    const token = given && (await this.isValid(given, requestUrl)) ? given : await this.login(requestUrl);
    ctx.runtime.secrets.add(token);
    slot.token = token;
    slot.expiresAt = ctx.runtime.clock.now() + LIFETIME_MS;
  }

  private async isValid(token: string, requestUrl: string): Promise<boolean> {
    const url = this.below(requestUrl, textOf(this.props.validate_session_url));
    const answer = await exchange(
      { method: 'GET', url, headers: { [this.header()]: token }, title: 'Session check', description: 'Checks the session token' },
      this.ctx.runtime,
    );
    if (answer.status < 400) return true;
    if (answer.status !== 401) throw refused(url, answer);
    this.ctx.runtime.logger.info('The session token of the config is no longer valid.');
    return false;
  }

  private async login(requestUrl: string): Promise<string> {
    const { props, ctx } = this;
    const username = textOf(props.username);
    const password = textOf(props.password);
    if (!username || !password) {
      throw ConnectorError.config('auth.no_login', `${ctx.path}: the session token is missing or no longer valid, and there is no user name and password to log in with. Check the credentials in the config.`);
    }
    const key = textOf(props.session_token_response_key);
    const tokenIn = ({ json }: AuthAnswer) => (isObject(json) ? getOwn(json, key) : undefined);
    const url = this.below(requestUrl, textOf(props.login_url));
    const answer = await exchange(
      {
        method: 'POST',
        url,
        headers: { 'Content-Type': 'application/json' },
        body: jsonEncode({ username, password }),
        title: 'Login request',
        description: 'Obtains session token',
        secretsIn: (received) => [tokenIn(received)],
      },
      ctx.runtime,
    );
    if (answer.status >= 400) throw refused(url, answer);
    const token = tokenIn(answer);
    if (token === undefined || token === null || token === '') {
      throw ConnectorError.system('auth.no_session_token', `${ctx.path}: the answer of ${shownUrl(url)} has no \`${key}\`. Check session_token_response_key.`);
    }
    return String(token);
  }

  private slot(): TokenSlot {
    const { props, ctx } = this;
    const identity = [ctx.urlBase ?? null, ...[props.login_url, props.session_token, props.username, props.password].map(textOf)];
    return tokenSlots(ctx.runtime).slot(ctx.config, canonicalJson(['legacy session', ...identity]), () => new TokenSlot());
  }

  /** Below the requester's base; below the host when the base is unknown. */
  private below(requestUrl: string, path: string): string {
    const { urlBase, config, parameters, runtime } = this.ctx;
    const base = urlBase ? new InterpolatedString(urlBase, { config, parameters, clock: runtime.clock }).text() : new URL(requestUrl).origin;
    return `${base.replace(/\/+$/, '')}/${path.replace(/^\/+/, '')}`;
  }

  private header(): string {
    return textOf(this.props.header);
  }
}

const textOf = (template: InterpolatedString | undefined): string => (template ? secretText(template) : '');

function refused(url: string, answer: AuthAnswer): ConnectorError {
  const make = answer.status === 401 || answer.status === 403 ? ConnectorError.config : ConnectorError.system;
  return make('auth.login_refused', `${shownUrl(url)} answered ${answer.status}, so there is no session. Check the credentials in the config.`, {
    internalMessage: `HTTP ${answer.status}: ${shortened(answer.text)}`,
  });
}

export const legacySessionTokenAuthenticator = defineComponent({
  kind: 'Authenticator',
  type: 'LegacySessionTokenAuthenticator',
  title: 'Session token (deprecated)',
  description: 'Use SessionTokenAuthenticator instead. Sends a session token that the config holds or that a login with user name and password gives.',
  fields,
  examples: [
    {
      type: 'LegacySessionTokenAuthenticator',
      header: 'X-Session',
      login_url: 'session',
      validate_session_url: 'user/current',
      session_token_response_key: 'id',
      session_token: "{{ config['session_token'] }}",
      username: "{{ config['username'] }}",
      password: "{{ config['password'] }}",
    },
  ],
  build: (props, ctx) => new LegacySessionTokenAuthenticator(props, ctx),
});
