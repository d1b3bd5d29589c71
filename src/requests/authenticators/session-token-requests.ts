import { defineComponent } from '../../manifest/define-component';
import { field, required } from '../../manifest/field';
import type { RequestOptions } from '../../slices/request-options';
import { secretText } from './secret-text';

/** How a session token gets into requests (`request_authentication`). */
export interface SessionTokenRequestAuthentication {
  /** The text that is sent for `sessionToken`; it is a secret, too. */
  value(sessionToken: string): string;
  inject(target: RequestOptions, value: string): void;
}

declare module '../../manifest/kinds' {
  interface ComponentKinds {
    SessionTokenRequestAuthentication: SessionTokenRequestAuthentication;
  }
}

export const sessionTokenAsApiKey = defineComponent({
  kind: 'SessionTokenRequestAuthentication',
  type: 'ApiKey',
  title: 'Session token as API key',
  description: 'Sends the session token in a header, a query parameter, or the body.',
  fields: {
    inject_into: required(
      field.component('RequestOption', {
        title: 'Place in the request',
        description: 'Where the token goes.',
        examples: [{ type: 'RequestOption', inject_into: 'header', field_name: 'X-Session' }],
      }),
    ),
    api_token: field.template({
      title: 'Text around the token',
      description: 'What is sent; `session_token` stands for the token.',
      default: '{{ session_token }}',
      examples: ['{{ session_token }}', 'Token {{ session_token }}'],
    }),
  },
  examples: [
    { type: 'ApiKey', inject_into: { type: 'RequestOption', inject_into: 'header', field_name: 'X-Session' } },
    { type: 'ApiKey', inject_into: { type: 'RequestOption', inject_into: 'header', field_name: 'Authorization' }, api_token: 'Token {{ session_token }}' },
  ],
  build: ({ inject_into, api_token }) => ({
    value: (sessionToken) => secretText(api_token, { session_token: sessionToken }),
    inject: (target, value) => inject_into.inject(target, value),
  }),
});

export const sessionTokenAsBearer = defineComponent({
  kind: 'SessionTokenRequestAuthentication',
  type: 'Bearer',
  title: 'Session token as bearer token',
  description: 'Sends the session token in the header `Authorization: Bearer <token>`.',
  fields: {},
  examples: [{ type: 'Bearer' }],
  build: () => ({
    value: (sessionToken) => `Bearer ${sessionToken}`,
    inject: (target, value) => void (target.headers = { ...target.headers, Authorization: value }),
  }),
});
