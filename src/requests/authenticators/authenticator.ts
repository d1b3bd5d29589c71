import type { RequestOptions } from '../../slices/request-options';
import type { PreparedRequest } from '../requester';

/** Adds credentials to requests. Evaluated once for each request that is sent, a repetition included. */
export interface Authenticator {
  /** Headers, parameters or body fields to merge; may wait for a token. `url` with its query; `headers` as far as they are known. */
  credentials(request: { method: string; url: string; headers?: Readonly<Record<string, string>> }): Promise<RequestOptions>;
  /**
   * REFRESH_TOKEN_THEN_RETRY: gets a new token unless another caller already replaced the one that was used.
   * Undefined when this kind of authentication has nothing to refresh.
   */
  refresh?(usedFor: PreparedRequest): Promise<void>;
  /** Sees each answer's head (rate-limited multiple tokens); may ask for a repetition with another token. */
  observe?(request: PreparedRequest, status: number, headers: Record<string, string>): { retryWithOtherToken: boolean } | undefined;
}

declare module '../../manifest/kinds' {
  interface ComponentKinds {
    Authenticator: Authenticator;
  }
}
