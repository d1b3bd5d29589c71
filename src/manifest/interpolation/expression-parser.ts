import type { CallArguments, ComparisonOperator, Expression } from './ast';
import { parseInteger } from './python-numbers';
import { toFloat } from './python-values';
import { TokenReader } from './token-reader';

const COMPARISONS: ReadonlySet<string> = new Set(['==', '!=', '<', '<=', '>', '>=']);
const CONSTANTS: ReadonlyMap<string, unknown> = new Map<string, unknown>([
  ['true', true], ['True', true], ['false', false], ['False', false], ['none', null], ['None', null],
]);
/** Words that go on with the surrounding expression after `is name`, and so are no argument of the test. */
const NOT_A_TEST_ARGUMENT: ReadonlySet<string> = new Set(['else', 'or', 'and', 'if', 'in', 'not', 'is', 'recursive']);

/** Jinja's expression grammar over the tokens of one piece. Binding from loose to tight: if, or, and, not, comparisons, + -, ~, * / // %, **, signs, filters and tests, postfix. */
export class ExpressionParser extends TokenReader {
  /** Also commas: `a, b` is a tuple. `stops` are names that end it. */
  tuple(options: { condition?: boolean; stops?: readonly string[]; mayBeEmpty?: boolean } = {}): Expression {
    const { condition = true, stops = [], mayBeEmpty = false } = options;
    const items: Expression[] = [];
    let isTuple = false;
    for (;;) {
      if (this.isEnd() || this.isOperator(')') || stops.some((stop) => this.isName(stop))) break;
      items.push(condition ? this.expression() : this.or());
      if (!this.skipOperator(',')) break;
      isTuple = true;
    }
    if (isTuple || (items.length === 0 && mayBeEmpty)) return { type: 'tuple', items };
    return items[0] ?? this.fail('expected an expression');
  }

  expression(): Expression {
    return this.deeper(() => {
      let then = this.or();
      while (this.skipName('if')) {
        const test = this.or();
        then = { type: 'condition', test, then, ...(this.skipName('else') ? { otherwise: this.expression() } : {}) };
      }
      return then;
    });
  }

  /** A filter chain without an operand: `upper | trim`. */
  filterChain(): Expression {
    const first = this.filter(undefined);
    return this.filtersAndTests(first);
  }

  callArguments(): CallArguments {
    this.expectOperator('(');
    const args: CallArguments = { positional: [], named: [] };
    while (!this.isOperator(')')) {
      if (this.skipOperator('*')) {
        if (args.spread || args.spreadNamed) this.fail('expected at most one * argument before **');
        args.spread = this.expression();
      } else if (this.skipOperator('**')) {
        if (args.spreadNamed) this.fail('expected at most one ** argument');
        args.spreadNamed = this.expression();
      } else if (this.current.type === 'name' && this.peek()?.value === '=' && this.peek()?.type === 'operator') {
        if (args.spreadNamed) this.fail('expected no argument after **');
        const name = this.advance().value;
        this.advance();
        args.named.push({ name, value: this.expression() });
      } else {
        if (args.spread || args.spreadNamed || args.named.length > 0) this.fail('expected a named argument');
        args.positional.push(this.expression());
      }
      if (!this.skipOperator(',')) break;
    }
    this.expectOperator(')');
    return args;
  }

  or(): Expression {
    let left = this.and();
    while (this.skipName('or')) left = { type: 'or', left, right: this.and() };
    return left;
  }

  private and(): Expression {
    let left = this.not();
    while (this.skipName('and')) left = { type: 'and', left, right: this.not() };
    return left;
  }

  private not(): Expression {
    return this.skipName('not') ? this.deeper(() => ({ type: 'unary', operator: 'not', operand: this.not() })) : this.comparison();
  }

  private comparison(): Expression {
    const first = this.sum();
    const rest: { operator: ComparisonOperator; operand: Expression }[] = [];
    for (;;) {
      let operator: ComparisonOperator;
      if (this.current.type === 'operator' && COMPARISONS.has(this.current.value)) operator = this.advance().value as ComparisonOperator;
      else if (this.skipName('in')) operator = 'in';
      else if (this.isName('not') && this.peek()?.type === 'name' && this.peek()?.value === 'in') {
        this.advance();
        this.advance();
        operator = 'not in';
      } else break;
      rest.push({ operator, operand: this.sum() });
    }
    return rest.length === 0 ? first : { type: 'comparison', first, rest };
  }

  private sum(): Expression {
    return this.binary(['+', '-'], () => this.concat());
  }

  private concat(): Expression {
    const first = this.product();
    if (!this.isOperator('~')) return first;
    const items = [first];
    while (this.skipOperator('~')) items.push(this.product());
    return { type: 'concat', items };
  }

  private product(): Expression {
    return this.binary(['*', '/', '//', '%'], () => this.power());
  }

  /** From the left, unlike Python: `2 ** 3 ** 2` is 64. */
  private power(): Expression {
    return this.binary(['**'], () => this.signed(true));
  }

  private binary(operators: readonly ('+' | '-' | '*' | '/' | '//' | '%' | '**')[], operand: () => Expression): Expression {
    let left = operand();
    for (;;) {
      const operator = operators.find((each) => this.isOperator(each));
      if (!operator) return left;
      this.advance();
      left = { type: 'arithmetic', operator, left, right: operand() };
    }
  }

  private signed(withFilters: boolean): Expression {
    return this.deeper(() => {
      const sign = this.isOperator('-') ? '-' : this.isOperator('+') ? '+' : undefined;
      if (sign) this.advance();
      const operand: Expression = sign ? { type: 'unary', operator: sign, operand: this.signed(false) } : this.primary();
      const node = this.postfix(operand);
      return withFilters ? this.filtersAndTests(node) : node;
    });
  }

  private postfix(node: Expression): Expression {
    for (;;) {
      if (this.skipOperator('.')) node = this.afterDot(node);
      else if (this.skipOperator('[')) node = this.subscript(node);
      else if (this.isOperator('(')) node = { type: 'call', callee: node, args: this.callArguments() };
      else return node;
    }
  }

  private afterDot(object: Expression): Expression {
    if (this.current.type === 'name') return { type: 'attribute', object, name: this.advance().value };
    if (this.current.type !== 'integer') this.fail('expected a name or a number');
    return { type: 'item', object, key: { type: 'constant', value: parseInteger(this.advance().value, 0) } };
  }

  private subscript(object: Expression): Expression {
    const keys: Expression[] = [];
    while (!this.isOperator(']')) {
      const start = this.isOperator(':') ? undefined : this.expression();
      if (!this.skipOperator(':')) keys.push(start as Expression);
      else {
        const part = () => (this.isOperator(':') || this.isOperator(']') || this.isOperator(',') ? undefined : this.expression());
        const stop = part();
        const step = this.skipOperator(':') ? part() : undefined;
        if (keys.length > 0 || this.isOperator(',')) this.fail('expected one slice');
        this.expectOperator(']');
        return { type: 'slice', object, start, stop, step };
      }
      if (!this.skipOperator(',')) break;
    }
    this.expectOperator(']');
    return { type: 'item', object, key: keys.length === 1 ? (keys[0] as Expression) : { type: 'tuple', items: keys } };
  }

  private filtersAndTests(node: Expression): Expression {
    for (;;) {
      if (this.isOperator('|')) node = this.filter(node);
      else if (this.isName('is')) node = this.test(node);
      // A call may follow a filter, not a plain operand: that one was taken by `postfix`.
      else if (this.isOperator('(')) node = { type: 'call', callee: node, args: this.callArguments() };
      else return node;
    }
  }

  private filter(operand: Expression | undefined): Expression {
    if (operand) this.expectOperator('|');
    const { position } = this.current;
    const name = this.dottedName();
    const args = this.isOperator('(') ? this.callArguments() : { positional: [], named: [] };
    return { type: 'filter', ...(operand ? { operand } : {}), name, args, position };
  }

  private test(operand: Expression): Expression {
    this.advance();
    const negated = this.skipName('not');
    const { position } = this.current;
    const name = this.dottedName();
    let args: CallArguments = { positional: [], named: [] };
    if (this.isOperator('(')) args = this.callArguments();
    else if (this.startsTestArgument()) args = { positional: [this.postfix(this.primary())], named: [] };
    const node: Expression = { type: 'test', operand, name, args, position };
    return negated ? { type: 'unary', operator: 'not', operand: node } : node;
  }

  private startsTestArgument(): boolean {
    const { type, value } = this.current;
    if (type === 'name') return !NOT_A_TEST_ARGUMENT.has(value);
    return type === 'string' || type === 'integer' || type === 'float' || (type === 'operator' && (value === '[' || value === '{'));
  }

  private dottedName(): string {
    let name = this.expectName();
    while (this.skipOperator('.')) name += `.${this.expectName()}`;
    return name;
  }

  private primary(): Expression {
    const { type, value, position } = this.current;
    if (type === 'end') this.fail('expected an expression');
    switch (type) {
      case 'name':
        this.advance();
        return CONSTANTS.has(value) ? { type: 'constant', value: CONSTANTS.get(value) } : { type: 'name', name: value, position };
      case 'string': {
        let text = '';
        while (this.current.type === 'string') text += this.advance().value;
        return { type: 'constant', value: text };
      }
      case 'integer':
        this.advance();
        return { type: 'constant', value: parseInteger(value, 0) };
      case 'float':
        this.advance();
        return { type: 'constant', value: toFloat(Number(value.replaceAll('_', ''))) };
    }
    if (this.skipOperator('(')) {
      const node = this.deeper(() => this.tuple({ mayBeEmpty: true }));
      this.expectOperator(')');
      return node;
    }
    if (this.skipOperator('[')) {
      const items = this.deeper(() => this.separated(']', () => this.expression()));
      return { type: 'list', items };
    }
    if (this.skipOperator('{')) return { type: 'dict', entries: this.deeper(() => this.separated('}', () => this.dictEntry())) };
    return this.fail('expected an expression');
  }

  private dictEntry(): { key: Expression; value: Expression } {
    const key = this.expression();
    this.expectOperator(':');
    return { key, value: this.expression() };
  }

  private separated<T>(close: string, read: () => T): T[] {
    const items: T[] = [];
    while (!this.isOperator(close)) {
      items.push(read());
      if (!this.skipOperator(',')) break;
    }
    this.expectOperator(close);
    return items;
  }
}
