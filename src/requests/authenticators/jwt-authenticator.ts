import type { JWTPayload } from 'jose';
import { ConnectorError, errorText } from '../../errors/connector-error';
import type { BuildContext } from '../../manifest/build-context';
import { defineComponent } from '../../manifest/define-component';
import { field, required, type Props } from '../../manifest/field';
import { PyCallable } from '../../manifest/interpolation/callable';
import type { InterpolatedJson } from '../../manifest/interpolation/interpolated-json';
import type { InterpolatedString, Vars } from '../../manifest/interpolation/interpolated-string';
import { isObject, type JsonObject, type JsonValue } from '../../protocol/json';
import type { RequestOptions } from '../../slices/request-options';
import { canonicalJson } from '../../slices/stream-slice';
import { parseJson } from '../../protocol/lossless-json';
import type { Authenticator } from './authenticator';
import { signingKey } from './jwt-key';
import { secretText } from './secret-text';

const ALGORITHMS = ['HS256', 'HS384', 'HS512', 'ES256', 'ES256K', 'ES384', 'ES512', 'RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512', 'EdDSA'] as const;

/** Signing costs CPU, and every token joins the masked secrets: one serves for a while. */
const LONGEST_REUSE_SECONDS = 60;

const fields = {
  secret_key: required(field.template({ title: 'Signing key', description: 'The shared text (HS…) or the private key in PEM format (all other algorithms).', examples: ["{{ config['secret_key'] }}"] })),
  base64_encode_secret_key: field.boolean({ title: 'Base64-encode the key', description: 'Signs with the base64 text of the key; only for APIs that ask for it.', default: false }),
  algorithm: required(field.string({ title: 'Algorithm', description: 'The algorithm that signs the token.', enum: ALGORITHMS, examples: ['ES256', 'HS256', 'RS256'] })),
  token_duration: field.integer({ title: 'Lifetime', description: 'Seconds from the signing to the claim `exp`.', default: 1200, examples: [1200, 3600] }),
  header_prefix: field.template({ title: 'Prefix', description: 'A word before the token, e.g. `Bearer`.', examples: ['Bearer', 'Basic'] }),
  jwt_headers: field.record(
    {
      kid: field.template({ title: 'Key id', description: 'Which key signed the token.', examples: ["{{ config['kid'] }}"] }),
      typ: field.template({ title: 'Type', description: 'The media type of the token.', default: 'JWT', examples: ['JWT'] }),
      cty: field.template({ title: 'Content type', description: 'The content type of the token.', examples: ['JWT'] }),
    },
    { title: 'Header fields', description: 'The registered fields of the JWT header; `alg` is the algorithm.' },
  ),
  additional_jwt_headers: field.templateJson({ accepts: ['object'], title: 'More header fields', description: 'Further fields of the JWT header; kid, typ, cty and alg have their own properties.' }),
  jwt_payload: field.record(
    {
      iss: field.template({ title: 'Issuer', description: 'Who issued the token, e.g. a client id.', examples: ["{{ config['iss'] }}"] }),
      sub: field.template({ title: 'Subject', description: 'Whom the token is about, as the API defines it.' }),
      aud: field.template({ title: 'Audience', description: 'Whom the token is for; a template that yields a list gives several.', examples: ['appstoreconnect-v1'] }),
    },
    { title: 'Claims', description: 'The registered claims. `iat`, `nbf` (both now) and `exp` are added.' },
  ),
  additional_jwt_payload: field.templateJson({ accepts: ['object'], title: 'More claims', description: 'Further claims; iss, sub, aud, iat, exp and nbf cannot be set here.' }),
  passphrase: field.template({ title: 'Passphrase', description: 'Opens an encrypted private key.', examples: ["{{ config['passphrase'] }}"] }),
  request_option: field.component('RequestOption', { title: 'Place in the request', description: 'Where the token goes; the header `Authorization` when not given.' }),
};

const RESERVED = {
  additional_jwt_headers: ['kid', 'alg', 'typ', 'cty'],
  additional_jwt_payload: ['iss', 'sub', 'aud', 'iat', 'exp', 'nbf'],
} as const;

/** Signs a JSON Web Token with the config's key and sends it (reference section 4). */
export class JwtAuthenticator implements Authenticator {
  private last: { token: string; signedAt: number; inputs: string } | undefined;

  constructor(
    private readonly props: Props<typeof fields>,
    private readonly ctx: BuildContext,
  ) {}

  async credentials(): Promise<RequestOptions> {
    const prefix = this.text(this.props.header_prefix);
    const token = await this.token();
    const value = prefix ? `${prefix} ${token}` : token;
    const options: RequestOptions = {};
    if (this.props.request_option) this.props.request_option.inject(options, value);
    else options.headers = { Authorization: value };
    return options;
  }

  /** The signed token without prefix. */
  async token(): Promise<string> {
    const { props, ctx } = this;
    const now = Math.floor(ctx.runtime.clock.now() / 1000);
    const header = this.header();
    const claims = this.claims();
    const key = this.text(props.secret_key);
    const inputs = canonicalJson([header, claims, key]);
    const reuse = Math.min(LONGEST_REUSE_SECONDS, props.token_duration / 4);
    if (this.last && this.last.inputs === inputs && now - this.last.signedAt < reuse && now >= this.last.signedAt) return this.last.token;
    const token = await this.sign(header, { ...claims, iat: now, exp: now + props.token_duration, nbf: now }, key);
    ctx.runtime.secrets.add(token);
    this.last = { token, signedAt: now, inputs };
    return token;
  }

  private async sign(header: JsonObject, claims: JsonObject, secret: string): Promise<string> {
    const { algorithm, base64_encode_secret_key: encode } = this.props;
    const key = signingKey(algorithm, encode ? Buffer.from(secret, 'utf8').toString('base64') : secret, this.text(this.props.passphrase), this.ctx.path);
    // Loaded by those who sign only: it would slow every start.
    const { SignJWT } = await import('jose');
    try {
      // Sorted, as the reference writes them: the same claims give the same token.
      const sorted = Object.fromEntries(Object.entries({ ...header, alg: algorithm }).sort(([a], [b]) => (a < b ? -1 : 1)));
      return await new SignJWT(claims as JWTPayload).setProtectedHeader({ ...sorted, alg: algorithm }).sign(key);
    } catch (cause) {
      throw ConnectorError.config('auth.cannot_sign', `${this.ctx.path}: the token could not be signed with ${algorithm}: ${errorText(cause)}.`, { cause });
    }
  }

  private header(): JsonObject {
    const { kid, typ, cty } = this.props.jwt_headers ?? {};
    return {
      typ: 'JWT',
      ...this.additional('additional_jwt_headers', this.props.additional_jwt_headers),
      ...this.texts({ kid, typ, cty }),
    };
  }

  private claims(): JsonObject {
    const { iss, sub, aud } = this.props.jwt_payload ?? {};
    const audiences = aud?.eval(JSON_LOADS);
    return {
      ...this.additional('additional_jwt_payload', this.props.additional_jwt_payload),
      ...this.texts({ iss, sub, aud }),
      ...(Array.isArray(audiences) ? { aud: audiences } : {}),
    };
  }

  private additional(property: keyof typeof RESERVED, template: InterpolatedJson | undefined): JsonObject {
    const value = template?.eval(JSON_LOADS);
    const object = isObject(value) ? value : {};
    const reserved = RESERVED[property].filter((name) => Object.hasOwn(object, name));
    if (reserved.length > 0) {
      throw ConnectorError.config('auth.reserved_jwt_name', `${this.ctx.path}.${property}: ${reserved.join(', ')} cannot be set here; use the property of that name.`);
    }
    return object;
  }

  /** RFC 7519 wants texts here, also when they look like numbers. */
  private texts(templates: Record<string, InterpolatedString | undefined>): JsonObject {
    const texts: JsonObject = {};
    for (const [name, template] of Object.entries(templates)) if (template?.source) texts[name] = this.text(template);
    return texts;
  }

  private text(template: InterpolatedString | undefined): string {
    return template ? secretText(template, JSON_LOADS) : '';
  }
}

/** For keys that come inside a service account file. */
const JSON_LOADS: Vars = { json_loads: new PyCallable('json_loads', (_evaluation, [text]) => loadJson(text)) };

function loadJson(text: unknown): JsonValue {
  try {
    return parseJson(String(text));
  } catch {
    throw ConnectorError.config('auth.not_json', 'The text that json_loads gets in a JwtAuthenticator is not JSON. Paste the whole JSON file into the config field.');
  }
}

export const jwtAuthenticator = defineComponent({
  kind: 'Authenticator',
  type: 'JwtAuthenticator',
  title: 'JSON Web Token',
  description: 'Signs a JSON Web Token with a key of the config and sends it with each request.',
  fields,
  examples: [
    { type: 'JwtAuthenticator', secret_key: "{{ config['secret_key'] }}", algorithm: 'HS256', header_prefix: 'Bearer', jwt_payload: { iss: "{{ config['client_id'] }}" } },
    {
      type: 'JwtAuthenticator',
      secret_key: "{{ config['private_key'] }}",
      algorithm: 'ES256',
      token_duration: 600,
      header_prefix: 'Bearer',
      jwt_headers: { kid: "{{ config['key_id'] }}", typ: 'JWT' },
      jwt_payload: { iss: "{{ config['issuer_id'] }}", aud: 'appstoreconnect-v1' },
    },
  ],
  build: (props, ctx) => new JwtAuthenticator(props, ctx),
});
