import { shownPath } from '../../src/builder/lint/manifest-path';
import { validateManifest } from '../../src/builder/validate-manifest';
import { componentDefinitions } from '../../src/components';
import { ComponentRegistry } from '../../src/manifest/component-registry';
import type { JsonObject } from '../../src/protocol/json';
import { FakeClock } from '../support/fake-clock';

const registry = new ComponentRegistry(componentDefinitions);
const stream = (more: JsonObject = {}, name = 'a'): JsonObject => ({
  type: 'DeclarativeStream',
  name,
  retriever: {
    type: 'SimpleRetriever',
    requester: { type: 'HttpRequester', url: 'https://api.example.com' },
    record_selector: { type: 'RecordSelector', extractor: { type: 'DpathExtractor', field_path: [] } },
    ...more,
  },
});
const manifest = (streams: JsonObject[], more: JsonObject = {}): JsonObject => ({ version: '7.39.1', type: 'DeclarativeSource', check: { type: 'CheckStream', stream_names: ['a'] }, streams, ...more });

async function findings(source: JsonObject, config?: JsonObject): Promise<string[]> {
  const found = await validateManifest(source, config, registry, { clock: new FakeClock(), env: {}, random: () => 0, signal: new AbortController().signal });
  return found.map(({ severity, path, message }) => `${severity} ${shownPath(path)}: ${message}`);
}

describe('the findings about a manifest', () => {
  it('are none when all is right', async () => {
    expect(await findings(manifest([stream()]))).toEqual([]);
  });

  it('are all that is wrong, not only the first', async () => {
    const found = await findings(manifest([stream({ record_selector: null, requester: { type: 'HttpRequester', url: 'u', http_method: 'FETCH' } }), stream({ paginator: { type: 'Paginator' } }, 'b')]));
    const places = found.map((line) => line.slice(0, line.indexOf(': ')));
    expect(places.sort()).toEqual(['error streams[0].retriever.record_selector', 'error streams[0].retriever.requester.http_method', 'error streams[1].retriever.paginator']);
  });

  it('are one for each missing property', async () => {
    const found = await findings(manifest([{ ...stream(), retriever: { type: 'AsyncRetriever' } }]));
    expect(found.length).toBeGreaterThan(5);
    expect(found.join('\n')).toContain("'creation_requester' is a required property");
    expect(found.join('\n')).toContain("'status_mapping' is a required property");
  });

  it('hold properties that nobody reads as warnings', async () => {
    const found = await findings(manifest([stream({ pagintor: { type: 'NoPagination' }, whatever: 1 })]));
    expect(found).toEqual([
      'warning streams[0].retriever.pagintor: SimpleRetriever has no property "pagintor"; it has no effect. Did you mean "paginator"?',
      'warning streams[0].retriever.whatever: SimpleRetriever has no property "whatever"; it has no effect.',
    ]);
  });

  it('hold what shows only when streams are built, for each stream', async () => {
    const router = (parameter: string) => ({ partition_router: { type: 'ListPartitionRouter', cursor_field: 'x', values: `{{ ${parameter} | }}` } });
    const found = await findings(manifest([stream(router('1')), stream(router('2'), 'b'), stream({}, 'c')]));
    expect(found).toHaveLength(2);
    expect(found.every((line) => line.startsWith('error '))).toBe(true);
  });

  it('hold templates that cannot be read as errors, each once', async () => {
    const requester = { type: 'HttpRequester', url: 'https://api.example.com', request_headers: { a: '{{ 1 | }}', b: '{{ stream_state.x }}' } };
    const found = await findings(manifest([stream({ requester })]));
    expect(found).toHaveLength(2);
    expect(found[0]).toMatch(/^error streams\[0\]\.retriever\.requester\.request_headers\.a: streams\[0\] \(a\)\.retriever\.requester\.request_headers\.a: the template cannot be read/);
    expect(found[1]).toMatch(/^error streams\[0\]\.retriever\.requester\.request_headers\.b: streams\[0\] \(a\)\.retriever\.requester\.request_headers\.b: `stream_state`/);
  });

  it('name two streams of one name once', async () => {
    expect(await findings(manifest([stream(), stream()]))).toEqual([expect.stringContaining('two streams with the name "a"')]);
  });

  it('are about the config, too, when there is one', async () => {
    const spec = { type: 'Spec', connection_specification: { type: 'object', required: ['key'], properties: { key: { type: 'string' } } } };
    expect(await findings(manifest([stream()], { spec }))).toEqual([]);
    expect(await findings(manifest([stream()], { spec }), { key: 'k' })).toEqual([]);
    expect(await findings(manifest([stream()], { spec }), {})).toEqual([expect.stringContaining("'key' is a required property")]);
  });

  it('are one when references lead nowhere', async () => {
    expect(await findings({ ...manifest([]), streams: ['#/definitions/none'] })).toEqual([expect.stringContaining('#/definitions/none')]);
  });
});
