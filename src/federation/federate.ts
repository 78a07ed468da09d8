import type { Authenticity, AuthenticityRule } from '../cloudformation/authenticity.ts';
import { askCloudFormation, type KnownToJournal } from '../cloudformation/confirm.ts';
import type { Allotment, Deadline } from '../cloudformation/deadline.ts';
import { formatPhysicalId, isNothingMade, nothingMadeId } from '../cloudformation/physical-id.ts';
import type { CustomResourceRequest } from '../cloudformation/request.ts';
import type { Answer } from '../cloudformation/response.ts';
import { type HeldLease, withLease } from '../lease/lease.ts';
import { eager } from './all-of.ts';
import type { Services } from './connections.ts';
import { create } from './create.ts';
import { answerWithoutWork } from './journal/answered.ts';
import { withoutDisowned } from './journal/disowned.ts';
import { itemOf, journalIn } from './journal/item.ts';
import { end, isFinished, type Journal } from './journal/journal.ts';
import { Ledger } from './journal/ledger.ts';
import { rememberCreates } from './journal/recent-creates.ts';
import { withUnrecordedSuccess } from './journal/unrecorded-success.ts';
import { texts } from './properties/property-types.ts';
import { remove } from './remove.ts';
import { resourceName } from './resource-name.ts';
import { failed, type Outcome, succeeded, type Turn } from './turn.ts';
import { update } from './update.ts';

/**
 * Does what CloudFormation asks for, once, under the resource's lease:
 *
 *     lease ──▶ answered before? ──▶ begin ──▶ observe, plan, apply, verify ──▶ end ──▶ answer
 *
 * @param onRefused counts what CloudFormation does not confirm.
 * @returns the answer for CloudFormation; what went wrong on the way is a FAILED answer.
 * @throws only if the lease on the resource cannot be acquired or read.
 */
export async function federate(
  request: CustomResourceRequest,
  deadline: Deadline,
  given: Services,
  onRefused: OnRefused,
): Promise<Answer> {
  const services = { ...given, leases: { ...given.leases, releaseBy: deadline.note.signal } };
  const nothingToDo = request.requestType === 'Delete' && isNothingMade(request.physicalResourceId);
  if (!nothingToDo) beginReading(request, deadline, services);
  const confirmation = askCloudFormation(request, services.trust, deadline.work.signal);
  const turn = withLease(
    services.leases,
    resourceName(request),
    deadline.work.signal,
    async (lease) => {
      const journal = journalIn(lease.item);
      const answered = answerWithoutWork(journal, request);
      if (answered) {
        services.log('This event was answered before, or is no longer wanted; nothing is done.');
        return { answer: answered, journal };
      }
      const known = knownTo(journal);
      const authenticity = await confirmation.decide(known);
      if (!authenticity.ok) return { answer: refuse(request, authenticity, onRefused), journal };
      const confirmed = eager(
        confirmation.again(known).then((again) => {
          if (again.ok) return;
          onRefused(again.rule, again.reason);
          throw new NotConfirmedError(whyRefused(again.rule));
        }),
      );
      const shown = await confirmation.shown();
      const { inForce } = shown;
      const completed = withUnrecordedSuccess(withoutDisowned(journal, request, inForce), request, inForce);
      const ledger = new Ledger(lease, request, completed);
      if (services.ownCreates) rememberCreates(ledger.journal, services.ownCreates);
      const held = whileHeld(deadline, lease.lost);
      const turn = { deadline: held, services, ledger, confirmed, shown };
      const { answer, ending } = await take(request, turn);
      await ledger.settled();
      return { answer, journal: end(ledger.journal, request, answer, ending) };
    },
    ({ journal }) => ({ item: itemOf(journal), isFinished: isFinished(journal) }),
  );
  try {
    return (await turn).answer;
  } catch (error) {
    // If nothing was made, the cause of the failure (such as a missing table) must not block the rollback.
    if (!nothingToDo) throw error;
    return succeeded(request.physicalResourceId, {}, { what: 'unchanged' }).answer;
  }
}

function take(request: CustomResourceRequest, turn: Omit<Turn, 'request'>): Promise<Outcome> {
  switch (request.requestType) {
    case 'Create':
      return create({ ...turn, request });
    case 'Update':
      return update({ ...turn, request });
    case 'Delete':
      return remove({ ...turn, request });
    default:
      return request satisfies never;
  }
}

/** Called with each event that CloudFormation does not confirm, and the rule that it breaks. */
type OnRefused = (rule: string, reason: string) => void;

/** CloudFormation no longer waits for this event: another delivery has ended it, or CloudFormation never sent it. */
class NotConfirmedError extends Error {
  override readonly name = 'NotConfirmedError';
}

/** The sentence quotes CloudFormation, so it goes to the log. The answer, which the sender may read, does not. */
function refuse(
  request: CustomResourceRequest,
  { rule, reason }: Exclude<Authenticity, { ok: true }>,
  onRefused: OnRefused,
): Answer {
  onRefused(rule, reason);
  const id = request.requestType === 'Create' ? nothingMadeId(request.requestId) : request.physicalResourceId;
  // CloudFormation deletes what a refused Create names: if that failed, the stack could not roll back.
  const hasNothingToDo = request.requestType === 'Delete' && isNothingMade(id);
  return (
    hasNothingToDo
      ? succeeded(id, {}, { what: 'unchanged' })
      : failed(id, whyRefused(rule), { what: 'unchanged' })
  ).answer;
}

function whyRefused(rule: AuthenticityRule): string {
  return `CloudFormation does not confirm this event (${rule}), so nothing was done. Read the log of the provider function; if the stack is in another account, the operator of the provider must list it in TrustedAccountRoleArns.`;
}

function knownTo({ standing, open }: Journal): KnownToJournal {
  const attempted = open.flatMap(({ federation }) =>
    federation?.application.id
      ? [formatPhysicalId({ ...federation.provider, applicationId: federation.application.id })]
      : [],
  );
  return {
    knownPhysicalIds: [...standing.map(({ physicalResourceId }) => physicalResourceId), ...attempted],
    standingProperties: standing.map(({ properties }) => properties),
  };
}

/** The Okta secret and the policy do not depend on the lease, so they are read while it is acquired. */
function beginReading(request: CustomResourceRequest, deadline: Deadline, services: Services): void {
  // A removal needs no policy. The first step that needs one of the two reports its failure.
  if (request.requestType !== 'Delete') eager(services.policy(deadline.work.signal));
  const { OktaSecretId: named } = request.properties;
  if (named !== undefined && !texts().secretId.safeParse(named).success) return;
  const secretId = typeof named === 'string' ? named : services.oktaSecretId;
  eager(services.secrets.read(secretId, deadline.work.signal));
}

/** A holder that has lost the lease stops at once: another delivery of the event may have started. */
function whileHeld(deadline: Deadline, lost: HeldLease['lost']): Deadline {
  const until = (time: Allotment): Allotment => ({ ...time, signal: AbortSignal.any([time.signal, lost]) });
  return { ...deadline, work: until(deadline.work), cleanUp: until(deadline.cleanUp) };
}
