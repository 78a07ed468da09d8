import { createHash } from 'node:crypto';
import type { CustomResourceRequest } from '../../cloudformation/request.ts';
import type { Answer } from '../../cloudformation/response.ts';
import { isSameProvider } from '../properties/identity.ts';
import { bytesOf } from '../properties/property-types.ts';
import { digestOf, isSame, storable } from './equal-properties.ts';
import { addedToApplication, addedToProvider } from './merge.ts';
import type { Answered, Attempt, FederationRecord, Standing } from './records.ts';

/**
 * What a resource knows of itself: one item of the lease table, under the resource's name.
 *
 *     event ──▶ begin ──▶ record what is about to be added ──▶ end ──▶ answer
 *                │                    │                         │
 *     open       ├── attempt ─────────┴── its federation ───────┤  closed, or kept if it failed and may have left something
 *     standing   │                                              ├─ the federation that stands now
 *     answered   │                                              └─ the answer, for a repeated delivery
 *
 * A handler that dies leaves its attempt open. The next event sees it, and undoes or completes it.
 */
export interface Journal {
  /** Attempts that were begun and are not known to have ended well. */
  readonly open: readonly Attempt[];
  /** Federations that exist. Two of them while CloudFormation replaces one. */
  readonly standing: readonly Standing[];
  /** The latest answers, the newest last. */
  readonly answered: readonly Answered[];
}

/** Few other events can come between two deliveries of one. */
const mostAnswers = 16;
/** CloudFormation reads no more of a reason than that, in bytes of the whole answer. */
const longestReason = 4_096;

/** A journal in which nothing is open or standing may be forgotten once no repeated event can come. */
export function isFinished({ open, standing }: Journal): boolean {
  return open.length === 0 && standing.length === 0;
}

/** Opens an attempt. What an earlier delivery of the same event noted stays. */
export function begin(journal: Journal, request: CustomResourceRequest): Journal {
  const { requestId, requestType } = request;
  if (journal.open.some((attempt) => attempt.requestId === requestId)) return journal;
  const properties = storable(request.properties);
  const attempt: Attempt = {
    requestId,
    requestType,
    properties,
    ...(request.requestType === 'Create' ? {} : { physicalResourceId: request.physicalResourceId }),
  };
  return { ...journal, open: bounded([...journal.open, attempt]) };
}

/** An item of DynamoDB holds 400 KB. A rollback that fails again and again opens an attempt each time. */
const longestOpenBytes = 150_000;

/** Forgets what the oldest attempts asked for: what they may have made is recorded apart. */
function bounded(open: readonly Attempt[]): readonly Attempt[] {
  if (bytesOf(open) <= longestOpenBytes) return open;
  const oldest = open.findIndex(({ properties }) => Object.keys(properties).length > 0);
  return oldest < 0
    ? open
    : bounded(open.map((attempt, index) => (index === oldest ? { ...attempt, properties: {} } : attempt)));
}

/** Records what an attempt is about to add, or has found out. */
export function record(journal: Journal, requestId: string, federation: FederationRecord): Journal {
  const open = journal.open.map((attempt) =>
    attempt.requestId === requestId ? { ...attempt, federation } : attempt,
  );
  return { ...journal, open };
}

/** Changes what is known of one federation that stands. */
export function withStanding(
  journal: Journal,
  physicalResourceId: string,
  change: Partial<Standing>,
): Journal {
  const standing = journal.standing.map((one) =>
    one.physicalResourceId === physicalResourceId ? { ...one, ...change } : one,
  );
  return { ...journal, standing };
}

/** How an event ended. */
export type Ending =
  /** The federation stands, and of earlier attempts nothing else is left but `left`. */
  | {
      readonly what: 'stands';
      readonly federation: FederationRecord;
      readonly left?: Left;
      /** The properties that it had while it was retained, if a Create or a replacement has reused it. */
      readonly retained?: Standing['properties'];
    }
  /**
   * The federation that the physical ID names is gone, and with it what attempts had left. CloudFormation may know it by another
   * ID than the journal: then this is the journal's.
   */
  | { readonly what: 'removed'; readonly left?: Left; readonly physicalResourceId?: string }
  /** A Create or a replacement is rolled back: the retained federation that it had reused is as it was before. */
  | { readonly what: 'given back'; readonly standing: Standing; readonly left: Left }
  /** Nothing has changed, and nothing is left of this attempt. */
  | { readonly what: 'unchanged'; readonly isToGo?: IsToGo }
  /** It failed half-way: its attempt stays open. */
  | { readonly what: 'broken off'; readonly isToGo?: IsToGo };

/** Attempts that another federation, which stays, still has something of. */
type Left = readonly Attempt[];
/** The federation of a Delete that failed is to go for good: it is never again what it was while it was retained. */
type IsToGo = boolean;

/** Closes an event with its answer. */
export function end(
  journal: Journal,
  request: CustomResourceRequest,
  answer: Answer,
  ending: Ending,
): Journal {
  return {
    open: openAfter(journal, request, ending),
    standing: standingAfter(journal, request, answer, ending),
    answered: answeredAfter(journal, request, answer),
  };
}

function openAfter(
  { open }: Journal,
  { requestId }: CustomResourceRequest,
  ending: Ending,
): readonly Attempt[] {
  switch (ending.what) {
    case 'stands':
    case 'removed':
    case 'given back':
      return ending.left ?? [];
    case 'unchanged':
      return open.filter((attempt) => attempt.requestId !== requestId);
    case 'broken off':
      return open;
    default:
      return ending satisfies never;
  }
}

function standingAfter(
  { standing, open }: Journal,
  request: CustomResourceRequest,
  answer: Answer,
  ending: Ending,
): readonly Standing[] {
  if (ending.what === 'removed' && request.requestType === 'Delete') {
    const gone = [request.physicalResourceId, ending.physicalResourceId];
    return standing.filter(({ physicalResourceId }) => !gone.includes(physicalResourceId));
  }
  if (ending.what === 'given back') {
    const { physicalResourceId: id } = ending.standing;
    // What is in force comes last (`withoutDisowned`).
    return [ending.standing, ...standing.filter((one) => one.physicalResourceId !== id)];
  }
  if ('isToGo' in ending && ending.isToGo) {
    const isMeant = (one: Standing) => one.physicalResourceId === answer.physicalResourceId;
    return standing.map((one) => (isMeant(one) ? { ...one, retained: undefined } : one));
  }
  if (answer.status !== 'SUCCESS') return standing;
  const { physicalResourceId, data: attributes } = answer;
  // If an administrator has deleted the old application, a rollback comes to a new physical ID with the old properties.
  const isBack = (one: Standing) =>
    request.requestType === 'Update' &&
    one.physicalResourceId !== request.physicalResourceId &&
    (one.physicalResourceId === physicalResourceId || isSame(one.properties, request.properties));
  const leaves =
    request.requestType === 'Update' &&
    request.physicalResourceId !== physicalResourceId &&
    standing.some(isBack);
  const isReplaced = ({ physicalResourceId: id }: Standing) =>
    request.requestType === 'Update' && id === request.physicalResourceId && id !== physicalResourceId;
  const marked = standing.map((one) =>
    isReplaced(one) ? { ...withAttempts(one, open), ...(leaves ? { isReturned: true } : {}) } : one,
  );
  if (ending.what !== 'stands') return marked;
  const { provider } = ending.federation;
  // CloudFormation no longer knows the ID of what a rollback has created again, and never deletes it.
  const others = marked.filter(
    (one) =>
      one.physicalResourceId !== physicalResourceId &&
      !(isBack(one) && isSameProvider(one.provider, provider)),
  );
  // What a Create takes back from another resource begins again.
  const isBegun = (one: Standing) => one.handedTo && request.requestType === 'Create';
  const last = standing.find((one) => one.physicalResourceId === physicalResourceId && !isBegun(one));
  const before = digestBefore(last, request.properties);
  const retained = ending.retained ?? last?.retained;
  const properties = storable(request.properties);
  return [
    ...others,
    {
      ...ending.federation,
      physicalResourceId,
      properties,
      ...(before === undefined ? {} : { before }),
      ...(retained ? { retained } : {}),
      attributes,
    },
  ];
}

/** With what attempts may have added to it: CloudFormation deletes it next. */
function withAttempts(standing: Standing, open: readonly Attempt[]): Standing {
  let all = standing;
  for (const { federation } of open) {
    if (!federation || federation.application.id !== standing.application.id) continue;
    const { application, provider } = federation;
    all = {
      ...all,
      application: { ...all.application, ...addedToApplication(all.application, application) },
      provider: { ...all.provider, ...addedToProvider([all.provider, provider]) },
    };
  }
  return all;
}

/** What was fulfilled before, under the same physical ID: an event that changes nothing leaves it as it is. */
function digestBefore(
  last: Standing | undefined,
  now: CustomResourceRequest['properties'],
): string | undefined {
  return last && isSame(last.properties, now) ? last.before : last && digestOf(last.properties);
}

function answeredAfter(
  { answered }: Journal,
  request: CustomResourceRequest,
  answer: Answer,
): readonly Answered[] {
  const event = fingerprint(request);
  const { requestId, requestType, issuedAt } = request;
  const kept =
    answer.status === 'FAILED' ? { ...answer, reason: answer.reason.slice(0, longestReason) } : answer;
  const newest: Answered = {
    event,
    requestId,
    requestType,
    ...(issuedAt === undefined ? {} : { issuedAt }),
    answer: kept,
    properties: storable(request.properties),
  };
  const others = answered
    .filter((one) => one.event !== event)
    .map(({ properties, ...rest }) => rest)
    .slice(1 - mostAnswers);
  return [...others, newest];
}

/** Two deliveries of one event are alike in everything that a request has. */
export function fingerprint(request: CustomResourceRequest): string {
  const { issuedAt, ...event } = request;
  return createHash('sha256').update(JSON.stringify(event)).digest('base64url');
}
