import type { JsonObject } from '../../protocol/json';
import { parseJson, stringifyJson } from '../../protocol/lossless-json';
import type {
  Definitions,
  FileEvent,
  Finding,
  InputsStatus,
  LintRequest,
  ManifestFile,
  Preview,
  PreviewRequest,
  SaveInputs,
  SaveManifest,
  Session,
  TestEvent,
  TestRequest,
  TestRun,
  TestStarted,
} from '../page-contract';

/** The server said no. */
export class ApiError extends Error {
  constructor(
    /** 0: no answer. */
    readonly status: number,
    message: string,
  ) {
    super(message);
  }
}

/** The server of this page. Every call fails with `ApiError`. */
export const api = {
  session: () => call<Session>('GET', '/api/session'),
  definitions: () => call<Definitions>('GET', '/api/definitions'),
  manifest: () => call<ManifestFile>('GET', '/api/manifest'),
  /** 412: the file was changed by somebody else. */
  saveManifest: (body: SaveManifest) => call<ManifestFile>('PUT', '/api/manifest', body),
  inputs: () => call<InputsStatus>('GET', '/api/inputs'),
  saveInputs: (body: SaveInputs) => call<InputsStatus>('PUT', '/api/inputs', body),
  lint: (body: LintRequest, signal?: AbortSignal) => call<Finding[]>('POST', '/api/lint', body, signal),
  preview: (body: PreviewRequest, signal?: AbortSignal) => call<Preview>('POST', '/api/preview', body, signal),
  startTest: (body: TestRequest) => call<TestStarted>('POST', '/api/tests', body),
  test: (id: string) => call<TestRun>('GET', `/api/tests/${encodeURIComponent(id)}`),
  cancelTest: (id: string) => call<void>('POST', `/api/tests/${encodeURIComponent(id)}/cancel`, {}),
  curl: (id: string, exchange: number, withSecrets: boolean) => call<string>('GET', `/api/tests/${encodeURIComponent(id)}/exchanges/${exchange}/curl${withSecrets ? '?secrets=true' : ''}`),
  bodyUrl: (id: string, exchange: number, of: 'request' | 'response') => `/api/tests/${encodeURIComponent(id)}/exchanges/${exchange}/body?of=${of}`,
  /** Reconnects by itself, from the last event. Returns what ends it. */
  testEvents: (id: string, onEvent: (event: TestEvent) => void, onConnection?: (isConnected: boolean) => void) =>
    listen<TestEvent>(`/api/tests/${encodeURIComponent(id)}/events`, onEvent, onConnection),
  fileEvents: (onEvent: (event: FileEvent) => void, onConnection?: (isConnected: boolean) => void) => listen<FileEvent>('/api/events', onEvent, onConnection),
};

export type Api = typeof api;

async function call<T>(method: string, path: string, body?: object, signal?: AbortSignal): Promise<T> {
  let response: Response;
  try {
    response = await fetch(path, {
      method,
      ...(body && { body: stringifyJson(body as JsonObject), headers: { 'Content-Type': 'application/json' } }),
      ...(signal && { signal }),
    });
  } catch (error) {
    if (signal?.aborted) throw error;
    throw new ApiError(0, 'The Builder does not answer. Is its command still running?');
  }
  const text = await response.text();
  const isJson = response.headers.get('content-type')?.includes('json') ?? false;
  if (!response.ok) throw new ApiError(response.status, problemIn(isJson ? parseJson(text) : text) || `${method} ${path} gave ${response.status}.`);
  return (text === '' ? undefined : isJson ? parseJson(text) : text) as T;
}

/** `{detail}` holds a sentence, or the findings about the request. */
function problemIn(body: unknown): string {
  const detail = typeof body === 'object' && body !== null && 'detail' in body ? body.detail : body;
  if (Array.isArray(detail)) return detail.map((item: { msg?: string }) => item.msg ?? '').join(' ');
  return typeof detail === 'string' ? detail : '';
}

function listen<T>(path: string, onEvent: (event: T) => void, onConnection?: (isConnected: boolean) => void): () => void {
  const source = new EventSource(path);
  source.onmessage = ({ data }: { data: string }) => onEvent(parseJson(data) as T);
  source.onopen = () => onConnection?.(true);
  source.onerror = () => onConnection?.(false);
  return () => source.close();
}
