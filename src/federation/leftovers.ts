import type { Allotment } from '../cloudformation/deadline.ts';
import { parsePhysicalId } from '../cloudformation/physical-id.ts';
import type { CustomResourceRequest } from '../cloudformation/request.ts';
import { describeIdentityProvider } from '../cognito/identity-providers.ts';
import { type Application, getApplication } from '../okta/applications.ts';
import { OktaError } from '../okta/errors.ts';
import { isMarkedFor } from './marker/marker.ts';
import { findByMarker, findByProvider } from './observe/whereabouts.ts';
import { identityOf, isSameProvider } from './properties/identity.ts';
import { InvalidRequestError, type Properties, parseIfValid } from './properties/properties.ts';
import { connect, type Surroundings } from './surroundings.ts';
import { type RemovalOrder, removalOf, takeAway } from './take-away.ts';

/** An update that went well, and what was before it. */
export interface Updated {
  readonly request: Extract<CustomResourceRequest, { requestType: 'Update' }>;
  readonly properties: Properties;
  readonly previous: Properties;
  /** What CloudFormation is going to be answered. */
  readonly physicalResourceId: string;
  /** Whether the application that it worked on was this resource's before. */
  readonly wasMarked: boolean;
}

/**
 * Removes what no physical ID names. An update to another pool, provider, org or adopted application that died halfway
 * left something there, and the Update that rolls it back has its properties as the old ones.
 */
export async function removeLeftovers(
  updated: Updated,
  time: Allotment,
  surroundings: Surroundings,
): Promise<void> {
  const { request, properties, previous } = updated;
  const identity = identityOf(request, previous);
  const current = parsePhysicalId(request.physicalResourceId);
  const inPlace = isSameProvider(identityOf(request, properties), identity);
  const sameApplication =
    previous.OktaSecretId === properties.OktaSecretId &&
    previous.Adopt?.ApplicationId === properties.Adopt?.ApplicationId;
  // In a rollback the template that is left may say that what it adopted goes too, but the resource never had it to keep:
  // it is given back before CloudFormation deletes the resource.
  const isReturn = updated.wasMarked && previous.Adopt !== undefined;
  // A replacement on its way forward: what it replaces is CloudFormation's to delete, by its physical ID.
  const goesForward = !inPlace && current !== undefined && isSameProvider(current, identity) && !isReturn;
  if (goesForward || (inPlace && sameApplication)) return;
  const removal = removalOf(request, previous, undefined);
  const leftover = await findLeftover(removal, previous, time, surroundings);
  if (!leftover || leftover.id === parsePhysicalId(updated.physicalResourceId)?.applicationId) return;
  // CloudFormation is going to delete this one.
  if (leftover.id === current?.applicationId && !isReturn) return;
  await takeAway({ ...removal, applicationId: leftover.id }, time, surroundings);
}

/**
 * Removes what an Update had made or adopted before it failed, where no rollback followed: CloudFormation was asked to
 * preserve the stack, or the rollback failed too.
 * @param removal of the federation that the physical ID names; it has been taken away.
 * @param attempted what the failed Update asked for, as it came, if it is known.
 */
export async function removeUnanswered(
  removal: RemovalOrder,
  attempted: Readonly<Record<string, unknown>> | undefined,
  time: Allotment,
  surroundings: Surroundings,
): Promise<void> {
  const properties = attempted && parseIfValid(attempted);
  const others = properties ? [removalOf(removal.request, properties, undefined)] : [];
  for (const one of [{ ...removal, applicationId: undefined }, ...others]) {
    for (const { id } of await findMarked(one, time, surroundings)) {
      await takeAway({ ...one, applicationId: id, deletesAdopted: false }, time, surroundings);
    }
  }
}

/** What has the marker: the application whose ID is known, the one under the label, and the one that the provider has. */
async function findMarked(
  { identity, label, applicationId, request, place }: RemovalOrder,
  time: Allotment,
  surroundings: Surroundings,
): Promise<Application[]> {
  const { cognito, okta: connecting } = connect(surroundings, request, place, time);
  const { userPoolId, providerName } = identity;
  try {
    const okta = await connecting;
    const provider = await describeIdentityProvider(cognito, userPoolId, providerName);
    const found = [
      applicationId ? await getApplication(okta, applicationId) : undefined,
      await findByMarker(okta, identity, label),
      await findByProvider(okta, identity, provider),
    ];
    const marked = found.flatMap((one) => (one && isMarkedFor(one, identity) ? [one] : []));
    return [...new Map(marked.map((one) => [one.id, one])).values()];
  } catch (error) {
    if (time.signal.aborted) throw error;
    // A pool, a role or credentials that are refused may be why the Update failed; the Delete must not fail with it for good.
    surroundings.warn(nothingTold, error);
    return [];
  }
}

const nothingTold = 'It cannot be told whether the Update that failed left anything.';

async function findLeftover(
  { identity, label, applicationId, request }: RemovalOrder,
  place: Properties,
  time: Allotment,
  surroundings: Surroundings,
): Promise<Application | undefined> {
  try {
    const okta = await connect(surroundings, request, place, time).okta;
    const found = applicationId
      ? await getApplication(okta, applicationId)
      : await findByMarker(okta, identity, label);
    return found && isMarkedFor(found, identity) ? found : undefined;
  } catch (error) {
    // Credentials that do not work may be why an Update failed, and nothing was made with them.
    const refused = error instanceof OktaError && (error.status === 401 || error.status === 403);
    if (!refused && !(error instanceof InvalidRequestError)) throw error;
    surroundings.warn(nothingTold, error);
    return undefined;
  }
}
