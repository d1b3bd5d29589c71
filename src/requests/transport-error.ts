import { ConnectorError } from '../errors/connector-error';
import type { ErrorCode } from '../errors/error-catalogue';
import { shownUrl } from './shown-url';

const REASONS: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'the host refused the connection',
  ECONNRESET: 'the connection was reset',
  ENOTFOUND: 'the host name is unknown',
  EAI_AGAIN: 'the host name could not be looked up',
  ETIMEDOUT: 'the network timed out',
  EPIPE: 'the connection was closed while the request was sent',
  EHOSTUNREACH: 'the host cannot be reached',
  ENETUNREACH: 'the network cannot be reached',
};

/** What a failed connection becomes; errors that are ours already stay as they are. */
export function transportError(error: unknown, method: string, url: string): ConnectorError {
  if (error instanceof ConnectorError) return error;
  const { code, message } = error as { code?: string; message?: string };
  const reason = (code && REASONS[code]) ?? message ?? String(error);
  return ConnectorError.transient('http.connection_failed', `'${method}' request to '${shownUrl(url)}' failed: ${reason}. Check the address and the network between here and the API.`, {
    recovery: 'retry_call',
    internalMessage: `${code ?? ''} ${message ?? ''}`.trim(),
    cause: error,
  });
}

/** The subject of messages: a call, without its secrets. */
interface Called {
  method: string;
  url: string;
}

export function timedOut({ method, url }: Called, what: string, code: ErrorCode = 'http.timeout'): ConnectorError {
  return ConnectorError.transient(code, `'${method}' request to '${shownUrl(url)}' ${what}.`, { recovery: 'retry_call' });
}

/** A proxy answered CONNECT with a status of its own. */
export function proxyRefusal({ url }: Called, status: number): ConnectorError {
  const message = `The proxy refused to connect to '${shownUrl(url)}' (HTTP ${status}). Check HTTPS_PROXY and NO_PROXY of the environment.`;
  if (status === 407) return ConnectorError.config('http.proxy_refused', message, { recovery: 'stop_stream' });
  return ConnectorError.transient('http.proxy_refused', message, { recovery: 'retry_call' });
}
