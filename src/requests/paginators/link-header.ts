import { setOwn, type JsonObject } from '../../protocol/json';

const EDGES = /^[ '"]+|[ '"]+$/g;
const URL_EDGES = /^[<> '"]+|[<> '"]+$/g;

/**
 * A `Link` header as templates see it: by `rel`, or by URL for a link without one; each with `url` and its parameters,
 * e.g. `headers.link.next.url`.
 */
export function parseLinkHeader(value: string | undefined): JsonObject {
  const links: JsonObject = {};
  const text = (value ?? '').replace(EDGES, '');
  if (!text) return links;
  for (const part of text.split(/, *</)) {
    const [url = '', ...parameters] = part.split(';');
    const link: JsonObject = { url: url.replace(URL_EDGES, '') };
    for (const parameter of parameters) {
      const at = parameter.indexOf('=');
      if (at > 0) setOwn(link, parameter.slice(0, at).replace(EDGES, ''), parameter.slice(at + 1).replace(EDGES, ''));
    }
    setOwn(links, String(link.rel || link.url), link);
  }
  return links;
}
