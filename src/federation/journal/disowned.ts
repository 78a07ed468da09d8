import type { CustomResourceRequest } from '../../cloudformation/request.ts';
import type { Journal } from './journal.ts';
import type { Attempt, Standing } from './records.ts';

/**
 * An Update may have made a federation whole although CloudFormation heard that it failed, because its handler died before it
 * answered. CloudFormation then still has the resource by the ID from before, and never deletes the other one by its own ID.
 * So that one is an attempt again, which this event undoes.
 *
 *     CloudFormation has   the event names   standing      of these
 *     old                  old               old, new      new is an attempt again
 *     new                  new               old, new      both stand: the event goes back to old
 *     new                  old               old, new      both stand: the event deletes old
 *
 * @param inForce the physical ID that CloudFormation has for the resource, if it was asked.
 */
export function withoutDisowned(
  journal: Journal,
  request: CustomResourceRequest,
  inForce: string | undefined,
): Journal {
  if (request.requestType === 'Create' || request.physicalResourceId !== inForce) return journal;
  const index = journal.standing.findIndex(({ physicalResourceId }) => physicalResourceId === inForce);
  if (index === -1) return journal;
  const isDisowned = (one: Standing, at: number) => at > index && !one.handedTo;
  const disowned = journal.standing.filter(isDisowned);
  if (disowned.length === 0) return journal;
  return {
    ...journal,
    standing: journal.standing.filter((one, at) => !isDisowned(one, at)),
    open: [...disowned.map((one) => attemptOf(journal, one)), ...journal.open],
  };
}

function attemptOf({ answered }: Journal, { physicalResourceId, properties, ...made }: Standing): Attempt {
  const { application, provider, secret } = made;
  const event = answered.findLast(({ answer }) => answer.physicalResourceId === physicalResourceId);
  return {
    requestId: event?.requestId ?? physicalResourceId,
    requestType: 'Update',
    properties,
    federation: { application, provider, secret },
  };
}
