import { componentDefinitions } from '../../src/components';
import { ComponentRegistry } from '../../src/manifest/component-registry';
import { loadManifest } from '../../src/manifest/load-manifest';
import type { JsonObject } from '../../src/protocol/json';

const registry = new ComponentRegistry(componentDefinitions);

/** A manifest of one stream; `more` goes into the stream's retriever. */
const manifest = (more: JsonObject = {}, top: JsonObject = {}): JsonObject => ({
  version: '6.0.0',
  check: { type: 'CheckStream', stream_names: ['items'] },
  streams: [
    {
      type: 'DeclarativeStream',
      name: 'items',
      retriever: {
        type: 'SimpleRetriever',
        requester: { type: 'HttpRequester', url_base: 'https://api.example.com', path: '/items' },
        record_selector: { type: 'RecordSelector', extractor: { type: 'DpathExtractor', field_path: ['data'] } },
        ...more,
      },
    },
  ],
  ...top,
});

describe('loadManifest', () => {
  it.each<[string, JsonObject, string]>([
    ['an unknown component', manifest({ paginator: { type: 'PagePaginator' } }), 'streams[0] (items).retriever.paginator: "PagePaginator" is not a component that can stand here; expected one of: DefaultPaginator, NoPagination'],
    [
      'a misspelt required property',
      manifest({ record_selector: { type: 'RecordSelector', extractor: { type: 'DpathExtractor', field_paht: [] } } }),
      `streams[0] (items).retriever.record_selector.extractor: 'field_path' is a required property; "field_paht" is unknown here. Did you mean "field_path"?`,
    ],
    ['a wrong type', manifest({ requester: 7 }), "streams[0] (items).retriever.requester: 7 is not of type 'object'"],
    ['a reference to nothing', manifest({ requester: { $ref: '#/definitions/requestr' } }, { definitions: { requester: {} } }), 'Did you mean "#/definitions/requester"?'],
    ['no streams', { version: '6.0.0', check: { type: 'CheckStream', stream_names: ['items'] } }, 'neither streams nor dynamic_streams'],
  ])('says what is wrong, where, and what is allowed: %s', async (_name, source, message) => {
    await expect(loadManifest(source, registry)).rejects.toMatchObject({ failureType: 'config_error', message: expect.stringContaining(message) });
  });

  it('goes on with properties that nothing reads, and tells them: published manifests have some', async () => {
    const { warnings } = await loadManifest(
      manifest({ colour: 'red', pagniator: { type: 'NoPagination' } }, { spec: { type: 'Spec', connection_specification: {}, documentationUrl: 'https://docs.example.com' } }),
      registry,
    );
    expect(warnings).toEqual([
      'streams[0] (items).retriever: SimpleRetriever has no property "colour"; it has no effect.',
      'streams[0] (items).retriever: SimpleRetriever has no property "pagniator"; it has no effect. Did you mean "paginator"?',
      'spec: Spec has no property "documentationUrl"; it has no effect. Did you mean "documentation_url"?',
    ]);
  });
});
