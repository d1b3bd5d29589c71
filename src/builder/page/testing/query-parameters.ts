/** The parameters of an address, decoded, in their order; none when it is no address. */
export function queryParameters(url: string): [string, string][] {
  const query = url.indexOf('?');
  return query < 0 ? [] : [...new URLSearchParams(url.slice(query + 1).split('#')[0])];
}
