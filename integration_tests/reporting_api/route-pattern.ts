export interface RoutePattern {
  /** As written in the description. */
  text: string;
  method: string;
  path: RegExp;
}

/** `GET /v3/exports/{id}`: a variable takes one path segment, or the rest of it. */
export function routePattern(text: string): RoutePattern {
  const [method, path] = text.trim().split(/\s+/, 2);
  if (!method || !path?.startsWith('/')) throw new Error(`"${text}" is no route; write e.g. "GET /v3/exports/{id}"`);
  const source = path.replace(/[.*+?^$()|[\]\\]/g, '\\$&').replace(/\{(\w+)\}/g, '(?<$1>[^/]+)');
  return { text: text.trim(), method: method.toUpperCase(), path: new RegExp(`^${source}$`) };
}

/** The path's variables, or undefined when the route does not match. */
export function matchRoute(pattern: RoutePattern, method: string, path: string): Record<string, string> | undefined {
  if (pattern.method !== method) return undefined;
  const match = pattern.path.exec(path);
  if (!match) return undefined;
  return Object.fromEntries(Object.entries(match.groups ?? {}).map(([name, value]) => [name, decodeURIComponent(value)]));
}
