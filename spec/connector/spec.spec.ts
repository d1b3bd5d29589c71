import type { JsonObject } from '../../src/protocol/json';
import { buildComponent } from '../support/fake-runtime';

const advancedAuth = (inputs?: JsonObject): JsonObject => ({
  auth_flow_type: 'oauth2.0',
  predicate_key: ['auth_type'],
  predicate_value: 'oauth',
  oauth_config_specification: {
    ...(inputs ? { oauth_connector_input_specification: inputs } : {}),
    complete_oauth_output_specification: { type: 'object' },
  },
});

const inputs = { consent_url: 'https://a.example/authorize', access_token_url: 'https://a.example/token', scope: 'read' };

describe('Spec', () => {
  // Expected: what the reference prints for `spec`.
  it.each<[string, JsonObject, JsonObject]>([
    ['joins scopes by spaces where the manifest says nothing', advancedAuth(inputs), advancedAuth({ ...inputs, scopes_join_strategy: 'space' })],
    ['keeps the way of joining scopes', advancedAuth({ ...inputs, scopes_join_strategy: 'comma' }), advancedAuth({ ...inputs, scopes_join_strategy: 'comma' })],
    [
      'prints only what the protocol knows',
      { ...advancedAuth({ ...inputs, scopes_join_strategy: null, state: { min: 7, max: 9 }, of_ours: 1 }), of_ours: 1 },
      advancedAuth({ ...inputs, scopes_join_strategy: 'space', state: { min: 7, max: 9 } }),
    ],
    ['adds nothing where the platform makes the consent itself', advancedAuth(), advancedAuth()],
  ])('%s', (_name, given, expected) => {
    const spec = buildComponent('Spec', { type: 'Spec', connection_specification: { type: 'object' }, advanced_auth: given });
    expect(spec.specification).toEqual({ connectionSpecification: { type: 'object' }, advanced_auth: expected });
  });
});
