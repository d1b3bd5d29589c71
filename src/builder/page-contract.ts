import type { JsonObject, JsonValue } from '../protocol/json';
import type { ShownRequest, ShownResponse, StreamRead } from './stream-read';

/**
 * What the Builder's page and its server say to each other. Types only: both sides compile against them, and nothing of
 * the server reaches the page's bundle.
 *
 * All paths need the cookie that `GET /?token=…` sets. Bodies are JSON.
 *
 * | | |
 * |---|---|
 * | `GET /api/session` | `Session` |
 * | `GET /api/definitions` | `Definitions`: what the forms are made from |
 * | `GET /api/manifest` | `ManifestFile`, with its `version` as ETag |
 * | `PUT /api/manifest` | `SaveManifest` → `ManifestFile`; 412 when the file was changed by somebody else |
 * | `GET /api/inputs` | `InputsStatus` |
 * | `PUT /api/inputs` | `SaveInputs` → `InputsStatus`; values never come back when they are secret |
 * | `POST /api/lint` | `LintRequest` → `Finding[]` |
 * | `POST /api/preview` | `PreviewRequest` → `Preview` |
 * | `POST /api/tests` | `TestRequest` → 201 `TestStarted` |
 * | `GET /api/tests/:id` | `TestRun` |
 * | `GET /api/tests/:id/events` | server-sent events: `id:` is the sequence number, `data:` a `TestEvent`; goes on after `Last-Event-ID` |
 * | `POST /api/tests/:id/cancel` | 202; the events tell the rest |
 * | `GET /api/tests/:id/exchanges/:n/body?of=request\|response` | the body as it was kept, as an attachment |
 * | `GET /api/tests/:id/exchanges/:n/curl?secrets=true` | `text/plain`; secrets only when asked for |
 * | `GET /api/events` | server-sent events: `FileEvent` |
 */

export interface Session {
  version: string;
  /** File name only; null when the page started without a file. */
  manifestFile: string | null;
  /** Present when the server was started with `--example`: an API to try with, on this server. */
  example: { url: string; apiKey: string; /** A manifest that reads the example API, to begin with. */ manifest?: string } | null;
  customCode: boolean;
  cassettes: string[];
}

/** The components' JSON Schemas, as in `definitions` of the manifest schema, plus what forms need to know. */
export interface Definitions {
  /** By type name: `properties` with title, description, examples, enums and `anyOf` of component types. */
  components: Record<string, JsonObject>;
  /** Names that templates may use, for completion; by property where a property has names of its own. */
  interpolation: { variables: { name: string; description: string }[]; macros: { name: string; description: string }[]; filters: { name: string; description: string }[] };
}

export interface ManifestFile {
  text: string;
  /** A hash of the bytes on disk; null when there is no file yet. */
  version: string | null;
  /** File name, e.g. `manifest.yaml`. */
  file: string | null;
}

export interface SaveManifest {
  text: string;
  /** The version that was edited; null creates the file. */
  version: string | null;
  /** Needed when the session has no file; a plain file name in the working directory. */
  file?: string;
}

export interface SaveInputs {
  /** Only what has changed. `null` removes a value. */
  values: JsonObject;
  /** Keep the values in a file that only its owner reads; false removes the file. */
  keep: boolean;
  /** The manifest as it is edited: its spec says what is secret. Absent: as last linted, tested or read from the file. */
  text?: string;
}

/** What the server knows of the inputs of a test: secret values are only said to be set. */
export interface InputsStatus {
  /** Without the secret ones, and without those that no spec describes. */
  values: JsonObject;
  /** Paths with dots, e.g. `credentials.api_key`. */
  secretsSet: string[];
  /** File name when the values are kept. */
  keptIn: string | null;
}

export interface LintRequest {
  text: string;
}

export interface Finding {
  /** `error`: it cannot run. `info`: what experience adds. */
  severity: 'error' | 'warning' | 'info';
  /** e.g. `manifest.invalid`, `lint.no_completed_status`. */
  code: string;
  /** From the root of the manifest, e.g. `['streams', 0, 'retriever', 'status_mapping']`. */
  path: (string | number)[];
  message: string;
  /** 1-based place in the text, where known. */
  line?: number;
  column?: number;
}

export interface PreviewRequest {
  text: string;
  streamName: string;
  /** A template, or a field path. */
  template?: string;
  path?: string[];
  /** The answers of this run are what the template sees. */
  testId?: string;
  /** Where the template stands: decides which names it may use. */
  place: 'creation' | 'polling' | 'download_target' | 'download' | 'other';
}

export interface Preview {
  /** The value, secrets masked; undefined when `problem` says why there is none. */
  value?: JsonValue;
  problem?: string;
}

export interface TestRequest {
  text: string;
  streamName: string;
  limits: { records: number; pages: number; slices: number };
  /** STATE messages to start from. */
  state?: JsonValue[];
  /** `live` asks the API; `record` keeps what it says under a name; `replay` asks nobody. */
  mode: { kind: 'live' } | { kind: 'record'; cassette: string } | { kind: 'replay'; cassette: string };
  /** Seconds between polls; absent: as in a sync. */
  pollEverySeconds?: number;
}

export interface TestStarted {
  id: string;
}

export interface TestRun {
  id: string;
  streamName: string;
  isRunning: boolean;
  read: StreamRead | null;
}

export type TestPhase = 'creation' | 'polling' | 'download_target' | 'download';

/** One thing that happened, in order. Every event has these two. */
export type TestEvent = { seq: number; /** Milliseconds since the start. */ t: number } & TestHappening;

export type TestHappening =
  | { type: 'started'; streamName: string; isAsync: boolean; canAbort: boolean; jobTimeoutSeconds: number | null }
  /** Any request with its answer, in the order in which the answers came; `n` counts from 1. Bodies up to 256 KiB. */
  | { type: 'exchange'; n: number; title: string; kind: string; phase: TestPhase | null; job: string | null; slice: JsonObject | null; request: ShownRequest; response: ShownResponse; durationMs: number; cut: boolean; binary?: BinaryBody; hint?: Hint }
  | { type: 'job'; job: string; slice: JsonObject; phase: string; attempt: number; detail?: string }
  | { type: 'poll'; job: string; n: number; raw: JsonValue; status: string | null; nextPollMs: number | null; timeoutLeftMs: number | null }
  | { type: 'download'; job: string | null; bytes: number; rows: number; total: number | null }
  | { type: 'wait'; reason: string; ms: number }
  | { type: 'log'; level: 'INFO' | 'WARN' | 'ERROR' | 'FATAL'; message: string }
  /** The test can go on only when the manifest is changed in this place. */
  | { type: 'hint'; hint: Hint }
  | { type: 'cancelled'; jobs: { job: string; slice: JsonObject; abort: 'sent' | 'failed' | 'none' }[] }
  | { type: 'finished'; outcome: 'ok' | 'failed' | 'cancelled'; read: StreamRead };

/** An answer whose body is no text. */
export interface BinaryBody {
  looksLike: 'gzip' | 'zip' | null;
  /** The first bytes. */
  hex: string;
  /** The beginning of the text inside; null when there is none. */
  unpacked: string | null;
}

/** What to change, so that the page can offer it in one click. */
export type Hint =
  | { kind: 'unmapped_status'; raw: JsonValue; message: string }
  | { kind: 'response_format'; phase: TestPhase; found: 'json' | 'jsonl' | 'csv' | 'xml' | 'gzip' | 'zip' | 'html'; decoder: JsonObject | null; message: string }
  | { kind: 'rate_limit'; phase: TestPhase | null; message: string };

export interface FileEvent {
  type: 'changed';
  version: string;
}
