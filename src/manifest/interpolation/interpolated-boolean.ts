import { isConnectorError } from '../../errors/connector-error';
import { truthy } from './python-operators';
import { isDict } from './python-dict';
import { BoundTemplate, isEmpty, type TemplateScope, type Vars } from './interpolated-string';
import type { PrintedTemplate } from './printed-template';
import { str } from './python-text';
import { isNumber, PyFloat, PyTuple, type Value } from './python-values';
import { UNDEFINED_USED } from './template';
import { typed } from './typed-text';

const TYPES_DO_NOT_FIT: unique symbol = Symbol('types do not fit');

/** Texts that are false. `None`, `0`, `0.0`, `[]` … become values before they are looked at. */
const FALSE_TEXTS: ReadonlySet<string> = new Set(['False', 'false', '{}', '[]', '()', '', '0', '0.0', 'set()']);

/** A condition; which texts are false is fixed by the reference (section 5.4): also `"no"` and a blank are true. */
export class InterpolatedBoolean {
  private readonly template: BoundTemplate | undefined;

  /** @throws ConnectorError `interpolation.syntax_error` or `interpolation.stream_state` */
  constructor(
    readonly source: string | boolean,
    protected readonly scope: TemplateScope,
  ) {
    this.template = typeof source === 'boolean' ? undefined : new BoundTemplate(source, scope);
  }

  /** The members of a variable that the condition looks at; undefined when that may be any. */
  membersOf(variable: string): ReadonlySet<string> | undefined {
    return this.template ? this.template.membersOf(variable) : new Set();
  }

  /** See `BoundTemplate`; undefined also for a plain boolean. */
  printed(vars: Vars): PrintedTemplate | undefined {
    return this.template?.printed(vars);
  }

  /**
   * False also when the template used something undefined. True when the types do not fit, as in `null > 0`: published
   * connectors end their pages that way (`not "next" in headers.get('Link')`), and filters keep the record.
   */
  eval(vars?: Vars): boolean {
    if (!this.template) return this.source as boolean;
    const value = this.valueOf(this.template, vars);
    return value === TYPES_DO_NOT_FIT || (value !== UNDEFINED_USED && !isEmpty(value) && holds(value));
  }

  private valueOf(template: BoundTemplate, vars: Vars | undefined): ReturnType<BoundTemplate['run']> | typeof TYPES_DO_NOT_FIT {
    try {
      return template.run(vars);
    } catch (error) {
      if (isConnectorError(error) && error.code === 'interpolation.type_error') return TYPES_DO_NOT_FIT;
      throw error;
    }
  }
}

function holds(value: Value): boolean {
  if (typeof value === 'boolean') return value;
  const result = typeof value === 'string' || typeof value === 'object' ? typed(str(value)) : value;
  if (typeof result === 'string') return !FALSE_TEXTS.has(result);
  // Everything that is not a text, and that Python takes for false, is on the reference's list.
  return result === null || isNumber(result) || result instanceof PyFloat || Array.isArray(result) || result instanceof PyTuple || isDict(result) ? truthy(result) : true;
}
