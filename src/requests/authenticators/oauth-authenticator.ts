import { ConnectorError } from '../../errors/connector-error';
import type { BuildContext } from '../../manifest/build-context';
import { defineComponent } from '../../manifest/define-component';
import type { Props } from '../../manifest/field';
import { quotaShares } from '../../platform/quota-shares';
import type { InterpolatedString } from '../../manifest/interpolation/interpolated-string';
import type { Runtime } from '../../platform/runtime';
import type { JsonObject } from '../../protocol/json';
import type { RequestOptions } from '../../slices/request-options';
import { canonicalJson } from '../../slices/stream-slice';
import type { PreparedRequest } from '../requester';
import { exchange, type AuthAnswer } from './auth-exchange';
import type { Authenticator } from './authenticator';
import { BearerAuthenticator } from './bearer-authenticator';
import { valueAt } from './config-path';
import { parseInstant } from './expiry';
import { JwtAuthenticator } from './jwt-authenticator';
import { defaultRejection, findInAnswer, readTokens, type AnswerNames, type RejectionRule } from './oauth-answer';
import { oauthExamples, oauthFields } from './oauth-fields';
import { named, RefreshRequest } from './oauth-request';
import { TokensInConfig, TokensInMemory, type OAuthTokens } from './oauth-tokens';
import { secretText, worthMasking } from './secret-text';
import { tokenSlots } from './token-slots';

type OAuthProps = Props<typeof oauthFields>;

/**
 * OAuth 2.0 (reference section 4): keeps an access token fresh, also while a job is polled for hours. One renewal at a
 * time serves every stream and requester that logs in with the same credentials.
 */
export class OAuthAuthenticator implements Authenticator {
  constructor(
    private readonly request: RefreshRequest,
    private readonly tokens: () => OAuthTokens,
    private readonly names: () => AnswerNames,
    private readonly rejection: RejectionRule,
    /** The refresh token may be good for one use only. */
    private readonly spendsRefreshToken: boolean,
    private readonly runtime: Runtime,
  ) {}

  async credentials(): Promise<RequestOptions> {
    const tokens = this.tokens();
    if (tokens.expired()) await tokens.renew(() => this.renew(tokens));
    const token = tokens.accessToken() as string;
    if (worthMasking(token)) this.runtime.secrets.add(token);
    return { headers: { Authorization: `Bearer ${token}` } };
  }

  async refresh(usedFor: PreparedRequest): Promise<void> {
    const tokens = this.tokens();
    const used = named(usedFor.headers, 'authorization');
    const replacedMeanwhile = used !== undefined && used !== `Bearer ${tokens.accessToken()}`;
    if (!replacedMeanwhile) await tokens.renew(() => this.renew(tokens));
  }

  private async renew(tokens: OAuthTokens): Promise<void> {
    const { runtime } = this;
    const names = this.names();
    const refreshToken = tokens.refreshToken();
    if (refreshToken !== undefined && worthMasking(refreshToken)) runtime.secrets.add(refreshToken);
    const request = await this.request.build(refreshToken);
    const secretsIn = ({ json }: AuthAnswer) =>
      json === undefined ? [] : [findInAnswer(json, names.accessToken), findInAnswer(json, names.refreshToken)];
    const answer = await exchange({ ...request, secretsIn, finishWhenCancelled: this.spendsRefreshToken }, runtime);
    tokens.store(readTokens(answer, request.url, names, this.rejection, runtime.clock));
  }
}

export const oauthAuthenticator = defineComponent({
  kind: 'Authenticator',
  type: 'OAuthAuthenticator',
  title: 'OAuth 2.0',
  description:
    'Gets access tokens from a token endpoint with a refresh token, client credentials or a signed assertion, and sends them as ' +
    '`Authorization: Bearer <token>`. Tokens are renewed when they expire, and shared by all streams with the same credentials.',
  fields: oauthFields,
  examples: oauthExamples,
  build: (props, ctx, model) => {
    const rejection = rejectionRule(props, ctx.path);
    if (!props.token_refresh_endpoint) {
      if (props.access_token_value) return new BearerAuthenticator(props.access_token_value, ctx.runtime.secrets);
      throw invalid(ctx, 'give token_refresh_endpoint, or access_token_value for a token that never changes.');
    }
    const assertion = props.use_profile_assertion ? signer(props, ctx) : undefined;
    checkRequired(props, ctx, assertion !== undefined);
    const request = refreshRequest(props, ctx, assertion);
    const { refresh_token_updater: updater } = props;
    if (updater && quotaShares(ctx.runtime) > 1) {
      ctx.runtime.logger.warn(`${ctx.path}: each shard renews the same refresh token. If it can be used once only, all shards but one will be refused: renew it before the shards start, so that its access token outlasts them.`);
    }
    return new OAuthAuthenticator(
      request,
      updater ? () => sharedConfigTokens(props, ctx) : once(() => sharedMemoryTokens(props, ctx, request, model)),
      () => ({
        accessToken: secretText(props.access_token_name),
        expiresIn: secretText(props.expires_in_name),
        refreshToken: updater ? updater.refresh_token_name : secretText(props.refresh_token_name),
        expiryFormat: props.token_expiry_date_format,
      }),
      rejection,
      updater !== undefined,
      ctx.runtime,
    );
  },
});

function refreshRequest(props: OAuthProps, ctx: BuildContext, assertion: (() => Promise<string>) | undefined): RefreshRequest {
  const { refresh_token_updater: updater } = props;
  const credential = (name: 'client_id' | 'client_secret') => () => {
    // With an updater, the config's own `credentials` come first, as in the reference.
    const inConfig = updater ? valueAt(ctx.config, ['credentials', name]) : undefined;
    const value = inConfig !== undefined && inConfig !== null ? String(inConfig) : textOf(props[name]);
    if (name === 'client_secret' && worthMasking(value)) ctx.runtime.secrets.add(value);
    if (name === 'client_id' && !value) throw invalid(ctx, 'client_id is empty.');
    return value;
  };
  return new RefreshRequest({
    endpoint: props.token_refresh_endpoint as InterpolatedString,
    grantTypeName: props.grant_type_name,
    grantType: props.grant_type,
    clientIdName: props.client_id_name,
    clientId: credential('client_id'),
    clientSecretName: props.client_secret_name,
    clientSecret: credential('client_secret'),
    refreshTokenName: () => (updater ? updater.refresh_token_name : secretText(props.refresh_token_name)),
    scopes: props.scopes ?? [],
    extraBody: props.refresh_request_body,
    headers: props.refresh_request_headers,
    asQueryParams: props.send_refresh_request_as_query_params,
    assertion,
    path: ctx.path,
  });
}

function sharedConfigTokens(props: OAuthProps, ctx: BuildContext): OAuthTokens {
  const updater = props.refresh_token_updater as NonNullable<OAuthProps['refresh_token_updater']>;
  const paths = {
    accessToken: updater.access_token_config_path,
    refreshToken: updater.refresh_token_config_path,
    expiry: updater.token_expiry_date_config_path,
  };
  return tokenSlots(ctx.runtime).slot(ctx.config, canonicalJson(['oauth in config', ...Object.values(paths)] as never), () =>
    new TokensInConfig(ctx.runtime, ctx.config, paths, () => textOf(props.refresh_token) || undefined));
}

function sharedMemoryTokens(props: OAuthProps, ctx: BuildContext, request: RefreshRequest, model: JsonObject): OAuthTokens {
  const refreshToken = () => textOf(props.refresh_token) || undefined;
  const initial = textOf(props.access_token_value) || undefined;
  const identity = ['oauth', request.identity(refreshToken()), initial ?? null, props.use_profile_assertion ? (model.profile_assertion ?? null) : null];
  return tokenSlots(ctx.runtime).slot(ctx.config, canonicalJson(identity), () => {
    const expiryDate = textOf(props.token_expiry_date);
    const expiresAt = expiryDate ? parseInstant(expiryDate, props.token_expiry_date_format) : undefined;
    if (expiryDate && expiresAt === undefined) throw invalid(ctx, 'token_expiry_date is neither a date nor a number of seconds since 1970.');
    return new TokensInMemory(ctx.runtime.clock, { accessToken: initial, expiresAt: initial ? expiresAt : undefined }, refreshToken);
  });
}

type RejectionProps = Partial<Pick<OAuthProps, 'refresh_token_error_status_codes' | 'refresh_token_error_key' | 'refresh_token_error_values'>>;

function rejectionRule(props: OAuthProps, path: string): RejectionRule {
  const { refresh_token_updater: updater } = props;
  const given = (of: RejectionProps | undefined): RejectionRule | undefined =>
    of?.refresh_token_error_status_codes?.length || of?.refresh_token_error_key || of?.refresh_token_error_values?.length
      ? {
          statuses: of.refresh_token_error_status_codes ?? [],
          key: of.refresh_token_error_key ?? '',
          values: of.refresh_token_error_values ?? [],
        }
      : undefined;
  const own = given(props);
  const updaters = given(updater);
  if (own && updaters) {
    throw ConnectorError.config(
      'auth.two_rejection_rules',
      `${path}: the refresh_token_error_… properties are given on the authenticator and on refresh_token_updater. Remove those of refresh_token_updater.`,
    );
  }
  return own ?? updaters ?? defaultRejection;
}

function checkRequired(props: OAuthProps, ctx: BuildContext, asserted: boolean): void {
  if (asserted) return;
  const clientInHeader = Object.keys((props.refresh_request_headers?.source ?? {}) as JsonObject).some((name) => name.toLowerCase() === 'authorization');
  if (!clientInHeader && !props.refresh_token_updater && (!props.client_id || !props.client_secret)) {
    throw invalid(ctx, 'client_id and client_secret are both required (an Authorization header in refresh_request_headers can stand for them).');
  }
  if (props.grant_type.source === 'refresh_token' && !props.refresh_token && !props.refresh_token_updater) {
    throw invalid(ctx, 'grant_type refresh_token needs a refresh_token.');
  }
}

function signer(props: OAuthProps, ctx: BuildContext): () => Promise<string> {
  const jwt = props.profile_assertion;
  if (!(jwt instanceof JwtAuthenticator)) throw invalid(ctx, 'use_profile_assertion needs a profile_assertion (a JwtAuthenticator).');
  return () => jwt.token();
}

const textOf = (template: InterpolatedString | undefined): string => (template ? secretText(template) : '');

const invalid = (ctx: BuildContext, what: string): ConnectorError => ConnectorError.config('auth.invalid_oauth', `${ctx.path}: ${what}`);

/** The identity of the credentials is settled on first use: the config may not be complete when a component is built. */
function once<T>(make: () => T): () => T {
  let made: { value: T } | undefined;
  return () => (made ??= { value: make() }).value;
}
