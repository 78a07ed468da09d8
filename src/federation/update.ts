import type { Deadline } from '../cloudformation/deadline.ts';
import { parsePhysicalId } from '../cloudformation/physical-id.ts';
import type { CustomResourceRequest } from '../cloudformation/request.ts';
import type { Answer } from '../cloudformation/response.ts';
import { explain } from './explain.ts';
import { removeLeftovers } from './leftovers.ts';
import { make, noProgress } from './make.ts';
import { identityOf, isSameProvider, labelOf } from './properties/identity.ts';
import { type Properties, parseIfValid, parseProperties } from './properties/properties.ts';
import type { History } from './repeats.ts';
import type { Surroundings } from './surroundings.ts';
import { removalOf, takeAway } from './take-away.ts';

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
  history: History,
): Promise<Answer> {
  const progress = noProgress();
  const { physicalResourceId } = request;
  const current = parsePhysicalId(physicalResourceId);
  const previous = parseIfValid(request.oldProperties);
  let replacement: Properties | undefined;
  try {
    const properties = parseProperties(request.properties);
    const identity = identityOf(request, properties);
    const replaces = current !== undefined && !isSameProvider(current, identity);
    if (replaces) replacement = properties;
    const applicationId = replaces ? undefined : current?.applicationId;
    // Of a resource that had no event for long nothing is known: then what failed is taken for being rolled back.
    const inForce = history.properties
      ? parseIfValid(history.properties)
      : history.hasFailed
        ? properties
        : previous;
    const { applicationIds: lostApplicationIds } = history;
    const earlierLabels = [previous, history.attempted && parseIfValid(history.attempted)].flatMap((one) =>
      one ? [labelOf(request, one)] : [],
    );
    const order = {
      request,
      properties,
      previous,
      inForce,
      applicationId,
      earlierLabels,
      lostApplicationIds,
    };
    const answer = await make(order, deadline, surroundings, progress);
    progress.doing = 'removing what an earlier attempt had left';
    if (previous) {
      const { wasMarked } = progress;
      const updated = {
        request,
        properties,
        previous,
        wasMarked,
        physicalResourceId: answer.physicalResourceId,
      };
      await removeLeftovers(updated, deadline.work, surroundings);
    }
    return answer;
  } catch (error) {
    surroundings.warn('Update failed.', error);
    const reason = explain(error, deadline.work, progress.doing);
    // In place, CloudFormation's own rollback sets the old properties again. Of a replacement nothing must stay, unless
    // it was there before: this may be the rollback to a federation that people still use.
    if (replacement && progress.begun && (!progress.foundApplication || replacement.Adopt)) {
      const removal = removalOf(request, replacement, progress.applicationId);
      await takeAway(removal, deadline.cleanUp, surroundings).catch((left: unknown) =>
        surroundings.warn('What the failed replacement had made is left to the rollback.', left),
      );
    }
    return { status: 'FAILED', physicalResourceId, reason };
  }
}
