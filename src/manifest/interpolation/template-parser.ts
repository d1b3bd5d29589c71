import type { Expression, MacroSignature, Statement, Target } from './ast';
import { ExpressionParser } from './expression-parser';
import { tokenize, type Piece } from './lexer';
import { MAX_PARSE_DEPTH } from './limits';
import { TemplateSyntaxError } from './template-errors';

/** Tags of Jinja that need a template loader or an extension; the reference has neither. */
const UNSUPPORTED: Readonly<Record<string, string>> = {
  include: 'other templates cannot be included',
  import: 'other templates cannot be imported',
  from: 'other templates cannot be imported',
  extends: 'other templates cannot be extended',
  autoescape: 'escaping is always off; use the filter escape',
  do: 'write {% set _ = … %} instead',
  break: 'loops cannot be left early; filter the list instead',
  continue: 'use {% if %} inside the loop instead',
};

/** Parses a normalised source. @throws TemplateSyntaxError */
export function parseTemplate(source: string): Statement[] {
  return new TemplateParser(tokenize(source)).parse();
}

/** The statement that ended a block: its name, and its tokens when more of it must be read. */
interface BlockEnd {
  name: string;
  tokens: ExpressionParser;
}

class TemplateParser {
  private at = 0;
  private depth = 0;
  /** The end tags that the open blocks wait for; for messages. */
  private readonly open: { tag: string; position: number }[] = [];

  constructor(private readonly pieces: readonly Piece[]) {}

  parse(): Statement[] {
    return this.body([]).statements;
  }

  /** Statements up to one of `ends`, which is taken. Without `ends`: to the end of the template. */
  private body(ends: readonly string[]): { statements: Statement[]; end: BlockEnd } {
    const statements: Statement[] = [];
    while (this.at < this.pieces.length) {
      const piece = this.pieces[this.at++] as Piece;
      if (piece.kind === 'text') statements.push({ type: 'text', text: piece.text });
      else {
        const tokens = new ExpressionParser(piece.tokens);
        if (piece.kind === 'print') {
          const expression = tokens.tuple();
          tokens.expectEnd();
          statements.push({ type: 'print', expression });
          continue;
        }
        if (tokens.isEnd()) throw new TemplateSyntaxError('a tag is empty', piece.position);
        const name = tokens.expectName();
        if (ends.includes(name)) return { statements, end: { name, tokens } };
        statements.push(...this.statement(name, tokens, piece.position));
      }
    }
    const waiting = this.open.at(-1);
    if (waiting) throw new TemplateSyntaxError(`{% ${waiting.tag} %} is not closed; expected ${ends.map((end) => `{% ${end} %}`).join(' or ')}`, waiting.position);
    return { statements, end: { name: '', tokens: new ExpressionParser([]) } };
  }

  /** The body of a block tag whose opening has been read. */
  private block(tag: string, position: number, tokens: ExpressionParser, ends: readonly string[]): { statements: Statement[]; end: BlockEnd } {
    tokens.skipOperator(':');
    tokens.expectEnd();
    if (++this.depth > MAX_PARSE_DEPTH) throw new TemplateSyntaxError(`blocks are nested more than ${MAX_PARSE_DEPTH} deep`, position);
    this.open.push({ tag, position });
    const body = this.body(ends);
    this.open.pop();
    this.depth--;
    return body;
  }

  private simpleBlock(tag: string, position: number, tokens: ExpressionParser): Statement[] {
    const { statements, end } = this.block(tag, position, tokens, [`end${tag}`]);
    // `{% endblock name %}` may repeat the name.
    if (tag === 'block' && !end.tokens.isEnd()) end.tokens.expectName();
    end.tokens.expectEnd();
    return statements;
  }

  private statement(name: string, tokens: ExpressionParser, position: number): Statement[] {
    switch (name) {
      case 'set':
        return [this.set(tokens, position)];
      case 'if':
        return [this.if(tokens, position)];
      case 'for':
        return [this.for(tokens, position)];
      case 'macro': {
        const macro = tokens.expectName();
        const signature = this.signature(tokens);
        return [{ type: 'macro', name: macro, signature, body: this.simpleBlock('macro', position, tokens) }];
      }
      case 'call': {
        const signature = tokens.isOperator('(') ? this.signature(tokens) : { parameters: [], defaults: [] };
        const call = tokens.expression();
        if (call.type !== 'call') throw new TemplateSyntaxError('{% call %} needs a call', position);
        return [{ type: 'callBlock', call, signature, body: this.simpleBlock('call', position, tokens) }];
      }
      case 'filter': {
        const filter = tokens.filterChain();
        return [{ type: 'filterBlock', filter, body: this.simpleBlock('filter', position, tokens) }];
      }
      case 'with':
        return [this.with(tokens, position)];
      case 'block': {
        tokens.expectName();
        while (tokens.skipName('scoped') || tokens.skipName('required'));
        return [{ type: 'with', bindings: [], body: this.simpleBlock('block', position, tokens) }];
      }
      case 'print': {
        const printed: Statement[] = [];
        while (!tokens.isEnd()) {
          if (printed.length > 0) tokens.expectOperator(',');
          printed.push({ type: 'print', expression: tokens.expression() });
        }
        return printed;
      }
    }
    const why = Object.prototype.hasOwnProperty.call(UNSUPPORTED, name) ? UNSUPPORTED[name] : undefined;
    const waiting = this.open.at(-1);
    throw new TemplateSyntaxError(
      why ? `{% ${name} %} is not supported: ${why}` : `unknown tag {% ${name} %}${waiting ? ` inside {% ${waiting.tag} %}` : ''}`,
      position,
    );
  }

  private set(tokens: ExpressionParser, position: number): Statement {
    const target = this.target(tokens, true);
    if (tokens.skipOperator('=')) {
      const value = tokens.tuple();
      tokens.expectEnd();
      return { type: 'set', target, value };
    }
    const filter = tokens.skipOperator('|') ? tokens.filterChain() : undefined;
    return { type: 'setBlock', target, ...(filter ? { filter } : {}), body: this.simpleBlock('set', position, tokens) };
  }

  private if(tokens: ExpressionParser, position: number): Statement {
    const branches: { test: Expression; body: Statement[] }[] = [];
    let reader = tokens;
    for (;;) {
      const test = reader.tuple({ condition: false });
      const { statements, end } = this.block('if', position, reader, ['elif', 'else', 'endif']);
      branches.push({ test, body: statements });
      if (end.name === 'elif') {
        reader = end.tokens;
        continue;
      }
      return { type: 'if', branches, otherwise: this.otherwise(end, position, 'endif') };
    }
  }

  private for(tokens: ExpressionParser, position: number): Statement {
    const target = this.target(tokens, false, ['in']);
    tokens.expectName('in');
    const iterable = tokens.tuple({ condition: false, stops: ['recursive'] });
    const filter = tokens.skipName('if') ? tokens.expression() : undefined;
    const recursive = tokens.skipName('recursive');
    const { statements: body, end } = this.block('for', position, tokens, ['else', 'endfor']);
    const otherwise = this.otherwise(end, position, 'endfor');
    return { type: 'for', target, iterable, ...(filter ? { filter } : {}), recursive, body, otherwise };
  }

  /** The body of `else`, if that is what ended the block before. */
  private otherwise(end: BlockEnd, position: number, last: string): Statement[] {
    if (end.name !== 'else') {
      end.tokens.expectEnd();
      return [];
    }
    const { statements, end: lastEnd } = this.block('else', position, end.tokens, [last]);
    lastEnd.tokens.expectEnd();
    return statements;
  }

  private with(tokens: ExpressionParser, position: number): Statement {
    const bindings: { target: Target; value: Expression }[] = [];
    while (!tokens.isEnd()) {
      if (bindings.length > 0) tokens.expectOperator(',');
      const target = this.singleTarget(tokens, false);
      tokens.expectOperator('=');
      bindings.push({ target, value: tokens.expression() });
    }
    return { type: 'with', bindings, body: this.simpleBlock('with', position, tokens) };
  }

  private signature(tokens: ExpressionParser): MacroSignature {
    const signature: MacroSignature = { parameters: [], defaults: [] };
    tokens.expectOperator('(');
    while (!tokens.isOperator(')')) {
      if (signature.parameters.length > 0) tokens.expectOperator(',');
      signature.parameters.push(tokens.expectName());
      if (tokens.skipOperator('=')) signature.defaults.push(tokens.expression());
      else if (signature.defaults.length > 0) tokens.fail('expected a default value, as for the parameters before');
    }
    tokens.expectOperator(')');
    return signature;
  }

  private target(tokens: ExpressionParser, mayBeAttribute: boolean, stops: readonly string[] = []): Target {
    const items: Target[] = [this.singleTarget(tokens, mayBeAttribute)];
    let isTuple = false;
    while (tokens.skipOperator(',')) {
      isTuple = true;
      if (tokens.isOperator('=') || tokens.isEnd() || stops.some((stop) => tokens.isName(stop))) break;
      items.push(this.singleTarget(tokens, mayBeAttribute));
    }
    return isTuple ? { type: 'tuple', items } : (items[0] as Target);
  }

  private singleTarget(tokens: ExpressionParser, mayBeAttribute: boolean): Target {
    if (tokens.skipOperator('(')) {
      const target = this.target(tokens, mayBeAttribute);
      tokens.expectOperator(')');
      return target;
    }
    const name = tokens.expectName();
    if (['true', 'false', 'none', 'True', 'False', 'None'].includes(name)) tokens.fail(`"${name}" cannot be assigned to; expected a name`);
    if (mayBeAttribute && tokens.skipOperator('.')) return { type: 'namespace', name, attribute: tokens.expectName() };
    return { type: 'name', name };
  }
}
