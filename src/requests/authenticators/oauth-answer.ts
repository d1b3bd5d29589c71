import { ConnectorError } from '../../errors/connector-error';
import type { Clock } from '../../platform/clock';
import { getOwn, isObject, type JsonObject, type JsonValue } from '../../protocol/json';
import { shownUrl } from '../shown-url';
import { shortened, type AuthAnswer } from './auth-exchange';
import { parseInstant } from './expiry';
import type { ObtainedTokens } from './oauth-tokens';

/** Which answers mean that the user has to log in again (reference section 4). */
export interface RejectionRule {
  statuses: readonly number[];
  key: string;
  values: readonly string[];
}

export const defaultRejection: RejectionRule = { statuses: [400], key: 'error', values: ['invalid_grant', 'invalid_permissions'] };

/** The names of the answer's fields. */
export interface AnswerNames {
  accessToken: string;
  expiresIn: string;
  refreshToken: string;
  /** Given: `expiresIn` holds a date instead of a number of seconds. */
  expiryFormat: string | undefined;
}

/** Takes the tokens out of a token endpoint's answer, or says why there are none. */
export function readTokens(answer: AuthAnswer, url: string, names: AnswerNames, rejection: RejectionRule, clock: Clock): ObtainedTokens {
  if (answer.status < 200 || answer.status >= 300) throw refused(answer, url, rejection);
  if (answer.json === undefined) {
    throw ConnectorError.system(
      'auth.token_answer_not_json',
      `The token endpoint ${shownUrl(url)} answered ${answer.status} with a body that is not JSON. Check token_refresh_endpoint.`,
      { internalMessage: shortened(answer.text) },
    );
  }
  const accessToken = findInAnswer(answer.json, names.accessToken);
  if (accessToken === undefined || accessToken === null || accessToken === '') {
    const keys = isObject(answer.json) ? Object.keys(answer.json).join(', ') : 'no object';
    throw ConnectorError.system(
      'auth.no_access_token',
      `The answer of ${shownUrl(url)} has no \`${names.accessToken}\` (it has: ${shortened(keys, 200)}). Set access_token_name to the field with the token.`,
    );
  }
  const refreshToken = findInAnswer(answer.json, names.refreshToken);
  return {
    accessToken: String(accessToken),
    expiresAt: expiry(findInAnswer(answer.json, names.expiresIn), names, clock),
    refreshToken: refreshToken === undefined || refreshToken === null || refreshToken === '' ? undefined : String(refreshToken),
  };
}

const DEEPEST = 5;

/** The first value under `key`, at the top or nested at most five levels deep. */
export function findInAnswer(data: JsonValue, key: string, depth = 0): JsonValue | undefined {
  if (depth > DEEPEST) return undefined;
  if (isObject(data) && getOwn(data, key) !== undefined) return getOwn(data, key);
  const children = Array.isArray(data) ? data : isObject(data) ? Object.values(data) : [];
  for (const child of children) {
    const found = findInAnswer(child, key, depth + 1);
    if (found !== undefined && found !== null) return found;
  }
  return undefined;
}

function expiry(value: JsonValue | undefined, names: AnswerNames, clock: Clock): number | undefined {
  if (value === undefined || value === null || value === '') return undefined;
  const seconds = Number(value);
  if (!names.expiryFormat && Number.isFinite(seconds)) return clock.now() + Math.trunc(seconds) * 1000;
  const instant = parseInstant(String(value), names.expiryFormat);
  if (instant !== undefined) return instant;
  throw ConnectorError.system(
    'auth.bad_expiry',
    `\`${names.expiresIn}\` in the token endpoint's answer is neither a number of seconds nor a date that fits ` +
      `token_expiry_date_format (${names.expiryFormat ?? 'not given'}): ${shortened(String(value), 60)}.`,
  );
}

/** Errors of RFC 6749 section 5.2 that only somebody who edits the credentials can mend. */
const CREDENTIAL_ERRORS = ['invalid_client', 'invalid_grant', 'unauthorized_client', 'invalid_scope', 'access_denied'];

function refused(answer: AuthAnswer, url: string, rejection: RejectionRule): ConnectorError {
  const body: JsonObject = isObject(answer.json) ? answer.json : {};
  const detail = providerDetail(body);
  const more = { internalMessage: `HTTP ${answer.status}: ${shortened(answer.text)}` };
  const said = detail ? ` The provider said: ${detail}.` : '';
  if (rejection.statuses.includes(answer.status) && rejection.values.includes(String(getOwn(body, rejection.key)))) {
    return ConnectorError.config(
      'auth.refresh_token_rejected',
      `The provider does not accept the refresh token: it is invalid, expired, revoked or already used. Log in again in the settings of this source.${said}`,
      more,
    );
  }
  const credentials = answer.status === 401 || answer.status === 403 || CREDENTIAL_ERRORS.includes(String(getOwn(body, 'error')));
  const message = `The token endpoint ${shownUrl(url)} answered ${answer.status} and gave no access token.${said}`;
  return credentials
    ? ConnectorError.config('auth.credentials_refused', `${message} Check the client id, the client secret and the granted permissions.`, more)
    : ConnectorError.system('auth.refresh_failed', `${message} Check token_refresh_endpoint and the refresh request's fields.`, more);
}

/**
 * The provider's error, stable from try to try: the `error` field and a leading code of `error_description` such as
 * `AADSTS50173`; free text may hold anything and is kept for the internal message.
 */
function providerDetail(body: JsonObject): string | undefined {
  const error = getOwn(body, 'error');
  const description = getOwn(body, 'error_description');
  const code = typeof description === 'string' ? /^[A-Za-z]{3,}\d{4,}\b/.exec(description.trim())?.[0] : undefined;
  const parts = [typeof error === 'string' ? error.trim().replace(/\s+/g, ' ') : '', code ?? ''].filter((part) => part !== '');
  return parts.length > 0 ? shortened(parts.join(': '), 64) : undefined;
}
