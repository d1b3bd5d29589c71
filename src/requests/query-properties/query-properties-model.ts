import { ConnectorError } from '../../errors/connector-error';
import { getOwn, isObject, type JsonObject, type JsonValue } from '../../protocol/json';

/**
 * Where a requester's model has its query properties: as the value of a request parameter, as `query_properties`, or under
 * the older name `fetch_properties_from_endpoint`.
 */
export function queryPropertiesModel(requester: JsonValue | undefined): { parameter: string | undefined; model: JsonObject } | undefined {
  const parameters = property(requester, 'request_parameters');
  const inParameters = isObject(parameters) ? Object.entries(parameters).filter(([, value]) => property(value, 'type') === 'QueryProperties') : [];
  const endpoint = property(requester, 'fetch_properties_from_endpoint');
  if (inParameters.length > 1 || (inParameters.length > 0 && endpoint)) {
    throw ConnectorError.config(
      'manifest.unsupported_combination',
      `Query properties may be given once a stream, but are given in ${inParameters.map(([name]) => `request_parameters.${name}`).join(', ')}${endpoint ? ' and fetch_properties_from_endpoint' : ''}.`,
    );
  }
  const [found] = inParameters;
  if (found) return { parameter: found[0], model: withCachedEndpoint(found[1] as JsonObject) };
  if (isObject(endpoint)) return { parameter: undefined, model: withCachedEndpoint({ type: 'QueryProperties', property_list: endpoint }) };
  const own = property(requester, 'query_properties');
  return isObject(own) ? { parameter: undefined, model: withCachedEndpoint(own) } : undefined;
}

/** Streams that share an endpoint of properties ask it once a run: its requests are cached unless the manifest says otherwise. */
function withCachedEndpoint(model: JsonObject): JsonObject {
  const list = getOwn(model, 'property_list');
  const retriever = property(list, 'retriever');
  const requester = property(retriever, 'requester');
  if (!isObject(list) || !isObject(retriever) || !isObject(requester)) return model;
  return { ...model, property_list: { ...list, retriever: { ...retriever, requester: { use_cache: true, ...requester } } } };
}

function property(value: JsonValue | undefined, name: string): JsonValue | undefined {
  return isObject(value) ? getOwn(value, name) : undefined;
}
