import type { ShownToJournal } from '../../cloudformation/confirm.ts';
import { failedCreateOf, parsePhysicalId } from '../../cloudformation/physical-id.ts';
import type { CustomResourceRequest } from '../../cloudformation/request.ts';
import { matchesShown } from '../../cloudformation/shown-properties.ts';
import { isSameProvider, type Place, placeOf } from '../properties/identity.ts';
import { type Properties, parseIfValid } from '../properties/properties.ts';
import { digestOf, isSame } from './equal-properties.ts';
import { isDeath } from './item.ts';
import type { Journal } from './journal.ts';
import { addedToApplication, addedToProvider, nothingAdded } from './merge.ts';
import type {
  Answered,
  ApplicationRecord,
  Attempt,
  FederationRecord,
  ProviderRecord,
  SecretRecord,
  Standing,
} from './records.ts';
import { propertiesBefore, withUnrecordedSuccess } from './unrecorded-success.ts';

/** Everything that planning may know about what was before the event. */
export interface Past {
  /** The federation that the physical ID names, or that stands at the wanted provider. */
  readonly standing: Standing | undefined;
  /** Other federations of this resource. CloudFormation deletes each by its own physical ID. */
  readonly others: readonly Standing[];
  /** Attempts that may have left something. */
  readonly open: readonly Attempt[];
  /** The latest event that the function itself answered. */
  readonly latest: Answered | undefined;
  /** Events that the failsafe answered. Only CloudFormation's next event shows whether it had sent them. */
  readonly died: readonly Answered[];
  /** False if the journal is lost or older than the event: then only what is proved to be ours is removed. */
  readonly isUpToDate: boolean;
}

/** What CloudFormation shows of a resource, as far as it was asked. */
export type Shown = Partial<ShownToJournal>;

/** @param place the provider that the event is about. */
export function pastOf(
  journal: Journal,
  request: CustomResourceRequest,
  place: Place | undefined,
  shown: Shown = {},
): Past {
  const completed = withUnrecordedSuccess(journal, request, shown.inForce);
  const { standing: all, open } = completed;
  const standing =
    request.requestType === 'Delete'
      ? toDelete(completed, request)
      : place && toChange(completed, request, place);
  const isUpToDate = knowsOf(completed, request, shown);
  return {
    standing: standing && !isUpToDate ? withoutAdditions(standing) : standing,
    others: all.filter((one) => one !== standing),
    open,
    latest: latestOf(completed),
    died: completed.answered.filter(isDeath),
    isUpToDate,
  };
}

/** The federation that a Create or Update is about: the one that it goes back to, if it goes back. */
function toChange({ standing }: Journal, request: CustomResourceRequest, place: Place): Standing | undefined {
  const named = request.requestType === 'Update' ? request.physicalResourceId : undefined;
  // CloudFormation knows nothing of what this resource had before a Create: what it has handed over is another's for good.
  const isOthers = ({ handedTo }: Standing) => handedTo !== undefined && request.requestType === 'Create';
  const here = standing.filter((one) => isSameProvider(one.provider, place) && !isOthers(one));
  return (
    here.find(({ properties }) => isSame(properties, request.properties)) ??
    here.find(({ physicalResourceId }) => physicalResourceId === named) ??
    here.at(-1)
  );
}

/** The federation that a Delete is about. CloudFormation may know one whose Create's answer was lost by another ID. */
function toDelete(
  { standing, open, answered }: Journal,
  { physicalResourceId, properties }: Extract<CustomResourceRequest, { requestType: 'Delete' }>,
): Standing | undefined {
  const named = standing.find((one) => one.physicalResourceId === physicalResourceId);
  if (named) return named;
  const createId = failedCreateOf(physicalResourceId);
  if (createId === undefined) {
    // CloudFormation made the ID up, and knows the federation by its properties only. An interrupted Create is meant first.
    const isMadeUp =
      parsePhysicalId(physicalResourceId) === undefined &&
      !open.some((attempt) => attempt.requestType === 'Create' && isSame(attempt.properties, properties));
    return isMadeUp ? standing.find((one) => isSame(one.properties, properties)) : undefined;
  }
  // A later Create may have gone on with what this one made.
  return standing.find((one) => {
    const isOfIt = ({ answer }: Journal['answered'][number]) =>
      answer.status === 'SUCCESS' && answer.physicalResourceId === one.physicalResourceId;
    return answered.findLast(isOfIt)?.requestId === createId;
  });
}

/**
 * Finds a federation that an Update goes back to after an attempt that began nothing. Such an Update succeeds without a call.
 */
export function stillStanding({ open, standing, answered }: Journal, request: CustomResourceRequest) {
  const latest = latestOf({ answered });
  if (request.requestType !== 'Update' || !open.every(isOfWatch) || latest?.answer.status !== 'FAILED')
    return undefined;
  if (isSame(request.oldProperties, request.properties)) return undefined;
  const isBack = latest.requestType === 'Update' && isSame(latest.properties, request.oldProperties);
  const found = standing.find(({ properties }) => isSame(properties, request.properties));
  const isFound = found?.physicalResourceId === request.physicalResourceId && hasAttributes(found);
  return isBack && isFound ? found : undefined;
}

/**
 * Tells whether an Update goes back to the properties that were fulfilled before the latest one.
 * @param isRollback CloudFormation says so: the latest one may never have come.
 */
export function rollsBack(
  { standing, open, latest, died }: Past,
  request: CustomResourceRequest,
  isRollback = false,
): boolean {
  if (request.requestType !== 'Update' || !standing) return false;
  // If the latest Update succeeded with these same properties, there is nothing to roll back.
  const wentAway =
    latest?.requestType === 'Update' &&
    (latest.answer.status === 'FAILED' || !isSame(latest.properties, request.properties));
  const left = [...open, ...(wentAway ? [latest] : []), ...died];
  return (
    isSame(standing.properties, request.properties) &&
    (isRollback || left.some(({ properties }) => isSame(properties, request.oldProperties)))
  );
}

/** Tells whether CloudFormation takes an Update back that had succeeded, because another resource of the stack failed. */
export function takesBackSuccess(
  { standing }: Past,
  request: CustomResourceRequest,
  isRollback: boolean,
): boolean {
  return isRollback && standing?.before !== undefined && standing.before === digestOf(request.properties);
}

/** Begins the request ID of a change by the watch, which CloudFormation's never begin with. */
export const ofWatch = 'watch ';

/** The watch only sets a federation back to the properties that it stands with. */
export function isOfWatch({ requestId }: Pick<Attempt, 'requestId'>): boolean {
  return requestId.startsWith(ofWatch);
}

/** A success that was not written down has none, and `Fn::GetAtt` needs them. */
export function hasAttributes({ attributes }: Standing): boolean {
  return Object.keys(attributes).length > 0;
}

/** Tells whether nothing has touched the federation that stands: then going back to it has nothing to undo. */
export function isUntouched({ standing, others, open }: Past): boolean {
  if (!standing || !hasAttributes(standing)) return false;
  const touches = ({ provider }: FederationRecord) => isSameProvider(provider, standing.provider);
  return (
    !others.some(touches) &&
    open.every((attempt) => {
      const { federation, properties } = attempt;
      if (isOfWatch(attempt)) return true;
      const asked = federation ? undefined : parseIfValid(properties);
      const place = federation?.provider ?? (asked && placeOf(asked));
      return place !== undefined && !isSameProvider(place, standing.provider);
    })
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

export function knownAt({ standing, others, open }: Past, place: Place): KnownProvider {
  const isHere = ({ provider }: FederationRecord) => isSameProvider(provider, place);
  const ours = others.filter(({ handedTo }) => !handedTo);
  const stands = [...(standing ? [standing] : []), ...ours].filter(isHere);
  const attempted = open.flatMap(({ federation }) => (federation && isHere(federation) ? [federation] : []));
  const records = [...stands, ...attempted];
  const providers = records.map(({ provider }) => provider);
  const latest = records.at(-1);
  const rotating = attempted.findLast(({ secret }) => secret.predecessorIds);
  return {
    // The latest attempt knew of all before it.
    provider: latest && { ...latest.provider, ...addedToProvider(providers) },
    clientIds: new Set(providers.flatMap(({ clientId }) => clientId ?? [])),
    applications: merged(records.map(({ application }) => application)),
    secret: {
      ...(stands[0] ?? latest)?.secret,
      ...(rotating && {
        predecessorIds: rotating.secret.predecessorIds,
        givenAt: rotating.secret.givenAt,
      }),
    },
    earlier: [...(standing ? [standing] : []), ...others, ...open].flatMap(({ properties }) => {
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
    const found = before?.found && { ...one.found, ...before.found };
    byId.set(
      key,
      before ? { ...before, ...addedToApplication(before, one), ...(found ? { found } : {}) } : one,
    );
  }
  return [...byId.values()];
}

/**
 * Tells whether the journal has seen what CloudFormation says was before this event. That may be an Update which never came to the
 * journal: then it must have what went well last, or what CloudFormation goes back to.
 */
function knowsOf(
  { standing, open, answered }: Journal,
  request: CustomResourceRequest,
  { isRollback = false, fulfilled }: Shown,
): boolean {
  if (request.requestType === 'Create') return true;
  if (fulfilled && standing.some(({ properties }) => matchesShown(properties, fulfilled))) return true;
  if (isRollback && standing.some(({ properties }) => isSame(properties, request.properties))) return true;
  const before = propertiesBefore(request);
  const known = [...standing, ...open, ...answered.filter(isDeath), latestOf({ answered })];
  return known.some((one) => isSame(one?.properties, before));
}

function latestOf({ answered }: Pick<Journal, 'answered'>): Answered | undefined {
  return answered.findLast((one) => !isDeath(one));
}

function withoutAdditions(standing: Standing): Standing {
  const { application, provider } = standing;
  return {
    ...standing,
    application: { ...application, ...nothingAdded.application },
    provider: { ...provider, ...nothingAdded.provider },
  };
}
