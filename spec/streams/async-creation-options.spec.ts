import type { JsonValue } from '../../src/protocol/json';
import type { RequestOptions } from '../../src/slices/request-options';
import { creationOptions } from '../../src/streams/async-creation-options';

const added: RequestOptions = { params: { since: 1 }, headers: { 'X-Since': 2 }, bodyJson: { from: 3 }, bodyData: { to: 4 } };

it.each<[string, JsonValue, RequestOptions]>([
  ['sets nothing', { type: 'HttpRequester' }, added],
  ['is a custom one', 'x', added],
  ['sets other names', { request_parameters: { limit: 1 }, request_body: { type: 'RequestBodyJsonObject', value: { x: 1 } } }, added],
  ['sets the parameter', { request_parameters: { since: '{{ x }}' } }, { ...added, params: {} }],
  ['sets the header in another case', { request_headers: { 'x-since': 'y' } }, { ...added, headers: {} }],
  ['sets the body field', { request_body_json: { from: 'y' } }, { ...added, bodyJson: {} }],
  ['sets the body field in a body component', { request_body: { type: 'RequestBodyJsonObject', value: { from: 'y' } } }, { ...added, bodyJson: {} }],
  ['has its parameters in one template', { request_parameters: '{{ x }}' }, { headers: added.headers, bodyJson: added.bodyJson, bodyData: added.bodyData }],
  ['has its body in one template', { request_body: { type: 'RequestBodyPlainText', value: '{{ x }}' } }, { params: added.params, headers: added.headers }],
])('what a cursor adds to a creation request that %s', (_what, model, expected) => {
  expect(creationOptions(added, model)).toEqual(expected);
});
