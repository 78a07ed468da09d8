import { isDeepStrictEqual } from 'node:util';
import { propertiesInStack } from '../cloudformation/stacks.ts';
import type { AppClient } from '../cognito/app-clients.ts';
import { allOf, eager } from './all-of.ts';
import { askStack } from './ask-stack.ts';
import { type Connections, connect, targetOf } from './connections.ts';
import { type KnownProvider, knownAt } from './journal/past.ts';
import { listingClients } from './observe/listing-clients.ts';
import { observe } from './observe/observe.ts';
import type { Observed } from './observe/observed.ts';
import { replacedDomains, withoutDomains } from './observe/replaced-domains.ts';
import type { Order } from './order.ts';
import { isNativeProvider } from './ownership/native-provider.ts';
import { findTakeover, type Takeover } from './ownership/takeover.ts';
import { keptClients } from './plan/dropped-clients.ts';
import { without } from './plan/settings.ts';
import { type Identity, identityOf } from './properties/identity.ts';
import { parseIfValid } from './properties/properties.ts';
import type { Turn } from './turn.ts';

/** What there is, what this resource knows of it, and what of it this resource may take over. */
export interface Sight {
  readonly identity: Identity;
  readonly connections: Connections;
  readonly known: KnownProvider;
  readonly observed: Observed;
  /** To take over from an owner that is gone. */
  readonly takeover: Takeover | undefined;
  /** For an adoption: whether the provider belongs to a resource of the same stack. */
  readonly isNative: Promise<boolean> | undefined;
  /** App clients that list the provider, by ID, if the template names none. */
  readonly listing: Promise<ReadonlyMap<string, AppClient>> | undefined;
  /** App clients that UserPoolClientIds lists no more. */
  readonly dropped: readonly string[];
}

/**
 * Looks at everything at once: Cognito, Okta, and what CloudFormation knows of the stack.
 * @throws everything that a call throws.
 */
export async function look(turn: Turn, order: Order): Promise<Sight> {
  const { request, deadline, services } = turn;
  const { properties, past, applicationId, isTolerant } = order;
  const identity = identityOf(request, properties);
  const known = knownAt(past, identity);
  const connections = connect(services, request, targetOf(properties), deadline.work);
  const sought = { identity, properties, known, past, applicationId, stackName: request.stackName };
  const isNative = adoptsProvider(order, known) ? eager(isNativeProvider(turn, identity)) : undefined;
  // A provider that does not exist yet is on no app client. Otherwise this runs in parallel to everything else.
  const mayBeListed =
    properties.UserPoolClientIds.length === 0 &&
    (past.standing !== undefined || properties.Adopt !== undefined);
  const listing = mayBeListed ? eager(listingClients(connections, identity)) : undefined;
  const dropped = without(known.provider?.userPoolClientIds, properties.UserPoolClientIds);
  const [first, keptClientIds, replaced] = await allOf([
    observe(connections, sought),
    clientsToKeep(turn, order, identity, dropped, dropped),
    replacedDomains(turn, properties, known),
  ]);
  const whole = (observed: Observed) => {
    const groupIds = isTolerant ? withLostGroups(order, observed) : observed.groupIds;
    return withoutDomains({ ...observed, groupIds, keptClientIds }, replaced);
  };
  const sight = { identity, connections, isNative, listing, dropped };

  const found = isTolerant ? undefined : await findTakeover(turn, identity, properties, past, first);
  if (found === 'ownerless')
    return { ...sight, known, observed: whole(asUnmarked(first)), takeover: undefined };
  if (!found?.takeover.inherited)
    return { ...sight, known, observed: whole(first), takeover: found?.takeover };
  const { standing, open } = found.takeover.inherited;
  // An earlier try of ours may have noted in the owner's journal that it is handed over.
  const theirs = { ...standing, handedTo: undefined };
  const both = { ...past, others: [...past.others, theirs], open: [...past.open, ...open] };
  const inherited = knownAt(both, identity);
  const again = await observe(connections, { ...sought, known: inherited });
  return { ...sight, known: inherited, observed: whole(again), takeover: found.takeover };
}

/**
 * The app clients that UserPoolClientIds no longer lists but whose own resource in the stack names the provider: they keep it.
 * @param clientIds IDs of app clients.
 * @param ifSilent the answer in a rollback, which must not fail because CloudFormation does not answer.
 */
export async function clientsToKeep(
  turn: Turn,
  { isTolerant }: Pick<Order, 'isTolerant'>,
  { providerName }: Identity,
  clientIds: readonly string[],
  ifSilent: readonly string[],
): Promise<readonly string[]> {
  if (clientIds.length === 0) return [];
  const evidence = await askStack(
    turn,
    (stacks, stackId) => propertiesInStack(stacks, stackId, clientIds),
    isTolerant
      ? 'It is not known whether the stack still names the provider on app clients; it stays there.'
      : undefined,
  );
  return evidence ? keptClients(clientIds, providerName, evidence) : ifSilent;
}

/**
 * A rollback keeps groups that Okta no longer has by the name in the template: the journal has their IDs, and people in them still
 * sign in.
 */
function withLostGroups({ properties, past: { standing } }: Order, observed: Observed): readonly string[] {
  const { groups, groupIds, assignedGroupIds } = observed;
  const isLost = [...groups.values()].some((found) => found.length === 0);
  if (!isLost || !standing) return groupIds;
  const isSameAccess = isDeepStrictEqual(parseIfValid(standing.properties)?.Access, properties.Access);
  if (!isSameAccess) return groupIds;
  const ours = standing.application.groupIds.filter((id) => assignedGroupIds.includes(id));
  return [...new Set([...groupIds, ...ours])];
}

/** An adoption of a provider that is there, and that this resource does not have yet. */
function adoptsProvider({ properties, isTolerant }: Order, known: KnownProvider): boolean {
  return properties.Adopt !== undefined && !isTolerant && !known.provider;
}

function asUnmarked(observed: Observed): Observed {
  const { application } = observed;
  return application ? { ...observed, application: { ...application, relation: 'unmarked' } } : observed;
}
