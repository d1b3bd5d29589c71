import { ConnectorError } from '../../errors/connector-error';
import { defineComponent } from '../../manifest/define-component';
import { field } from '../../manifest/field';
import type { InterpolatedString } from '../../manifest/interpolation/interpolated-string';
import type { SecretRegistry } from '../../platform/runtime';
import type { RequestOption, RequestOptions } from '../../slices/request-options';
import type { Authenticator } from './authenticator';
import { secretText, worthMasking } from './secret-text';

/** A fixed key at any place of the request (reference section 4). */
export class ApiKeyAuthenticator implements Authenticator {
  constructor(
    private readonly key: InterpolatedString,
    private readonly inject: (target: RequestOptions, key: string) => void,
    private readonly secrets: SecretRegistry,
  ) {}

  async credentials(): Promise<RequestOptions> {
    const key = secretText(this.key);
    if (worthMasking(key)) this.secrets.add(key);
    const options: RequestOptions = {};
    this.inject(options, key);
    return options;
  }
}

/** What puts a key into a request: the modern option, or the deprecated name of a header. */
export function keyInjector(
  option: RequestOption | undefined,
  header: InterpolatedString | undefined,
  path: string,
): (target: RequestOptions, key: string) => void {
  if (option && header) {
    throw ConnectorError.config(
      'auth.two_places',
      `${path}: \`inject_into\` and the deprecated \`header\` are both given. Remove \`header\`.`,
    );
  }
  if (option) return (target, key) => option.inject(target, key);
  if (header) return (target, key) => void (target.headers = { ...target.headers, [header.text()]: key });
  throw ConnectorError.config('auth.no_place', `${path}: say with \`inject_into\` where in the request the key goes.`);
}

export const apiKeyAuthenticator = defineComponent({
  kind: 'Authenticator',
  type: 'ApiKeyAuthenticator',
  title: 'API key',
  description: 'Sends a fixed key with each request: in a header, a query parameter, or the body.',
  fields: {
    api_token: field.template({
      title: 'API key',
      description: 'The key, together with any words that the API wants around it. It is sent exactly as given.',
      default: '',
      examples: ["{{ config['api_key'] }}", "Token token={{ config['api_key'] }}"],
    }),
    header: field.template({
      title: 'Header name',
      description: 'The header that carries the key. Use `inject_into` instead; one of the two has to be given.',
      deprecated: 'Use inject_into with `inject_into: header`.',
      examples: ['Authorization', 'Api-Token', 'X-Auth-Token'],
    }),
    inject_into: field.component('RequestOption', {
      title: 'Place in the request',
      description: 'Where the key goes. One of `inject_into` and the deprecated `header` has to be given.',
      examples: [
        { type: 'RequestOption', inject_into: 'header', field_name: 'Authorization' },
        { type: 'RequestOption', inject_into: 'request_parameter', field_name: 'authKey' },
      ],
    }),
  },
  examples: [
    {
      type: 'ApiKeyAuthenticator',
      api_token: "{{ config['api_key'] }}",
      inject_into: { type: 'RequestOption', inject_into: 'header', field_name: 'X-API-Key' },
    },
    { type: 'ApiKeyAuthenticator', api_token: "Token token={{ config['api_key'] }}", header: 'Authorization' },
  ],
  build: ({ api_token, header, inject_into }, ctx) =>
    new ApiKeyAuthenticator(api_token, keyInjector(inject_into, header, ctx.path), ctx.runtime.secrets),
});
