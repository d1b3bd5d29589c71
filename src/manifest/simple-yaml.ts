import { CHOMPING_KEEP, constructFromEvents, defineMappingTag, defineScalarTag, EVENT_ALIAS, EVENT_SCALAR, FAILSAFE_SCHEMA, parseEvents, SCALAR_STYLE_DOUBLE_QUOTED, SCALAR_STYLE_FOLDED_BLOCK, SCALAR_STYLE_LITERAL_BLOCK, SCALAR_STYLE_SINGLE_QUOTED, type Event } from 'js-yaml';
import { getOwn, isObject, setOwn, type JsonObject, type JsonValue } from '../protocol/json';

/**
 * A map in the YAML that nearly all manifests are written in, by js-yaml, which takes a fifth of the time that the `yaml` package takes.
 * Undefined for what the two might see differently (anchors, tags, directives, tabs, numbers in odd notations, keys that are no texts, escaped
 * line breaks, `|+`), and for whatever is wrong: `yaml` says what and where.
 */
export function parseSimpleYaml(written: string): JsonObject | undefined {
  const text = written.replace(BYTE_ORDER_MARK, '').replaceAll('\r\n', '\n');
  if (NEVER_SIMPLE.test(text)) return undefined;
  try {
    const events = parseEvents(text, {});
    if (events.some((event) => isOdd(event, text))) return undefined;
    const documents = constructFromEvents(events, { source: text, schema: SCHEMA, json: true });
    const [document] = documents as JsonValue[];
    return documents.length === 1 && isObject(document!) ? document : undefined;
  } catch {
    return undefined;
  }
}

const BYTE_ORDER_MARK = /^\ufeff/;
/** Tabs and other control characters, directives, indented marks of documents. */
const NEVER_SIMPLE = /[\0-\x09\x0b-\x1f\x7f-\x9f\ufeff\u2028\u2029]|^%|^ +---(?: |$)/m;

/** What may follow a quote. */
const AFTER_QUOTE = /[ \n,\]}:]/;

function isOdd(event: Event, text: string): boolean {
  if (event.type === EVENT_ALIAS) return true;
  if (!('tagStart' in event)) return false;
  if (event.tagStart !== -1 || event.anchorStart !== -1) return true;
  if (event.type !== EVENT_SCALAR) return false;
  if (event.chomping === CHOMPING_KEEP) return true;
  // js-yaml takes `- "a"b: 1` for a list that ends and a key after it.
  const isQuoted = event.style === SCALAR_STYLE_DOUBLE_QUOTED || event.style === SCALAR_STYLE_SINGLE_QUOTED;
  if (isQuoted && !AFTER_QUOTE.test(text[event.valueEnd + 1] ?? ' ')) return true;
  const isBlock = event.style === SCALAR_STYLE_LITERAL_BLOCK || event.style === SCALAR_STYLE_FOLDED_BLOCK;
  if (isBlock && text.slice(event.valueStart, event.valueEnd).trim() === '') return true;
  return event.style === SCALAR_STYLE_DOUBLE_QUOTED && text.slice(event.valueStart, event.valueEnd).includes('\\\n');
}

/** What a plain text may mean other than itself (yaml-dialect.ts). */
const WORDS: ReadonlyMap<string, boolean | null> = new Map([
  ...['yes', 'Yes', 'YES', 'true', 'True', 'TRUE', 'on', 'On', 'ON'].map((word) => [word, true] as const),
  ...['no', 'No', 'NO', 'false', 'False', 'FALSE', 'off', 'Off', 'OFF'].map((word) => [word, false] as const),
  ...['', 'null', 'Null', 'NULL', '~'].map((word) => [word, null] as const),
]);
const LONGEST_WORD = 5;
/** Whatever could be a number in one notation or another … */
const NUMBER_LIKE = /^[-+]?(?:0b[01_]+|0x[\da-f_]+|[\d_]*\.?[\d_]*(?:e[-+]?\d+)?|[\d_]+(?::[\d_]+)+\.?[\d_]*|\.inf|\.nan)$/i;
/** … and what is one in all of them: few enough digits to be exact. */
const DECIMAL = /^-?(?:0|[1-9]\d{0,14}|(?:0|[1-9]\d{0,6})\.\d{1,8})$/;

function plainValue(text: string): string | number | boolean | null {
  const word = text.length <= LONGEST_WORD ? WORDS.get(text) : undefined;
  if (word !== undefined) return word;
  if (text === '<<' || text === '=') throw new SyntaxError('not simple');
  const first = text.charCodeAt(0);
  // Digits, and + - . before them.
  if (first > 57 || first < 43 || !NUMBER_LIKE.test(text)) return text;
  if (DECIMAL.test(text)) return Number(text);
  throw new SyntaxError('not simple');
}

const map = defineMappingTag<JsonObject>('tag:yaml.org,2002:map', {
  create: () => ({}),
  addPair: (container, key, value) => {
    if (typeof key !== 'string' && !(typeof key === 'number' && Number.isSafeInteger(key) && key > 0)) return 'not simple';
    setOwn(container, String(key), value as JsonValue);
    return '';
  },
  has: (container, key) => getOwn(container, String(key)) !== undefined,
  keys: (container) => Object.keys(container),
  get: (container, key) => getOwn(container, String(key)),
  identify: () => false,
});
const plain = defineScalarTag('tag:yaml.org,2002:plain', { implicit: true, resolve: plainValue, identify: () => false });
const SCHEMA = FAILSAFE_SCHEMA.withTags(map, plain);
