import { KnownSecrets } from '../../src/errors/secrets';
import { MessageWriter } from '../../src/messages/message-writer';
import { FakeClock } from '../support/fake-clock';

function writer(): { writer: MessageWriter; text: () => string; secrets: KnownSecrets } {
  let text = '';
  const secrets = new KnownSecrets();
  const output = { write: (lines: string | Uint8Array) => void (text += lines.toString()), flush: async () => undefined };
  return { writer: new MessageWriter(output, new FakeClock(1700000000000), secrets), text: () => text, secrets };
}

describe('MessageWriter', () => {
  it('writes records with their stream, in order, and drops nulls at the top only', async () => {
    const { writer: out, text } = writer();
    await out.records({ name: 'a"b', namespace: 'n' }, [{ id: 1, none: null, deep: { none: null } }, { id: 12345678901234567890n }]);
    expect(text()).toBe(
      '{"type":"RECORD","record":{"stream":"a\\"b","namespace":"n","data":{"id":1,"deep":{"none":null}},"emitted_at":1700000000000}}\n' +
        '{"type":"RECORD","record":{"stream":"a\\"b","namespace":"n","data":{"id":12345678901234567890},"emitted_at":1700000000000}}\n',
    );
  });

  it('keeps a field called __proto__ when another one is null', async () => {
    const { writer: out, text } = writer();
    await out.records({ name: 's' }, [JSON.parse('{"__proto__":{"x":1},"none":null}')]);
    expect(text()).toContain('"data":{"__proto__":{"x":1}}');
  });

  it('makes lines from its envelope that equal those of objects', async () => {
    const { writer: out, text } = writer();
    const { head, tail } = out.envelope({ name: 's' });
    await out.recordLines({ name: 's' }, Buffer.concat([head, Buffer.from('{"id":1}'), tail, Buffer.from('\n')]));
    const fromBytes = text();
    const other = writer();
    await other.writer.records({ name: 's' }, [{ id: 1 }]);
    expect(fromBytes).toBe(other.text());
  });

  it('writes the record count of a STATE with a decimal point', async () => {
    const { writer: out, text } = writer();
    await out.state({ name: 's' }, { at: '2024' }, 250);
    expect(text()).toBe(
      '{"type":"STATE","state":{"type":"STREAM","stream":{"stream_descriptor":{"name":"s"},"stream_state":{"at":"2024"}},"sourceStats":{"recordCount":250.0}}}\n',
    );
  });

  it('masks every text of a TRACE ERROR', () => {
    const { writer: out, text, secrets } = writer();
    secrets.add('hush-hush');
    out.error({ message: 'm hush-hush', internal_message: 'i hush-hush', stack_trace: 's hush-hush', failure_type: 'system_error' });
    expect(text()).not.toContain('hush');
    expect(text()).toContain('"message":"m ****"');
  });
});
