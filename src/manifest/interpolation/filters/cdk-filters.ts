import { createHash, createHmac, getHashes } from 'node:crypto';
import { functionTable } from '../callable';
import { checkTextLength } from '../limits';
import { jsonText } from '../python-json';
import { expandReplacement, pythonRegex } from '../python-regex';
import { truthy } from '../python-operators';
import { str } from '../python-text';
import type { Value } from '../python-values';
import { PyError } from '../template-errors';
import { needText } from './text-filters';

/** Python's names of the hashes that OpenSSL calls otherwise. */
const HASHES: Readonly<Record<string, string>> = {
  blake2b: 'blake2b512', blake2s: 'blake2s256', sha3_224: 'sha3-224', sha3_256: 'sha3-256', sha3_384: 'sha3-384', sha3_512: 'sha3-512',
  md5: 'md5', sha1: 'sha1', sha224: 'sha224', sha256: 'sha256', sha384: 'sha384', sha512: 'sha512',
};

function hash(value: Value, type: Value, salt: Value): string {
  const name = type === undefined ? 'md5' : str(type);
  const algorithm = Object.prototype.hasOwnProperty.call(HASHES, name) ? HASHES[name] : undefined;
  if (!algorithm || !getHashes().some((known) => known.toLowerCase() === algorithm)) throw new PyError('AttributeError', `No hashing function named ${name}`);
  const hasher = createHash(algorithm).update(str(value), 'utf8');
  if (salt !== undefined && truthy(salt)) hasher.update(str(salt), 'utf8');
  return hasher.digest('hex');
}

/** As Python's `b64decode`: characters outside the alphabet are skipped, padding is needed. */
function decodeBase64(encoded: string): string {
  const cleaned = encoded.replace(/[^A-Za-z0-9+/=]/g, '');
  const data = /^[^=]*/.exec(cleaned)?.[0] as string;
  const padding = (/=*/.exec(cleaned.slice(data.length)) as RegExpExecArray)[0].length;
  if (data.length % 4 === 1 || (data.length % 4 !== 0 && padding < 4 - (data.length % 4))) throw new PyError('binascii.Error', 'the text is not valid base64: incorrect padding');
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(Buffer.from(data, 'base64'));
  } catch {
    throw new PyError('UnicodeDecodeError', 'the decoded base64 is not UTF-8 text');
  }
}

function regexReplace(value: string, pattern: string, replacement: string, step: () => void): string {
  const regex = pythonRegex(pattern);
  let result = '';
  let at = 0;
  for (const match of regex.matches(value)) {
    step();
    result += value.slice(at, match.start) + expandReplacement(replacement, match, regex);
    checkTextLength(result.length);
    at = match.end;
  }
  return result + value.slice(at);
}

/** The filters that the CDK adds to Jinja's (reference section 5.7). */
export const CDK_FILTERS = functionTable({
  'base64decode value': ([value]) => decodeBase64(needText(value, 'base64decode')),
  'base64encode value': ([value]) => Buffer.from(needText(value, 'base64encode'), 'utf8').toString('base64'),
  // Encodes, in spite of its name: manifests rely on what it does.
  'base64binascii_decode value': ([value]) => {
    const plain = needText(value, 'base64binascii_decode');
    if (/[^\x00-\x7f]/.test(plain)) throw new PyError('UnicodeEncodeError', 'base64binascii_decode takes ASCII only');
    return Buffer.from(plain, 'latin1').toString('base64');
  },
  'hash value hash_type? salt?': ([value, type, salt]) => hash(value, type, salt),
  'hmac value key hash_type?': ([value, key, type]) => {
    if (type !== undefined && type !== 'sha256') throw new PyError('ValueError', `Hash type '${str(type)}' is not allowed. Allowed types: sha256`);
    return createHmac('sha256', str(key)).update(str(value), 'utf8').digest('hex');
  },
  'regex_replace value regex replacement': ([value, regex, replacement], evaluation) =>
    regexReplace(needText(value, 'regex_replace'), needText(regex, 'regex_replace'), needText(replacement, 'regex_replace'), () => evaluation.step()),
  'regex_search value regex': ([value, regex]) => {
    for (const match of pythonRegex(needText(regex, 'regex_search')).matches(needText(value, 'regex_search'))) {
      return match.groups.length > 1 ? match.groups[1] : '';
    }
    return '';
  },
  // The three quotes keep the text a text in literal typing.
  'string value': ([value]) => (typeof value === 'string' ? value : `"""${jsonText(value)}"""`),
});
