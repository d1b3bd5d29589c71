import type { RowNumber } from '../decode/row-plan';
import type { Expression } from '../manifest/interpolation/ast';
import { NOT_CONSTANT, type PrintedTemplate } from '../manifest/interpolation/printed-template';
import { isFloat, numeric, type Value } from '../manifest/interpolation/python-values';
import { columnRead, hasPositional, type ColumnOf } from './column-read';

/** Operators that wait for their operands at most, as in the program's stack. */
const DEEPEST = 12;
const MOST_PLACES = 15;

/** A number that is worked out of columns, as in `record['cost'] | float / 2`; undefined for everything else. */
export function rowNumber(node: Expression, template: PrintedTemplate, columnOf: ColumnOf, depth = 0): RowNumber | undefined {
  if (depth > DEEPEST) return undefined;
  const inner = (operand: Expression) => rowNumber(operand, template, columnOf, depth + 1);
  switch (node.type) {
    case 'filter':
      if (node.name === 'round') return rounded(node, template, inner);
      return node.operand && (node.name === 'int' || node.name === 'float') && hasDefaultOnly(node, template) ? converted(node.name, node.operand, columnOf, inner) : undefined;
    case 'unary': {
      const of = node.operator === '-' ? inner(node.operand) : undefined;
      return of && { is: 'negate', of, isWhole: of.isWhole };
    }
    case 'arithmetic': {
      const { operator } = node;
      if (operator !== '+' && operator !== '-' && operator !== '*' && operator !== '/') return undefined;
      const [left, right] = [inner(node.left), inner(node.right)];
      return left && right && { is: operator, left, right, isWhole: operator !== '/' && left.isWhole && right.isWhole };
    }
    default:
      return constant(template.constant(node) as Value);
  }
}

/** What cannot be read is not known to a RowNumber, so that it does not matter what the filter would take for it. */
function hasDefaultOnly({ args }: Expression & { type: 'filter' }, template: PrintedTemplate): boolean {
  return hasPositional(args, 0, 1) && args.positional.every((each) => template.constant(each) !== NOT_CONSTANT);
}

function converted(name: 'int' | 'float', operand: Expression, columnOf: ColumnOf, inner: (operand: Expression) => RowNumber | undefined): RowNumber | undefined {
  const column = columnRead(operand, columnOf);
  const of: RowNumber | undefined = column === undefined ? inner(operand) : { is: 'read', column, isWhole: false };
  if (!of) return undefined;
  return name === 'int' ? { is: 'whole', of, isWhole: true } : { is: 'float', of, isWhole: false };
}

/** `round` and `round(2)`. */
function rounded({ operand, args }: Expression & { type: 'filter' }, template: PrintedTemplate, inner: (operand: Expression) => RowNumber | undefined): RowNumber | undefined {
  const of = operand && hasPositional(args, 0, 1) ? inner(operand) : undefined;
  const [first] = args.positional;
  const places = first ? template.constant(first) : 0;
  if (!of || typeof places !== 'number' || !Number.isInteger(places) || places < 0 || places > MOST_PLACES) return undefined;
  return of.isWhole ? of : { is: 'round', of, places, isWhole: false };
}

function constant(value: Value): RowNumber | undefined {
  if (typeof value !== 'number' && !isFloat(value)) return undefined;
  const number = Number(numeric(value));
  const isWhole = !isFloat(value);
  return Number.isFinite(number) && (!isWhole || Number.isSafeInteger(number)) ? { is: 'constant', value: number, isWhole } : undefined;
}
