import { createHash } from 'node:crypto';
import * as z from 'zod/mini';
import { isNothingMade, parsePhysicalId } from '../cloudformation/physical-id.ts';
import type { CustomResourceRequest } from '../cloudformation/request.ts';
import type { Answer } from '../cloudformation/response.ts';
import type { HeldLease, LeaseItem } from '../lease/lease.ts';

/**
 * Lambda delivers an event at least once, perhaps hours apart. An event that was answered gets the same answer again and
 * does nothing: a late second Create must not undo the Delete that came after the first.
 */

/** How many answers are kept for a resource; between two deliveries of one event few others can come. */
const keptAnswers = 16;

const answersSchema = z.array(
  z.object({
    /** Of the latest Create or Update that went well, and of the latest event if it was an Update that failed. */
    properties: z.optional(z.record(z.string(), z.unknown())),
    event: z.string(),
    requestId: z._default(z.string(), ''),
    issuedAt: z.optional(z.number()),
    answer: z.discriminatedUnion('status', [
      z.object({
        status: z.literal('SUCCESS'),
        physicalResourceId: z.string(),
        data: z.record(z.string(), z.string()),
      }),
      z.object({ status: z.literal('FAILED'), physicalResourceId: z.string(), reason: z.string() }),
    ]),
  }),
);

type Kept = z.output<typeof answersSchema>[number];

const attribute = 'answers';
const latest = 'latestIssuedAt';
/** Whether an event since the latest success died or could not write its answer down: it may have gone well. */
const doubt = 'mayLackSuccess';

/** CloudFormation's hosts may tell the time a little differently. */
const toleranceMs = 2_000;

/** The answer that this very event had before, if it had one. */
export function earlierAnswer(item: LeaseItem, request: CustomResourceRequest): Answer | undefined {
  const event = fingerprint(request);
  return answersIn(item).find((kept) => kept.event === event)?.answer;
}

/**
 * Says whether CloudFormation has gone on since it sent this event, so that doing it would undo what came after it: a
 * Create that Lambda brings late, say, after CloudFormation gave it up and deleted the resource. CloudFormation sends one
 * event of a resource at a time, and each has its time in its address's signature.
 */
export function isOvertaken(item: LeaseItem, { issuedAt }: CustomResourceRequest): boolean {
  const known = Number(item[latest]?.N ?? Number.NaN);
  return issuedAt !== undefined && issuedAt < known - toleranceMs;
}

/** Says whether a delivery of the Create with this request ID, unlike the one that was answered first, made something. */
export function madeSomething(item: LeaseItem, requestId: string): boolean {
  const kept = answersIn(item).find((answer) => answer.requestId === requestId)?.answer;
  return kept !== undefined && !isNothingMade(kept.physicalResourceId);
}

/** What is known of the events before this one, as far as their answers are kept. */
export interface History {
  /** Whether the latest event failed, so that an Update rolls it back. */
  readonly hasFailed: boolean;
  /** The physical ID that CloudFormation knows the resource by, where that is certain. */
  readonly physicalResourceId: string | undefined;
  /** The properties of the latest Create or Update that went well, where it is certain which one that was. */
  readonly properties: Readonly<Record<string, unknown>> | undefined;
  /** The properties of the latest event, where that was an Update that failed. */
  readonly attempted: Readonly<Record<string, unknown>> | undefined;
  /** The applications that the resource has had and was not told to delete: nothing else tells of one deleted by hand. */
  readonly applicationIds: readonly string[];
}

export function historyOf(lease: Pick<HeldLease, 'item' | 'takenOver'>): History {
  const { item } = lease;
  const isCertain = !mayLackSuccess(lease);
  const latest = latestFirst(answersIn(item));
  const successes = latest.flatMap(({ answer }) => (answer.status === 'SUCCESS' ? [answer] : []));
  // What was deleted since is the resource's no longer: an adopted provider is left then, whatever became of its application.
  const made = successes.filter(({ physicalResourceId: id, data }, n) => {
    const isLatest = successes.findIndex(({ physicalResourceId }) => physicalResourceId === id) === n;
    return isLatest && hasMade(data);
  });
  // Of one that had no event for long: what failed since has not changed it.
  const current = made[0] ?? (successes.length === 0 ? latest[0]?.answer : undefined);
  return {
    hasFailed: latest[0]?.answer.status === 'FAILED',
    physicalResourceId: isCertain ? current?.physicalResourceId : undefined,
    properties: isCertain ? latest.find(isFulfilled)?.properties : undefined,
    attempted: latest[0]?.answer.status === 'FAILED' ? latest[0].properties : undefined,
    applicationIds: made.flatMap(
      ({ physicalResourceId }) => parsePhysicalId(physicalResourceId)?.applicationId ?? [],
    ),
  };
}

/**
 * Says whether this is the Delete of a Create that died, after a later one has made the resource. Where the failed stack was
 * preserved, CloudFormation deletes what is left with the next operation, and does not promise to do so before it makes the
 * resource anew. The dead one's application, by its ID or by its marker, is the one that people use then.
 * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/stack-failure-options.html
 */
export function isMadeAnew(item: LeaseItem, request: CustomResourceRequest): boolean {
  const dead = request.requestType === 'Delete' ? parsePhysicalId(request.physicalResourceId) : undefined;
  if (dead?.requestId === undefined) return false;
  const last = latestFirst(answersIn(item)).find(({ answer }) => answer.status === 'SUCCESS');
  // The Create itself may have made the resource, and only its answer have been lost.
  if (last?.answer.status !== 'SUCCESS' || last.requestId === dead.requestId) return false;
  const made = parsePhysicalId(last.answer.physicalResourceId);
  return (
    hasMade(last.answer.data) &&
    made?.userPoolId === dead.userPoolId &&
    made.providerName === dead.providerName
  );
}

/** The answer to a Delete has no attributes. */
function hasMade(data: Readonly<Record<string, string>>): boolean {
  return Object.keys(data).length > 0;
}

function mayLackSuccess({ item, takenOver }: Pick<HeldLease, 'item' | 'takenOver'>): boolean {
  return takenOver || item[doubt]?.N === '1';
}

/** CloudFormation is told no more of a reason, and an item of DynamoDB's has its bounds. */
const longestReason = 4_096;

/** Characters; those of a template that failed can be of any length. */
const longestProperties = 8_192;

/** The item's attributes that keep this answer, beside the latest ones before it. Answers hold no secret. */
export function rememberAnswer(
  lease: Pick<HeldLease, 'item' | 'takenOver'>,
  request: CustomResourceRequest,
  answer: Answer,
): LeaseItem {
  const { item } = lease;
  const event = fingerprint(request);
  const { requestId, issuedAt, properties } = request;
  const before = answersIn(item);
  const others = before.filter((kept) => kept.event !== event);
  const known = Number(item[latest]?.N ?? 0);
  const kept =
    answer.status === 'FAILED' ? { ...answer, reason: answer.reason.slice(0, longestReason) } : answer;
  const isMade = answer.status === 'SUCCESS' && request.requestType !== 'Delete';
  const isWorthKeeping =
    isMade || (request.requestType === 'Update' && JSON.stringify(properties).length <= longestProperties);
  const newest: Kept = {
    event,
    requestId,
    issuedAt,
    answer: kept,
    ...(isWorthKeeping ? { properties } : {}),
  };
  const answers = [...others.slice(1 - keptAnswers), newest];
  const ordered = latestFirst(answers);
  const telling = [ordered[0], ordered.find(isFulfilled)];
  return {
    [attribute]: {
      S: JSON.stringify(
        answers.map((one) => (telling.includes(one) ? one : { ...one, properties: undefined })),
      ),
    },
    // A repeat of one that went well before does not tell.
    [doubt]: { N: !(isMade && others.length === before.length) && mayLackSuccess(lease) ? '1' : '0' },
    ...(issuedAt === undefined ? {} : { [latest]: { N: String(Math.max(issuedAt, known)) } }),
  };
}

function isFulfilled({ answer, properties }: Kept): boolean {
  return answer.status === 'SUCCESS' && properties !== undefined;
}

/** By when CloudFormation sent the events: a repeat of an earlier one may have been answered after the latest. */
function latestFirst(answers: readonly Kept[]): Kept[] {
  return answers.toReversed().toSorted((one, other) => (other.issuedAt ?? 0) - (one.issuedAt ?? 0));
}

function answersIn(item: LeaseItem): Kept[] {
  const text = item[attribute]?.S;
  if (text === undefined) return [];
  try {
    return answersSchema.parse(JSON.parse(text));
  } catch {
    // Written by an older release, or by hand: as good as forgotten.
    return [];
  }
}

/** Two deliveries of one event are alike in all that a request has. */
function fingerprint(request: CustomResourceRequest): string {
  const { issuedAt, ...told } = request;
  return createHash('sha256').update(JSON.stringify(told)).digest('base64url');
}
