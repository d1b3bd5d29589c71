import { suggestion } from '../is-typo';
import type { CallArguments, ComparisonOperator, Expression } from './ast';
import { getAttribute, getItem, getSlice, mayBeDictAttribute } from './attributes';
import { PyCallable, type EngineFunction, type NamedArguments } from './callable';
import { Evaluation, type LocalScope } from './evaluation';
import { FILTERS } from './filters/filters';
import { GLOBALS } from './globals';
import { checkTextLength } from './limits';
import { arithmetic } from './python-arithmetic';
import { asDict, isDict, PyDict } from './python-dict';
import { contains, equals, iterate, negate, ordered, plus, truthy } from './python-operators';
import { str } from './python-text';
import { isUndefined, PyList, PyTuple, typeName, Undefined, type Value } from './python-values';
import { PyError, PyTypeError, TemplateSyntaxError } from './template-errors';
import { TESTS } from './tests';

/** A compiled expression. `scope` holds what the template itself has set. */
export type Code = (evaluation: Evaluation, scope: LocalScope) => Value;

/** `stream_slice` under its older names (reference section 5.3). */
const ALIASES: ReadonlyMap<string, string> = new Map([
  ['stream_interval', 'stream_slice'],
  ['stream_partition', 'stream_slice'],
]);
const hasOwn = (object: object, key: string) => Object.prototype.hasOwnProperty.call(object, key);

/** True when the evaluation gives a value for this name, also through an alias. */
export function isDeclared(name: string, evaluation: Evaluation): boolean {
  if (hasOwn(evaluation.vars, name) || name === 'config' || name === 'parameters') return true;
  const alias = ALIASES.get(name);
  return alias !== undefined && hasOwn(evaluation.vars, alias);
}

/** Turns expressions into closures. Nothing is ever compiled to JavaScript source. */
export class ExpressionCompiler {
  /** Above 0 inside branches that may never run: unknown filters and tests are errors only when they are reached. */
  private optional = 0;

  constructor(private readonly assigned: ReadonlySet<string>) {}

  /** Compiles what may not be evaluated at all. */
  inBranch<T>(compile: () => T): T {
    this.optional++;
    const result = compile();
    this.optional--;
    return result;
  }

  compile(node: Expression): Code {
    switch (node.type) {
      case 'constant': {
        const { value } = node;
        return () => value;
      }
      case 'name':
        return this.name(node.name);
      case 'list': {
        const items = node.items.map((item) => this.compile(item));
        return (evaluation, scope) => PyList.make(items.map((item) => item(evaluation, scope)));
      }
      case 'tuple': {
        const items = node.items.map((item) => this.compile(item));
        return (evaluation, scope) => new PyTuple(items.map((item) => item(evaluation, scope)));
      }
      case 'dict': {
        const entries = node.entries.map(({ key, value }) => [this.compile(key), this.compile(value)] as const);
        return (evaluation, scope) => PyDict.from(entries.map(([key, value]) => [key(evaluation, scope), value(evaluation, scope)]));
      }
      case 'attribute':
        return this.attribute(this.compile(node.object), node.name);
      case 'item':
        return this.item(this.compile(node.object), node.key);
      case 'slice': {
        const object = this.compile(node.object);
        const bounds = [node.start, node.stop, node.step].map((bound) => (bound ? this.compile(bound) : () => undefined));
        const [start, stop, step] = bounds as [Code, Code, Code];
        return (evaluation, scope) => getSlice(object(evaluation, scope), start(evaluation, scope), stop(evaluation, scope), step(evaluation, scope));
      }
      case 'call':
        return this.call(this.compile(node.callee), node.args);
      case 'filter':
        return this.filter(node, node.operand ? this.compile(node.operand) : () => '');
      case 'test': {
        const test = this.engineFunction('test', node);
        return this.apply(test, this.compile(node.operand), node.args);
      }
      case 'unary':
        return this.unary(node.operator, this.compile(node.operand));
      case 'arithmetic': {
        const { operator } = node;
        const [left, right] = [this.compile(node.left), this.compile(node.right)];
        return (evaluation, scope) => arithmetic(operator, left(evaluation, scope), right(evaluation, scope));
      }
      case 'concat': {
        const items = node.items.map((item) => this.compile(item));
        return (evaluation, scope) => {
          // All values first: a later one may change what an earlier one prints.
          const values = items.map((item) => item(evaluation, scope));
          const text = values.map(str).join('');
          checkTextLength(text.length);
          return text;
        };
      }
      case 'and': {
        const [left, right] = [this.compile(node.left), this.compile(node.right)];
        return (evaluation, scope) => {
          const value = left(evaluation, scope);
          return truthy(value) ? right(evaluation, scope) : value;
        };
      }
      case 'or': {
        const [left, right] = [this.compile(node.left), this.compile(node.right)];
        return (evaluation, scope) => {
          const value = left(evaluation, scope);
          return truthy(value) ? value : right(evaluation, scope);
        };
      }
      case 'comparison':
        return this.comparison(this.compile(node.first), node.rest);
      case 'condition':
        return this.inBranch(() => {
          const [test, then] = [this.compile(node.test), this.compile(node.then)];
          const otherwise = node.otherwise ? this.compile(node.otherwise) : undefined;
          return (evaluation, scope) => {
            if (truthy(test(evaluation, scope))) return then(evaluation, scope);
            return otherwise ? otherwise(evaluation, scope) : new Undefined("the condition of an inline 'if' without 'else' is false");
          };
        });
    }
  }

  /** A filter whose operand is a text that a block made. */
  blockFilter(node: Expression): (text: string) => Code {
    return (text) => this.withOperand(node, text);
  }

  private withOperand(node: Expression, text: string): Code {
    if (node.type === 'filter') return this.filter(node, node.operand ? this.withOperand(node.operand, text) : () => text);
    return this.compile(node);
  }

  private name(name: string): Code {
    const outside = this.outsideName(name);
    if (!this.assigned.has(name)) return outside;
    return (evaluation, scope) => {
      const value = scope.get(name);
      return value === undefined ? outside(evaluation, scope) : value;
    };
  }

  /** Variables of the evaluation, then functions that every template has. */
  private outsideName(name: string): Code {
    if (name === 'config') return (evaluation) => evaluation.scope.config;
    if (name === 'parameters') return (evaluation) => evaluation.scope.parameters;
    const alias = ALIASES.get(name);
    const global = GLOBALS.get(name);
    return ({ vars }) => {
      const value = hasOwn(vars, name) ? vars[name] : alias !== undefined && hasOwn(vars, alias) ? vars[alias] : global;
      return value === undefined ? missingName(name) : value;
    };
  }

  private attribute(object: Code, name: string): Code {
    if (mayBeDictAttribute(name)) return (evaluation, scope) => getAttribute(object(evaluation, scope), name);
    return (evaluation, scope) => {
      const value = object(evaluation, scope);
      const property = plainProperty(value, name);
      return property === undefined ? getAttribute(value, name) : property;
    };
  }

  private item(object: Code, keyNode: Expression): Code {
    if (keyNode.type === 'constant' && typeof keyNode.value === 'string') {
      const key = keyNode.value;
      return (evaluation, scope) => {
        const value = object(evaluation, scope);
        const property = plainProperty(value, key);
        return property === undefined ? getItem(value, key) : property;
      };
    }
    const key = this.compile(keyNode);
    return (evaluation, scope) => getItem(object(evaluation, scope), key(evaluation, scope));
  }

  private call(callee: Code, args: CallArguments): Code {
    const [positional, named] = this.arguments(args);
    return (evaluation, scope) => {
      const fn = callee(evaluation, scope);
      if (fn instanceof PyCallable) {
        evaluation.step();
        return fn.call(evaluation, positional(evaluation, scope), named?.(evaluation, scope));
      }
      if (isUndefined(fn)) throw (fn ?? new Undefined('a value is undefined')).error();
      throw new PyTypeError(`'${typeName(fn)}' object is not callable`);
    };
  }

  private filter(node: Expression & { type: 'filter' }, operand: Code): Code {
    return this.apply(this.engineFunction('filter', node), operand, node.args);
  }

  private apply(fn: EngineFunction | ((value: Value) => Value), operand: Code, args: CallArguments): Code {
    if (typeof fn === 'function') return (evaluation, scope) => fn(operand(evaluation, scope));
    if (args.positional.length + args.named.length === 0 && !args.spread && !args.spreadNamed) {
      return (evaluation, scope) => fn.call(evaluation, [operand(evaluation, scope)]);
    }
    const [positional, named] = this.arguments(args);
    return (evaluation, scope) => fn.call(evaluation, [operand(evaluation, scope), ...positional(evaluation, scope)], named?.(evaluation, scope));
  }

  private engineFunction(kind: 'filter' | 'test', node: { name: string; position: number }): EngineFunction | ((value: Value) => Value) {
    if (kind === 'test' && node.name === 'filter') return (value) => FILTERS.has(str(value));
    if (kind === 'test' && node.name === 'test') return (value) => TESTS.has(str(value));
    const known = kind === 'filter' ? FILTERS : TESTS;
    const found = known.get(node.name);
    if (found) return found;
    const message = `there is no ${kind} named "${node.name}".${suggestion(node.name, known.keys())}`;
    if (this.optional === 0) throw new TemplateSyntaxError(message, node.position);
    return () => {
      throw new PyError('TemplateRuntimeError', message);
    };
  }

  private arguments(args: CallArguments): [(evaluation: Evaluation, scope: LocalScope) => Value[], ((evaluation: Evaluation, scope: LocalScope) => NamedArguments) | undefined] {
    const plain = args.positional.map((each) => this.compile(each));
    const spread = args.spread ? this.compile(args.spread) : undefined;
    const positional = (evaluation: Evaluation, scope: LocalScope): Value[] => {
      const values = plain.map((each) => each(evaluation, scope));
      if (spread) values.push(...iterate(spread(evaluation, scope)));
      return values;
    };
    if (args.named.length === 0 && !args.spreadNamed) return [positional, undefined];
    const named = args.named.map(({ name, value }) => [name, this.compile(value)] as const);
    const spreadNamed = args.spreadNamed ? this.compile(args.spreadNamed) : undefined;
    return [
      positional,
      (evaluation, scope) => {
        const values = new Map<string, Value>(named.map(([name, value]) => [name, value(evaluation, scope)]));
        const more = spreadNamed?.(evaluation, scope);
        if (more !== undefined) {
          if (!isDict(more)) throw new PyTypeError(`argument after ** must be a mapping, not ${typeName(more)}`);
          for (const key of asDict(more).keys()) values.set(str(key), asDict(more).get(key));
        }
        return values;
      },
    ];
  }

  private unary(operator: '-' | '+' | 'not', operand: Code): Code {
    switch (operator) {
      case 'not':
        return (evaluation, scope) => !truthy(operand(evaluation, scope));
      case '-':
        return (evaluation, scope) => negate(operand(evaluation, scope));
      case '+':
        return (evaluation, scope) => plus(operand(evaluation, scope));
    }
  }

  private comparison(first: Code, rest: readonly { operator: ComparisonOperator; operand: Expression }[]): Code {
    const steps = rest.map(({ operator, operand }) => ({ operator, operand: this.compile(operand) }));
    const only = steps.length === 1 ? steps[0] : undefined;
    if (only) {
      const { operator, operand } = only;
      return (evaluation, scope) => compare(operator, first(evaluation, scope), operand(evaluation, scope), evaluation);
    }
    return (evaluation, scope) => {
      let left = first(evaluation, scope);
      for (const { operator, operand } of steps) {
        const right = operand(evaluation, scope);
        if (!compare(operator, left, right, evaluation)) return false;
        left = right;
      }
      return true;
    };
  }
}

function compare(operator: ComparisonOperator, a: Value, b: Value, evaluation: Evaluation): boolean {
  switch (operator) {
    case '==':
      return equals(a, b, evaluation);
    case '!=':
      return !equals(a, b, evaluation);
    case 'in':
      return contains(b, a, evaluation);
    case 'not in':
      return !contains(b, a, evaluation);
    default:
      return ordered(operator, a, b, evaluation);
  }
}

function missingName(name: string): Undefined {
  return new Undefined(`'${name}' is undefined`);
}

/** The fast way for data objects; undefined when the value is not one, or has no such property. */
function plainProperty(value: Value, name: string): Value {
  if (typeof value !== 'object' || value === null || Object.getPrototypeOf(value) !== Object.prototype) return undefined;
  return hasOwn(value, name) ? (value as Record<string, Value>)[name] : undefined;
}
