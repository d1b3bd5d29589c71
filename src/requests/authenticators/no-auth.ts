import { defineComponent } from '../../manifest/define-component';
import type { RequestOptions } from '../../slices/request-options';
import type { Authenticator } from './authenticator';

export class NoAuth implements Authenticator {
  async credentials(): Promise<RequestOptions> {
    return {};
  }
}

export const noAuth = defineComponent({
  kind: 'Authenticator',
  type: 'NoAuth',
  title: 'No authentication',
  description: 'Adds nothing to requests: for public APIs, and for branches of a SelectiveAuthenticator that need no login.',
  fields: {},
  examples: [{ type: 'NoAuth' }],
  build: () => new NoAuth(),
});
