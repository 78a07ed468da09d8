import type { Allotment, Deadline } from '../cloudformation/deadline.ts';
import { isNothingMade, nothingMadeId, requestIdOfNothingMade } from '../cloudformation/physical-id.ts';
import type { CustomResourceRequest } from '../cloudformation/request.ts';
import type { Answer } from '../cloudformation/response.ts';
import { type HeldLease, withLease } from '../lease/lease.ts';
import { create } from './create.ts';
import { texts } from './properties/property-types.ts';
import { remove } from './remove.ts';
import {
  earlierAnswer,
  historyOf,
  isMadeAnew,
  isOvertaken,
  madeSomething,
  rememberAnswer,
} from './repeats.ts';
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
  given: Surroundings,
): Promise<Answer> {
  const leases = { ...given.leases, releaseBy: deadline.note.signal };
  const surroundings = { ...given, leases };
  const name = `resource ${request.stackId} ${request.logicalResourceId}`;
  const nothingToDo =
    request.requestType === 'Delete' && isNothingMade(request.physicalResourceId)
      ? success(request.physicalResourceId)
      : undefined;
  if (!nothingToDo) readAhead(request, deadline, surroundings);
  const federated = withLease(
    leases,
    name,
    deadline.work.signal,
    async (lease) => {
      const answered =
        earlierAnswer(lease.item, request) ?? overtaken(lease, request) ?? madeAnew(lease, request);
      if (answered) {
        surroundings.log('This event was answered before, or is no longer wanted; nothing is done.');
        return answered;
      }
      if (nothingToDo && !mayBeSomething(lease, nothingToDo.physicalResourceId)) return nothingToDo;
      const held = whileHeld(deadline, lease.lost);
      switch (request.requestType) {
        case 'Create':
          return create(request, held, surroundings, lease.takenOver);
        case 'Update':
          return update(request, held, surroundings, historyOf(lease));
        case 'Delete':
          return remove(request, held, surroundings, historyOf(lease));
        default:
          return request satisfies never;
      }
    },
    (answer, lease) => rememberAnswer(lease, request, answer),
  );
  // Where nothing was made, the rollback must not get stuck on what failed the Create, such as a table that is gone.
  return nothingToDo ? federated.catch(() => nothingToDo) : federated;
}

function success(physicalResourceId: string): Answer {
  return { status: 'SUCCESS', physicalResourceId, data: {} };
}

/**
 * A Create that could not write its answer down, because the table failed it, may have been delivered once more since: then
 * there is something although CloudFormation was told that there is nothing.
 */
function mayBeSomething(lease: HeldLease, physicalResourceId: string): boolean {
  return lease.takenOver || madeSomething(lease.item, requestIdOfNothingMade(physicalResourceId));
}

/** What it was to delete lives on in what a later Create has made. */
function madeAnew(lease: HeldLease, request: CustomResourceRequest): Answer | undefined {
  if (request.requestType !== 'Delete' || !isMadeAnew(lease.item, request)) return undefined;
  return success(request.physicalResourceId);
}

/** Nobody waits for this answer any more; it only ends the event. */
function overtaken(lease: HeldLease, request: CustomResourceRequest): Answer | undefined {
  if (!isOvertaken(lease.item, request)) return undefined;
  const physicalResourceId =
    request.requestType === 'Create' ? nothingMadeId(request.requestId) : request.physicalResourceId;
  const reason = 'CloudFormation has sent a later event for this resource; this one came too late.';
  return { status: 'FAILED', physicalResourceId, reason };
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
