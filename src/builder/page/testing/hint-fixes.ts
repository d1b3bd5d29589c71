import { isEmpty, type JsonObject, type JsonValue } from '../../../protocol/json';
import { stringifyJson } from '../../../protocol/lossless-json';
import type { Hint, TestPhase } from '../../page-contract';

/** One change of the stream that a hint offers as a button. */
export interface HintFix {
  label: string;
  /** From the stream to the property. */
  at: string[];
  value: (known: JsonValue | undefined) => JsonValue;
}

/** The lists of the status mapping, with their labels, in the order of the form. */
const STATUS_LISTS = [
  ['Completed', 'completed'],
  ['Failed', 'failed'],
  ['Running', 'running'],
  ['Timeout', 'timeout'],
  ['Skipped', 'skipped'],
] as const;

const REQUESTERS: Record<TestPhase, string> = {
  creation: 'creation_requester',
  polling: 'polling_requester',
  download_target: 'download_target_requester',
  download: 'download_requester',
};

/** What the page offers for a hint. The first one is the likeliest where there is such a thing. */
export function fixesFor(hint: Hint, isAsync: boolean): HintFix[] {
  switch (hint.kind) {
    case 'unmapped_status': {
      const status = mappedText(hint.raw);
      return STATUS_LISTS.map(([label, list]) => ({
        label: `Add to ${label}`,
        at: ['retriever', 'status_mapping', list],
        value: (known) => [...(Array.isArray(known) ? known : []), status],
      }));
    }
    case 'response_format': {
      const { decoder, phase } = hint;
      if (!decoder) return [];
      const property = isAsync && phase === 'download' ? 'download_decoder' : 'decoder';
      return [{ label: `Use ${decoderName(decoder)}`, at: ['retriever', property], value: () => decoder }];
    }
    case 'rate_limit': {
      const requester = isAsync ? REQUESTERS[hint.phase ?? 'creation'] : 'requester';
      return [{ label: 'Add an error handler for rate limits', at: ['retriever', requester, 'error_handler'], value: () => RATE_LIMIT_HANDLER }];
    }
  }
}

const RATE_LIMIT_HANDLER: JsonObject = {
  type: 'DefaultErrorHandler',
  max_retries: 5,
  backoff_strategies: [{ type: 'WaitTimeFromHeader', header: 'Retry-After' }, { type: 'ExponentialBackoffStrategy' }],
};

/** Statuses are compared as Python writes them; what is false or empty for Python is `None` (reference section 2). */
function mappedText(raw: JsonValue): string {
  if (isEmpty(raw)) return 'None';
  if (raw === true) return 'True';
  return typeof raw === 'string' ? raw : stringifyJson(raw);
}

/** `CSV`, `gzip with CSV`. */
export function decoderName(decoder: JsonObject): string {
  const name = DECODER_NAMES[String(decoder.type)] ?? String(decoder.type);
  const { decoder: inner } = decoder;
  return inner && typeof inner === 'object' && !Array.isArray(inner) ? `${name} with ${decoderName(inner)}` : name;
}

const DECODER_NAMES: Record<string, string> = {
  CsvDecoder: 'CSV',
  GzipDecoder: 'gzip',
  IterableDecoder: 'Iterable',
  JsonDecoder: 'JSON',
  JsonItemsDecoder: 'JSON Items (Streaming)',
  JsonlDecoder: 'JSON Lines',
  XmlDecoder: 'XML',
  ZipfileDecoder: 'ZIP File',
};
