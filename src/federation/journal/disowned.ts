import type { CustomResourceRequest } from '../../cloudformation/request.ts';
import type { Journal } from './journal.ts';
import type { Attempt, Standing } from './records.ts';
import { asRetained } from './retained.ts';

/**
 * An Update may have made a federation whole although CloudFormation heard that it failed, because its handler died before it
 * answered. CloudFormation then still has the resource by the ID from before, and never deletes the other one by its own ID.
 * So that one is an attempt again, which this event undoes. One that was retained before stands with the properties of then.
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
  const owned = journal.standing.filter((one, at) => !isDisowned(one, at));
  return {
    ...journal,
    standing: [...disowned.flatMap((one) => asRetained(one) ?? []), ...owned],
    open: [...disowned.map((one) => attemptOf(journal, one)), ...journal.open],
  };
}

function attemptOf({ answered }: Journal, standing: Standing): Attempt {
  const { physicalResourceId, properties, application, provider, secret, takenFrom } = standing;
  const event = answered.findLast(({ answer }) => answer.physicalResourceId === physicalResourceId);
  return {
    requestId: event?.requestId ?? physicalResourceId,
    requestType: 'Update',
    properties,
    federation: { application, provider, secret, takenFrom },
  };
}
