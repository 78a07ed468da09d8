import type { Deadline } from '../cloudformation/deadline.ts';
import { parsePhysicalId } from '../cloudformation/physical-id.ts';
import type { CustomResourceRequest } from '../cloudformation/request.ts';
import type { Answer } from '../cloudformation/response.ts';
import { explain } from './explain.ts';
import { identityOf, labelOf, make, newAttempt } from './make.ts';
import type { Identity } from './marker.ts';
import { findByMarker } from './observe.ts';
import { type Properties, parseProperties } from './properties.ts';
import { takeAway } from './remove.ts';
import { connect, type Surroundings } from './surroundings.ts';

type UpdateRequest = Extract<CustomResourceRequest, { requestType: 'Update' }>;

/**
 * Changes a federation in place, or makes another whole where the pool or the provider's name changes; CloudFormation
 * deletes the old one then, because the physical ID is another.
 *
 * What counts as old is what the physical ID names, not `OldResourceProperties`: in a rollback those are the properties
 * of the attempt that failed.
 */
export async function update(
  request: UpdateRequest,
  deadline: Deadline,
  surroundings: Surroundings,
): Promise<Answer> {
  const attempt = newAttempt();
  const { physicalResourceId } = request;
  const current = parsePhysicalId(physicalResourceId);
  let desired: Properties | undefined;
  let replaces = false;
  try {
    desired = parseProperties(request.properties);
    const identity = identityOf(request, desired);
    replaces = current !== undefined && !isSameProvider(current, identity);
    const applicationId = replaces ? undefined : current?.applicationId;
    const answer = await make(
      request,
      identity,
      desired,
      applicationId,
      deadline.work,
      surroundings,
      attempt,
    );
    attempt.doing = 'removing what an earlier attempt had left';
    await removeLeftovers(request, [identity, ...(current ? [current] : [])], deadline, surroundings);
    return answer;
  } catch (error) {
    surroundings.warn('Update failed.', error);
    const reason = explain(error, deadline.work, attempt.doing);
    // In place, CloudFormation's own rollback sets the old properties again. Of a replacement nothing must stay, unless
    // it was there before: this may be the rollback to a federation that people still use.
    if (desired && replaces && attempt.begun && !attempt.foundApplication) {
      const identity = identityOf(request, desired);
      const label = labelOf(request, desired);
      await takeAway(
        identity,
        attempt.applicationId,
        desired.UserPoolClientIds,
        label,
        deadline.cleanUp,
        surroundings,
      ).catch((left: unknown) =>
        surroundings.warn('What the failed replacement had made is left to the rollback.', left),
      );
    }
    return { status: 'FAILED', physicalResourceId, reason };
  }
}

/**
 * A replacement that died halfway left a federation that no physical ID names. The Update that rolls it back has its
 * properties as the old ones: find it by its marker.
 */
async function removeLeftovers(
  request: UpdateRequest,
  inUse: readonly Pick<Identity, 'userPoolId' | 'providerName'>[],
  deadline: Deadline,
  surroundings: Surroundings,
): Promise<void> {
  const old = parseOldProperties(request);
  if (!old) return;
  const identity = identityOf(request, old);
  if (inUse.some((federation) => isSameProvider(federation, identity))) return;
  const label = labelOf(request, old);
  const okta = await connect(surroundings, identity.userPoolId, deadline.work).okta;
  const leftover = await findByMarker(okta, identity, label);
  if (!leftover) return;
  await takeAway(identity, leftover.id, old.UserPoolClientIds, label, deadline.work, surroundings);
}

/** Old properties that are not valid never made anything. */
function parseOldProperties(request: UpdateRequest): Properties | undefined {
  try {
    return parseProperties(request.oldProperties);
  } catch {
    return undefined;
  }
}

function isSameProvider(
  a: Pick<Identity, 'userPoolId' | 'providerName'>,
  b: Pick<Identity, 'userPoolId' | 'providerName'>,
): boolean {
  return a.userPoolId === b.userPoolId && a.providerName === b.providerName;
}
