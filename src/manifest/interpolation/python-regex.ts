import { RE2JS } from 're2js';
import { boundedMatcher } from './bounded-match';
import { decodeEscapes } from './string-escapes';
import { PyError } from './template-errors';

export interface RegexMatch {
  start: number;
  end: number;
  /** Group 0 is the whole match; null for groups that took no part. */
  groups: readonly (string | null)[];
}

/** A pattern of Python's `re`, searched in linear time, or in bounded time when it looks around or back. */
export interface PythonRegex {
  readonly groupNames: ReadonlyMap<string, number>;
  matches(text: string): Iterable<RegexMatch>;
}

const MOST_PATTERNS = 200;
/** A pure cache: the same pattern always compiles to the same thing. */
const compiled = new Map<string, PythonRegex>();

/** @throws PyError when the pattern is invalid */
export function pythonRegex(pattern: string): PythonRegex {
  let regex = compiled.get(pattern);
  if (!regex) {
    regex = compile(pattern);
    if (compiled.size >= MOST_PATTERNS) compiled.clear();
    compiled.set(pattern, regex);
  }
  return regex;
}

function compile(pattern: string): PythonRegex {
  const names = groupNames(pattern);
  const needsBacktracking = /\(\?(?:[=!]|<[=!]|P=)/.test(pattern) || /(?:^|[^\\])(?:\\\\)*\\[1-9]/.test(pattern);
  if (!needsBacktracking) {
    try {
      return new LinearRegex(RE2JS.compile(translate(pattern, 're2')), names, /(?:^|[^\\])(?:\\\\)*\$/.test(pattern), () => backtracking(pattern, names));
    } catch (error) {
      // RE2 bounds repetitions at 1000; everything else is a mistake in the pattern, which the other engine reports, too.
      if (!/repeat|repetition/.test(String(error))) throw invalid(pattern, error);
    }
  }
  return backtracking(pattern, names);
}

function invalid(pattern: string, error: unknown): PyError {
  return new PyError('re.error', `the regular expression ${JSON.stringify(pattern.slice(0, 200))} is invalid: ${error instanceof Error ? error.message : String(error)}`);
}

/** Names and numbers of the groups, for `\g<name>`. */
function groupNames(pattern: string): Map<string, number> {
  const names = new Map<string, number>();
  let count = 0;
  for (const match of pattern.matchAll(/\\[\s\S]|\[\^?\]?(?:\\[\s\S]|[^\]\\])*\]|\((?:\?P<(\w+)>|(?!\?))/g)) {
    if (!match[0].startsWith('(')) continue;
    count++;
    if (match[1]) names.set(match[1], count);
  }
  return names;
}

class LinearRegex implements PythonRegex {
  constructor(
    private readonly re2: RE2JS,
    readonly groupNames: ReadonlyMap<string, number>,
    private readonly hasEndAnchor: boolean,
    private readonly fallback: () => PythonRegex,
  ) {}

  *matches(text: string): Iterable<RegexMatch> {
    // Python's `$` also matches before a line feed at the very end, which RE2 cannot say.
    if (this.hasEndAnchor && text.endsWith('\n')) {
      yield* this.fallback().matches(text);
      return;
    }
    const matcher = this.re2.matcher(text);
    while (matcher.find()) {
      const groups = Array.from({ length: matcher.groupCount() + 1 }, (_, index) => matcher.group(index));
      yield { start: matcher.start(), end: matcher.end(), groups };
    }
  }
}

function backtracking(pattern: string, names: ReadonlyMap<string, number>): PythonRegex {
  let regex: RegExp;
  const flags = /^\(\?([a-zA-Z]+)\)/.exec(pattern);
  const body = flags ? pattern.slice(flags[0].length) : pattern;
  try {
    regex = new RegExp(translate(body, 'javascript'), `g${[...new Set(flags?.[1] ?? '')].filter((flag) => 'ims'.includes(flag)).join('')}`);
  } catch (error) {
    throw invalid(pattern, error);
  }
  const find = boundedMatcher(regex);
  return {
    groupNames: names,
    *matches(text) {
      for (const match of find(text)) {
        const start = match.index ?? 0;
        yield { start, end: start + match[0].length, groups: Array.from(match, (group) => group ?? null) };
      }
    },
  };
}

type Dialect = 're2' | 'javascript';

/** Python's classes hold all of Unicode. */
const CLASSES: Readonly<Record<string, Readonly<Record<Dialect, string>>>> = {
  d: { re2: '\\p{Nd}', javascript: '\\d' },
  w: { re2: '\\p{L}\\p{N}_', javascript: '\\w\\u00aa-\\uffdc' },
  s: { re2: '\\t-\\r\\x{1c}-\\x{20}\\x{85}\\x{a0}\\x{1680}\\x{2000}-\\x{200a}\\x{2028}\\x{2029}\\x{202f}\\x{205f}\\x{3000}', javascript: '\\s' },
};

/** The pattern in another dialect's words. */
function translate(pattern: string, dialect: Dialect): string {
  let result = '';
  let inClass = false;
  for (let at = 0; at < pattern.length; at++) {
    const char = pattern[at] as string;
    if (char === '\\') {
      const escape = readEscape(pattern, at);
      result += translateEscape(escape, inClass, dialect);
      at += escape.length - 1;
    } else if (inClass) {
      if (char === ']') inClass = false;
      // Python knows no `[[:alpha:]]`.
      result += char === '[' ? '\\[' : char;
    } else if (char === '[') {
      inClass = true;
      const open = /^\[\^?\]?/.exec(pattern.slice(at)) as RegExpExecArray;
      result += open[0].replace(']', '\\]');
      at += open[0].length - 1;
    } else if (char === '(' && pattern.startsWith('(?', at)) {
      const group = /^\(\?(?:#[^)]*\)|P<|P=(\w+)\)|[aLu]+\))/.exec(pattern.slice(at));
      if (!group) result += char;
      else {
        at += group[0].length - 1;
        if (group[0] === '(?P<') result += dialect === 're2' ? '(?P<' : '(?<';
        else if (group[1]) result += `\\k<${group[1]}>`;
      }
    } else if (char === '{' && /^\{,\d+\}/.test(pattern.slice(at))) result += '{0';
    else if (char === '$' && dialect === 'javascript') result += '(?=\\n?(?![\\s\\S]))';
    else result += char;
  }
  return result;
}

function readEscape(pattern: string, at: number): string {
  const match = /^\\(?:x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|0[0-7]{0,2}|[\s\S]|$)/.exec(pattern.slice(at)) as RegExpExecArray;
  if (match[0] === '\\') throw new PyError('re.error', 'the regular expression ends with a backslash');
  return match[0];
}

function translateEscape(escape: string, inClass: boolean, dialect: Dialect): string {
  const letter = escape[1] as string;
  if (/^[xuU0]/.test(letter) && escape.length > 1) {
    const code = letter === '0' ? parseInt(escape.slice(1), 8) : parseInt(escape.slice(2), 16);
    return dialect === 're2' ? `\\x{${code.toString(16)}}` : `\\u${code.toString(16).padStart(4, '0')}`;
  }
  const known = CLASSES[letter.toLowerCase()];
  if (known) {
    const members = known[dialect];
    if (letter !== letter.toLowerCase()) return dialect === 're2' && !inClass ? `[^${members}]` : escape;
    return inClass ? members : `[${members}]`;
  }
  if (letter === 'A') return dialect === 're2' ? '\\A' : '(?<![\\s\\S])';
  if (letter === 'Z') return dialect === 're2' ? '\\z' : '(?![\\s\\S])';
  if (/[bB]/.test(letter)) return inClass ? '\\x08' : escape;
  if (/[a-zA-Z]/.test(letter) && !'afnrtv'.includes(letter)) throw new PyError('re.error', `bad escape ${escape}`);
  return letter === 'a' ? '\\x07' : escape;
}

/** The text that a replacement of `re.sub` stands for. */
export function expandReplacement(replacement: string, match: RegexMatch, regex: PythonRegex): string {
  return replacement.replace(/\\(?:g<([^>]*)>|([1-9]\d?)|(0[0-7]{0,2})|([\s\S])|$)/g, (whole, name?: string, number?: string, octal?: string, other?: string) => {
    if (octal !== undefined) return String.fromCharCode(parseInt(octal, 8) & 0xff);
    if (name !== undefined || number !== undefined) {
      const index = number ?? (/^\d+$/.test(name as string) ? name : regex.groupNames.get(name as string));
      if (index === undefined || Number(index) >= match.groups.length) throw new PyError('re.error', `invalid group reference ${name ?? number}`);
      return match.groups[Number(index)] ?? '';
    }
    if (other !== undefined && /[a-zA-Z]/.test(other) && !'abfnrtv'.includes(other)) throw new PyError('re.error', `bad escape \\${other}`);
    return other === undefined ? whole : /[a-zA-Z\\]/.test(other) ? (decodeEscapes(whole, 'text') ?? whole) : whole;
  });
}
