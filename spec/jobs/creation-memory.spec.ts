import { answerVariables } from '../../src/jobs/api-answer';
import { creationNeeds, isPublic, recalled, remembered } from '../../src/jobs/creation-memory';
import { KnownSecrets } from '../../src/errors/secrets';
import { asDict } from '../../src/manifest/interpolation/python-dict';
import type { JsonObject } from '../../src/protocol/json';
import type { HttpResponse } from '../../src/requests/requester';

const response = {
  headers: { location: '/jobs/7', 'x-request-id': 'r1', 'set-cookie': 'session=1' },
  request: { method: 'POST', url: 'https://api.example.com/jobs', headers: { Authorization: 'Bearer abc' }, body: '{"a":1}' },
} as unknown as HttpResponse;

function memoryOf(template: string, body: JsonObject = { id: 7, token: 't', big: 'x' }) {
  const answer = { variables: answerVariables(body, response), elements: [], excerpt: '', retryAfterMs: undefined };
  return remembered(answer, creationNeeds([{ url: template, deep: [{ 'x-{{ 1 }}': 'y' }] }]));
}

const whole = { body: { id: 7, token: 't', big: 'x' } };

it.each<[string, JsonObject]>([
  ['/jobs', { body: {} }],
  ["/jobs/{{ creation_response['id'] }}", { body: { id: 7 } }],
  ['/jobs/{{ creation_response["id"] }}?b={{ creation_response.big }}', { body: { id: 7, big: 'x' } }],
  ["/jobs/{{ creation_response.get('id', 0) }}", { body: { id: 7 } }],
  ["/jobs/{{ stream_slice['create_job_response'].json()['id'] }}", { body: { id: 7 } }],
  ['/jobs/{{ stream_slice.create_job_response.json().id }}', { body: { id: 7 } }],
  ['{{ creation_response | tojson }}', whole],
  ['{% for key in creation_response %}{{ key }}{% endfor %}', whole],
  ['{{ creation_response.items() }}', whole],
  ['{{ creation_response[name] }}', whole],
  ['{{ create_job_response.json() }}', whole],
  ["{{ creation_response['headers']['Location'] }}", { body: {}, headers: { location: '/jobs/7' } }],
  ["{{ creation_response.request.url }}", { body: {}, request: { method: 'POST', url: 'https://api.example.com/jobs', body: '{"a":1}' } }],
])('of the answer, %s needs %j', (template, expected) => {
  expect(memoryOf(template)).toEqual(expected);
});

it('keeps a body with headers and request of its own', () => {
  const body = { headers: { a: 1 }, request: { id: 5 } };
  expect(memoryOf('{{ creation_response.headers.a }}{{ creation_response.request.id }}', body)).toEqual({ body });
});

it('is the same for templates after it went through JSON', () => {
  const memory = JSON.parse(JSON.stringify(memoryOf("{{ creation_response['id'] }}{{ creation_response.headers['LOCATION'] }}{{ creation_response.request.method }}"))) as JsonObject;
  const { variables } = recalled(memory);
  expect(variables.id).toBe(7);
  expect(asDict(variables.headers as object).get('Location')).toBe('/jobs/7');
  expect(variables.request).toMatchObject({ method: 'POST', headers: {} });
});

it('takes garbage for an answer without anything', () => {
  const { variables } = recalled({ body: 5, headers: [], request: 'x' });
  expect(Object.keys(variables)).toEqual(['headers', 'request']);
});

it.each<[string, boolean, JsonObject]>([
  ['a job id', true, { id: 'job-1' }],
  ['a known secret', false, { id: 'a-very-secret-key' }],
  ['a known secret in a list', false, { a: [{ b: 'x a-very-secret-key y' }] }],
  ['a signed link', false, { url: 'https://files.example.com/1?X-Amz-Signature=abc' }],
  ['a link with a SAS token', false, { url: 'https://files.example.com/1?sv=2020&sig=abc' }],
  ['a plain link', true, { url: 'https://files.example.com/1?page=2' }],
  ['a secret with a quote', false, { id: 'quo"te-secret' }],
])('%s may go into a state: %s', (_what, expected, value) => {
  const secrets = new KnownSecrets();
  secrets.add('a-very-secret-key');
  secrets.add('quo"te-secret');
  expect(isPublic(value, secrets)).toBe(expected);
});
