import type { OrderOperator } from './python-operators';
import type { ArithmeticOperator } from './python-arithmetic';
import type { Value } from './python-values';

export interface CallArguments {
  positional: Expression[];
  named: { name: string; value: Expression }[];
  /** `*list` and `**dict` */
  spread?: Expression;
  spreadNamed?: Expression;
}

export type ComparisonOperator = OrderOperator | '==' | '!=' | 'in' | 'not in';

export type Expression =
  | { type: 'constant'; value: Value }
  | { type: 'name'; name: string; position: number }
  | { type: 'list' | 'tuple'; items: Expression[] }
  | { type: 'dict'; entries: { key: Expression; value: Expression }[] }
  | { type: 'attribute'; object: Expression; name: string }
  | { type: 'item'; object: Expression; key: Expression }
  | { type: 'slice'; object: Expression; start?: Expression; stop?: Expression; step?: Expression }
  | { type: 'call'; callee: Expression; args: CallArguments }
  /** Without an operand: the filter of a block (`{% filter upper %}`, `{% set x | upper %}`). */
  | { type: 'filter'; operand?: Expression; name: string; args: CallArguments; position: number }
  | { type: 'test'; operand: Expression; name: string; args: CallArguments; position: number }
  | { type: 'unary'; operator: '-' | '+' | 'not'; operand: Expression }
  | { type: 'arithmetic'; operator: ArithmeticOperator; left: Expression; right: Expression }
  | { type: 'concat'; items: Expression[] }
  | { type: 'and' | 'or'; left: Expression; right: Expression }
  | { type: 'comparison'; first: Expression; rest: { operator: ComparisonOperator; operand: Expression }[] }
  | { type: 'condition'; test: Expression; then: Expression; otherwise?: Expression };

/** What a value is assigned to. */
export type Target = { type: 'name'; name: string } | { type: 'tuple'; items: Target[] } | { type: 'namespace'; name: string; attribute: string };

export interface MacroSignature {
  parameters: string[];
  /** Of the last parameters. */
  defaults: Expression[];
}

export type Statement =
  | { type: 'text'; text: string }
  | { type: 'print'; expression: Expression }
  | { type: 'set'; target: Target; value: Expression }
  | { type: 'setBlock'; target: Target; filter?: Expression; body: Statement[] }
  | { type: 'if'; branches: { test: Expression; body: Statement[] }[]; otherwise: Statement[] }
  | { type: 'for'; target: Target; iterable: Expression; filter?: Expression; recursive: boolean; body: Statement[]; otherwise: Statement[] }
  | { type: 'macro'; name: string; signature: MacroSignature; body: Statement[] }
  | { type: 'callBlock'; call: Expression; signature: MacroSignature; body: Statement[] }
  | { type: 'filterBlock'; filter: Expression; body: Statement[] }
  | { type: 'with'; bindings: { target: Target; value: Expression }[]; body: Statement[] };
