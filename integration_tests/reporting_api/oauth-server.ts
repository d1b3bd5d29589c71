import type { OAuthServer } from './api-description';
import type { Answer, Call } from './call';
import { makeAnswer } from './make-answer';

/** A token endpoint: refresh_token, client_credentials and JWT bearer grants; client in the body, the query or a Basic header. */
export class OAuthTokens {
  private valid = new Map<string, number>();
  private refreshToken: string;
  private issued = 0;

  constructor(private readonly plan: OAuthServer) {
    this.refreshToken = plan.refresh_token ?? 'refresh-0';
  }

  reset(): void {
    this.valid.clear();
    this.issued = 0;
    this.refreshToken = this.plan.refresh_token ?? 'refresh-0';
  }

  accepts(token: string): boolean {
    return (this.valid.get(token) ?? -Infinity) >= Date.now();
  }

  answer(call: Call): Answer {
    const fields = { ...call.query, ...call.body };
    const refuse = (status: number, error: string) => makeAnswer({ status, body: { error } }, {});
    if (!this.knowsClient(call, fields)) return refuse(401, 'invalid_client');
    if (fields.grant_type === 'refresh_token' && fields.refresh_token !== this.refreshToken) return refuse(400, 'invalid_grant');
    if (!['refresh_token', 'client_credentials', 'urn:ietf:params:oauth:grant-type:jwt-bearer'].includes(String(fields.grant_type))) {
      return refuse(400, 'unsupported_grant_type');
    }
    const n = ++this.issued;
    const accessToken = `access-${n}`;
    this.valid.set(accessToken, this.plan.expires_in === undefined ? Infinity : Date.now() + this.plan.expires_in * 1000);
    if (this.plan.single_use) this.refreshToken = `refresh-${n}`;
    return makeAnswer(
      {
        body: {
          access_token: accessToken,
          token_type: 'bearer',
          ...(this.plan.expires_in === undefined ? {} : { expires_in: this.plan.expires_in }),
          ...(this.plan.single_use ? { refresh_token: this.refreshToken } : {}),
        },
      },
      {},
    );
  }

  private knowsClient(call: Call, fields: Record<string, unknown>): boolean {
    const { client_id: id, client_secret: secret } = this.plan;
    if (id === undefined || fields.grant_type === 'urn:ietf:params:oauth:grant-type:jwt-bearer') return true;
    const basic = call.headers.authorization === `Basic ${Buffer.from(`${id}:${secret ?? ''}`).toString('base64')}`;
    return basic || (fields.client_id === id && (secret === undefined || fields.client_secret === secret));
  }
}
