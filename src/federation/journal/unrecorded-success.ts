import { formatPhysicalId } from '../../cloudformation/physical-id.ts';
import type { CustomResourceRequest } from '../../cloudformation/request.ts';
import { isSameResource } from '../resource-name.ts';
import { isSame } from './equal-properties.ts';
import type { Journal } from './journal.ts';
import type { Attempt, FederationRecord, Standing } from './records.ts';

/**
 * An event may have gone well although its last write failed. CloudFormation shows it: it comes back with the physical ID,
 * or the properties, of that attempt.
 */
export function withUnrecordedSuccess(
  journal: Journal,
  request: CustomResourceRequest,
  inForce: string | undefined,
): Journal {
  if (request.requestType === 'Create') return journal;
  const { physicalResourceId } = request;
  const before = propertiesBefore(request);
  const isBack = journal.standing.some(({ properties }) => isSame(properties, request.properties));
  const success = journal.open.findLast((attempt) => {
    const { requestId, properties, federation } = attempt;
    if (requestId === request.requestId || !federation) return false;
    const id = physicalIdOf(federation);
    const isKnown = journal.standing.some(
      (one) => one.physicalResourceId === id && !isTakenBack(one, attempt),
    );
    // CloudFormation has the ID of that attempt, which it can only know from its success.
    if (id !== undefined && id === inForce && id !== physicalResourceId && !isKnown) return true;
    const mayBe = !isKnown || (request.requestType === 'Update' && !isBack);
    return id === physicalResourceId && mayBe && isSame(properties, before);
  });
  return success ? withSuccess(journal, success) : journal;
}

/**
 * The same for the journal of another resource.
 * @param inForce the physical ID that CloudFormation shows. `undefined`: the resource is gone, and all that it attempted is its.
 */
export function withSuccessOfOther(journal: Journal, inForce: string | undefined): Journal {
  const known = journal.standing.map(({ application }) => application.id);
  return journal.open.reduce((all, attempt) => {
    const { federation } = attempt;
    const isNew = federation !== undefined && !known.includes(federation.application.id);
    const isMeant = isNew && (inForce === undefined || physicalIdOf(federation) === inForce);
    return isMeant ? withSuccess(all, attempt) : all;
  }, journal);
}

function withSuccess(journal: Journal, attempt: Attempt): Journal {
  const { federation, properties } = attempt;
  const id = federation && physicalIdOf(federation);
  if (!federation || id === undefined) return journal;
  const others = journal.standing.filter((one) => one.physicalResourceId !== id);
  // A resource that has handed it over does not get it back by that.
  const before = journal.standing.find((one) => one.physicalResourceId === id);
  const handedTo = before && !isTakenBack(before, attempt) ? before.handedTo : undefined;
  const found = { ...federation, physicalResourceId: id, properties, attributes: {}, handedTo };
  return { ...journal, standing: [...others, found] };
}

/** A Create took over again what this resource had handed over. An Update of it is refused. */
function isTakenBack({ handedTo }: Standing, { requestType, federation }: Attempt): boolean {
  const from = requestType === 'Create' ? federation?.takenFrom : undefined;
  return handedTo !== undefined && from !== undefined && isSameResource(handedTo, from);
}

function physicalIdOf({ application, provider }: FederationRecord): string | undefined {
  return application.id && formatPhysicalId({ ...provider, applicationId: application.id });
}

/** What CloudFormation says was in force. */
export function propertiesBefore(request: CustomResourceRequest): CustomResourceRequest['properties'] {
  return request.requestType === 'Update' ? request.oldProperties : request.properties;
}
