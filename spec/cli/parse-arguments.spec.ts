import { parseArguments, UsageError } from '../../src/cli/parse-arguments';

const parse = (line: string) => parseArguments(line.split(' '), '1.2.3');
const builder = { command: 'builder', manifest: undefined, config: undefined, example: false, open: true };
const nothing = { config: undefined, catalog: undefined, state: undefined, manifestPath: undefined, componentsPath: undefined, debug: false };

describe('parseArguments', () => {
  // The first form is read without yargs, the second one is not.
  it.each([
    ['spec', 'spec --no-debug', { command: 'spec' }],
    ['spec --manifest-path m.yaml', 'spec --manifest-path=m.yaml', { command: 'spec', manifestPath: 'm.yaml' }],
    ['check --config c.json', 'check --config=c.json', { command: 'check', config: 'c.json' }],
    ['discover --manifest-path m --config c', 'discover --manifest-path=m --config c', { command: 'discover', config: 'c', manifestPath: 'm' }],
    [
      'read --config c --catalog k --state s --manifest-path m --components-path x.mjs',
      'read --config=c --catalog=k --state=s --manifest-path=m --components-path=x.mjs',
      { command: 'read', config: 'c', catalog: 'k', state: 's', manifestPath: 'm', componentsPath: 'x.mjs' },
    ],
    ['read --config c --catalog k --shard 3/16', 'read --config=c --catalog k --shard=3/16', { command: 'read', config: 'c', catalog: 'k', shard: { index: 3, of: 16 }, shardsAtOnce: 16 }],
    ['read --config c --catalog k --shard 0/4 --shards-at-once 2', 'read --config=c --catalog k --shard 0/4 --shards-at-once=2', { command: 'read', config: 'c', catalog: 'k', shard: { index: 0, of: 4 }, shardsAtOnce: 2 }],
    ['check --config 007', 'check --config=007', { command: 'check', config: '007' }],
  ])('reads %s like %s', async (platformForm, otherForm, expected) => {
    expect(await parse(platformForm)).toMatchObject({ ...nothing, ...expected });
    expect(await parse(otherForm)).toEqual(await parse(platformForm));
  });

  it.each([
    ['builder', { ...builder, host: '127.0.0.1', port: 8000 }],
    ['builder --port 0 --host 0.0.0.0', { ...builder, host: '0.0.0.0', port: 0 }],
    ['builder m.yaml --config c.json --example --no-open', { ...builder, host: '127.0.0.1', port: 8000, manifest: 'm.yaml', config: 'c.json', example: true, open: false }],
    ['accept --config c.json', { command: 'accept', config: 'c.json', source: undefined, catalog: undefined, manifestPath: undefined, componentsPath: undefined, ignoreFields: [], timeoutSeconds: 1800, json: false }],
    ['accept --config c --command ./source --catalog k --manifest-path m --components-path x --ignore-fields a,b --timeout 5 --json', { command: 'accept', config: 'c', source: './source', catalog: 'k', manifestPath: 'm', componentsPath: 'x', ignoreFields: ['a', 'b'], timeoutSeconds: 5, json: true }],
    ['state merge a.json b.json c.json', { command: 'state merge', files: ['a.json', 'b.json', 'c.json'], partial: false, output: undefined }],
    ['state merge --partial --output o 1 2', { command: 'state merge', files: ['1', '2'], partial: true, output: 'o' }],
    ['validate m.yaml', { command: 'validate', manifest: 'm.yaml', config: undefined, test: undefined, json: false }],
    ['validate m.yaml --config c.json', { command: 'validate', manifest: 'm.yaml', config: 'c.json', test: undefined, json: false }],
    ['validate m.yaml --test s --json', { command: 'validate', manifest: 'm.yaml', config: undefined, test: 's', json: true }],
  ])('reads the tool %s', async (line, expected) => {
    expect(await parse(line)).toEqual(expected);
  });

  it('reads options in any place', async () => {
    expect(await parse('--debug check --config c')).toMatchObject({ command: 'check', config: 'c', debug: true });
  });

  it('goes by the last of several values', async () => {
    expect(await parse('check --config a --config b')).toMatchObject({ config: 'b' });
  });

  it.each([
    ['read --config c', 'catalog'],
    ['check', 'config'],
    ['spec --config c', 'config'],
    ['check --config', 'config'],
    ['check --config --debug', 'config'],
    ['check --config c --bogus x', 'bogus'],
    ['constructor --config c', 'constructor'],
    ['check --config c --constructor x', '--constructor'],
    ['check --config c --to-string=x', '--to-string'],
    ['check --config c --hasOwnProperty.x=1', '--hasOwnProperty'],
    ['check extra --config c', 'extra'],
    ['validate', '<manifest>'],
    ['state merge', 'files'],
    ['accept', 'config'],
    ['accept --config c --timeout 0', '--timeout'],
    ['state split a', 'merge'],
    ['read --config c --catalog k --shard 16/16', '15/16'],
    ['read --config c --catalog k --shard 1', '--shard'],
    ['read --config c --catalog k --shard 0/0', '--shard'],
    ['read --config c --catalog k --shards-at-once 2', '--shard'],
    ['read --config c --catalog k --shard 0/4 --shards-at-once 5', 'from 1 to 4'],
    ['builder --port x', 'port'],
    ['builder --port 65536', 'port'],
  ])('refuses %s and says why', async (line, word) => {
    const error: unknown = await parse(line).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(UsageError);
    expect((error as Error).message).toContain(word);
  });

  it('shows help and version', async () => {
    expect(await parse('--version')).toEqual({ text: '1.2.3' });
    expect(await parse('read --help')).toMatchObject({ text: expect.stringContaining('--catalog') });
  });
});
