import { InterpolatedString } from '../../../src/manifest/interpolation/interpolated-string';
import type { ComponentKinds } from '../../../src/manifest/kinds';
import type { JsonObject } from '../../../src/protocol/json';
import { PropertiesFromEndpoint } from '../../../src/requests/query-properties/properties-from-endpoint';
import { fakeContext, fakeRuntime } from '../../support/fake-runtime';

type Retriever = ComponentKinds['Retriever'];

/** Gives `records` at each reading; fails as often as told first. */
class FakeRetriever implements Retriever {
  readonly partitionRouter = undefined;
  readings = 0;

  constructor(
    private readonly records: JsonObject[],
    private failures = 0,
  ) {}

  async *partitions(run: Parameters<Retriever['partitions']>[0]): ReturnType<Retriever['partitions']> {
    for await (const slice of run.cursor.slices()) yield { slice, read: () => this.read() };
  }

  private async *read() {
    this.readings += 1;
    if (this.failures-- > 0) throw new Error('not now');
    yield { kind: 'objects' as const, records: this.records };
  }
}

const signal = new AbortController().signal;

function setUp(retriever: FakeRetriever, path = ['name']) {
  const runtime = fakeRuntime();
  const ctx = fakeContext({ runtime });
  const scope = { config: {}, parameters: {}, clock: runtime.clock };
  return { runtime, subject: new PropertiesFromEndpoint(path.map((segment) => new InterpolatedString(segment, scope)), retriever, ctx) };
}

describe('properties from an endpoint', () => {
  it('are asked for once, also by slices that are read side by side', async () => {
    const retriever = new FakeRetriever([{ name: 'a' }, { name: 5 }]);
    const { subject } = setUp(retriever);
    const both = await Promise.all([subject.properties(signal), subject.properties(signal)]);
    expect(both).toEqual([['a', '5'], ['a', '5']]);
    expect(retriever.readings).toBe(1);
  });

  it('are asked for again after a failure', async () => {
    const { subject } = setUp(new FakeRetriever([{ name: 'a' }], 1));
    await expect(subject.properties(signal)).rejects.toThrow('not now');
    expect(await subject.properties(signal)).toEqual(['a']);
  });

  it('may be deep in their records', async () => {
    const { subject } = setUp(new FakeRetriever([{ names: [{ en: 'a' }, { en: 'b' }] }]), ['names', '1', 'en']);
    expect(await subject.properties(signal)).toEqual(['b']);
  });

  it('without a name are left out and counted', async () => {
    const { subject, runtime } = setUp(new FakeRetriever([{ name: 'a' }, { title: 'b' }, { name: null }]));
    expect(await subject.properties(signal)).toEqual(['a']);
    expect(runtime.logs).toEqual([{ level: 'WARN', message: expect.stringMatching(/2 of the listed properties have no name at name/) }]);
  });
});
