import { KnownSecrets, maskSignatures } from '../../src/errors/secrets';

describe('KnownSecrets', () => {
  it('masks a secret in every form that it takes in logs', () => {
    const secrets = new KnownSecrets();
    secrets.add('p&ss "word"');
    const text = `plain p&ss "word"; url p%26ss%20%22word%22; form p%26ss+%22word%22; json ${JSON.stringify('p&ss "word"')}`;
    expect(secrets.mask(text)).toBe('plain ****; url ****; form ****; json "****"');
  });

  it('masks the longer one of two secrets that begin alike', () => {
    const secrets = new KnownSecrets();
    secrets.add('abc');
    secrets.add('abcdef');
    expect(secrets.mask('abcdef abc')).toBe('**** ****');
  });

  it('masks numbers, and the lines of a key', () => {
    const secrets = new KnownSecrets();
    secrets.add(987654);
    secrets.add('-----BEGIN KEY-----\nMIIEvQIBADANBgkqhkiG9w0B\n-----END KEY-----');
    expect(secrets.mask('id 987654 line MIIEvQIBADANBgkqhkiG9w0B')).toBe('id **** line ****');
  });

  it('ignores values that are too short to be told from other text', () => {
    const secrets = new KnownSecrets();
    secrets.add('ab');
    secrets.add('');
    secrets.add(undefined);
    expect(secrets.mask('ab absent')).toBe('ab absent');
  });

  it('takes characters of regular expressions literally', () => {
    const secrets = new KnownSecrets();
    secrets.add('a.b*c(');
    expect(secrets.mask('a.b*c( aXb')).toBe('**** aXb');
  });
});

describe('maskSignatures', () => {
  it.each([
    ['https://s3.example/x?X-Amz-Signature=abc123&part=1', 'https://s3.example/x?X-Amz-Signature=****&part=1'],
    ['https://x.example/?sv=2020&sig=a%2Bb&se=2024', 'https://x.example/?sv=****&sig=****&se=****'],
    ['https://x.example/?id=5&access_token=t.o-k', 'https://x.example/?id=5&access_token=****'],
    ['nothing=here', 'nothing=here'],
  ])('%s', (text, masked) => {
    expect(maskSignatures(text)).toBe(masked);
  });
});
