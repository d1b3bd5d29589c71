import type { Expression, MacroSignature, Statement, Target } from './ast';
import { PyCallable, type NamedArguments } from './callable';
import { LocalScope, Output, type Evaluation } from './evaluation';
import { ExpressionCompiler, type Code } from './expression-compiler';
import { variableUse } from './free-variables';
import { checkListLength } from './limits';
import { makeLoop } from './loop';
import { PyDict } from './python-dict';
import { iterate, truthy } from './python-operators';
import { str } from './python-text';
import { Namespace, PyTuple, Undefined, type Value } from './python-values';
import { PyError, PyTypeError } from './template-errors';

/** A compiled statement. */
export type Action = (evaluation: Evaluation, scope: LocalScope, out: Output) => void;
type Assign = (evaluation: Evaluation, scope: LocalScope, value: Value) => void;

/** Turns statements into closures. */
export class StatementCompiler {
  constructor(private readonly expressions: ExpressionCompiler) {}

  block(statements: readonly Statement[]): Action {
    const actions = statements.map((statement) => this.statement(statement));
    if (actions.length === 1) return actions[0] as Action;
    return (evaluation, scope, out) => {
      for (const action of actions) action(evaluation, scope, out);
    };
  }

  private statement(statement: Statement): Action {
    switch (statement.type) {
      case 'text': {
        const { text } = statement;
        return (_, __, out) => out.write(text);
      }
      case 'print': {
        const value = this.expressions.compile(statement.expression);
        return (evaluation, scope, out) => out.write(str(value(evaluation, scope)));
      }
      case 'set': {
        const value = this.expressions.compile(statement.value);
        const assign = this.target(statement.target);
        return (evaluation, scope) => assign(evaluation, scope, value(evaluation, scope));
      }
      case 'setBlock': {
        const body = this.filtered(statement.body, statement.filter);
        const assign = this.target(statement.target);
        return (evaluation, scope) => assign(evaluation, scope, body(evaluation, scope));
      }
      case 'if':
        return this.if(statement);
      case 'for':
        return this.for(statement);
      case 'macro': {
        const { name } = statement;
        const make = this.macro(name, statement.signature, statement.body);
        return (_, scope) => scope.set(name, make(scope));
      }
      case 'callBlock':
        return this.callBlock(statement);
      case 'filterBlock': {
        const body = this.filtered(statement.body, statement.filter);
        return (evaluation, scope, out) => out.write(str(body(evaluation, scope)));
      }
      case 'with': {
        const bindings = statement.bindings.map(({ target, value }) => ({ assign: this.target(target), value: this.expressions.compile(value) }));
        const body = this.block(statement.body);
        return (evaluation, scope, out) => {
          const inner = new LocalScope(scope);
          for (const { assign, value } of bindings) assign(evaluation, inner, value(evaluation, scope));
          body(evaluation, inner, out);
        };
      }
    }
  }

  /** What a block prints, through a filter chain if there is one. */
  private filtered(statements: readonly Statement[], filter: Expression | undefined): Code {
    const body = this.block(statements);
    const apply = filter ? this.expressions.blockFilter(filter) : undefined;
    // Compiled once for its errors; the text is known only later.
    apply?.('');
    return (evaluation, scope) => {
      const out = new Output();
      body(evaluation, new LocalScope(scope), out);
      return apply ? apply(out.text)(evaluation, scope) : out.text;
    };
  }

  private if(statement: Statement & { type: 'if' }): Action {
    return this.expressions.inBranch(() => {
      const branches = statement.branches.map(({ test, body }) => ({ test: this.expressions.compile(test), body: this.block(body) }));
      const otherwise = this.block(statement.otherwise);
      return (evaluation, scope, out) => {
        for (const { test, body } of branches) if (truthy(test(evaluation, scope))) return body(evaluation, scope, out);
        otherwise(evaluation, scope, out);
      };
    });
  }

  private for(statement: Statement & { type: 'for' }): Action {
    const iterable = this.expressions.compile(statement.iterable);
    const filter = statement.filter ? this.expressions.compile(statement.filter) : undefined;
    const assign = this.target(statement.target);
    const [body, otherwise] = [this.block(statement.body), this.block(statement.otherwise)];
    const run = (evaluation: Evaluation, scope: LocalScope, out: Output, source: Value, depth: number): void => {
      const items: Value[] = [];
      for (const item of iterate(source)) {
        evaluation.step();
        checkListLength(items.length);
        if (filter) {
          const inner = new LocalScope(scope);
          assign(evaluation, inner, item);
          if (!truthy(filter(evaluation, inner))) continue;
        }
        items.push(item);
      }
      if (items.length === 0) return otherwise(evaluation, new LocalScope(scope), out);
      const again = new PyCallable('loop', (_, [inner]) => {
        if (!statement.recursive) throw new PyTypeError("The loop must have the 'recursive' marker to be called recursively.");
        const part = new Output();
        evaluation.nested(() => run(evaluation, scope, part, inner, depth + 1));
        return part.text;
      });
      const loop = makeLoop(items, depth, again);
      items.forEach((item, index) => {
        evaluation.step();
        const inner = new LocalScope(scope);
        assign(evaluation, inner, item);
        inner.set('loop', loop(index));
        body(evaluation, inner, out);
      });
    };
    return (evaluation, scope, out) => run(evaluation, scope, out, iterable(evaluation, scope), 1);
  }

  private macro(name: string, signature: MacroSignature, statements: readonly Statement[]): (scope: LocalScope) => PyCallable {
    const { parameters } = signature;
    const defaults = signature.defaults.map((each) => this.expressions.compile(each));
    const firstDefault = parameters.length - defaults.length;
    const body = this.block(statements);
    // Further arguments are an error unless the body looks at them.
    const { free } = variableUse(statements);
    const [takesPositional, takesNamed] = [free.has('varargs'), free.has('kwargs')];
    return (definition) =>
      new PyCallable(name, (evaluation, positional, named) => {
        const scope = new LocalScope(definition);
        const rest = new Map<string, Value>(named ?? []);
        parameters.forEach((parameter, index) => {
          if (index < positional.length && rest.has(parameter)) throw new PyTypeError(`macro '${name}' got multiple values for argument '${parameter}'`);
          const fallback = defaults[index - firstDefault];
          const value = index < positional.length ? positional[index] : rest.get(parameter);
          rest.delete(parameter);
          const given = value === undefined ? fallback?.(evaluation, scope) : value;
          scope.set(parameter, given === undefined ? new Undefined(`parameter '${parameter}' was not provided`) : given);
        });
        scope.set('caller', rest.get('caller') ?? new Undefined('No caller defined'));
        rest.delete('caller');
        bindRest(name, scope, positional.slice(parameters.length), rest, takesPositional, takesNamed);
        const out = new Output();
        evaluation.nested(() => body(evaluation, scope, out));
        return out.text;
      });
  }

  private callBlock(statement: Statement & { type: 'callBlock' }): Action {
    const makeCaller = this.macro('caller', statement.signature, statement.body);
    const { call } = statement;
    if (call.type !== 'call') throw new Error('unreachable: the parser takes calls only');
    const withCaller = this.expressions.compile({
      ...call,
      args: { ...call.args, named: [...call.args.named, { name: 'caller', value: { type: 'name', name: CALLER, position: 0 } }] },
    });
    return (evaluation, scope, out) => {
      const inner = new LocalScope(scope);
      inner.set(CALLER, makeCaller(scope));
      out.write(str(withCaller(evaluation, inner)));
    };
  }

  private target(target: Target): Assign {
    switch (target.type) {
      case 'name': {
        const { name } = target;
        return (_, scope, value) => scope.set(name, value === undefined ? new Undefined(`'${name}' is undefined`) : value);
      }
      case 'namespace': {
        const object = this.expressions.compile({ type: 'name', name: target.name, position: 0 });
        return (evaluation, scope, value) => {
          const namespace = object(evaluation, scope);
          if (!(namespace instanceof Namespace)) throw new PyError('TemplateRuntimeError', 'cannot assign attribute on non-namespace object');
          namespace.attributes.set(target.attribute, value);
        };
      }
      case 'tuple': {
        const parts = target.items.map((item) => this.target(item));
        return (evaluation, scope, value) => {
          const items = [...iterate(value)];
          if (items.length !== parts.length) {
            throw new PyError('ValueError', items.length > parts.length ? `too many values to unpack (expected ${parts.length})` : `not enough values to unpack (expected ${parts.length}, got ${items.length})`);
          }
          parts.forEach((assign, index) => assign(evaluation, scope, items[index]));
        };
      }
    }
  }
}

/** A name that no template can write; listed in `assigned` so that it is looked up in the scope. */
export const CALLER = '{caller}';

function bindRest(name: string, scope: LocalScope, positional: readonly Value[], named: NamedArguments, takesPositional: boolean, takesNamed: boolean): void {
  if (positional.length > 0 && !takesPositional) throw new PyTypeError(`macro '${name}' takes fewer arguments than were given`);
  const [unexpected] = named.keys();
  if (unexpected !== undefined && !takesNamed) throw new PyTypeError(`macro '${name}' takes no keyword argument '${unexpected}'`);
  scope.set('varargs', new PyTuple(positional));
  scope.set('kwargs', PyDict.from(named));
}
