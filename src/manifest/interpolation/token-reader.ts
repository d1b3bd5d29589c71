import type { Token } from './lexer';
import { MAX_PARSE_DEPTH } from './limits';
import { TemplateSyntaxError } from './template-errors';

/** A position in the tokens of one piece. */
export class TokenReader {
  private at = 0;
  private depth = 0;

  constructor(private readonly tokens: readonly Token[]) {}

  get current(): Token {
    return this.tokens[this.at] as Token;
  }

  isEnd(): boolean {
    return this.current.type === 'end';
  }

  isOperator(value: string): boolean {
    return this.current.type === 'operator' && this.current.value === value;
  }

  isName(value: string): boolean {
    return this.current.type === 'name' && this.current.value === value;
  }

  skipOperator(value: string): boolean {
    return this.isOperator(value) && this.advance() !== undefined;
  }

  skipName(value: string): boolean {
    return this.isName(value) && this.advance() !== undefined;
  }

  expectOperator(value: string): void {
    if (!this.skipOperator(value)) this.fail(`expected "${value}"`);
  }

  expectName(value?: string): string {
    if (this.current.type !== 'name' || (value !== undefined && this.current.value !== value)) this.fail(`expected ${value ?? 'a name'}`);
    return this.advance().value;
  }

  expectEnd(): void {
    if (!this.isEnd()) this.fail('expected the end');
  }

  fail(expectation: string): never {
    const found = this.isEnd() ? 'the end' : JSON.stringify(this.current.value);
    throw new TemplateSyntaxError(`${expectation}, found ${found}`, this.current.position);
  }

  /** The token after the current one. */
  protected peek(): Token | undefined {
    return this.tokens[this.at + 1];
  }

  protected advance(): Token {
    const token = this.current;
    this.at++;
    return token;
  }

  /** Runs a part of the parser that may contain itself. */
  protected deeper<T>(parse: () => T): T {
    if (++this.depth > MAX_PARSE_DEPTH) this.fail(`the expression is nested more than ${MAX_PARSE_DEPTH} deep; expected less`);
    const result = parse();
    this.depth--;
    return result;
  }
}
