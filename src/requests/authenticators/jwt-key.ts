import { createPrivateKey, type KeyObject } from 'node:crypto';
import { ConnectorError } from '../../errors/connector-error';

/**
 * The signing key from its text. HS…: the text itself, as UTF-8. All other algorithms: a private key as PEM (PKCS 8,
 * PKCS 1 or SEC 1, encrypted when there is a passphrase).
 */
export function signingKey(algorithm: string, secret: string, passphrase: string, path: string): Uint8Array | KeyObject {
  if (algorithm.startsWith('HS')) {
    if (secret === '') throw badKey(path, 'secret_key is empty.');
    if (/-----BEGIN |^ssh-/.test(secret)) {
      throw badKey(path, `secret_key is an asymmetric key, but ${algorithm} signs with a shared text. Choose the algorithm that the key was made for.`);
    }
    return Buffer.from(secret, 'utf8');
  }
  try {
    return createPrivateKey({ key: withLineBreaks(secret), format: 'pem', ...(passphrase ? { passphrase } : {}) });
  } catch (cause) {
    // The library's words may quote the input; they are kept out of the message.
    throw badKey(path, `secret_key is not a private key in PEM format that ${algorithm} can sign with, or the passphrase does not fit.`, cause);
  }
}

/** Keys pasted from a JSON file have the two characters `\n` where lines end. */
function withLineBreaks(pem: string): string {
  return pem.includes('\n') ? pem : pem.replace(/\\n/g, '\n');
}

function badKey(path: string, what: string, cause?: unknown): ConnectorError {
  return ConnectorError.config('auth.bad_signing_key', `${path}: ${what}`, { cause });
}
