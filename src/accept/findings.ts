import { ADVICE, RULES, type Rule } from './rules';

export interface Finding {
  /** The command, or the stream. */
  where: string;
  /** The first of its kind. */
  detail: string;
  count: number;
}

export interface RuleResult {
  rule: Rule;
  /** `skipped`: nothing in the runs could show it. */
  result: 'passed' | 'failed' | 'advice' | 'skipped';
  findings: Finding[];
}

/** Collects what was looked at and what was found. Equal findings are counted. */
export class Findings {
  private readonly looked = new Set<Rule>();
  private readonly byRule = new Map<Rule, Map<string, Finding>>();

  /** The rule could be broken here. */
  look(...rules: Rule[]): void {
    for (const rule of rules) this.looked.add(rule);
  }

  /** @param kind what makes two findings at one place different; the detail by default */
  add(rule: Rule, where: string, detail: string, kind = detail): void {
    this.look(rule);
    const findings = this.byRule.get(rule) ?? new Map<string, Finding>();
    this.byRule.set(rule, findings);
    const key = JSON.stringify([where, kind]);
    const known = findings.get(key);
    if (known) known.count += 1;
    else findings.set(key, { where, detail, count: 1 });
  }

  results(): RuleResult[] {
    return (Object.keys(RULES) as Rule[]).map((rule) => {
      const findings = [...(this.byRule.get(rule)?.values() ?? [])];
      const result = findings.length > 0 ? (ADVICE.includes(rule) ? 'advice' : 'failed') : this.looked.has(rule) ? 'passed' : 'skipped';
      return { rule, result, findings };
    });
  }
}
