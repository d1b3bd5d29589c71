import { propagateTypesAndParameters } from '../../src/manifest/parameters';

describe('propagateTypesAndParameters', () => {
  it('hands parameters down and lets the nearer one win', () => {
    const result = propagateTypesAndParameters({
      type: 'DeclarativeStream',
      $parameters: { path: '/far', name: 'contacts' },
      retriever: { type: 'SimpleRetriever', requester: { type: 'HttpRequester', $parameters: { path: '/near' } } },
    });
    expect(result).toMatchObject({
      name: 'contacts',
      retriever: { $parameters: { path: '/far', name: 'contacts' }, requester: { path: '/near', $parameters: { path: '/near', name: 'contacts' } } },
    });
  });

  it('lets farther parameters win when the parent is the source of truth', () => {
    const result = propagateTypesAndParameters(
      { type: 'HttpRequester', $parameters: { path: '/near' } },
      '',
      { path: '/far' },
      true,
    );
    expect(result.path).toBe('/far');
  });

  it('keeps a property that is set and fills one that is falsy', () => {
    const result = propagateTypesAndParameters({ type: 'X', set: 'own', empty: '', $parameters: { set: 'p', empty: 'p' } });
    expect(result).toMatchObject({ set: 'own', empty: 'p' });
  });

  it('does not apply a parameter below a property of the same name', () => {
    const result = propagateTypesAndParameters({ type: 'X', $parameters: { requester: 'r' }, requester: { type: 'Y', inner: { type: 'Z' } } });
    expect(result.requester).toEqual({ type: 'Y', inner: { type: 'Z' } });
  });

  it('fills in the types that a manifest may leave out', () => {
    const result = propagateTypesAndParameters({
      type: 'DeclarativeSource',
      check: { stream_names: ['a'] },
      streams: [{ retriever: { requester: { error_handler: {} }, record_selector: { extractor: { field_path: [] } } } }],
    });
    expect(result).toMatchObject({
      check: { type: 'CheckStream' },
      streams: [
        {
          type: 'DeclarativeStream',
          retriever: {
            type: 'SimpleRetriever',
            requester: { type: 'HttpRequester', error_handler: { type: 'DefaultErrorHandler' } },
            record_selector: { type: 'RecordSelector', extractor: { type: 'DpathExtractor' } },
          },
        },
      ],
    });
  });

  it('takes a component with a class name for a custom one', () => {
    const result = propagateTypesAndParameters({ type: 'DeclarativeStream', retriever: { class_name: 'a.B' } });
    expect(result.retriever).toMatchObject({ type: 'CustomRetriever' });
  });

  it.each([
    ['an object schema', { type: 'object', properties: {} }],
    ['a union', { type: ['string', 'null'] }],
  ])('does not put parameters into %s', (_name, schema) => {
    const result = propagateTypesAndParameters({ type: 'InlineSchemaLoader', $parameters: { name: 'x' }, schema });
    expect(result.schema).toEqual(schema);
  });
});
