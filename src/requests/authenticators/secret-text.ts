import type { InterpolatedString, Vars } from '../../manifest/interpolation/interpolated-string';

/**
 * The text of a credential exactly as the template renders it. The reference sends credentials through literal typing,
 * so that a password `1.10` logs in as `1.1`, `007_1` as `71` and `'x'` without its quotes; here nothing is retyped.
 * The one exception keeps its meaning: the `string` filter marks non-texts with triple quotes, and these are taken off.
 */
export function secretText(template: InterpolatedString, vars?: Vars): string {
  // `bool` is the only literal whose `str()` is the text that it was read from.
  const rendered = asText(template.eval(vars, { validTypes: ['bool'] }));
  return /^"""[^]*"""$/.test(rendered) ? asText(template.eval(vars, { validTypes: ['str'] })) : rendered;
}

function asText(value: unknown): string {
  if (typeof value === 'boolean') return value ? 'True' : 'False';
  return value === null || value === undefined ? '' : String(value);
}

/** Texts shorter than this are not masked in logs: replacing every `12` would make them unreadable and hide nothing. */
const SHORTEST_MASKED = 6;

/** True when masking the text helps more than it harms. */
export function worthMasking(secret: string): boolean {
  return secret.length >= SHORTEST_MASKED;
}
