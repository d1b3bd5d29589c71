import { getOwn, isObject, type JsonObject, type JsonValue } from '../../../protocol/json';
import type { ManifestDocument, Path } from '../document';
import { withType } from '../form/with-type';
import type { Components } from '../form/shape';
import { locate, readAt } from '../references';
import { addInput, inputKeys, isUsed, readsInput, removeInput } from './spec-inputs';

interface MethodInput {
  /** Of the authenticator. */
  property: string;
  key: string;
  title: string;
  isSecret: boolean;
  isRequired: boolean;
}

const secret = (property: string, key: string, title: string, isRequired = true): MethodInput => ({ property, key, title, isSecret: true, isRequired });

/** The user inputs that a method of authentication asks for; keys and titles as in the official Builder. */
const METHOD_INPUTS: Readonly<Record<string, readonly MethodInput[]>> = {
  ApiKeyAuthenticator: [secret('api_token', 'api_key', 'API Key')],
  BearerAuthenticator: [secret('api_token', 'api_key', 'API Key')],
  BasicHttpAuthenticator: [{ property: 'username', key: 'username', title: 'Username', isSecret: false, isRequired: true }, secret('password', 'password', 'Password', false)],
  JwtAuthenticator: [secret('secret_key', 'secret_key', 'Secret Key')],
  OAuthAuthenticator: [
    secret('client_id', 'client_id', 'Client ID'),
    secret('client_secret', 'client_secret', 'Client Secret'),
    secret('refresh_token', 'client_refresh_token', 'Client Refresh Token'),
    secret('access_token_value', 'client_access_token', 'Client Access Token', false),
  ],
};

/** What a method needs besides its inputs to be more than a name. */
const METHOD_DEFAULTS: Readonly<Record<string, JsonObject>> = {
  ApiKeyAuthenticator: { inject_into: { type: 'RequestOption', inject_into: 'header', field_name: '' } },
  OAuthAuthenticator: { token_refresh_endpoint: '', grant_type: 'refresh_token' },
};

/**
 * Sets the method of authentication of a requester, with the user inputs that it needs. Inputs of the former method go
 * when nothing else reads them. `type` undefined or `NoAuth`: no authentication.
 */
export function setAuthentication(manifest: ManifestDocument, path: Path, type: string | undefined, schema: JsonObject, components: Components): ManifestDocument {
  const candidates = inputsReadBy(readAt(manifest.model, path), inputKeys(manifest.model));
  const place = locate(manifest.model, path);
  let next: ManifestDocument;
  if (type === undefined || type === 'NoAuth') {
    next = manifest.deleteAt(place);
  } else {
    const before = readAt(manifest.model, path);
    const inputs = METHOD_INPUTS[type] ?? [];
    const authenticator = { ...withType(isObject(before) ? before : {}, type, schema, components), ...METHOD_DEFAULTS[type] };
    for (const { property, key } of inputs) authenticator[property] = `{{ config['${key}'] }}`;
    next = inputs.reduce((current, { key, title, isSecret, isRequired }) => addInput(current, key, { type: 'string', title, ...(isSecret && { airbyte_secret: true }) }, isRequired), manifest.setAt(place, authenticator));
  }
  return candidates.filter((key) => !isUsed(next.model, key)).reduce(removeInput, next);
}

/** The inputs that an authenticator reads. */
export function inputsReadBy(authenticator: JsonValue | undefined, keys: readonly string[]): string[] {
  return keys.filter((key) => readsInput(authenticator, key));
}

/** Whether two requesters say the same about authentication. */
export function hasSameAuthentication(model: JsonObject, one: Path, other: Path): boolean {
  const of = (path: Path) => {
    const requester = readAt(model, path);
    return JSON.stringify(isObject(requester) ? (getOwn(requester, 'authenticator') ?? null) : null);
  };
  return of(one) === of(other);
}
