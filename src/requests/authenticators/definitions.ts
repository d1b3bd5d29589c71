import type { AnyComponentDefinition } from '../../manifest/define-component';
import { apiKeyAuthenticator } from './api-key-authenticator';
import { basicHttpAuthenticator } from './basic-http-authenticator';
import { bearerAuthenticator } from './bearer-authenticator';
import { jwtAuthenticator } from './jwt-authenticator';
import { legacySessionTokenAuthenticator } from './legacy-session-token-authenticator';
import { noAuth } from './no-auth';
import { oauthAuthenticator } from './oauth-authenticator';
import { quotaStatusSource } from './quota-status-source';
import { rateLimitedMultipleTokenAuthenticator } from './rate-limited-multiple-token-authenticator';
import { selectiveAuthenticator } from './selective-authenticator';
import { sessionTokenAuthenticator } from './session-token-authenticator';
import { sessionTokenAsApiKey, sessionTokenAsBearer } from './session-token-requests';
import { tokenQuota } from './token-quota';

/** Every authenticator that this folder offers to manifests. */
export const authenticatorDefinitions: readonly AnyComponentDefinition[] = [
  noAuth,
  apiKeyAuthenticator,
  bearerAuthenticator,
  basicHttpAuthenticator,
  oauthAuthenticator,
  jwtAuthenticator,
  sessionTokenAuthenticator,
  sessionTokenAsApiKey,
  sessionTokenAsBearer,
  legacySessionTokenAuthenticator,
  selectiveAuthenticator,
  rateLimitedMultipleTokenAuthenticator,
  quotaStatusSource,
  tokenQuota,
];
