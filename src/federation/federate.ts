import type { Allotment, Deadline } from '../cloudformation/deadline.ts';
import { isNothingMade } from '../cloudformation/physical-id.ts';
import type { CustomResourceRequest } from '../cloudformation/request.ts';
import type { Answer } from '../cloudformation/response.ts';
import { withLease } from '../lease/lease.ts';
import { create } from './create.ts';
import { texts } from './property-types.ts';
import { remove } from './remove.ts';
import { earlierAnswer, rememberAnswer } from './repeats.ts';
import type { Surroundings } from './surroundings.ts';
import { update } from './update.ts';

/**
 * Does what CloudFormation asks for, once: observe, plan, apply, verify.
 * @returns the answer for CloudFormation; what went wrong on the way is a FAILED answer.
 * @throws only where the lease on the resource can't be had or be read.
 */
export async function federate(
  request: CustomResourceRequest,
  deadline: Deadline,
  surroundings: Surroundings,
): Promise<Answer> {
  // Nothing to look for, so nothing that could fail.
  if (request.requestType === 'Delete' && isNothingMade(request.physicalResourceId)) {
    return { status: 'SUCCESS', physicalResourceId: request.physicalResourceId, data: {} };
  }
  readAhead(request, deadline, surroundings);
  const name = `resource ${request.stackId} ${request.logicalResourceId}`;
  return withLease(
    surroundings.leases,
    name,
    deadline.work.signal,
    async (lease) => {
      const answered = earlierAnswer(lease.item, request);
      if (answered) {
        surroundings.log('This event was answered before; the answer is repeated.');
        return answered;
      }
      const held = whileHeld(deadline, lease.lost);
      switch (request.requestType) {
        case 'Create':
          return create(request, held, surroundings, lease.takenOver);
        case 'Update':
          return update(request, held, surroundings);
        case 'Delete':
          return remove(request, held, surroundings);
        default:
          return request satisfies never;
      }
    },
    (answer, lease) => rememberAnswer(lease.item, request, answer),
  );
}

/** The Okta secret is the same for whoever has the lease: it is read while the lease is waited for. */
function readAhead(request: CustomResourceRequest, deadline: Deadline, surroundings: Surroundings): void {
  const { OktaSecretId: named } = request.properties;
  if (named !== undefined && !texts.secretId.safeParse(named).success) return;
  const secretId = typeof named === 'string' ? named : surroundings.oktaSecretId;
  // Whoever needs it is told what is wrong with it.
  surroundings.secrets.read(secretId, deadline.work.signal).catch(() => undefined);
}

/** Whoever has lost the lease stops at once: another delivery of the event may be at work already. */
function whileHeld(deadline: Deadline, lost: AbortSignal): Deadline {
  const until = (time: Allotment): Allotment => ({ ...time, signal: AbortSignal.any([time.signal, lost]) });
  return { ...deadline, work: until(deadline.work), cleanUp: until(deadline.cleanUp) };
}
