import type { Expression } from './ast';
import { LocalScope, type Evaluation } from './evaluation';
import { ExpressionCompiler } from './expression-compiler';
import { isPure, memberReads } from './member-reads';
import type { Value } from './python-values';

/** Stands for "this is not the same for every record". */
export const NOT_CONSTANT: unique symbol = Symbol('not constant');

/** A template that only prints: texts and the values of expressions. */
export class PrintedTemplate {
  constructor(
    readonly parts: readonly (string | Expression)[],
    private readonly evaluation: Evaluation,
  ) {}

  /** Its expression, when it is `{{ … }}` and nothing else: then it gives a value, not a text. */
  get expression(): Expression | undefined {
    const [only] = this.parts;
    return this.parts.length === 1 && typeof only === 'object' ? only : undefined;
  }

  /** The value of a part that does not look at `record`. */
  constant(expression: Expression): Value | typeof NOT_CONSTANT {
    if (expression.type === 'constant') return expression.value;
    if (!isPure(expression) || memberReads([{ type: 'print', expression }], 'record')?.size !== 0) return NOT_CONSTANT;
    try {
      return new ExpressionCompiler(new Set()).compile(expression)(this.evaluation, new LocalScope());
    } catch {
      // Whoever evaluates the template meets the error.
      return NOT_CONSTANT;
    }
  }
}
