import { STATUS_CODES } from 'node:http';
import { isConnectorError } from '../../errors/connector-error';
import type { FailureType } from '../../protocol/airbyte';
import type { ErrorResolution, ResponseAction, ResponseView } from './error-handler';
import { errorMessageOf } from './error-message';

interface Default {
  action: ResponseAction;
  failureType: FailureType;
  /** What the user can do. */
  advice: string;
}

const fail = (failureType: FailureType, advice: string): Default => ({ action: 'FAIL', failureType, advice });
const retry = (advice: string): Default => ({ action: 'RETRY', failureType: 'transient_error', advice });

/** What a status means when no filter says otherwise (reference section 3.3). */
const DEFAULTS: ReadonlyMap<number, Default> = new Map([
  [400, fail('system_error', 'The API does not accept the request as it is; check its parameters.')],
  [401, fail('config_error', 'The API does not accept the credentials; check them, or authenticate again.')],
  [403, fail('config_error', 'The credentials do not permit this; check their scopes and what the account may read.')],
  [404, fail('system_error', 'There is nothing at this address; check the URL and the ids in it.')],
  [405, fail('system_error', 'The API does not know this HTTP method here.')],
  // Ours: the reference repeats it, which never helps; a download goes on in another way.
  [416, fail('system_error', 'The API does not have the range of bytes that was asked for.')],
  [408, retry('The API waited too long for the request.')],
  [429, { action: 'RATE_LIMITED', failureType: 'transient_error', advice: 'The API got too many requests.' }],
  [500, retry('The API failed.')],
  [502, retry('A gateway before the API failed.')],
  [503, retry('The API is not available at the moment.')],
  [504, retry('A gateway before the API did not get an answer.')],
]);

const MAX_QUOTE = 300;

/** The resolution for an outcome that no filter matched. */
export async function defaultResolution(outcome: ResponseView | Error): Promise<ErrorResolution> {
  if (outcome instanceof Error) return transportResolution(outcome);
  if (outcome.status < 400) return { action: 'SUCCESS' };
  const { action, failureType } = DEFAULTS.get(outcome.status) ?? { action: 'RETRY', failureType: 'system_error' };
  return { action, failureType, message: await statusMessage(outcome) };
}

/** The failure type that the table has for a status. */
export function defaultFailureType(status: number): FailureType {
  return DEFAULTS.get(status)?.failureType ?? 'system_error';
}

/** `HTTP Status Code: 404. Error: Not Found. …`, with the API's own words. */
export async function statusMessage(view: ResponseView): Promise<string> {
  const advice = DEFAULTS.get(view.status)?.advice;
  const words = (await errorMessageOf(view))?.replace(/\s+/g, ' ').trim();
  const quote = words && words.length > MAX_QUOTE ? `${words.slice(0, MAX_QUOTE)}…` : words;
  return [`HTTP Status Code: ${view.status}. Error: ${STATUS_CODES[view.status] ?? 'unknown status'}.`, advice, quote ? `The API says: ${quote}` : undefined].filter(Boolean).join(' ');
}

/** What will not get better by asking again is an error at once; everything else on the way is worth a repetition. */
function transportResolution(error: Error): ErrorResolution {
  const failureType = isConnectorError(error) ? error.failureType : 'system_error';
  const final = isConnectorError(error) && error.recovery !== 'retry_call';
  return { action: final ? 'FAIL' : 'RETRY', failureType, message: error.message };
}
