import { ManifestDocument } from '../../../../src/builder/page/document';
import { hasSameAuthentication, inputsReadBy, setAuthentication } from '../../../../src/builder/page/inputs/authentication';
import { inputsOf } from '../../../../src/builder/page/inputs/spec-inputs';
import { newStream } from '../../../../src/builder/page/streams/new-stream';
import { addStream } from '../../../../src/builder/page/streams/stream-edits';
import { components } from '../definitions';

const CREATION = ['streams', 0, 'retriever', 'creation_requester'];
const AUTHENTICATOR = [...CREATION, 'authenticator'];
const POLLING = ['streams', 0, 'retriever', 'polling_requester'];
const schema = (components.HttpRequester!.properties as any).authenticator; // eslint-disable-line @typescript-eslint/no-explicit-any
const start = addStream(ManifestDocument.parse(''), newStream('async', 'a'));
const choose = (manifest: ManifestDocument, type: string | undefined, path = AUTHENTICATOR) => setAuthentication(manifest, path, type, schema, components);
const summary = (manifest: ManifestDocument) => inputsOf(manifest.model).map(({ key, title, isSecret, isRequired }) => [key, title, isSecret, isRequired]);

describe('a method of authentication', () => {
  it('Bearer Token makes the secret input API Key and refers to it', () => {
    const manifest = choose(start, 'BearerAuthenticator');
    expect(manifest.getAt(AUTHENTICATOR)).toEqual({ type: 'BearerAuthenticator', api_token: "{{ config['api_key'] }}" });
    expect(summary(manifest)).toEqual([['api_key', 'API Key', true, true]]);
    expect(manifest.getAt(['spec', 'connection_specification', 'properties', 'api_key'])).toEqual({ type: 'string', title: 'API Key', airbyte_secret: true, order: 0 });
  });

  it.each([
    ['ApiKeyAuthenticator', ['api_key']],
    ['BasicHttpAuthenticator', ['username', 'password']],
    ['JwtAuthenticator', ['secret_key']],
    ['OAuthAuthenticator', ['client_id', 'client_secret', 'client_refresh_token', 'client_access_token']],
    ['SessionTokenAuthenticator', []],
    ['CustomAuthenticator', []],
  ])('%s makes %j', (type, keys) => {
    const manifest = choose(start, type);
    expect(inputsOf(manifest.model).map(({ key }) => key)).toEqual(keys);
    expect(inputsReadBy(manifest.getAt(AUTHENTICATOR), keys)).toEqual(keys);
    // All that the definitions require is there.
    const required = (components[type]!.required as string[]).filter((name) => name !== 'type');
    expect(Object.keys(manifest.getAt(AUTHENTICATOR) as object)).toEqual(expect.arrayContaining(required));
  });

  it('takes its inputs along when another one is chosen, but not those that others read', () => {
    const basic = choose(choose(start, 'BearerAuthenticator'), 'BasicHttpAuthenticator');
    expect(summary(basic)).toEqual([
      ['username', 'Username', false, true],
      ['password', 'Password', true, false],
    ]);
    expect(basic.getAt(['spec', 'connection_specification', 'required'])).toEqual(['username']);
    const both = choose(choose(start, 'BearerAuthenticator'), 'BearerAuthenticator', [...POLLING, 'authenticator']);
    expect(summary(both)).toHaveLength(1);
    expect(summary(choose(both, undefined))).toHaveLength(1);
    const none = choose(choose(both, undefined), undefined, [...POLLING, 'authenticator']);
    expect(summary(none)).toEqual([]);
    expect(none.getAt(CREATION)).toEqual(start.getAt(CREATION));
  });

  it('leaves inputs alone that were there and have nothing to do with it', () => {
    const mine = start.setAt(['spec', 'connection_specification', 'properties', 'api'], { type: 'string' });
    expect(summary(choose(choose(mine, 'BearerAuthenticator'), undefined))).toEqual([['api', 'api', false, false]]);
  });

  it('is compared over two requests', () => {
    const one = choose(start, 'BearerAuthenticator');
    expect(hasSameAuthentication(one.model, CREATION, POLLING)).toBe(false);
    expect(hasSameAuthentication(choose(one, 'BearerAuthenticator', [...POLLING, 'authenticator']).model, CREATION, POLLING)).toBe(true);
  });
});
