import { isDrifted, left } from '../federation/watch/check.ts';
import type { Difference } from '../federation/watch/drift.ts';
import { nameOf, stackNameOf } from '../federation/watch/standing.ts';
import type { Command } from './command.ts';
import { exitCodeOf, type Looked, lookAsAsked, lookUsage } from './look.ts';
import { printable, printableJson, styled } from './terminal.ts';

const usage = `Usage: okta-cognito-idp drift [options]

Lists what was changed by hand in a federation since its last deployment, in Okta or in Cognito. It changes nothing.

${lookUsage}

Ends with 0 if nothing differs, 1 if something does, 2 if it could not look at all of them.`;

export const drift: Command = {
  summary: 'says what differs from the templates, setting by setting',
  usage,
  async run(args) {
    const { looked, isJson } = await lookAsAsked(usage, args, { probes: false });
    const drifts = looked.map(driftOf);
    console.log(isJson ? printableJson(drifts) : drifts.map(diffOf).join('\n\n'));
    return exitCodeOf(looked, (finding) => !isDrifted(finding));
  },
};

/** What is to be printed of one federation. */
export function driftOf({ federation, finding }: Looked): Drift {
  const named = { federation: nameOf(federation), stack: stackNameOf(federation) };
  if ('failure' in finding) return { ...named, differences: [], problems: [], failure: finding.failure };
  const { differences, problems, isLeft } = finding;
  return isLeft ? { ...named, differences: [], problems, note: left } : { ...named, differences, problems };
}

/** What differs of one federation. */
export interface Drift {
  readonly federation: string;
  readonly stack: string;
  readonly differences: readonly Difference[];
  readonly problems: readonly string[];
  /** What is no drift, and what a person is to know all the same. */
  readonly note?: string;
  /** Why it could not be looked at. */
  readonly failure?: string;
}

/** As a diff: `-` what is there, `+` what the template wants. */
export function diffOf({ federation, stack, differences, problems, note, failure }: Drift): string {
  const title = styled('bold', `${federation} (stack ${stack})`);
  if (failure !== undefined) return `${title}\n${styled('yellow', `  ? not looked at: ${failure}`)}`;
  if (differences.length + problems.length === 0)
    return [title, '  no difference', ...(note === undefined ? [] : [printable(`  ${note}`)])].join('\n');
  return [
    title,
    ...differences.flatMap(({ setting, wanted, found }) => [
      printable(`  ${setting}`),
      styled('red', `  - ${found}`),
      styled('green', `  + ${wanted}`),
    ]),
    ...problems.map((problem) => styled('yellow', `  ! ${problem}`)),
  ].join('\n');
}
