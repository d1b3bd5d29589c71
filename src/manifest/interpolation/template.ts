import { ConnectorError, isConnectorError } from '../../errors/connector-error';
import type { ErrorCode } from '../../errors/error-catalogue';
import { suggestion } from '../is-typo';
import type { Expression, Statement } from './ast';
import { LocalScope, Output, type Evaluation } from './evaluation';
import { ExpressionCompiler, isDeclared, type Code } from './expression-compiler';
import { variableUse } from './free-variables';
import { GLOBALS } from './globals';
import { hasTemplateSyntax, normalizeSource } from './lexer';
import { isPure, memberReads } from './member-reads';
import { CALLER, StatementCompiler, type Action } from './statement-compiler';
import { LimitError, PyError, PyTypeError, SandboxError, TemplateSyntaxError, UndefinedError } from './template-errors';
import { parseTemplate } from './template-parser';
import type { Value } from './python-values';

/** Given instead of a value when something undefined was used; callers take their default. */
export const UNDEFINED_USED: unique symbol = Symbol('undefined used');

/** A lone expression sets nothing, so that all can share this. */
const NOTHING_SET = new LocalScope();

const MOST_TEMPLATES = 5000;
/** A pure cache, the oldest out first: the same source always compiles to the same thing. */
const compiled = new Map<string, Template>();

/** A compiled template; bound to nothing, so every place with the same source shares it. */
export class Template {
  /** Variables that an evaluation must give. */
  readonly variables: readonly string[];
  /** When the template is nothing but `{{ … }}`: the expression. */
  private readonly expression: Code | undefined;
  private readonly action: Action;
  private readonly statements: readonly Statement[];

  private constructor(private readonly source: string) {
    const statements = (this.statements = parseTemplate(normalizeSource(source)));
    const { free, assigned } = variableUse(statements);
    this.variables = [...free].filter((name) => !GLOBALS.has(name));
    const expressions = new ExpressionCompiler(new Set([...assigned, CALLER]));
    this.action = new StatementCompiler(expressions).block(statements);
    const only: Statement | undefined = statements.length === 1 ? statements[0] : undefined;
    this.expression = only?.type === 'print' ? expressions.compile(only.expression) : undefined;
  }

  /** @throws ConnectorError `interpolation.syntax_error`, a config_error */
  static compile(source: string, path: string | undefined): Template {
    const known = compiled.get(source);
    if (known) return known;
    let template: Template;
    try {
      template = new Template(source);
    } catch (error) {
      if (!(error instanceof TemplateSyntaxError)) throw error;
      throw ConnectorError.config('interpolation.syntax_error', `${place(path)}the template cannot be read: ${error.message} ${position(source, error.position)}. Template: ${shown(source)}`);
    }
    const oldest = compiled.size >= MOST_TEMPLATES ? compiled.keys().next().value : undefined;
    if (oldest !== undefined) compiled.delete(oldest);
    compiled.set(source, template);
    return template;
  }

  /**
   * The value of a template that is one expression, the text of any other.
   * @throws ConnectorError naming the template and the place, never values
   */
  run(evaluation: Evaluation): Value | typeof UNDEFINED_USED {
    if (!this.isDeclaredIn(evaluation)) throw this.undeclared(evaluation);
    try {
      if (this.expression) return this.expression(evaluation, NOTHING_SET);
      const out = new Output();
      this.action(evaluation, new LocalScope(), out);
      return out.text;
    } catch (error) {
      if (error instanceof UndefinedError) return UNDEFINED_USED;
      throw this.explain(error, evaluation.scope.path);
    }
  }

  /** Whether it gives the same for the same variables. */
  get isPure(): boolean {
    return isPure(this.statements);
  }

  /** The texts and expressions that it prints, one after the other; undefined when it does more than that. */
  get printed(): readonly (string | Expression)[] | undefined {
    const printed: (string | Expression)[] = [];
    for (const statement of this.statements) {
      if (statement.type === 'text') printed.push(statement.text);
      else if (statement.type === 'print') printed.push(statement.expression);
      else return undefined;
    }
    return printed;
  }

  /** Whether an evaluation has all variables. */
  isDeclaredIn(evaluation: Evaluation): boolean {
    return this.variables.every((name) => isDeclared(name, evaluation));
  }

  /** The members of a variable that it looks at; undefined when that may be any. */
  membersOf(variable: string): ReadonlySet<string> | undefined {
    return memberReads(this.statements, variable);
  }

  /** For callers that have no default. */
  undefinedUsed(evaluation: Evaluation): ConnectorError {
    try {
      this.action(evaluation, new LocalScope(), new Output());
    } catch (error) {
      if (error instanceof UndefinedError) {
        return ConnectorError.system(
          'interpolation.undefined',
          `${place(evaluation.scope.path)}the template uses something that does not exist: ${error.message}. Write it so that a missing value is handled, for example with "| default('')" or .get('name', {}). Template: ${shown(this.source)}`,
        );
      }
    }
    return ConnectorError.system('interpolation.undefined', `${place(evaluation.scope.path)}the template uses something that does not exist. Template: ${shown(this.source)}`);
  }

  private undeclared(evaluation: Evaluation): ConnectorError {
    const missing = this.variables.filter((name) => !isDeclared(name, evaluation));
    const known = ['config', 'parameters', ...Object.keys(evaluation.vars)];
    const meant = missing.map((name) => suggestion(name, [...known, ...GLOBALS.keys()])).join('');
    return ConnectorError.system(
      'interpolation.undeclared_variable',
      `${place(evaluation.scope.path)}the template uses ${missing.map((name) => `"${name}"`).join(', ')}, which does not exist here.${meant} There are: ${known.join(', ')}. Template: ${shown(this.source)}`,
    );
  }

  private explain(error: unknown, path: string | undefined): unknown {
    const fail = (code: ErrorCode, what: string) => ConnectorError.system(code, `${place(path)}${what}. Template: ${shown(this.source)}`, { cause: error });
    if (error instanceof PyTypeError) return fail('interpolation.type_error', `the template does something that the types do not allow: ${error.message}`);
    if (error instanceof LimitError) return fail('interpolation.limit_exceeded', `the template was stopped: ${error.message}`);
    if (error instanceof SandboxError) return fail('interpolation.forbidden', `the template may not do this: ${error.message}`);
    if (error instanceof PyError) return fail('interpolation.failed', `the template failed: ${error.message} (${error.kind})`);
    if (isConnectorError(error)) {
      const { code, failureType, recovery, internalMessage, message } = error;
      return new ConnectorError({ code, failureType, recovery, internalMessage, cause: error, message: `${place(path)}${message} Template: ${shown(this.source)}` });
    }
    // The engine's own recursion, e.g. a value nested thousands deep.
    if (error instanceof RangeError) return fail('interpolation.limit_exceeded', 'the template was stopped: the value is nested too deeply');
    return error;
  }
}

const place = (path: string | undefined) => (path ? `${path}: ` : '');

function shown(source: string): string {
  return JSON.stringify(source.length > 300 ? `${source.slice(0, 300)}…` : source);
}

function position(source: string, at: number): string {
  const before = normalizeSource(source).slice(0, at).split('\n');
  return `(line ${before.length}, column ${(before.at(-1) as string).length + 1})`;
}

/** True when the text is more than plain text. */
export function isTemplate(source: string): boolean {
  return hasTemplateSyntax(source);
}

/** The variables that a template needs, functions of the engine left out. @throws ConnectorError `interpolation.syntax_error` */
export function templateVariables(source: string): Set<string> {
  return new Set(isTemplate(source) ? Template.compile(source, undefined).variables : []);
}
