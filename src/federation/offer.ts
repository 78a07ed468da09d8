import { findApplicationByClientId } from '../okta/applications.ts';
import type { Okta } from '../okta/client.ts';
import type { Observed } from './observe/observed.ts';
import { nameTagOf } from './ownership/name-tag.ts';
import { isGone, standingWith, withJournalOf } from './ownership/owner.ts';
import { adoptableKindProblem } from './plan/adoptable.ts';
import { consentLineFor } from './plan/consent.ts';
import type { Identity } from './properties/identity.ts';
import { isSameResource } from './resource-name.ts';
import type { Turn } from './turn.ts';

const another = 'Choose another ProviderName.';

/**
 * Says what to do if another owner has a provider of the wanted name. It offers only what works.
 * @returns whole sentences.
 */
export async function offerFor(
  turn: Turn,
  identity: Identity,
  { provider }: Observed,
  okta: Okta,
): Promise<string> {
  // With another client, or of another type, no application of this org is behind it.
  const application =
    provider?.type === 'OIDC' ? await findApplicationByClientId(okta, provider.clientId) : undefined;
  if (!application || adoptableKindProblem(application)) return another;
  const { id } = application;
  const adopt = `take it over with Adopt: {ApplicationId: ${id}}`;
  const tag = nameTagOf(application);
  // Its own journal does not know it: it was lost, or an older one was restored. Its own lease is held, too.
  if (tag && !isSameResource(tag, identity)) {
    const { signal } = turn.deadline.work;
    const isOfStack = tag.stackId === identity.stackId;
    const owner = `the resource ${tag.logicalResourceId} of the stack ${tag.stackId}`;
    if (!isOfStack && !(await isGone(turn, tag, signal)))
      return `It belongs to ${owner}. Remove that resource first, or choose another ProviderName.`;
    const isListed = await withJournalOf(turn, tag, signal, async (journal) => {
      const standing = standingWith(journal, id);
      return { result: standing !== undefined && !standing.handedTo };
    });
    if (isListed) return `It was made by ${owner}. To keep it, ${adopt}; or choose another ProviderName.`;
    if (isOfStack) return another;
  }
  const line = consentLineFor(turn.services.adoption, turn.request.stackName);
  if (line === undefined) return another;
  return line === ''
    ? `Choose another ProviderName, or ${adopt}.`
    : `Choose another ProviderName; or ask an Okta administrator to add the line "${line}" to the Okta application ${id}, at General › Application notes › Application notes for admins, and ${adopt}.`;
}
