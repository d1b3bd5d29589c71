import type { CallArguments, Expression, Statement } from './ast';
import { mayBeDictAttribute } from './attributes';

/**
 * The members of `variable` that a template looks at, when that can be told from its source: `v['a']`, `v.a`,
 * `v.get('a', …)`, `'a' in v`. Undefined when it may look at others, as in `v.items()`.
 */
export function memberReads(statements: readonly Statement[], variable: string): ReadonlySet<string> | undefined {
  const members = new Set<string>();
  return new Search(variable, members).allows(statements) ? members : undefined;
}

/** Whether a template gives the same whenever its variables are the same: it calls nothing but `.get`, which neither counts, nor changes a list, nor looks at a clock. */
export function isPure(node: unknown): boolean {
  if (typeof node !== 'object' || node === null) return true;
  if (Array.isArray(node)) return node.every(isPure);
  const expression = node as Expression;
  if (expression.type === 'constant') return true;
  if (expression.type === 'call' && !(expression.callee.type === 'attribute' && expression.callee.name === 'get')) return false;
  if (expression.type === 'filter' && expression.name === 'random') return false;
  return Object.values(node).every(isPure);
}

class Search {
  constructor(
    private readonly variable: string,
    private readonly members: Set<string>,
  ) {}

  /** `node`: any part of a syntax tree. */
  allows(node: unknown): boolean {
    if (typeof node !== 'object' || node === null) return true;
    if (Array.isArray(node)) return node.every((each) => this.allows(each));
    const expression = node as Expression;
    switch (expression.type) {
      case 'constant':
        return true;
      case 'name':
        return expression.name !== this.variable;
      case 'attribute':
        if (this.isVariable(expression.object)) return this.member(expression.name);
        break;
      case 'item':
        if (this.isVariable(expression.object)) return this.constantMember(expression.key);
        break;
      case 'call':
        if (this.isGet(expression.callee)) return this.getMember(expression.args);
        break;
      case 'comparison':
        return this.comparison(expression);
    }
    return Object.values(node).every((part) => this.allows(part));
  }

  private comparison({ first, rest }: Expression & { type: 'comparison' }): boolean {
    let left = first;
    for (const { operator, operand } of rest) {
      const isMembership = (operator === 'in' || operator === 'not in') && this.isVariable(operand);
      if (isMembership ? !this.constantMember(left) : !this.allows(operand)) return false;
      left = operand;
    }
    return this.allows(first);
  }

  private getMember({ positional, named, spread, spreadNamed }: CallArguments): boolean {
    const [key, ...others] = positional;
    return !spread && !spreadNamed && key !== undefined && this.constantMember(key) && this.allows(others) && this.allows(named);
  }

  private constantMember(key: Expression): boolean {
    return key.type === 'constant' && typeof key.value === 'string' && this.member(key.value);
  }

  private member(name: string): boolean {
    // What is not there would be a method, which sees everything.
    if (mayBeDictAttribute(name)) return false;
    this.members.add(name);
    return true;
  }

  private isGet(callee: Expression): boolean {
    return callee.type === 'attribute' && callee.name === 'get' && this.isVariable(callee.object);
  }

  private isVariable(node: Expression): boolean {
    return node.type === 'name' && node.name === this.variable;
  }
}
