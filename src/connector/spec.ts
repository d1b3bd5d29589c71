import { defineComponent } from '../manifest/define-component';
import { field, required } from '../manifest/field';
import type { ConnectorSpecification } from '../protocol/airbyte';
import { isObject, type JsonObject } from '../protocol/json';
import type { ConfigTransformation } from './config-rules/config-transformation';
import type { ConfigValidator } from './config-rules/config-validator';

/** What the manifest says about the user's config: its form, and how old or partial configs become what is used. */
export class Spec {
  constructor(
    readonly specification: ConnectorSpecification,
    private readonly migrations: readonly ConfigTransformation[],
    private readonly transformations: readonly ConfigTransformation[],
    private readonly validators: readonly ConfigValidator[],
  ) {}

  /**
   * Brings an old config into today's form, in place; the result is stored (CONTROL message, config file). It must be
   * the object that the spec was built with: the templates of the steps look at that one.
   */
  migrate(config: JsonObject): void {
    for (const step of this.migrations) step.transform(config);
  }

  /** Derives values for this run only; in place, like `migrate`. */
  transform(config: JsonObject): void {
    for (const step of this.transformations) step.transform(config);
  }

  /** Throws a config_error for a config that the manifest's own rules refuse. */
  async validate(config: JsonObject): Promise<void> {
    for (const validator of this.validators) await validator.validate(config);
  }
}

declare module '../manifest/kinds' {
  interface ComponentKinds {
    Spec: Spec;
    ConfigMigration: readonly ConfigTransformation[];
    AuthFlow: JsonObject;
  }
}

const transformationList = (description: string) => field.array(field.component('ConfigTransformation'), { description, default: [] });

export const configMigration = defineComponent({
  kind: 'ConfigMigration',
  type: 'ConfigMigration',
  title: 'Config migration',
  description: 'Brings a config of an older version of the connector into the current form; the result is stored.',
  fields: {
    description: field.string({ description: 'Why the config changed.' }),
    transformations: required(transformationList('The steps, in order.')),
  },
  examples: [
    {
      type: 'ConfigMigration',
      description: 'The key moved into credentials.',
      transformations: [{ type: 'ConfigRemapField', map: { old: 'new' }, field_path: ['region'] }],
    },
  ],
  build: (props) => props.transformations,
});

export const authFlow = defineComponent({
  kind: 'AuthFlow',
  type: 'AuthFlow',
  title: 'Authentication flow',
  description: 'How the platform lets a user sign in. Passed through in the spec; the connector itself runs no consent flow.',
  typeOptional: true,
  fields: {
    auth_flow_type: field.string({ description: 'The kind of flow.', enum: ['oauth2.0', 'oauth1.0'] }),
    predicate_key: field.array(field.string(), { description: 'Path of the config field that tells whether the flow applies.' }),
    predicate_value: field.string({ description: 'The value of that field when it applies.' }),
    oauth_config_specification: field.object({ description: 'Inputs and outputs of the flow.' }),
  },
  examples: [{ type: 'AuthFlow', auth_flow_type: 'oauth2.0', predicate_key: ['credentials', 'auth_type'], predicate_value: 'oauth' }],
  build: (_props, _ctx, model) => asProtocol(model),
});

/** What the protocol knows of a flow; the reference prints nothing else. */
const FLOW = ['auth_flow_type', 'predicate_key', 'predicate_value', 'oauth_config_specification'];
const OAUTH = [
  'oauth_user_input_from_connector_config_specification',
  'oauth_connector_input_specification',
  'complete_oauth_output_specification',
  'complete_oauth_server_input_specification',
  'complete_oauth_server_output_specification',
];
const INPUTS = [
  ...['consent_url', 'scope', 'scopes', 'optional_scopes', 'scopes_join_strategy', 'access_token_url', 'access_token_headers', 'access_token_params', 'extract_output'],
  ...['state', 'client_id_key', 'client_secret_key', 'scope_key', 'state_key', 'auth_code_key', 'redirect_uri_key'],
];

/** The platform reads from the spec how the scopes of a consent are joined; without a word by the manifest they are joined by spaces. */
function asProtocol(model: JsonObject): JsonObject {
  const flow = only(FLOW, model);
  if (!isObject(flow.oauth_config_specification)) return flow;
  const oauth = only(OAUTH, flow.oauth_config_specification);
  const inputs = oauth.oauth_connector_input_specification;
  if (isObject(inputs)) oauth.oauth_connector_input_specification = { scopes_join_strategy: 'space', ...only(INPUTS, inputs) };
  return { ...flow, oauth_config_specification: oauth };
}

/** Without members of other names, and without nulls. */
function only(names: readonly string[], model: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(model).filter(([name, value]) => names.includes(name) && value !== null));
}

export const specDefinition = defineComponent({
  kind: 'Spec',
  type: 'Spec',
  title: 'Spec',
  description: 'The form of the user config, as JSON Schema, and the rules that turn older configs into current ones.',
  fields: {
    connection_specification: required(field.object({ description: 'JSON Schema of the config; secrets carry `airbyte_secret: true`.' })),
    documentation_url: field.string({ description: 'Where the user reads how to set the source up.' }),
    advanced_auth: field.component('AuthFlow', { description: 'The sign-in flow of the platform.' }),
    config_normalization_rules: field.record(
      {
        type: field.string({ enum: ['ConfigNormalizationRules'] }),
        config_migrations: field.array(field.component('ConfigMigration'), { description: 'Stored changes of old configs.', default: [] }),
        transformations: transformationList('Changes for this run only.'),
        validations: field.array(field.component('ConfigValidator'), { description: 'Rules that a JSON Schema cannot say.', default: [] }),
      },
      { description: 'How the config is migrated, transformed and validated before it is used.' },
    ),
  },
  examples: [
    {
      type: 'Spec',
      connection_specification: {
        type: 'object',
        required: ['api_key'],
        properties: { api_key: { type: 'string', title: 'API Key', airbyte_secret: true } },
      },
    },
  ],
  build: (props) => {
    const rules = props.config_normalization_rules;
    return new Spec(
      {
        ...(props.documentation_url ? { documentationUrl: props.documentation_url } : {}),
        connectionSpecification: props.connection_specification,
        ...(props.advanced_auth ? { advanced_auth: props.advanced_auth } : {}),
      },
      rules?.config_migrations.flat() ?? [],
      rules?.transformations ?? [],
      rules?.validations ?? [],
    );
  },
});
