import type { Evaluation } from './evaluation';
import { PyObject, type Value } from './python-values';
import { PyTypeError } from './template-errors';

export type NamedArguments = ReadonlyMap<string, Value>;

/**
 * What a function of the engine gets: one entry a parameter, undefined where the template gave none; then the list of
 * further positional arguments (`*`) and the map of further named ones (`**`), for signatures that have them.
 */
export type Implementation = (args: readonly any[], evaluation: Evaluation) => Value; // eslint-disable-line @typescript-eslint/no-explicit-any

/** Maps positional and named arguments to parameters, as Python does. */
export class Signature {
  private readonly names: readonly string[];
  private readonly required: number;
  private readonly rest: boolean;
  private readonly keywords: boolean;

  /** Parameters separated by blanks: `a b? * **`; `?` marks optional ones. */
  constructor(
    readonly functionName: string,
    parameters: string,
  ) {
    const all = parameters.split(' ').filter(Boolean);
    const plain = all.filter((name) => !name.startsWith('*'));
    this.names = plain.map((name) => name.replace('?', ''));
    this.required = plain.filter((name) => !name.endsWith('?')).length;
    this.rest = all.includes('*');
    this.keywords = all.includes('**');
  }

  bind(positional: readonly Value[], named: NamedArguments | undefined): readonly Value[] {
    const { names } = this;
    if (!named && !this.rest && !this.keywords && positional.length >= this.required && positional.length <= names.length) return positional;
    if (positional.length > names.length && !this.rest) {
      throw new PyTypeError(`${this.functionName}() takes at most ${names.length} arguments (${positional.length} given)`);
    }
    const bound: Value[] = names.map((_, index) => positional[index]);
    const others = new Map<string, Value>();
    for (const [name, value] of named ?? []) {
      const index = names.indexOf(name);
      if (index >= 0 && index < positional.length) throw new PyTypeError(`${this.functionName}() got multiple values for argument '${name}'`);
      if (index >= 0) bound[index] = value;
      else if (this.keywords) others.set(name, value);
      else throw new PyTypeError(`${this.functionName}() got an unexpected keyword argument '${name}'`);
    }
    const missing = names.find((_, index) => index < this.required && bound[index] === undefined);
    if (missing !== undefined) throw new PyTypeError(`${this.functionName}() missing required argument: '${missing}'`);
    if (this.rest) bound.push(positional.slice(names.length));
    if (this.keywords) bound.push(others);
    return bound;
  }
}

/** A function of the engine; for methods and filters the first argument is the object. */
export class EngineFunction {
  /** Of hundreds of functions a template uses two or three. */
  private signature: Signature | undefined;

  constructor(
    readonly name: string,
    private readonly parameters: string,
    private readonly implementation: Implementation,
  ) {}

  call(evaluation: Evaluation, positional: readonly Value[], named?: NamedArguments): Value {
    this.signature ??= new Signature(this.name, this.parameters);
    return this.implementation(this.signature.bind(positional, named), evaluation);
  }
}

/** A function as a value of a template: a macro, a global or a method with its object. */
export class PyCallable extends PyObject {
  constructor(
    readonly name: string,
    readonly call: (evaluation: Evaluation, positional: readonly Value[], named?: NamedArguments) => Value,
    readonly typeName = 'function',
    /** For functions that have attributes, e.g. `loop`. */
    readonly attribute?: (name: string) => Value,
  ) {
    super();
  }

  static of(fn: EngineFunction): PyCallable {
    return new PyCallable(fn.name, (evaluation, positional, named) => fn.call(evaluation, positional, named));
  }

  static method(fn: EngineFunction, self: Value): PyCallable {
    return new PyCallable(fn.name, (evaluation, positional, named) => fn.call(evaluation, [self, ...positional], named), 'builtin_function_or_method');
  }
}

export type FunctionTable = ReadonlyMap<string, EngineFunction>;

/** A table of functions; keys are `name parameters…`, as in `{ 'split self sep? maxsplit?': … }`. */
export function functionTable(functions: Readonly<Record<string, Implementation>>): FunctionTable {
  const table = new Map<string, EngineFunction>();
  for (const declaration in functions) {
    const end = declaration.indexOf(' ');
    const name = end === -1 ? declaration : declaration.slice(0, end);
    table.set(name, new EngineFunction(name, end === -1 ? '' : declaration.slice(end), functions[declaration]!));
  }
  return table;
}
