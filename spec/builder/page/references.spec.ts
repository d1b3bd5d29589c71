import { countReferences, locate, readAt, targetOf } from '../../../src/builder/page/references';

const model = {
  definitions: {
    requester: { type: 'HttpRequester', url: 'a', authenticator: { $ref: '#/definitions/auth' } },
    auth: { type: 'BearerAuthenticator', api_token: 't' },
    'with/slash': { name: 'slashed' },
    circle: { $ref: '#/definitions/circle' },
  },
  streams: ['#/definitions/with/slash', { name: 'own', retriever: { requester: { $ref: '#/definitions/requester', url: 'b' } } }],
  list: { $ref: '#/streams' },
};

describe('references', () => {
  it('reads through them; members beside $ref win', () => {
    expect(readAt(model, ['streams', 1, 'retriever', 'requester'])).toEqual({ type: 'HttpRequester', url: 'b', authenticator: { $ref: '#/definitions/auth' } });
    expect(readAt(model, ['streams', 1, 'retriever', 'requester', 'authenticator', 'api_token'])).toBe('t');
    expect(readAt(model, ['streams', 0, 'name'])).toBe('slashed');
    expect(readAt(model, ['list', 1, 'name'])).toBe('own');
  });

  it('says where a value is written', () => {
    expect(locate(model, ['streams', 1, 'retriever', 'requester', 'url'])).toEqual(['streams', 1, 'retriever', 'requester', 'url']);
    expect(locate(model, ['streams', 1, 'retriever', 'requester', 'http_method'])).toEqual(['definitions', 'requester', 'http_method']);
    expect(locate(model, ['streams', 1, 'retriever', 'requester', 'authenticator', 'api_token'])).toEqual(['definitions', 'auth', 'api_token']);
    // The reference itself is what would be replaced.
    expect(locate(model, ['streams', 1, 'retriever', 'requester', 'authenticator'])).toEqual(['definitions', 'requester', 'authenticator']);
    expect(targetOf(model, ['list'])).toEqual(['streams']);
  });

  it('ends in circles and at what is not there', () => {
    expect(readAt(model, ['definitions', 'circle', 'x'])).toBeUndefined();
    expect(readAt({ a: { $ref: '#/nowhere' } }, ['a', 'b'])).toBeUndefined();
    expect(countReferences(model, '#/definitions/auth')).toBe(1);
  });
});
