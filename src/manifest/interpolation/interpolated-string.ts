import { ConnectorError, isConnectorError } from '../../errors/connector-error';
import type { JsonValue } from '../../protocol/json';
import { Evaluation } from './evaluation';
import { normalizeSource } from './lexer';
import { PrintedTemplate } from './printed-template';
import { Template, isTemplate, UNDEFINED_USED } from './template';
import type { TemplateScope, Vars } from './template-scope';
import { str } from './python-text';
import { isUndefined, type Value } from './python-values';
import { typedJson, typedText, type ValidType } from './typed-text';

export type { TemplateScope, Vars } from './template-scope';
export type { ValidType } from './typed-text';

export interface EvalOptions {
  validTypes?: readonly ValidType[];
}

const NO_VARS: Vars = {};

/** A template bound to its place in the manifest; the part that all Interpolated… classes share. */
export class BoundTemplate {
  /** Undefined when the source is plain text. */
  private readonly template: Template | undefined;
  private readonly broken: ConnectorError | undefined;

  /** @throws ConnectorError when the template cannot be read, unless `scope.onBroken` is there to be told */
  constructor(
    readonly source: string,
    private readonly scope: TemplateScope,
  ) {
    try {
      this.template = compiled(source, scope);
    } catch (error) {
      if (!scope.onBroken || !isConnectorError(error)) throw error;
      this.broken = error;
      scope.onBroken(error);
    }
  }

  get isConstant(): boolean {
    return this.template === undefined && this.broken === undefined;
  }

  /** Whether it gives the same for the same variables. */
  get isPure(): boolean {
    return this.template?.isPure ?? true;
  }

  /** The members of a variable that the template looks at; undefined when that may be any. */
  membersOf(variable: string): ReadonlySet<string> | undefined {
    return this.template ? this.template.membersOf(variable) : new Set();
  }

  /** Its parts, for those who can do what it does in another way; undefined when it does more than to print, or fails. `vars`: for what is constant among them. */
  printed(vars: Vars): PrintedTemplate | undefined {
    if (this.broken) return undefined;
    const evaluation = new Evaluation(this.scope, vars);
    const parts = this.template ? this.template.isDeclaredIn(evaluation) && this.template.printed : [normalizeSource(this.source)];
    return parts ? new PrintedTemplate(parts, evaluation) : undefined;
  }

  /** What the template gives before typing; UNDEFINED_USED when it used something undefined. */
  run(vars: Vars = NO_VARS): Value | typeof UNDEFINED_USED {
    if (this.broken) throw this.broken;
    if (!this.template) return normalizeSource(this.source);
    return this.template.run(new Evaluation(this.scope, vars));
  }

  undefinedUsed(vars: Vars = NO_VARS): ConnectorError {
    return (this.template as Template).undefinedUsed(new Evaluation(this.scope, vars));
  }
}

function compiled(source: string, scope: TemplateScope): Template | undefined {
  if (source.includes('stream_state')) {
    throw ConnectorError.config(
      'interpolation.stream_state',
      `${scope.path ? `${scope.path}: ` : ''}\`stream_state\` is no longer supported for interpolation. Use \`stream_interval\` instead.`,
    );
  }
  return isTemplate(source) ? Template.compile(source, scope.path) : undefined;
}

/** True when the template printed nothing. */
export function isEmpty(value: Value): boolean {
  return value === '' || isUndefined(value);
}

export class InterpolatedString {
  /** True when the source has no template syntax: evaluating it always gives the same value. */
  readonly isConstant: boolean;
  private readonly template: BoundTemplate;
  /** Results of a constant source. */
  private constantText: string | undefined;
  private constantJson: JsonValue | undefined;

  /** @throws ConnectorError `interpolation.syntax_error` or `interpolation.stream_state` */
  constructor(
    readonly source: string,
    protected readonly scope: TemplateScope,
  ) {
    this.template = new BoundTemplate(source, scope);
    this.isConstant = this.template.isConstant;
  }

  /** See `BoundTemplate`. */
  get isPure(): boolean {
    return this.template.isPure;
  }

  /** See `BoundTemplate`. */
  membersOf(variable: string): ReadonlySet<string> | undefined {
    return this.template.membersOf(variable);
  }

  /** See `BoundTemplate`. */
  printed(vars: Vars): PrintedTemplate | undefined {
    return this.template.printed(vars);
  }

  /**
   * The rendered text after Python literal typing: `"5"` gives 5, `"abc"` gives "abc" (reference section 5.2).
   * An empty result is the empty text.
   * @throws ConnectorError `interpolation.*` when a variable is not declared, undefined is used, types do not fit …
   */
  eval(vars?: Vars, options?: EvalOptions): JsonValue {
    if (this.isConstant && !options?.validTypes) {
      if (this.constantJson !== undefined) return this.constantJson;
      const value = typedJson(normalizeSource(this.source));
      // Objects and arrays are not shared: the caller may change them.
      if (typeof value !== 'object') this.constantJson = value;
      return value;
    }
    const value = this.value(vars);
    return isEmpty(value) ? '' : typedJson(value, options?.validTypes);
  }

  /** `eval`, then Python's `str()`: what goes into a URL or a header. */
  text(vars?: Vars): string {
    if (this.isConstant) return (this.constantText ??= typedText(normalizeSource(this.source)));
    const value = this.value(vars);
    return isEmpty(value) ? '' : typedText(value);
  }

  /** The rendered text without literal typing: `"1.10"` stays "1.10". */
  rawText(vars?: Vars): string {
    return str(this.value(vars));
  }

  private value(vars: Vars | undefined): Value {
    const value = this.template.run(vars);
    if (value === UNDEFINED_USED) throw this.template.undefinedUsed(vars);
    return value;
  }
}
