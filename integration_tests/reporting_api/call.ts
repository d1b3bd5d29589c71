import type { IncomingHttpHeaders } from 'node:http';

/** One request as routes and templates see it. */
export interface Call {
  method: string;
  path: string;
  query: Record<string, string | string[]>;
  headers: IncomingHttpHeaders;
  /** The body as text; binary bodies as latin1. */
  text: string;
  /** Fields of a JSON or form body, `{}` otherwise. */
  body: Record<string, unknown>;
  /** Variables of the path. */
  params: Record<string, string>;
  /** How often the route was called, this call included. */
  count: number;
  /** `http://127.0.0.1:port` */
  base: string;
}

/** What a route answers, before faults. */
export interface Answer {
  status: number;
  headers: Record<string, string>;
  bytes: Buffer;
}

/** The variables that templates of a route may use. */
export function variablesOf(call: Call): Record<string, unknown> {
  return { base: call.base, query: call.query, body: call.body, params: call.params, count: call.count, ...call.params };
}

export function parseQuery(search: URLSearchParams): Record<string, string | string[]> {
  const query: Record<string, string | string[]> = {};
  for (const name of new Set(search.keys())) {
    const values = search.getAll(name);
    query[name] = values.length === 1 ? (values[0] as string) : values;
  }
  return query;
}

export function parseBody(text: string, contentType: string | undefined): Record<string, unknown> {
  if (contentType?.includes('application/x-www-form-urlencoded')) return parseQuery(new URLSearchParams(text));
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}
