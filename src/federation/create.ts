import type { Deadline } from '../cloudformation/deadline.ts';
import { formatPhysicalId, nothingMadeId } from '../cloudformation/physical-id.ts';
import type { CustomResourceRequest } from '../cloudformation/request.ts';
import type { Answer } from '../cloudformation/response.ts';
import { explain } from './explain.ts';
import { make, noProgress, type Progress } from './make.ts';
import { identityOf } from './properties/identity.ts';
import { type Properties, parseProperties } from './properties/properties.ts';
import type { Surroundings } from './surroundings.ts';
import { removalOf, takeAway } from './take-away.ts';

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
  const progress = noProgress();
  let properties: Properties | undefined;
  try {
    properties = parseProperties(request.properties);
    const order = { request, properties, previous: undefined, inForce: undefined };
    const nothingBefore = { applicationId: undefined, earlierLabels: [], lostApplicationIds: [] };
    return await make({ ...order, ...nothingBefore }, deadline, surroundings, progress);
  } catch (error) {
    surroundings.warn('Create failed.', error);
    const reason = explain(error, deadline.work, progress.doing);
    if (properties && (progress.begun || interrupted)) {
      return undo(request, properties, progress, reason, deadline, surroundings);
    }
    return { status: 'FAILED', physicalResourceId: nothingMadeId(request.requestId), reason };
  }
}

async function undo(
  request: CustomResourceRequest,
  properties: Properties,
  { applicationId }: Progress,
  reason: string,
  deadline: Deadline,
  surroundings: Surroundings,
): Promise<Answer> {
  try {
    await takeAway(removalOf(request, properties, applicationId), deadline.cleanUp, surroundings);
    return { status: 'FAILED', physicalResourceId: nothingMadeId(request.requestId), reason };
  } catch (error) {
    surroundings.warn('What the failed Create had made could not be removed.', error);
    // The Delete that CloudFormation sends next finds it by this ID, or by its marker where the ID is not known.
    // Without the ID of one to adopt: the Delete must not take it for one that this resource had.
    const made = properties.Adopt ? undefined : applicationId;
    const identity = identityOf(request, properties);
    const { requestId } = request;
    const physicalResourceId = formatPhysicalId({ ...identity, applicationId: made, requestId });
    const left = explain(error, deadline.cleanUp, 'removing what it had made');
    return {
      status: 'FAILED',
      physicalResourceId,
      reason: `${reason} What was made is still there: ${left}`,
    };
  }
}
