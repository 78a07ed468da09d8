import type { Difference } from '../federation/watch/drift.ts';
import { nameOf, stackNameOf } from '../federation/watch/standing.ts';
import { type Command, CommandError } from './command.ts';
import { lookAsAsked, lookUsage } from './look.ts';
import { printable, printableJson, styled } from './terminal.ts';

const usage = `Usage: okta-cognito-idp drift [options]

Lists what was changed by hand in a federation since its last deployment, in Okta or in Cognito. It changes nothing.

${lookUsage}

Ends with 0 if nothing differs, 1 if something does, 2 if it could not look.`;

export const drift: Command = {
  summary: 'says what differs from the templates, setting by setting',
  usage,
  async run(args) {
    const { looked, isJson } = await lookAsAsked(usage, args, { probes: false });
    const drifts = looked.map(({ federation, finding }) => {
      const named = { federation: nameOf(federation), stack: stackNameOf(federation) };
      if ('failure' in finding)
        throw new CommandError(`${named.federation} (stack ${named.stack}): ${finding.failure}`);
      return { ...named, differences: finding.differences, problems: finding.problems };
    });
    console.log(isJson ? printableJson(drifts) : drifts.map(diffOf).join('\n\n'));
    return drifts.every(({ differences, problems }) => differences.length + problems.length === 0) ? 0 : 1;
  },
};

/** What differs of one federation. */
export interface Drift {
  readonly federation: string;
  readonly stack: string;
  readonly differences: readonly Difference[];
  readonly problems: readonly string[];
}

/** As a diff: `-` what is there, `+` what the template wants. */
export function diffOf({ federation, stack, differences, problems }: Drift): string {
  const title = styled('bold', `${federation} (stack ${stack})`);
  if (differences.length + problems.length === 0) return `${title}\n  no difference`;
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
