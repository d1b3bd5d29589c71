import type { Definitions, PreviewRequest } from '../../page-contract';

export interface Completion {
  /** What of the text is replaced. */
  from: number;
  to: number;
  options: { label: string; insert: string; detail: string }[];
}

/** Names that exist only from some phase on. */
const KNOWN_IN: Readonly<Record<string, readonly PreviewRequest['place'][]>> = {
  creation_response: ['polling', 'download_target', 'download'],
  polling_response: ['download_target', 'download'],
  download_target: ['download'],
};
const MAX_OPTIONS = 12;

/** What may stand at the cursor inside of `{{ … }}`; null outside of a template, or when nothing fits. */
export function completionAt(
  text: string,
  cursor: number,
  names: { interpolation: Definitions['interpolation']; inputs: readonly string[]; place: PreviewRequest['place'] },
): Completion | null {
  const before = text.slice(0, cursor);
  const start = Math.max(before.lastIndexOf('{{'), before.lastIndexOf('{%'));
  if (start < 0 || before.slice(start).includes('}}') || before.slice(start).includes('%}')) return null;
  const inside = before.slice(start + 2);

  const input = /\bconfig(?:\[\s*(['"]?)|\.)([\w-]*)$/.exec(inside);
  if (input) {
    const typed = input[2]!;
    const isMember = input[0].startsWith('config.');
    const close = isMember ? '' : closing(text.slice(cursor), input[1] || "'");
    const quote = isMember || input[1] ? '' : "'";
    return completion(cursor - typed.length, cursor, typed, names.inputs.map((name) => ({ label: name, insert: `${quote}${name}${close}`, detail: 'user input' })));
  }
  // Inside of a text, or after a point, anything may stand.
  if (isInQuotes(inside)) return null;
  const typed = /[\w.]*$/.exec(inside)![0];
  const ahead = inside.slice(0, inside.length - typed.length).trimEnd();
  if (typed.includes('.')) return null;
  const { variables, macros, filters } = names.interpolation;
  if (ahead.endsWith('|')) return completion(cursor - typed.length, cursor, typed, filters.map(({ name, description }) => ({ label: name, insert: name, detail: description })));
  if (/[\w\])'"]$/.test(ahead)) return null;
  const known = variables.filter(({ name }) => KNOWN_IN[name]?.includes(names.place) ?? true);
  return completion(cursor - typed.length, cursor, typed, [
    ...known.map(({ name, description }) => ({ label: name, insert: name, detail: description })),
    ...macros.map(({ name, description }) => ({ label: `${name}()`, insert: `${name}(`, detail: description })),
  ]);
}

function completion(from: number, to: number, typed: string, all: Completion['options']): Completion | null {
  const fitting = all.filter(({ label }) => label.toLowerCase().startsWith(typed.toLowerCase()) && label !== typed);
  return fitting.length > 0 ? { from, to, options: fitting.slice(0, MAX_OPTIONS) } : null;
}

function isInQuotes(text: string): boolean {
  let quote = '';
  for (const character of text) {
    if (quote === '') quote = character === "'" || character === '"' ? character : '';
    else if (character === quote) quote = '';
  }
  return quote !== '';
}

function closing(after: string, quote: string): string {
  if (after.startsWith(`${quote}]`)) return '';
  return after.startsWith(quote) ? '' : `${quote}]`;
}
