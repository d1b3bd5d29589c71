import { errorText } from '../errors/connector-error';
import type { SecretRegistry } from '../platform/runtime';
import { Refusal } from './refusal';

/** What the caller is told about a run that could not do its work; a refusal stays what it is. */
export function failureOf(error: unknown, sentence: string, secrets: SecretRegistry): Refusal {
  return error instanceof Refusal ? error : new Refusal(400, secrets.mask(`${sentence}${errorText(error)}`));
}
