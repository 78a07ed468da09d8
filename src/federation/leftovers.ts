import { nothingAdded } from './journal/merge.ts';
import type {
  ApplicationRecord,
  Attempt,
  FederationRecord,
  ProviderRecord,
  Standing,
} from './journal/records.ts';
import { isSameProvider, labelOf, type Place, placeOf } from './properties/identity.ts';
import { parseIfValid } from './properties/properties.ts';
import { isSameResource } from './resource-name.ts';
import type { Turn } from './turn.ts';

/** What an attempt may have left: what the journal recorded of it, without what a federation that stays has. */
export interface Leftover {
  readonly federation: FederationRecord;
  /** Applications of federations that stay: anything else that the name tag finds is left over. */
  readonly stays: ReadonlySet<string>;
  readonly hasProvider: boolean;
  readonly hasApplication: boolean;
  /** OAuth clients that this resource has set on the provider. */
  readonly clientIds: ReadonlySet<string>;
}

/**
 * Finds what attempts may have left. Pure.
 * @param attempts that failed, or whose handler died.
 * @param stays the federations that are to stay.
 * @param removed a federation that has just been removed, with the application and the provider that it had.
 */
export function leftoversOf(
  { request }: Pick<Turn, 'request'>,
  attempts: readonly Attempt[],
  stays: readonly (FederationRecord & Pick<Partial<Standing>, 'handedTo'>)[],
  removed?: FederationRecord,
): Leftover[] {
  const settled = removed ? [...stays, removed] : stays;
  const applicationIds = new Set(settled.flatMap(({ application }) => application.id ?? []));
  const records = attempts.flatMap((attempt) => attempt.federation ?? unrecorded(request, attempt) ?? []);
  return records.flatMap((federation) => {
    const { application, provider } = federation;
    const hasApplication = application.id === undefined || !applicationIds.has(application.id);
    // An attempt may have given the provider to an application that the removed federation did not have.
    const settledProviders = hasApplication ? stays : settled;
    const clientIds = clientIdsOf(federation);
    const hasProvider = !settledProviders.some((one) => keepsProvider(one, provider, clientIds));
    if (!hasApplication && !hasProvider && !isToGiveBack(federation, settled)) return [];
    return [{ federation, stays: applicationIds, hasApplication, hasProvider, clientIds }];
  });
}

/**
 * Tells whether an attempt may have taken over again what this resource had handed over: nothing of it is removed, and the other one
 * gets it back.
 */
function isToGiveBack(
  { takenFrom, application }: FederationRecord,
  settled: readonly (FederationRecord & Pick<Partial<Standing>, 'handedTo'>)[],
): boolean {
  if (!takenFrom) return false;
  const same = settled.filter((one) => one.application.id === application.id);
  return same.every(({ handedTo }) => handedTo && isSameResource(handedTo, takenFrom));
}

/**
 * Tells whether a federation that stays has a provider: it is of that name, and of the same OAuth client as far as that is
 * known. A journal that was restored may list one whose provider has another client by now.
 */
export function keepsProvider(
  { provider: { clientId, ...own } }: FederationRecord,
  place: Place,
  clientIds: ReadonlySet<string>,
): boolean {
  return isSameProvider(own, place) && (!clientId || clientIds.size === 0 || clientIds.has(clientId));
}

export function clientIdsOf({ application, provider }: FederationRecord): Set<string> {
  return new Set([application.id, provider.clientId].filter((id) => id !== undefined));
}

/** An attempt that died before it recorded anything can have made one thing: an application under the template's label. */
function unrecorded(request: Turn['request'], attempt: Attempt): FederationRecord | undefined {
  const properties = parseIfValid(attempt.properties);
  if (!properties || properties.Adopt) return undefined;
  const { OktaSecretId: secretId, RoleArn: roleArn } = properties;
  return withoutJournal(placeOf(properties), { label: labelOf(request, properties), secretId, roleArn });
}

/** A federation that the journal does not list: nothing is known to have been added to it. */
export function withoutJournal(
  place: Place,
  known: Pick<ApplicationRecord, 'id' | 'label' | 'secretId'> & Pick<ProviderRecord, 'roleArn'>,
  isAdopted = false,
): FederationRecord {
  const { id, label, secretId, roleArn } = known;
  const found = isAdopted ? {} : undefined;
  return {
    application: { ...nothingAdded.application, id, label, secretId, found },
    provider: { ...nothingAdded.provider, ...place, clientId: id, roleArn, found },
    secret: {},
  };
}
