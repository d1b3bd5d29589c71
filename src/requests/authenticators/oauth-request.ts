import { ConnectorError } from '../../errors/connector-error';
import type { InterpolatedJson } from '../../manifest/interpolation/interpolated-json';
import type { InterpolatedString } from '../../manifest/interpolation/interpolated-string';
import { isObject, setOwn, type JsonObject, type JsonValue } from '../../protocol/json';
import { prepareUrl } from '../prepare-url';
import { str } from '../../manifest/interpolation/python-text';
import { formEncode } from '../request-encoding';
import type { AuthRequest } from './auth-exchange';
import { secretText } from './secret-text';

export interface RefreshRequestParts {
  endpoint: InterpolatedString;
  grantTypeName: InterpolatedString;
  grantType: InterpolatedString;
  clientIdName: InterpolatedString;
  clientId: () => string;
  clientSecretName: InterpolatedString;
  clientSecret: () => string;
  refreshTokenName: () => string;
  scopes: readonly string[];
  extraBody: InterpolatedJson | undefined;
  headers: InterpolatedJson | undefined;
  asQueryParams: boolean;
  /** Signs the assertion of the JWT bearer grant; replaces client and refresh token. */
  assertion: (() => Promise<string>) | undefined;
  path: string;
}

/** The refresh request of an OAuthAuthenticator: always a form, or query parameters with an empty body (reference section 4). */
export class RefreshRequest {
  constructor(private readonly parts: RefreshRequestParts) {}

  async build(refreshToken: string | undefined): Promise<AuthRequest> {
    const { parts } = this;
    const endpoint = secretText(parts.endpoint).trim();
    if (!endpoint) throw ConnectorError.config('auth.no_endpoint', `${parts.path}: token_refresh_endpoint is empty.`);
    const headers = this.headers();
    const args = parts.assertion ? await this.assertionArgs(parts.assertion) : this.standardArgs(headers, refreshToken);
    return {
      method: 'POST',
      url: prepareUrl(endpoint, parts.asQueryParams ? args : {}),
      headers: parts.asQueryParams || named(headers, 'content-type') ? headers : { ...headers, 'Content-Type': 'application/x-www-form-urlencoded' },
      body: parts.asQueryParams ? '' : formEncode(args),
      title: 'Refresh token',
      description: 'Obtains access token',
    };
  }

  /** What makes two refresh requests log in as the same client; the refresh token stands for the user. */
  identity(refreshToken: string | undefined): JsonValue {
    const { parts } = this;
    return [secretText(parts.endpoint), parts.asQueryParams, this.headers(), this.standardArgs(this.headers(), refreshToken)];
  }

  private standardArgs(headers: Record<string, string>, refreshToken: string | undefined): JsonObject {
    const { parts } = this;
    const args: JsonObject = {};
    setOwn(args, secretText(parts.grantTypeName), secretText(parts.grantType));
    // Providers that take the client from the Authorization header refuse it in two places.
    if (!named(headers, 'authorization') && !parts.assertion) {
      setOwn(args, secretText(parts.clientIdName), parts.clientId());
      setOwn(args, secretText(parts.clientSecretName), parts.clientSecret());
    }
    if (refreshToken !== undefined) setOwn(args, parts.refreshTokenName(), refreshToken);
    if (parts.scopes.length > 0) setOwn(args, 'scopes', [...parts.scopes]);
    const extra = parts.extraBody?.eval(undefined, { validTypes: ['bool', 'list', 'dict'] });
    for (const [key, value] of isObject(extra) ? Object.entries(extra) : []) {
      if (!Object.hasOwn(args, key) && value !== 'None') setOwn(args, key, value);
    }
    return args;
  }

  private async assertionArgs(assertion: () => Promise<string>): Promise<JsonObject> {
    const args: JsonObject = { assertion: await assertion() };
    setOwn(args, secretText(this.parts.grantTypeName), JWT_BEARER_GRANT);
    return args;
  }

  private headers(): Record<string, string> {
    const headers = this.parts.headers?.eval(undefined, { validTypes: ['bool'] });
    return Object.fromEntries(Object.entries(isObject(headers) ? headers : {}).map(([name, value]) => [name, str(value)]));
  }
}

/** RFC 7523. */
const JWT_BEARER_GRANT = 'urn:ietf:params:oauth:grant-type:jwt-bearer';

export function named(headers: Record<string, string>, lowerName: string): string | undefined {
  return Object.entries(headers).find(([name]) => name.toLowerCase() === lowerName)?.[1];
}
