import { isObject, type JsonObject, type JsonValue } from '../../protocol/json';
import { addressOf, info, objectAt, warning, type LintRule } from './lint-rule';

const TOO_MANY_REQUESTS = 429;
const LATER_ADDRESS = /^\s*\{\{-?\s*(?:download_target|creation_response|polling_response|url|download_url|stream_slice\[['"](?:url|create_job_response)['"]\])/;

/** The feature document's advice: check for rate limits. */
export const rateLimits: LintRule = ({ retriever, manifest }) => {
  const names = ['creation_requester', 'polling_requester'].filter((name) => objectAt(retriever, name));
  const broken = names.flatMap((name) => {
    if (!endsAtRateLimit(objectAt(retriever, name)!.error_handler)) return [];
    return [warning('rate_limit_ends_job', ['retriever', name, 'error_handler'], 'The error handler makes HTTP 429 an error, or ignores it, instead of waiting. Use RATE_LIMITED or RETRY for rate limits.')];
  });
  if (broken.length > 0 || isObject(manifest.api_budget)) return broken;
  const bare = names.find((name) => objectAt(retriever, name)!.error_handler === undefined);
  if (bare === undefined) return [];
  return [
    info(
      'no_rate_limit_handling',
      ['retriever', bare],
      'There is no error handling for rate limits. HTTP 429 and 503 are repeated a few times as Retry-After says; give an error_handler with a backoff strategy when the API says it in another way, or an api_budget to stay below the limit.',
    ),
  ];
};

function endsAtRateLimit(handler: JsonValue | undefined): boolean {
  if (!isObject(handler)) return false;
  const filters = Array.isArray(handler.response_filters) ? handler.response_filters : [];
  const handlers = Array.isArray(handler.error_handlers) ? handler.error_handlers : [];
  const ends = (filter: JsonValue) => isObject(filter) && (filter.action === 'FAIL' || filter.action === 'IGNORE') && Array.isArray(filter.http_codes) && filter.http_codes.map(Number).includes(TOO_MANY_REQUESTS);
  return filters.some(ends) || handlers.some(endsAtRateLimit);
}

/** The creation needs a key: so does, nearly always, the question how the job is doing. */
export const pollingAuthentication: LintRule = ({ retriever }) => {
  const creation = objectAt(retriever, 'creation_requester');
  const polling = objectAt(retriever, 'polling_requester');
  if (!creation || !polling || !isObject(creation.authenticator) || polling.authenticator !== undefined) return [];
  const place = hostOf(addressOf(creation));
  if (place === undefined || place !== hostOf(addressOf(polling))) return [];
  return [warning('polling_without_authentication', ['retriever', 'polling_requester'], 'Creation has authentication and polling, at the same host, has none. Most APIs want the same for both.')];
};

/** A link names the host by itself: what is sent with it goes there. */
export const downloadCredentials: LintRule = ({ retriever }) => {
  const download = objectAt(retriever, 'download_requester');
  if (!download || !isObject(download.authenticator)) return [];
  const address = addressOf(download);
  const own = hostOf(addressOf(objectAt(retriever, 'creation_requester')));
  const isForeign = LATER_ADDRESS.test(address) || (own !== undefined && hostOf(address) !== undefined && hostOf(address) !== own);
  if (!isForeign) return [];
  return [
    warning(
      'credentials_to_download_host',
      ['retriever', 'download_requester', 'authenticator'],
      'The credentials go to whatever host the download target names, often a file store of somebody else. Signed links need none: remove the authentication unless the API asks for it.',
    ),
  ];
};

/** The host of an address, or the template that makes it; undefined when it cannot be told. */
function hostOf(address: string): string | undefined {
  const literal = /^https?:\/\/([^/?#{]+)(?:[/?#]|$)/.exec(address)?.[1];
  if (literal) return literal.toLowerCase();
  if (LATER_ADDRESS.test(address)) return undefined;
  return /^(?:https?:\/\/)?(\{\{.*?\}\}[^/?#{]*)/.exec(address)?.[1]?.replace(/\s+/g, '');
}

/** Jobs that nobody waits for burn the quota. */
export const abortRequest: LintRule = ({ retriever }) =>
  objectAt(retriever, 'abort_requester') ? [] : [info('no_abort_request', ['retriever'], 'There is no abort request: a job that is cancelled, or takes too long, goes on at the API. Give one where the API has it.')];

export const primaryKey: LintRule = ({ stream, name }) => {
  const { primary_key: key } = stream;
  const isMissing = key === undefined || key === null || key === '' || (Array.isArray(key) && key.length === 0);
  return isMissing ? [info('no_primary_key', [], `The stream "${name}" has no primary key: destinations cannot tell a changed record from a new one.`)] : [];
};

/** Words about formats in an address or in the options of a request. */
export function formatWords(requester: JsonObject | undefined): string[] {
  const options = [requester?.request_parameters, requester?.request_body_json, requester?.request_body_data, requester?.request_body].filter((value) => value !== undefined);
  const words: string[] = [];
  const visit = (value: JsonValue, name: string, depth: number) => {
    if (depth > 10) return;
    if (Array.isArray(value)) for (const item of value) visit(item, name, depth + 1);
    else if (isObject(value)) for (const [key, item] of Object.entries(value)) visit(item, key, depth + 1);
    else if (typeof value === 'string' && /format|type|compression|output/i.test(name) && !/accept|content|grant|auth/i.test(name)) words.push(value.toLowerCase());
  };
  for (const option of options) visit(option, '', 0);
  return words;
}
