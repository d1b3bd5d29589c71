import { ConnectorError } from '../../errors/connector-error';
import type { BuildContext } from '../../manifest/build-context';
import { defineComponent } from '../../manifest/define-component';
import { field, required, type Deferred } from '../../manifest/field';
import type { RequestOptions } from '../../slices/request-options';
import { str } from '../../manifest/interpolation/python-text';
import type { Authenticator } from './authenticator';
import { valueAt } from './config-path';

/** The authenticator that a value of the config names; the others are never built (reference section 4). */
export class SelectiveAuthenticator implements Authenticator {
  private chosen: Authenticator | undefined;

  constructor(
    private readonly branches: Readonly<Record<string, Deferred<Authenticator>>>,
    private readonly selectionPath: readonly string[],
    private readonly ctx: BuildContext,
  ) {}

  credentials(request: { method: string; url: string }): Promise<RequestOptions> {
    return this.authenticator().credentials(request);
  }

  get refresh(): Authenticator['refresh'] {
    const chosen = this.authenticator();
    return chosen.refresh?.bind(chosen);
  }

  get observe(): Authenticator['observe'] {
    const chosen = this.authenticator();
    return chosen.observe?.bind(chosen);
  }

  /** Chosen on first use: a component is built before anybody knows whether the config is complete. */
  private authenticator(): Authenticator {
    return (this.chosen ??= this.choose());
  }

  private choose(): Authenticator {
    const { branches, selectionPath, ctx } = this;
    const value = valueAt(ctx.config, selectionPath);
    const known = Object.keys(branches).join(', ');
    if (value === undefined) {
      throw ConnectorError.config('auth.no_selection', `The config has no ${selectionPath.join('.')}, which chooses how to log in. Expected one of: ${known}.`);
    }
    const name = str(value);
    const branch = Object.hasOwn(branches, name) ? branches[name] : undefined;
    if (!branch) {
      throw ConnectorError.config('auth.unknown_selection', `${selectionPath.join('.')} in the config names an unknown way to log in. Expected one of: ${known}.`);
    }
    return branch();
  }
}

export const selectiveAuthenticator = defineComponent({
  kind: 'Authenticator',
  type: 'SelectiveAuthenticator',
  title: 'Selection by config',
  description: 'Uses the authenticator that a value of the config names, for sources with several ways to log in.',
  fields: {
    authenticator_selection_path: required(
      field.array(field.string(), { title: 'Path of the choice', description: 'Where the config names the authenticator.', examples: [['auth'], ['auth', 'type']] }),
    ),
    authenticators: required(
      field.map(field.deferred('Authenticator'), { title: 'Authenticators', description: 'The authenticators by the value that chooses them.' }),
    ),
  },
  examples: [
    {
      type: 'SelectiveAuthenticator',
      authenticator_selection_path: ['credentials', 'auth_type'],
      authenticators: {
        token: { type: 'BearerAuthenticator', api_token: "{{ config['credentials']['token'] }}" },
        basic: { type: 'BasicHttpAuthenticator', username: "{{ config['credentials']['user'] }}", password: "{{ config['credentials']['password'] }}" },
      },
    },
  ],
  build: ({ authenticators, authenticator_selection_path }, ctx) => new SelectiveAuthenticator(authenticators, authenticator_selection_path, ctx),
});
