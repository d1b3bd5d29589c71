import { RunSlots } from '../../src/builder/run-slots';

const never = (signal: AbortSignal) => new Promise<never>((_resolve, reject) => signal.addEventListener('abort', () => reject(signal.reason as Error)));

describe('the slots of runs', () => {
  it('are so many, and free again after a failure', async () => {
    const slots = new RunSlots(1);
    const client = new AbortController();
    const run = slots.run([client.signal], never);
    await expect(slots.run([], async () => 1)).rejects.toMatchObject({ status: 503, headers: { 'Retry-After': '5' } });
    client.abort(new Error('gone'));
    await expect(run).rejects.toThrow('gone');
    expect(await slots.run([], async () => 1)).toBe(1);
  });

  it('end a run by any of its signals, also by one that was there before', async () => {
    const [first, second] = [new AbortController(), new AbortController()];
    const run = new RunSlots(2).run([first.signal, second.signal], never);
    second.abort(new Error('second'));
    await expect(run).rejects.toThrow('second');
    await expect(new RunSlots(1).run([second.signal], async (signal) => signal.throwIfAborted())).rejects.toThrow('second');
  });

  it('leave nothing behind on a signal that lives on', async () => {
    const { signal } = new AbortController();
    const removed = jest.spyOn(signal, 'removeEventListener');
    const added = jest.spyOn(signal, 'addEventListener');
    await new RunSlots(1).run([signal], async () => undefined);
    expect(removed.mock.calls.map(([name, listener]) => [name, listener])).toEqual(added.mock.calls.map(([name, listener]) => [name, listener]));
  });

  it('are idle when every run has cleaned up', async () => {
    const slots = new RunSlots(2);
    const client = new AbortController();
    let cleaned = false;
    const run = slots
      .run([client.signal], async (signal) => {
        await never(signal).catch(() => undefined);
        await new Promise((resolve) => setImmediate(resolve));
        cleaned = true;
      })
      .catch(() => undefined);
    client.abort();
    await slots.idle();
    expect(cleaned).toBe(true);
    await run;
  });
});
