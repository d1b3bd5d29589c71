import { KnownSecrets } from '../../src/errors/secrets';
import { MessageQueue } from '../../src/library/message-queue';
import { FakeClock } from '../support/fake-clock';

const queue = () => new MessageQueue(new FakeClock(), new KnownSecrets(), () => undefined);
const rows = (count: number) => Array.from({ length: count }, (_, id) => ({ id }));
const turns = async () => {
  for (let turn = 0; turn < 20; turn += 1) await Promise.resolve();
};

describe('MessageQueue', () => {
  it('lets the source wait for a slow reader', async () => {
    const messages = queue();
    let written = false;
    void messages.records({ name: 's' }, rows(1001)).then(() => (written = true));
    await turns();
    expect(written).toBe(false);
    const reader = messages.messages();
    for (let taken = 0; taken < 1001; taken += 1) await reader.next();
    await turns();
    expect(written).toBe(true);
  });

  it('flushes when the reader has asked for what comes after the last message', async () => {
    const messages = queue();
    await messages.state({ name: 's' }, { at: 1 }, 0);
    let flushed = false;
    void messages.flush().then(() => (flushed = true));
    const reader = messages.messages();
    expect((await reader.next()).value).toMatchObject({ type: 'STATE' });
    await turns();
    expect(flushed).toBe(false);
    void reader.next();
    await turns();
    expect(flushed).toBe(true);
  });

  it('gives all messages before the error that ends it', async () => {
    const messages = queue();
    await messages.records({ name: 's' }, rows(2));
    messages.end({ error: new Error('no') });
    const reader = messages.messages();
    expect([(await reader.next()).done, (await reader.next()).done]).toEqual([false, false]);
    await expect(reader.next()).rejects.toThrow('no');
  });

  it('keeps nothing, and holds nobody up, once the reader has gone', async () => {
    const messages = queue();
    const waiting = messages.records({ name: 's' }, rows(2000));
    messages.abandon();
    await waiting;
    await messages.records({ name: 's' }, rows(2000));
    await messages.flush();
  });
});
