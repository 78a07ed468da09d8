import { atMost } from '../at-most.ts';
import type { Allotment } from '../cloudformation/deadline.ts';
import type { Services } from '../federation/connections.ts';
import { journalIn } from '../federation/journal/item.ts';
import { resourceName } from '../federation/resource-name.ts';
import { check, type Finding, isDrifted } from '../federation/watch/check.ts';
import type { StandingFederation } from '../federation/watch/standing.ts';
import { DeploymentAtWorkError, requireAlone, requireSame } from '../federation/watch/watch.ts';
import { readItem } from '../lease/items.ts';
import { optionsOf } from './command.ts';
import {
  allFederations,
  connectProviderStack,
  type ProviderStack,
  selected,
  selectionOptions,
  selectionUsage,
  stackOptions,
  stackUsage,
} from './provider-stack.ts';
import { endProgress, progress } from './terminal.ts';

/** What was found of a federation, or why it could not be looked at. */
export interface Looked {
  readonly federation: StandingFederation;
  readonly finding: Finding | { readonly failure: string };
}

/** People can sign in, as far as that was probed, and all is as the template says. */
export function isWell(finding: Finding): boolean {
  return finding.signIn.works !== false && !isDrifted(finding);
}

/**
 * What `list` and `drift` end with.
 * @param isRight whether a finding is as it should be.
 */
export function exitCodeOf(looked: readonly Looked[], isRight: (finding: Finding) => boolean): 0 | 1 | 2 {
  if (looked.some(({ finding }) => 'failure' in finding)) return 2;
  return looked.every(({ finding }) => 'failure' in finding || isRight(finding)) ? 0 : 1;
}

const mostAtOnce = 5;

/**
 * Looks at the federations that the options of `list` or `drift` name.
 * @param halves which of the two are looked at.
 * @throws CommandError if an option is wrong, or there is no such federation.
 */
export async function lookAsAsked(
  usage: string,
  args: readonly string[],
  halves?: { readonly probes: boolean },
): Promise<{ readonly looked: readonly Looked[]; readonly isJson: boolean }> {
  const options = optionsOf(usage, args, {
    ...stackOptions,
    ...selectionOptions,
    json: { type: 'boolean', default: false },
  });
  using stack = await connectProviderStack(options['provider-stack'], options.region);
  const federations = selected(await allFederations(stack), options);
  return { looked: await lookAt(stack, federations, halves), isJson: options.json };
}

/** The options of `lookAsAsked`, for the usage. */
export const lookUsage = `${stackUsage}
${selectionUsage}
  --json                    print JSON
  --help                    print this`;

/** Looks at federations as the watch does, a few at a time. */
async function lookAt(
  { services, deadline }: ProviderStack,
  federations: readonly StandingFederation[],
  halves?: { readonly probes: boolean },
): Promise<Looked[]> {
  let done = 0;
  const show = () => progress(`Looking at federations: ${done} of ${federations.length}`);
  show();
  try {
    return await atMost(mostAtOnce, federations, async (federation) => {
      const finding = await findingOf(federation, services, deadline.work, halves);
      done += 1;
      show();
      return { federation, finding };
    });
  } finally {
    endProgress();
  }
}

/** Looks at one federation, unless a deployment is changing it: what is there then is not whole. */
export async function findingOf(
  federation: StandingFederation,
  services: Services,
  time: Allotment,
  halves?: { readonly probes: boolean },
): Promise<Looked['finding']> {
  try {
    const { signal } = time;
    const item = (await readItem(services.leases, resourceName(federation), signal)) ?? {};
    requireAlone(item);
    const finding = await check(federation, journalIn(item), services, time, halves);
    // A deployment in between looks like a change by hand.
    if (!isWell(finding)) await requireSame(item, federation, services, signal);
    return finding;
  } catch (error) {
    if (error instanceof DeploymentAtWorkError)
      return { failure: 'A deployment is at work on it. Run the command again when it has ended.' };
    return { failure: error instanceof Error ? error.message || error.name : 'unknown' };
  }
}
