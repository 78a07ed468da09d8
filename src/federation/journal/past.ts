import { isDeepStrictEqual } from 'node:util';
import { parsePhysicalId } from '../../cloudformation/physical-id.ts';
import type { CustomResourceRequest } from '../../cloudformation/request.ts';
import { isSameProvider } from '../properties/identity.ts';
import { type Properties, parseIfValid } from '../properties/properties.ts';
import type { Journal } from './journal.ts';
import type {
  ApplicationRecord,
  Attempt,
  FederationRecord,
  ProviderRecord,
  SecretRecord,
  Standing,
} from './records.ts';

/** Everything that planning may know about what was before the event. */
export interface Past {
  /** The federation that the physical ID names, or that stands at the wanted provider. */
  readonly standing: Standing | undefined;
  /** Other federations of this resource. CloudFormation deletes each by its own physical ID. */
  readonly others: readonly Standing[];
  /** Attempts that may have left something. */
  readonly open: readonly Attempt[];
  /** False if the journal is lost or older than the event: then only what is proved to be ours is removed. */
  readonly isUpToDate: boolean;
}

type Place = Pick<ProviderRecord, 'userPoolId' | 'providerName'>;

/** @param place the provider that the event is about. */
export function pastOf(journal: Journal, request: CustomResourceRequest, place: Place | undefined): Past {
  const completed = withUnrecordedSuccess(journal, request);
  const { standing: all, open } = completed;
  const standing =
    (place && all.find(({ provider }) => isSameProvider(provider, place))) ??
    (request.requestType === 'Delete'
      ? all.find(({ physicalResourceId }) => physicalResourceId === request.physicalResourceId)
      : undefined);
  const isUpToDate = knowsOf(completed, request);
  return {
    standing: standing && !isUpToDate ? withoutAdditions(standing) : standing,
    others: all.filter((one) => one !== standing),
    open,
    isUpToDate,
  };
}

/**
 * Finds a federation that an Update goes back to and that nothing has touched since: the attempt that is rolled back began
 * nothing, or made another federation elsewhere. Such an Update succeeds without a call.
 */
export function stillStanding(journal: Journal, request: CustomResourceRequest): Standing | undefined {
  if (request.requestType !== 'Update' || journal.open.length > 0) return undefined;
  const latest = journal.answered.at(-1);
  const isBack = latest?.requestType === 'Update' && isSame(latest.properties, request.oldProperties);
  return isBack
    ? journal.standing.find(({ properties }) => isSame(properties, request.properties))
    : undefined;
}

/** Tells whether an Update goes back to the properties that were last fulfilled, after an attempt that failed half-way. */
export function rollsBack({ standing, open }: Past, request: CustomResourceRequest): boolean {
  return (
    request.requestType === 'Update' &&
    standing !== undefined &&
    isSame(standing.properties, request.properties) &&
    open.some(({ properties }) => isSame(properties, request.oldProperties))
  );
}

/** What is known of one provider of a pool: of all attempts at it, and of the federation that stands there. */
export interface KnownProvider {
  /** What may be ours: by the federation that stands, and by the attempts since. */
  readonly provider: ProviderRecord | undefined;
  /** OAuth clients that this resource has set there. */
  readonly clientIds: ReadonlySet<string>;
  /** That of the federation that stands first. */
  readonly applications: readonly ApplicationRecord[];
  readonly secret: SecretRecord;
  /** Properties that may be in force, those last fulfilled first. */
  readonly earlier: readonly Properties[];
}

export function knownAt({ standing, open }: Past, place: Place): KnownProvider {
  const isHere = ({ provider }: FederationRecord) => isSameProvider(provider, place);
  const stands = standing && isHere(standing) ? [standing] : [];
  const attempted = open.flatMap(({ federation }) => (federation && isHere(federation) ? [federation] : []));
  const records = [...stands, ...attempted];
  const providers = records.map(({ provider }) => provider);
  const latest = records.at(-1);
  const rotating = attempted.findLast(({ secret }) => secret.predecessorIds);
  return {
    // The latest attempt knew of all before it.
    provider: latest && {
      ...latest.provider,
      userPoolClientIds: union(providers.map(({ userPoolClientIds }) => userPoolClientIds)),
      idpIdentifiers: union(providers.map(({ idpIdentifiers }) => idpIdentifiers)),
    },
    clientIds: new Set(providers.flatMap(({ clientId }) => clientId ?? [])),
    applications: merged(records.map(({ application }) => application)),
    secret: {
      ...(stands[0] ?? latest)?.secret,
      ...(rotating && { predecessorIds: rotating.secret.predecessorIds }),
    },
    earlier: [...(standing ? [standing] : []), ...open].flatMap(({ properties }) => {
      const parsed = parseIfValid(properties);
      const isOfHere = parsed && isSameProvider(placeOf(parsed), place);
      return isOfHere ? [parsed] : [];
    }),
  };
}

/** One record for each application: what any attempt added to it may be there. */
function merged(records: readonly ApplicationRecord[]): ApplicationRecord[] {
  const byId = new Map<string, ApplicationRecord>();
  for (const one of records) {
    const key = one.id ?? `under the label ${one.label}`;
    const before = byId.get(key);
    byId.set(
      key,
      before
        ? {
            ...before,
            groupIds: union([before.groupIds, one.groupIds]),
            redirectUris: union([before.redirectUris, one.redirectUris]),
            postLogoutRedirectUris: union([before.postLogoutRedirectUris, one.postLogoutRedirectUris]),
            claims: union([before.claims, one.claims]),
            ...(before.found ? { found: { ...one.found, ...before.found } } : {}),
          }
        : one,
    );
  }
  return [...byId.values()];
}

export function union(lists: readonly (readonly string[])[]): string[] {
  return [...new Set(lists.flat())];
}

function placeOf({ UserPoolId, ProviderName }: Properties): Place {
  return { userPoolId: UserPoolId, providerName: ProviderName };
}

/**
 * An event may have gone well although its last write failed. CloudFormation shows it: it comes back with the physical ID,
 * or the properties, of that attempt.
 */
function withUnrecordedSuccess(journal: Journal, request: CustomResourceRequest): Journal {
  if (request.requestType === 'Create') return journal;
  const { physicalResourceId } = request;
  const id = parsePhysicalId(physicalResourceId);
  const inForce = request.requestType === 'Update' ? request.oldProperties : request.properties;
  const isBack = journal.standing.some(({ properties }) => isSame(properties, request.properties));
  const success = journal.open.findLast(({ requestId, properties, federation }) => {
    if (requestId === request.requestId || !federation?.application.id || !id) return false;
    const isNamed = federation.application.id === id.applicationId && isSameProvider(federation.provider, id);
    const isKnown = journal.standing.some((one) => one.physicalResourceId === physicalResourceId);
    return (
      isNamed && (!isKnown || (request.requestType === 'Update' && !isBack)) && isSame(properties, inForce)
    );
  });
  if (!success?.federation) return journal;
  const { federation, properties } = success;
  const standing = journal.standing.filter((one) => one.physicalResourceId !== physicalResourceId);
  return {
    ...journal,
    standing: [...standing, { ...federation, physicalResourceId, properties, attributes: {} }],
  };
}

/** Tells whether the journal has seen what CloudFormation says was before this event. */
function knowsOf({ standing, open, answered }: Journal, request: CustomResourceRequest): boolean {
  if (request.requestType === 'Create') return true;
  const before = request.requestType === 'Update' ? request.oldProperties : request.properties;
  return [...standing, ...open, ...answered.slice(-1)].some(({ properties }) => isSame(properties, before));
}

function withoutAdditions(standing: Standing): Standing {
  const { application, provider } = standing;
  return {
    ...standing,
    application: { ...application, groupIds: [], redirectUris: [], postLogoutRedirectUris: [], claims: [] },
    provider: { ...provider, userPoolClientIds: [], idpIdentifiers: [] },
  };
}

function isSame(
  one: Readonly<Record<string, unknown>> | undefined,
  other: Readonly<Record<string, unknown>>,
): boolean {
  return isDeepStrictEqual(one && plain(one), plain(other));
}

function plain(value: object): unknown {
  return JSON.parse(JSON.stringify(value));
}
