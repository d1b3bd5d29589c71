import type { Budget } from './limits';
import { checkTextLength, MAX_CALL_DEPTH, MAX_STEPS } from './limits';
import type { TemplateScope, Vars } from './template-scope';
import { LimitError } from './template-errors';

/** One evaluation of one template: its variables and what it may still use. */
export class Evaluation implements Budget {
  private steps = 0;
  private depth = 0;

  constructor(
    readonly scope: TemplateScope,
    readonly vars: Vars,
  ) {}

  step(count = 1): void {
    this.steps += count;
    if (this.steps > MAX_STEPS) throw new LimitError(`the evaluation takes more than ${MAX_STEPS} steps`);
  }

  /** Runs a call that may call itself. */
  nested<T>(run: () => T): T {
    if (++this.depth > MAX_CALL_DEPTH) throw new LimitError(`calls are nested more than ${MAX_CALL_DEPTH} deep`);
    try {
      return run();
    } finally {
      this.depth--;
    }
  }
}

/** Variables that the template itself sets; those of the evaluation stay where they are. */
export class LocalScope {
  private values: Map<string, unknown> | undefined;

  constructor(private readonly parent?: LocalScope) {}

  get(name: string): unknown {
    // eslint-disable-next-line @typescript-eslint/no-this-alias
    for (let scope: LocalScope | undefined = this; scope; scope = scope.parent) {
      const value = scope.values?.get(name);
      if (value !== undefined) return value;
    }
    return undefined;
  }

  set(name: string, value: unknown): void {
    (this.values ??= new Map()).set(name, value);
  }
}

/** Collects what a template prints. */
export class Output {
  text = '';

  write(text: string): void {
    this.text += text;
    checkTextLength(this.text.length);
  }
}
