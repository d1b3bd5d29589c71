import { defineComponent } from '../../manifest/define-component';
import { field, required } from '../../manifest/field';
import type { InterpolatedString } from '../../manifest/interpolation/interpolated-string';
import type { SecretRegistry } from '../../platform/runtime';
import type { RequestOptions } from '../../slices/request-options';
import type { Authenticator } from './authenticator';
import { secretText } from './secret-text';

/** RFC 7617: `Authorization: Basic base64(username:password)`, the pair as UTF-8 (reference section 4). */
export class BasicHttpAuthenticator implements Authenticator {
  constructor(
    private readonly username: InterpolatedString,
    private readonly password: InterpolatedString,
    private readonly secrets: SecretRegistry,
  ) {}

  async credentials(): Promise<RequestOptions> {
    const pair = Buffer.from(`${secretText(this.username)}:${secretText(this.password)}`, 'utf8').toString('base64');
    this.secrets.add(pair);
    return { headers: { Authorization: `Basic ${pair}` } };
  }
}

export const basicHttpAuthenticator = defineComponent({
  kind: 'Authenticator',
  type: 'BasicHttpAuthenticator',
  title: 'User name and password',
  description: 'HTTP Basic authentication: user name and password, joined by a colon and base64-encoded, in the `Authorization` header.',
  fields: {
    username: required(
      field.template({
        title: 'User name',
        description: 'The user name. APIs with a single key often want the key here and no password.',
        examples: ["{{ config['username'] }}", "{{ config['api_key'] }}"],
      }),
    ),
    password: field.template({
      title: 'Password',
      description: 'The password, sent exactly as given; may be empty.',
      default: '',
      examples: ["{{ config['password'] }}", ''],
    }),
  },
  examples: [
    { type: 'BasicHttpAuthenticator', username: "{{ config['username'] }}", password: "{{ config['password'] }}" },
    { type: 'BasicHttpAuthenticator', username: "{{ config['api_key'] }}" },
  ],
  build: ({ username, password }, ctx) => new BasicHttpAuthenticator(username, password, ctx.runtime.secrets),
});
