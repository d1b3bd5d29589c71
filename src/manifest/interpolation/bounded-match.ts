import { createContext, Script, type Context } from 'node:vm';
import { LimitError } from './template-errors';

/** Milliseconds for all matches in one text. */
const LONGEST_MATCHING_MS = 1000;
/** Steps that take some milliseconds at most. */
const FEW_STEPS = 1e7;

let matching: { script: Script; context: Context & { regex?: RegExp; text?: string } } | undefined;

/**
 * Finds all matches of a pattern that backtracks. Those that could take long are interrupted: V8 looks for that while it
 * backtracks, but only a script can be given a time (0.3 ms a call, which the others are spared).
 * @returns what throws LimitError when a second was not enough
 */
export function boundedMatcher(regex: RegExp): (text: string) => Iterable<RegExpMatchArray> {
  const mostSteps = stepsOf(regex.source);
  return (text) => (mostSteps(text.length) <= FEW_STEPS ? text.matchAll(regex) : interruptibleMatches(regex, text));
}

function interruptibleMatches(regex: RegExp, text: string): RegExpMatchArray[] {
  matching ??= { script: new Script('[...text.matchAll(regex)]'), context: createContext({}) };
  Object.assign(matching.context, { regex, text });
  try {
    return matching.script.runInContext(matching.context, { timeout: LONGEST_MATCHING_MS }) as RegExpMatchArray[];
  } catch (error) {
    if ((error as { code?: string }).code !== 'ERR_SCRIPT_EXECUTION_TIMEOUT') throw error;
    throw new LimitError(
      `the regular expression ${JSON.stringify(regex.source.slice(0, 200))} takes too long on a text of ${text.length} characters; write it without repetitions inside of repetitions`,
    );
  } finally {
    Object.assign(matching.context, { regex: undefined, text: undefined });
  }
}

/** A matcher that backtracks tries every end of every repetition, from every start, and every alternative; for a repeated group there is no such bound. */
function stepsOf(source: string): (length: number) => number {
  const bare = source.replace(/\\[\s\S]/g, 'x').replace(/\[[^\]]*\]/g, 'x');
  if (/\)(?:[*+]|\{)/.test(bare)) return () => Infinity;
  const repetitions = bare.match(/[*+]|\{\d*,?\d*\}/g)?.length ?? 0;
  const alternatives = bare.match(/\||(?<!\()\?/g)?.length ?? 0;
  return (length) => length ** (1 + repetitions) * 2 ** alternatives;
}
