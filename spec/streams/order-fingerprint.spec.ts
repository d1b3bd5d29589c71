import type { JsonObject } from '../../src/protocol/json';
import { orderFingerprint } from '../../src/streams/order-fingerprint';
import { fakeRuntime } from '../support/fake-runtime';

const { secrets } = fakeRuntime();
secrets.add('old-secret');
secrets.add('new-secret');

const of = (model: JsonObject, config: JsonObject) => orderFingerprint(model, config, secrets);
const model = {
  url: "https://api.example.com/{{ config['account']['id'] }}",
  request_body_json: { fields: "{{ config.get('fields', []) }}", key: '{{ config.api_key }}', "{{ config['name'].lower() }}": 1 },
};
const config: JsonObject = { account: { id: 5 }, fields: ['a'], api_key: 'old-secret', name: 'N', other: 1 };

it.each<[string, JsonObject, JsonObject, boolean]>([
  ['nothing', model, config, true],
  ['a value that no template names', model, { ...config, other: 2 }, true],
  ['a secret', model, { ...config, api_key: 'new-secret' }, true],
  ['a nested value', model, { ...config, account: { id: 6 } }, false],
  ['a value that is got', model, { ...config, fields: ['a', 'b'] }, false],
  ['a value whose method is called', model, { ...config, name: 'M' }, false],
  ['a missing value', model, { ...config, account: {} }, false],
  ['the request', { ...model, http_method: 'PUT' }, config, false],
])('with %s changed', (_what, otherModel, otherConfig, isSame) => {
  expect(of(otherModel, otherConfig) === of(model, config)).toBe(isSame);
});

it('does not depend on the order of keys, nor reach prototypes', () => {
  expect(of({ b: 1, a: 2 }, {})).toBe(of({ a: 2, b: 1 }, {}));
  expect(of({ url: "{{ config['__proto__']['x'] }}" }, {})).toMatch(/^[0-9a-f]{16}$/);
});
