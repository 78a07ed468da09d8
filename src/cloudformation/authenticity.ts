import { parsePhysicalId } from './physical-id.ts';
import type { CustomResourceRequest } from './request.ts';
import { matchesShown } from './shown-properties.ts';
import { isShownAs } from './shown-text.ts';

/** What CloudFormation itself says of an event's resource, as `stacks.ts` reads it. */
export interface Evidence {
  /** `undefined` if the stack, or such a resource in it, does not exist. */
  readonly resource: ShownResource | undefined;
  /** `undefined` if it is not known. Only a rollback and a clean-up need it. */
  readonly stackStatus: string | undefined;
  /** The resource's own events, the latest first. A Delete needs them only in a clean-up. */
  readonly events: readonly ResourceEvent[];
}

/** A resource as `DescribeStackResource` shows it. */
export interface ShownResource {
  readonly stackId: string;
  readonly logicalResourceId: string;
  readonly resourceType: string;
  /** `undefined` while it is created. */
  readonly physicalResourceId: string | undefined;
  readonly status: string;
}

/** A resource's event as `DescribeStackEvents` shows it. */
export interface ResourceEvent {
  readonly physicalResourceId: string | undefined;
  readonly status: string;
  /** `undefined` if CloudFormation shows none: it does not in a clean-up. */
  readonly properties: Readonly<Record<string, unknown>> | undefined;
}

/** What this provider knows for itself. */
export interface Trusted {
  /** The function's own account. */
  readonly accountId: string;
  /** Other accounts that the operator lists. */
  readonly trustedAccounts: readonly string[];
  /** Physical IDs that the resource's journal holds: what stands, and what its open requests may have made. */
  readonly knownPhysicalIds: readonly string[];
  /** Properties that the journal says were fulfilled: what an Update may go back to in a rollback. */
  readonly standingProperties: readonly Readonly<Record<string, unknown>>[];
}

/** The rule that refuses an event; for a metric. */
export type AuthenticityRule =
  | 'account'
  | 'resource'
  | 'resource type'
  | 'status'
  | 'physical ID'
  | 'properties';

export type Authenticity =
  | { readonly ok: true }
  | { readonly ok: false; readonly rule: AuthenticityRule; readonly reason: string };

const ok: Authenticity = { ok: true };

// In a clean-up CloudFormation calls every custom resource by the general name.
const resourceTypes = ['Custom::OktaCognitoIdp', 'AWS::CloudFormation::CustomResource'];
const cleanUps = ['UPDATE_COMPLETE_CLEANUP_IN_PROGRESS', 'UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS'];

//  request  resource's status                 physical ID                     properties
//  Create   CREATE_IN_PROGRESS                –                               of the latest event
//  Update   UPDATE_IN_PROGRESS                shown; in a rollback also       of the latest event; in a rollback also
//           UPDATE_ROLLBACK_IN_PROGRESS       one that the journal knows      those that stand in the journal
//  Delete   DELETE_IN_PROGRESS                shown                           –
//  Delete   any, the stack in a clean-up      deleted by the latest event, or –
//                                             not shown and in the journal

/**
 * Decides whether CloudFormation itself confirms an event. Everyone who may invoke the function can write one.
 *
 * A window remains: while CloudFormation waits for the answer to a real event, another one of the same type, with the
 * same physical ID and the same properties is accepted too. Values that CloudFormation does not show (NoEcho parameters,
 * dynamic references, characters that are not ASCII) can differ in it, and so can its request ID and
 * `OldResourceProperties`. During a clean-up, a Delete of an ID that the journal knows is accepted. During a rollback,
 * an Update to any properties that stand is accepted.
 *
 * @param request untrusted.
 * @param evidence what CloudFormation shows.
 * @param trusted this provider's own knowledge.
 * @returns for a refusal the rule, and a sentence for the log: it quotes CloudFormation, so it is not for the sender.
 * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_StackResourceDetail.html
 * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/crpg-ref-requesttypes.html
 */
export function authenticate(
  request: CustomResourceRequest,
  evidence: Evidence,
  trusted: Trusted,
): Authenticity {
  const account = request.stackId.split(':')[4] ?? '';
  if (account !== trusted.accountId && !trusted.trustedAccounts.includes(account)) {
    return refused(
      request,
      'account',
      `the stack is in account ${account}; the operator must add it to the provider's trusted accounts`,
    );
  }
  const { resource } = evidence;
  if (!resource) {
    return isCleanUpDelete(request, evidence, trusted)
      ? ok
      : refused(request, 'resource', 'CloudFormation shows no such resource in this stack');
  }
  if (resource.stackId !== request.stackId || resource.logicalResourceId !== request.logicalResourceId) {
    return refused(request, 'resource', 'CloudFormation shows another resource under this name');
  }
  if (!resourceTypes.includes(resource.resourceType)) {
    return refused(
      request,
      'resource type',
      `CloudFormation shows a ${resource.resourceType}, not a Custom::OktaCognitoIdp`,
    );
  }
  switch (request.requestType) {
    case 'Create':
      return createFits(request, resource, evidence);
    case 'Update':
      return updateFits(request, resource, evidence, trusted);
    case 'Delete':
      return deleteFits(request, resource, evidence, trusted);
  }
}

type Create = Extract<CustomResourceRequest, { requestType: 'Create' }>;
type Update = Extract<CustomResourceRequest, { requestType: 'Update' }>;
type Delete = Extract<CustomResourceRequest, { requestType: 'Delete' }>;

function createFits(request: Create, resource: ShownResource, evidence: Evidence): Authenticity {
  if (resource.status !== 'CREATE_IN_PROGRESS') return wrongStatus(request, resource);
  return shows(evidence, request, 'CREATE_IN_PROGRESS') ? ok : wrongProperties(request);
}

function updateFits(
  request: Update,
  resource: ShownResource,
  evidence: Evidence,
  trusted: Trusted,
): Authenticity {
  if (resource.status !== 'UPDATE_IN_PROGRESS' && resource.status !== 'UPDATE_ROLLBACK_IN_PROGRESS') {
    return wrongStatus(request, resource);
  }
  const rollsBack = evidence.stackStatus === 'UPDATE_ROLLBACK_IN_PROGRESS';
  // Which of two IDs CloudFormation shows while it rolls a replacement back is not documented.
  const isThisOne =
    hasId(resource, request) || (rollsBack && trusted.knownPhysicalIds.includes(request.physicalResourceId));
  if (!isThisOne) return wrongId(request);
  if (shows(evidence, request, resource.status)) return ok;
  const goesBack =
    rollsBack && stood(evidence, trusted).some((past) => matchesShown(request.properties, past));
  return goesBack ? ok : wrongProperties(request);
}

/** What a rollback may go back to: whose properties its own events show is not documented either. */
function stood({ events }: Evidence, { standingProperties }: Trusted) {
  if (standingProperties.length > 0) return standingProperties;
  // A lost journal must not block the stack: then the stack's older events decide.
  return events.flatMap(({ properties }) => (properties ? [properties] : []));
}

function deleteFits(
  request: Delete,
  resource: ShownResource,
  evidence: Evidence,
  trusted: Trusted,
): Authenticity {
  if (isCleanUpDelete(request, evidence, trusted)) return ok;
  if (resource.status !== 'DELETE_IN_PROGRESS') return wrongStatus(request, resource);
  if (hasId(resource, request)) return ok;
  // A Create that was never answered has no ID but the one that CloudFormation makes up, which names no federation.
  const unanswered =
    resource.physicalResourceId === undefined && parsePhysicalId(request.physicalResourceId) === undefined;
  return unanswered ? ok : wrongId(request);
}

/**
 * The Delete in a clean-up: of what an Update has replaced or removed, or of what a rollback leaves behind. The stack then
 * shows the resource with the ID that stays, or does not show it.
 */
function isCleanUpDelete(
  request: CustomResourceRequest,
  { resource, stackStatus, events }: Evidence,
  trusted: Trusted,
): boolean {
  if (request.requestType !== 'Delete' || !cleanUps.includes(stackStatus ?? '')) return false;
  const [latest] = events;
  if (latest?.status === 'DELETE_IN_PROGRESS' && hasId(latest, request)) return true;
  return !hasId(resource, request) && trusted.knownPhysicalIds.includes(request.physicalResourceId);
}

function hasId(
  shown: Pick<ShownResource, 'physicalResourceId'> | undefined,
  { physicalResourceId }: Update | Delete,
): boolean {
  const id = shown?.physicalResourceId;
  return id !== undefined && isShownAs(physicalResourceId, id);
}

function shows({ events: [latest] }: Evidence, request: Create | Update, status: string): boolean {
  return (
    latest?.status === status &&
    latest.properties !== undefined &&
    matchesShown(request.properties, latest.properties)
  );
}

const wrongStatus = (request: CustomResourceRequest, { status }: ShownResource) =>
  refused(
    request,
    'status',
    `CloudFormation shows the resource as ${status}, which no ${request.requestType} fits`,
  );

const wrongId = (request: CustomResourceRequest) =>
  refused(
    request,
    'physical ID',
    "the event's PhysicalResourceId is not the one that CloudFormation works on",
  );

const wrongProperties = (request: CustomResourceRequest) =>
  refused(request, 'properties', "its ResourceProperties are not those that the stack's own events show");

function refused(request: CustomResourceRequest, rule: AuthenticityRule, why: string): Authenticity {
  const what = `The ${request.requestType} of ${request.logicalResourceId} in ${request.stackId} is not done`;
  return { ok: false, rule, reason: `${what}: ${why}. Only CloudFormation may send events.` };
}
