import type { CallArguments, Expression, MacroSignature, Statement, Target } from './ast';

/** The names that a block of statements sets, as far as inner blocks can see them. */
class Frame {
  /** Set by the statements read so far. */
  readonly known = new Set<string>();

  constructor(
    private readonly parent: Frame | undefined,
    /** Set anywhere in the block, also further down. */
    private readonly all: ReadonlySet<string>,
  ) {}

  has(name: string): boolean {
    return this.known.has(name) || (this.parent?.hasAnywhere(name) ?? false);
  }

  private hasAnywhere(name: string): boolean {
    return this.all.has(name) || (this.parent?.hasAnywhere(name) ?? false);
  }
}

export interface VariableUse {
  /** Names that the template reads and does not set before. */
  free: Set<string>;
  /** Names that the template sets somewhere. */
  assigned: Set<string>;
}

/** Finds out which variables a template needs (Jinja's `find_undeclared_variables`, plus names set in one branch only). */
export function variableUse(statements: readonly Statement[]): VariableUse {
  const finder = new Finder();
  finder.block(statements, undefined, []);
  return { free: finder.free, assigned: finder.assigned };
}

class Finder {
  readonly free = new Set<string>();
  readonly assigned = new Set<string>();

  block(statements: readonly Statement[], parent: Frame | undefined, parameters: readonly string[]): void {
    const all = new Set(parameters);
    collectAssigned(statements, all);
    const frame = new Frame(parent, all);
    for (const name of parameters) this.declare(name, frame);
    this.statements(statements, frame);
  }

  private statements(statements: readonly Statement[], frame: Frame): void {
    for (const statement of statements) this.statement(statement, frame);
  }

  private statement(statement: Statement, frame: Frame): void {
    switch (statement.type) {
      case 'text':
        return;
      case 'print':
        return this.read(statement.expression, frame);
      case 'set':
        this.read(statement.value, frame);
        return this.assign(statement.target, frame);
      case 'setBlock':
        if (statement.filter) this.read(statement.filter, frame);
        this.block(statement.body, frame, []);
        return this.assign(statement.target, frame);
      case 'if':
        for (const branch of statement.branches) {
          this.read(branch.test, frame);
          this.statements(branch.body, frame);
        }
        return this.statements(statement.otherwise, frame);
      case 'for': {
        this.read(statement.iterable, frame);
        const names = ['loop', ...targetNames(statement.target)];
        // The filter of a loop belongs to its inside.
        const filter: Statement[] = statement.filter ? [{ type: 'print', expression: statement.filter }] : [];
        this.block([...filter, ...statement.body], frame, names);
        return this.block(statement.otherwise, frame, []);
      }
      case 'macro':
        this.declare(statement.name, frame);
        return this.callable(statement.signature, statement.body, frame);
      case 'callBlock':
        this.read(statement.call, frame);
        return this.callable(statement.signature, statement.body, frame);
      case 'filterBlock':
        this.read(statement.filter, frame);
        return this.block(statement.body, frame, []);
      case 'with': {
        for (const { value } of statement.bindings) this.read(value, frame);
        return this.block(statement.body, frame, statement.bindings.flatMap(({ target }) => targetNames(target)));
      }
    }
  }

  private callable(signature: MacroSignature, body: readonly Statement[], frame: Frame): void {
    const defaults: Statement[] = signature.defaults.map((expression) => ({ type: 'print', expression }));
    this.block([...defaults, ...body], frame, [...signature.parameters, 'caller', 'varargs', 'kwargs']);
  }

  private declare(name: string, frame: Frame): void {
    frame.known.add(name);
    this.assigned.add(name);
  }

  private assign(target: Target, frame: Frame): void {
    if (target.type === 'namespace') this.name(target.name, frame);
    else for (const name of targetNames(target)) this.declare(name, frame);
  }

  private name(name: string, frame: Frame): void {
    if (!frame.has(name)) this.free.add(name);
  }

  private args(args: CallArguments, frame: Frame): void {
    for (const each of args.positional) this.read(each, frame);
    for (const { value } of args.named) this.read(value, frame);
    if (args.spread) this.read(args.spread, frame);
    if (args.spreadNamed) this.read(args.spreadNamed, frame);
  }

  private read(node: Expression, frame: Frame): void {
    const read = (each: Expression | undefined) => each && this.read(each, frame);
    switch (node.type) {
      case 'constant':
        return;
      case 'name':
        return this.name(node.name, frame);
      case 'list':
      case 'tuple':
      case 'concat':
        return node.items.forEach(read);
      case 'dict':
        return node.entries.forEach(({ key, value }) => [key, value].forEach(read));
      case 'attribute':
        return void read(node.object);
      case 'item':
        return [node.object, node.key].forEach(read);
      case 'slice':
        return [node.object, node.start, node.stop, node.step].forEach(read);
      case 'call':
        read(node.callee);
        return this.args(node.args, frame);
      case 'filter':
      case 'test':
        read(node.operand);
        return this.args(node.args, frame);
      case 'unary':
        return void read(node.operand);
      case 'arithmetic':
      case 'and':
      case 'or':
        return [node.left, node.right].forEach(read);
      case 'comparison':
        return [node.first, ...node.rest.map(({ operand }) => operand)].forEach(read);
      case 'condition':
        return [node.test, node.then, node.otherwise].forEach(read);
    }
  }
}

function targetNames(target: Target): string[] {
  return target.type === 'name' ? [target.name] : target.type === 'tuple' ? target.items.flatMap(targetNames) : [];
}

/** What the statements of one block set; blocks inside `if` are the same block. */
function collectAssigned(statements: readonly Statement[], names: Set<string>): void {
  for (const statement of statements) {
    if (statement.type === 'set' || statement.type === 'setBlock') targetNames(statement.target).forEach((name) => names.add(name));
    else if (statement.type === 'macro') names.add(statement.name);
    else if (statement.type === 'if') {
      for (const branch of statement.branches) collectAssigned(branch.body, names);
      collectAssigned(statement.otherwise, names);
    }
  }
}
