import { LimitError } from './template-errors';

/** Bounds of one evaluation; honest templates stay far below. */
export const MAX_STEPS = 1_000_000;
export const MAX_TEXT_LENGTH = 16 * 1024 * 1024;
export const MAX_LIST_LENGTH = 1_000_000;
export const MAX_CALL_DEPTH = 100;
export const MAX_VALUE_DEPTH = 500;
/** Deepest nesting of expressions and statements that the parser takes. */
export const MAX_PARSE_DEPTH = 150;
export const MAX_INTEGER_BITS = 100_000;

/** Counts the work of one evaluation. */
export interface Budget {
  /** @throws LimitError */
  step(count?: number): void;
}

/** @throws LimitError */
export function checkTextLength(length: number): void {
  if (length > MAX_TEXT_LENGTH) throw new LimitError(`the text is longer than ${MAX_TEXT_LENGTH} characters`);
}

/** @throws LimitError */
export function checkListLength(length: number): void {
  if (length > MAX_LIST_LENGTH) throw new LimitError(`the list is longer than ${MAX_LIST_LENGTH} items`);
}
