import type { RowValue } from '../decode/row-plan';
import type { Expression } from '../manifest/interpolation/ast';
import type { EvalOptions, InterpolatedString } from '../manifest/interpolation/interpolated-string';
import { NOT_CONSTANT, type PrintedTemplate } from '../manifest/interpolation/printed-template';
import { str } from '../manifest/interpolation/python-text';
import type { JsonValue } from '../protocol/json';
import { stringifyJson } from '../protocol/lossless-json';
import { columnRead, type ColumnOf } from './column-read';
import type { PlanVars } from './row-outline';
import { rowNumber } from './row-number';

type Part = string | { column: number };

/** What a template gives for a row, said by its columns; undefined when only the template can tell. */
export function rowValue(template: InterpolatedString, vars: PlanVars, options: EvalOptions | undefined, columnOf: ColumnOf): RowValue | undefined {
  if (template.isPure && template.membersOf('record')?.size === 0) return fixed(template, vars, options);
  const printed = template.printed(vars);
  const types = options?.validTypes;
  const typing = { integers: !types || types.includes('int'), decimals: !types || types.includes('float') };
  const number = printed?.expression && rowNumber(printed.expression, printed, columnOf);
  if (number) return { is: 'number', number, typing };
  const parts = printed && new PartFinder(printed, columnOf).all();
  if (!parts) return undefined;
  return { is: 'text', parts, typing, nullIsText: types !== undefined };
}

/** The value, when it is a text, a number or a boolean: others may still be changed inside. */
function fixed(template: InterpolatedString, vars: PlanVars, options: EvalOptions | undefined): RowValue | undefined {
  let value: JsonValue;
  try {
    value = template.eval(vars, options);
  } catch {
    // The first row meets the error.
    return undefined;
  }
  return typeof value === 'object' ? undefined : { is: 'fixed', json: stringifyJson(value) };
}

/** Takes what a template prints apart into texts and columns. */
class PartFinder {
  private readonly parts: Part[] = [];

  constructor(
    private readonly template: PrintedTemplate,
    private readonly columnOf: ColumnOf,
  ) {}

  all(): readonly Part[] | undefined {
    return this.template.parts.every((part) => (typeof part === 'string' ? this.text(part) : this.printed(part))) ? this.parts : undefined;
  }

  private printed(node: Expression): boolean {
    if (node.type === 'concat') return node.items.every((item) => this.printed(item));
    if (node.type === 'arithmetic') return this.sum(node);
    const column = columnRead(node, this.columnOf);
    if (column !== undefined) return this.parts.push({ column }) > 0;
    const value = this.template.constant(node);
    return value !== NOT_CONSTANT && this.text(str(value));
  }

  /** Texts that are added. */
  private sum(node: Expression): boolean {
    if (node.type === 'arithmetic') return node.operator === '+' && this.sum(node.left) && this.sum(node.right);
    const isText = columnRead(node, this.columnOf) !== undefined || typeof this.template.constant(node) === 'string';
    return isText && this.printed(node);
  }

  private text(text: string): boolean {
    // Halves of a character could become whole beside each other.
    return Buffer.from(text).toString() === text && this.parts.push(text) > 0;
  }
}
