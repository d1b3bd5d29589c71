const SECRET_PARAMETER = /(^|[-_.])(auth|authorization|code|credential|hmac|jwt|passwd|session|session_?id|sig)$|(key|password|secret|signature|token)$/i;

/** A URL as logs and messages may show it: without user info, and without the values of query parameters that look like credentials or signatures. */
export function shownUrl(url: string): string {
  const question = url.indexOf('?');
  const base = withoutUserInfo(question < 0 ? url : url.slice(0, question));
  if (question < 0) return base;
  const query = url
    .slice(question + 1)
    .split('&')
    .map((pair) => {
      const name = pair.split('=', 1)[0] as string;
      return SECRET_PARAMETER.test(name) ? `${name}=****` : pair;
    });
  return `${base}?${query.join('&')}`;
}

/** Scheme, host and path: what response filters see as `request_url` (reference section 3.4). */
export function bareUrl(url: string): string {
  return withoutUserInfo(url.split(/[?#]/, 1)[0] as string);
}

function withoutUserInfo(url: string): string {
  return url.replace(/^([a-z][a-z0-9+.-]*:\/\/)[^/]*@/i, '$1');
}
