/** What the page shows, as it stands in the address: `#/s/contacts/polling`, `#/global`, `#/inputs`. */
export type Route = { page: 'stream'; stream: string; tab: string } | { page: 'global' } | { page: 'inputs' } | { page: 'start' };

export interface Place {
  route: Route;
  /** e.g. `view=yaml`, `run`, `req`. */
  parameters: URLSearchParams;
}

export function parsePlace(hash: string): Place {
  const [path = '', query = ''] = hash.replace(/^#\/?/, '').split('?', 2);
  const [page, ...rest] = path.split('/').map(decode);
  const parameters = new URLSearchParams(query);
  if (page === 's' && rest[0] !== undefined) return { route: { page: 'stream', stream: rest[0], tab: rest[1] ?? '' }, parameters };
  if (page === 'global' || page === 'inputs') return { route: { page }, parameters };
  return { route: { page: 'start' }, parameters };
}

export function formatPlace({ route, parameters }: Place): string {
  const path = route.page === 'stream' ? ['s', encodeURIComponent(route.stream), ...(route.tab ? [route.tab] : [])] : route.page === 'start' ? [] : [route.page];
  const query = parameters.toString();
  return `#/${path.join('/')}${query && `?${query}`}`;
}

function decode(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
