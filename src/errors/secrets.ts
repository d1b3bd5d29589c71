import type { SecretRegistry } from '../platform/runtime';

/** Shorter values would mask half of every log line. */
const SHORTEST_SECRET = 3;

/** Collects secret values and replaces them in text; also in the forms they take inside URLs, JSON and base64 headers. */
export class KnownSecrets implements SecretRegistry {
  private readonly values = new Set<string>();
  private pattern: RegExp | undefined;

  add(secret: unknown): void {
    if (typeof secret === 'number' || typeof secret === 'bigint') secret = String(secret);
    if (typeof secret !== 'string' || secret.trim().length < SHORTEST_SECRET) return;
    for (const form of formsOf(secret)) this.values.add(form);
    this.pattern = undefined;
  }

  mask(text: string): string {
    if (this.values.size > 0) {
      this.pattern ??= new RegExp([...this.values].sort((a, b) => b.length - a.length).map(escapeRegExp).join('|'), 'g');
      text = text.replace(this.pattern, '****');
    }
    return maskSignatures(text);
  }
}

/** Query parameters that carry a signature or a token: whoever has the link has the data. */
const SIGNED_PARAMETERS =
  /([?&](?:x-amz-(?:signature|credential|security-token)|x-goog-(?:signature|credential)|signature|sig|access_token|refresh_token|client_secret|api_key|apikey|token|awsaccesskeyid|se|sv|key-pair-id|policy)=)[^&\s"'<>\\]+/gi;

export function maskSignatures(text: string): string {
  return text.includes('=') ? text.replace(SIGNED_PARAMETERS, '$1****') : text;
}

function formsOf(secret: string): string[] {
  const forms = [secret, encodeURIComponent(secret), encodeURIComponent(secret).replace(/%20/g, '+'), JSON.stringify(secret).slice(1, -1)];
  // A PEM key is often printed a line at a time.
  if (secret.includes('\n')) forms.push(...secret.split('\n').filter((line) => line.trim().length >= 16));
  return forms;
}

function escapeRegExp(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}
