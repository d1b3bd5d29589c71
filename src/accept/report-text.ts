import type { AcceptanceReport } from './acceptance';
import { RULES } from './rules';
import type { RuleResult } from './findings';

const SIGNS: Record<RuleResult['result'], string> = { passed: '✓', failed: '✗', advice: '!', skipped: '-' };
const FINDINGS_SHOWN = 5;

/** The report for people: a line a rule, with what was found below it. */
export function reportText(report: AcceptanceReport): string {
  const lines = report.rules.flatMap(({ rule, result, findings }) => [
    `${SIGNS[result]} ${rule.padEnd(20)} ${RULES[rule]}${result === 'skipped' ? ' (nothing to see)' : ''}`,
    ...findings.slice(0, FINDINGS_SHOWN).map(({ where, detail, count }) => `    ${where}: ${detail}${count > 1 ? ` (${count} times)` : ''}`),
    ...(findings.length > FINDINGS_SHOWN ? [`    and ${findings.length - FINDINGS_SHOWN} more; --json lists all`] : []),
  ]);
  const count = (result: RuleResult['result']) => report.rules.filter((each) => each.result === result).length;
  const seconds = report.runs.reduce((sum, run) => sum + run.seconds, 0);
  return [
    ...lines,
    '',
    `${report.isAccepted ? 'Accepted' : 'Not accepted'}: ${count('passed')} rules passed, ${count('failed')} failed, ${count('advice')} to think about, ${count('skipped')} skipped; ${report.runs.length} runs in ${Math.round(seconds)} s.`,
  ].join('\n');
}
