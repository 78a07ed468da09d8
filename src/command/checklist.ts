import { type Check, isFailed } from '../federation/plan/check.ts';
import { printable, printableJson } from './terminal.ts';

/** What was looked at. */
export interface Subject {
  readonly userPoolId: string;
  readonly providerName: string;
}

const parts: readonly Check['part'][] = ['Amazon Cognito', 'Okta', 'Sign-in'];

/** The checklist for a person: one line a check, and under what failed, what to do. */
export function checklist({ userPoolId, providerName }: Subject, checks: readonly Check[]): string {
  const lines = parts.flatMap((part) => {
    const own = checks.filter((check) => check.part === part);
    return own.length > 0 ? ['', part, ...own.flatMap(linesOf)] : [];
  });
  return [printable(`${providerName} in user pool ${userPoolId}`), ...lines, '', verdict(checks)].join('\n');
}

/** The same for a machine. */
export function checklistJson(subject: Subject, checks: readonly Check[]): string {
  const healthy = !checks.some(isFailed);
  const lines = checks.map((check) => ({
    part: check.part,
    name: check.name,
    outcome: outcomeOf(check),
    ...(isFailed(check) ? { problems: check.problems } : {}),
    ...(check.skipped ? { skipped: check.skipped } : {}),
  }));
  return printableJson({ ...subject, healthy, checks: lines });
}

function linesOf(check: Check): string[] {
  const mark = { passed: '✓', failed: '✗', skipped: '–' }[outcomeOf(check)];
  const note = check.skipped ? `: ${check.skipped}` : '';
  return [
    `  ${mark} ${check.name}${note}`,
    ...check.problems.map((problem) => `      ${fixIn(problem)}`),
  ].map(printable);
}

function outcomeOf(check: Check): 'passed' | 'failed' | 'skipped' {
  if (isFailed(check)) return 'failed';
  return check.skipped ? 'skipped' : 'passed';
}

/** A stack's reason begins with the property at fault; here there may be no template. */
function fixIn(problem: string): string {
  const sentence = problem.replace(/^[A-Z]\w+: /, '');
  // Names stay as they are written.
  return sentence.replace(/^[a-z](?=[a-z]* )/, (first) => first.toUpperCase());
}

function verdict(checks: readonly Check[]): string {
  const failed = checks.filter(isFailed).length;
  if (failed > 0) return `${failed} of ${checks.length} checks failed.`;
  const skipped = checks.filter((check) => check.skipped).length;
  return `All is well${skipped > 0 ? `, as far as it was looked at: ${skipped} of ${checks.length} checks were not made` : ''}.`;
}
