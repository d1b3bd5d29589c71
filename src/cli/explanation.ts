import { ERROR_CATALOGUE, explainError, similarCodes } from '../errors/error-catalogue';

/** What `explain` prints. */
export function explanation(code: string | undefined): { text: string; isKnown: boolean } {
  if (code === undefined) return { text: entries(Object.keys(ERROR_CATALOGUE)), isKnown: true };
  if (explainError(code)) return { text: entries([code]), isKnown: true };
  const similar = similarCodes(code);
  // A part such as `jobs` asks for all of it.
  if (!code.includes('.') && similar.length > 0) return { text: entries(similar), isKnown: true };
  return { text: `There is no code ${code}.${similar.length > 0 ? ` Similar: ${similar.join(', ')}.` : ' `explain` without a code lists all.'}\n`, isKnown: false };
}

function entries(codes: readonly string[]): string {
  return codes
    .map((code) => {
      const { cause, whatToDo } = explainError(code)!;
      return `${code}\n  ${cause}\n  ${whatToDo}\n`;
    })
    .join('\n');
}
