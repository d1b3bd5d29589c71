import { EventBus, type RuntimeEvent } from '../../src/platform/events';

const wait: RuntimeEvent = { type: 'wait', streamName: 'a', reason: 'HTTP 429', ms: 1000, at: 0 };
const stream: RuntimeEvent = { type: 'stream', streamName: 'a', status: 'RUNNING', records: 1, at: 0 };

describe('EventBus', () => {
  it('wants nothing while nobody listens, and nothing again after the last listener has left', () => {
    const bus = new EventBus();
    expect([bus.active, bus.wants('http')]).toEqual([false, false]);
    const leave = bus.on(() => undefined);
    expect([bus.active, bus.wants('http')]).toEqual([true, true]);
    leave();
    expect([bus.active, bus.wants('http')]).toEqual([false, false]);
  });

  it('tells each listener of the types that it wants', () => {
    const bus = new EventBus();
    const heard: string[] = [];
    bus.on(({ type }) => heard.push(`all: ${type}`));
    bus.on(({ type }) => heard.push(`some: ${type}`), ['wait']);
    bus.emit(wait);
    bus.emit(stream);
    expect(heard).toEqual(['all: wait', 'some: wait', 'all: stream']);
  });

  it('makes no exchanges for a listener of other types', () => {
    const bus = new EventBus();
    bus.on(() => undefined, ['job', 'wait']);
    expect([bus.active, bus.wants('wait'), bus.wants('http')]).toEqual([true, true, false]);
  });
});
