import type { Deadline } from '../cloudformation/deadline.ts';
import { formatPhysicalId, nothingMadeId } from '../cloudformation/physical-id.ts';
import type { CustomResourceRequest } from '../cloudformation/request.ts';
import type { Answer } from '../cloudformation/response.ts';
import { explain } from './explain.ts';
import { type Attempt, identityOf, labelOf, make, newAttempt } from './make.ts';
import { type Properties, parseProperties } from './properties.ts';
import { takeAway } from './remove.ts';
import type { Surroundings } from './surroundings.ts';

/**
 * Makes a federation whole, or leaves nothing of it.
 * @param interrupted whether an earlier try at this resource died halfway, so that there may be something of it.
 */
export async function create(
  request: CustomResourceRequest,
  deadline: Deadline,
  surroundings: Surroundings,
  interrupted: boolean,
): Promise<Answer> {
  const attempt = newAttempt();
  let desired: Properties | undefined;
  try {
    desired = parseProperties(request.properties);
    const identity = identityOf(request, desired);
    return await make(request, identity, desired, undefined, deadline.work, surroundings, attempt);
  } catch (error) {
    surroundings.warn('Create failed.', error);
    const reason = explain(error, deadline.work, attempt.doing);
    if (!desired || !(attempt.begun || interrupted)) {
      return { status: 'FAILED', physicalResourceId: nothingMadeId(request.requestId), reason };
    }
    return undo(request, desired, attempt, reason, deadline, surroundings);
  }
}

async function undo(
  request: CustomResourceRequest,
  desired: Properties,
  attempt: Attempt,
  reason: string,
  deadline: Deadline,
  surroundings: Surroundings,
): Promise<Answer> {
  const identity = identityOf(request, desired);
  try {
    await takeAway(
      identity,
      attempt.applicationId,
      desired.UserPoolClientIds,
      labelOf(request, desired),
      deadline.cleanUp,
      surroundings,
    );
    return { status: 'FAILED', physicalResourceId: nothingMadeId(request.requestId), reason };
  } catch (error) {
    surroundings.warn('What the failed Create had made could not be removed.', error);
    // The Delete that CloudFormation sends next finds it by this ID, or by its marker where the ID is not known.
    const physicalResourceId = formatPhysicalId({ ...identity, applicationId: attempt.applicationId });
    const left = explain(error, deadline.cleanUp, 'removing what it had made');
    return {
      status: 'FAILED',
      physicalResourceId,
      reason: `${reason} What was made is still there: ${left}`,
    };
  }
}
