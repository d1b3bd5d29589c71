import type { AuthRule } from './api-description';
import type { Call } from './call';
import type { OAuthTokens } from './oauth-server';

/** True when the call satisfies one of the rules. */
export function isAllowed(rules: AuthRule | AuthRule[] | undefined, call: Call, oauth: OAuthTokens | undefined): boolean {
  if (rules === undefined) return true;
  return [rules].flat().some((rule) => satisfies(rule, call, oauth));
}

function satisfies(rule: AuthRule, call: Call, oauth: OAuthTokens | undefined): boolean {
  if (rule === 'none') return true;
  const authorization = call.headers.authorization ?? '';
  if ('bearer' in rule) return authorization === `Bearer ${rule.bearer}`;
  if ('basic' in rule) {
    return authorization === `Basic ${Buffer.from(`${rule.basic.username}:${rule.basic.password}`).toString('base64')}`;
  }
  if ('oauth' in rule) return oauth?.accepts(/^Bearer (.*)$/.exec(authorization)?.[1] ?? '') ?? false;
  const { value, header, query } = rule.api_key;
  return (header !== undefined && call.headers[header.toLowerCase()] === value) || (query !== undefined && call.query[query] === value);
}
