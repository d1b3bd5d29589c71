import type { RowNumber, RowTest } from '../decode/row-plan';
import type { CallArguments, ComparisonOperator, Expression } from '../manifest/interpolation/ast';
import { NOT_CONSTANT, type PrintedTemplate } from '../manifest/interpolation/printed-template';
import { truthy } from '../manifest/interpolation/python-operators';
import { sequenceItems, type Value } from '../manifest/interpolation/python-values';
import { columnRead, hasPositional, isRecord, type ColumnOf } from './column-read';
import { rowNumber } from './row-number';

const MIRRORED: Readonly<Partial<Record<ComparisonOperator, ComparisonOperator>>> = { '<': '>', '<=': '>=', '>': '<', '>=': '<=', '==': '==', '!=': '!=' };
const TESTS_AS_OPERATORS: ReadonlyMap<string, ComparisonOperator> = new Map([
  ...(['==', 'eq', 'equalto'] as const).map((name) => [name, '=='] as const),
  ...(['!=', 'ne'] as const).map((name) => [name, '!='] as const),
  ['in', 'in'],
]);

/** A condition over the columns of a row that says for every row what the template would; undefined when only the template can. */
export function rowTest(template: PrintedTemplate | undefined, columnOf: ColumnOf): RowTest | undefined {
  const expression = template?.expression;
  return expression && new TestCompiler(template, columnOf).held(expression);
}

class TestCompiler {
  constructor(
    private readonly template: PrintedTemplate,
    private readonly columnOf: ColumnOf,
  ) {}

  /** Whether the condition holds that gives the value of this expression. Of values that are no booleans, that is known only for false ones. */
  held(node: Expression): RowTest | undefined {
    switch (node.type) {
      case 'and':
        return both('and', this.truth(node.left), this.held(node.right));
      case 'or':
        return both('or', this.held(node.left), this.held(node.right));
      case 'comparison':
      case 'test':
        return this.truth(node);
      case 'unary':
        return node.operator === 'not' ? this.truth(node) : undefined;
      case 'call':
        return this.callOfText(node.callee, node.args);
      default: {
        const value = this.template.constant(node);
        return typeof value === 'boolean' ? value : undefined;
      }
    }
  }

  /** Whether Python takes the value for true. */
  private truth(node: Expression): RowTest | undefined {
    const column = columnRead(node, this.columnOf);
    if (column !== undefined) return { is: 'filled', column };
    const value = this.template.constant(node);
    if (value !== NOT_CONSTANT) return truthy(value);
    switch (node.type) {
      case 'and':
      case 'or':
        return both(node.type, this.truth(node.left), this.truth(node.right));
      case 'unary':
        return node.operator === 'not' ? negated(this.truth(node.operand)) : undefined;
      case 'comparison': {
        const [only] = node.rest;
        return node.rest.length === 1 ? this.comparison(only!.operator, node.first, only!.operand) : undefined;
      }
      case 'test':
        return this.test(node);
      case 'call':
        return this.callOfText(node.callee, node.args);
      default:
        return undefined;
    }
  }

  private comparison(operator: ComparisonOperator, left: Expression, right: Expression): RowTest | undefined {
    if (operator === 'not in') return negated(this.comparison('in', left, right));
    if (operator === '!=') return negated(this.comparison('==', left, right));
    const column = columnRead(left, this.columnOf);
    const other = columnRead(right, this.columnOf);
    if (operator === 'in') return column === undefined ? this.within(left, right, other) : this.amongst(column, right);
    if (column !== undefined && other !== undefined) return operator === '==' ? { is: 'same', column, as: other } : undefined;
    if (column !== undefined) return against(operator, column, this.template.constant(right));
    if (other !== undefined) return against(MIRRORED[operator]!, other, this.template.constant(left));
    const [first, second] = [left, right].map((side) => rowNumber(side, this.template, this.columnOf));
    return first && second && numbers(operator, first, second);
  }

  /** `record['a'] in ['x', 'y']`. */
  private amongst(column: number, list: Expression): RowTest | undefined {
    const items = sequenceItems(this.template.constant(list) as Value);
    if (!items) return undefined;
    const oneOf: RowTest = { is: 'oneOf', column, texts: items.filter((item) => typeof item === 'string') };
    return items.includes(null) ? { is: 'or', tests: [oneOf, { is: 'null', column }] } : oneOf;
  }

  /** `'x' in record['a']` and `'a' in record`. */
  private within(text: Expression, container: Expression, column: number | undefined): RowTest | undefined {
    const value = this.template.constant(text);
    if (typeof value !== 'string') return undefined;
    if (column !== undefined) return isPlain(value) ? { is: 'contains', column, text: value } : undefined;
    return isRecord(container) && this.columnOf(value) !== undefined ? true : undefined;
  }

  private test({ name, operand, args }: Expression & { type: 'test' }): RowTest | undefined {
    const operator = TESTS_AS_OPERATORS.get(name);
    if (operator) return hasPositional(args, 1, 1) ? this.comparison(operator, operand, args.positional[0]!) : undefined;
    const column = columnRead(operand, this.columnOf);
    if (column === undefined || !hasPositional(args, 0, 0)) return undefined;
    switch (name) {
      case 'none':
        return { is: 'null', column };
      case 'string':
        return { is: 'not', test: { is: 'null', column } };
      case 'defined':
        return true;
      case 'undefined':
        return false;
      default:
        return undefined;
    }
  }

  /** `record['a'].startswith('x')`. */
  private callOfText(callee: Expression, args: CallArguments): RowTest | undefined {
    if (callee.type !== 'attribute' || !hasPositional(args, 1, 1)) return undefined;
    const is = callee.name === 'startswith' ? 'startsWith' : callee.name === 'endswith' ? 'endsWith' : undefined;
    const column = columnRead(callee.object, this.columnOf);
    const text = this.template.constant(args.positional[0]!);
    return is && column !== undefined && typeof text === 'string' && isPlain(text) ? { is, column, text } : undefined;
  }
}

/** A column beside a value. */
function against(operator: ComparisonOperator, column: number, value: Value | typeof NOT_CONSTANT): RowTest | undefined {
  if (value === NOT_CONSTANT) return undefined;
  if (operator === '==') return typeof value === 'string' ? { is: 'oneOf', column, texts: [value] } : value === null ? { is: 'null', column } : false;
  if (typeof value !== 'string' || !isPlain(value)) return undefined;
  switch (operator) {
    case '<':
    case '<=':
      return { is: operator, column, text: value };
    case '>':
      return { is: 'not', test: { is: '<=', column, text: value } };
    case '>=':
      return { is: 'not', test: { is: '<', column, text: value } };
    default:
      return undefined;
  }
}

function numbers(operator: ComparisonOperator, left: RowNumber, right: RowNumber): RowTest | undefined {
  switch (operator) {
    case '==':
      return { is: 'number=', left, right };
    case '<':
      return { is: 'number<', left, right };
    case '<=':
      return { is: 'number<=', left, right };
    case '>':
      return { is: 'number<', left: right, right: left };
    case '>=':
      return { is: 'number<=', left: right, right: left };
    default:
      return undefined;
  }
}

function both(is: 'and' | 'or', left: RowTest | undefined, right: RowTest | undefined): RowTest | undefined {
  return left === undefined || right === undefined ? undefined : { is, tests: [left, right] };
}

function negated(test: RowTest | undefined): RowTest | undefined {
  return test === undefined ? undefined : { is: 'not', test };
}

/** Whether JSON writes the text as it is: then its bytes are its order, and part of a text where it is. */
function isPlain(text: string): boolean {
  return JSON.stringify(text) === `"${text}"`;
}
