import { defineComponent } from '../../manifest/define-component';
import { field, required } from '../../manifest/field';
import type { InterpolatedString } from '../../manifest/interpolation/interpolated-string';
import type { SecretRegistry } from '../../platform/runtime';
import type { RequestOptions } from '../../slices/request-options';
import type { Authenticator } from './authenticator';
import { secretText, worthMasking } from './secret-text';

/** `Authorization: Bearer <token>` (reference section 4). */
export class BearerAuthenticator implements Authenticator {
  constructor(
    private readonly token: InterpolatedString,
    private readonly secrets: SecretRegistry,
  ) {}

  async credentials(): Promise<RequestOptions> {
    const token = secretText(this.token);
    if (worthMasking(token)) this.secrets.add(token);
    return { headers: { Authorization: `Bearer ${token}` } };
  }
}

export const bearerAuthenticator = defineComponent({
  kind: 'Authenticator',
  type: 'BearerAuthenticator',
  title: 'Bearer token',
  description: 'Sends a fixed token with each request in the header `Authorization: Bearer <token>`.',
  fields: {
    api_token: required(
      field.template({
        title: 'Bearer token',
        description: 'The token; normally taken from a secret field of the config. It is sent exactly as given.',
        examples: ["{{ config['api_key'] }}", "{{ config['token'] }}"],
      }),
    ),
  },
  examples: [{ type: 'BearerAuthenticator', api_token: "{{ config['api_key'] }}" }],
  build: ({ api_token }, ctx) => new BearerAuthenticator(api_token, ctx.runtime.secrets),
});
