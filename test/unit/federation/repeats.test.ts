import { nothingMadeId } from '../../../src/cloudformation/physical-id.ts';
import type { CustomResourceRequest } from '../../../src/cloudformation/request.ts';
import type { Answer } from '../../../src/cloudformation/response.ts';
import {
  earlierAnswer,
  historyOf as historyOfLease,
  isMadeAnew,
  isOvertaken,
  madeSomething,
  rememberAnswer as rememberUnderLease,
} from '../../../src/federation/repeats.ts';
import type { LeaseItem } from '../../../src/lease/lease.ts';
import { createRequest, deleteRequest } from './requests.ts';

const physicalResourceId = 'us-east-1_Example1|Okta|0oa1';
const made: Answer = { status: 'SUCCESS', physicalResourceId, data: { ClientId: '0oa1' } };
const failed: Answer = { status: 'FAILED', physicalResourceId, reason: 'No.' };
const sentAt = Date.UTC(2026, 0, 1);

const rememberAnswer = (item: LeaseItem, request: CustomResourceRequest, answer: Answer, takenOver = false) =>
  rememberUnderLease({ item, takenOver }, request, answer);
const historyOf = (item: LeaseItem, takenOver = false) => historyOfLease({ item, takenOver });

/** The item after these many Creates were answered, one after the other. */
function afterCreates(count: number): LeaseItem {
  let item: LeaseItem = {};
  for (let n = 1; n <= count; n += 1) item = rememberAnswer(item, createRequest(`create-${n}`), made);
  return item;
}

test('an event that comes again gets the answer that it had', () => {
  const item = rememberAnswer(afterCreates(1), deleteRequest('delete-1', physicalResourceId), failed);
  expect(earlierAnswer(item, createRequest('create-1'))).toEqual(made);
  expect(earlierAnswer(item, deleteRequest('delete-1', physicalResourceId))).toEqual(failed);
});

test('the address of a delivery makes no other event of it', () => {
  expect(earlierAnswer(afterCreates(1), createRequest('create-1', sentAt + 60_000))).toEqual(made);
});

test.each([
  ['request ID', createRequest('create-2')],
  ['properties', { ...createRequest('create-1'), properties: { UserPoolId: 'us-east-1_Other' } }],
  ['type', deleteRequest('create-1', physicalResourceId)],
])('an event with another %s has no answer yet', (_what, request) => {
  expect(earlierAnswer(afterCreates(1), request)).toBeUndefined();
});

test('the latest answers are kept, and no more than fit in an item for ever', () => {
  const item = afterCreates(40);
  expect(earlierAnswer(item, createRequest('create-40'))).toEqual(made);
  expect(earlierAnswer(item, createRequest('create-25'))).toEqual(made);
  expect(earlierAnswer(item, createRequest('create-24'))).toBeUndefined();
});

test('reasons of any length fit in an item', () => {
  let item: LeaseItem = {};
  for (let n = 1; n <= 20; n += 1) {
    const reason = 'There is no group 00g. '.repeat(10_000);
    item = rememberAnswer(item, createRequest(`create-${n}`), { ...failed, reason });
  }
  // DynamoDB's own bound: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Constraints.html
  expect(JSON.stringify(item).length).toBeLessThan(400 * 1024);
});

test('an event that is answered twice is kept once, with its last answer', () => {
  const item = rememberAnswer(afterCreates(16), createRequest('create-1'), failed);
  expect(earlierAnswer(item, createRequest('create-1'))).toEqual(failed);
  expect(earlierAnswer(item, createRequest('create-2'))).toEqual(made);
  const few = rememberAnswer(afterCreates(2), createRequest('create-1'), failed);
  expect(earlierAnswer(few, createRequest('create-1'))).toEqual(failed);
});

test.each(['not JSON', '{}', '[{"event": 1}]', '[{"event": "x", "answer": {"status": "MAYBE"}}]', ''])(
  'an item that holds %j is as good as forgotten',
  (text) => {
    const item = { answers: { S: text } };
    expect(earlierAnswer(item, createRequest('create-1'))).toBeUndefined();
    const next = rememberAnswer(item, createRequest('create-1'), made);
    expect(earlierAnswer(next, createRequest('create-1'))).toEqual(made);
  },
);

describe('a Create that comes after its Delete', () => {
  const afterDelete = () =>
    rememberAnswer({}, deleteRequest('delete-1', physicalResourceId, sentAt + 60_000), made);

  test('is no longer wanted', () => {
    expect(isOvertaken(afterDelete(), createRequest('create-1', sentAt))).toBe(true);
  });

  test('is wanted if it was sent after it, or so little before that clocks may differ', () => {
    expect(isOvertaken(afterDelete(), createRequest('create-2', sentAt + 61_000))).toBe(false);
    expect(isOvertaken(afterDelete(), createRequest('create-2', sentAt + 58_000))).toBe(false);
    expect(isOvertaken(afterDelete(), createRequest('create-2', sentAt + 57_999))).toBe(true);
  });

  test('cannot be told where its address has no time, or nothing came before', () => {
    expect(isOvertaken(afterDelete(), { ...createRequest('create-1'), issuedAt: undefined })).toBe(false);
    expect(isOvertaken({}, createRequest('create-1', 0))).toBe(false);
  });

  test('stays unwanted when an event without a time, or an earlier one, is answered after', () => {
    const deleted = afterDelete();
    const timeless = { ...createRequest('other'), issuedAt: undefined };
    const later = { ...deleted, ...rememberAnswer(deleted, timeless, made) };
    const again = { ...later, ...rememberAnswer(later, createRequest('create-0', sentAt), failed) };
    expect(isOvertaken(again, createRequest('create-1', sentAt))).toBe(true);
  });
});

test('whether a Create made something is known by its request ID', () => {
  const nothing: Answer = { ...failed, physicalResourceId: nothingMadeId('create-2') };
  const item = rememberAnswer(afterCreates(1), createRequest('create-2'), nothing);
  expect(madeSomething(item, 'create-1')).toBe(true);
  expect(madeSomething(item, 'create-2')).toBe(false);
  expect(madeSomething(item, 'create-3')).toBe(false);
});

describe('what is known of the events before:', () => {
  const answered = (item: LeaseItem, id: string, at: number, answer: Answer) =>
    rememberAnswer(item, createRequest(id, at), answer);

  test('nothing, where nothing was answered', () => {
    expect(historyOf({})).toEqual({ hasFailed: false, applicationIds: [] });
  });

  test('whether the latest one failed', () => {
    const item = answered({}, 'one', sentAt, made);
    expect(historyOf(item).hasFailed).toBe(false);
    expect(historyOf(answered(item, 'two', sentAt, failed)).hasFailed).toBe(true);
  });

  test('of events that have no time, the one that was answered last is the latest', () => {
    const timeless = (id: string) => ({ ...createRequest(id), issuedAt: undefined });
    const item = rememberAnswer(rememberAnswer({}, timeless('one'), made), timeless('two'), failed);
    expect(historyOf(item).hasFailed).toBe(true);
    expect(historyOf(rememberAnswer(item, timeless('three'), made)).hasFailed).toBe(false);
  });

  test('the latest one is not an earlier one that came again', () => {
    const item = answered(answered({}, 'one', sentAt, failed), 'two', sentAt + 1_000, made);
    expect(historyOf(answered(item, 'one', sentAt, failed)).hasFailed).toBe(false);
  });

  test('the applications that were made', () => {
    const other: Answer = { ...made, physicalResourceId: 'us-east-1_Example1|Okta|0oa2' };
    const nothing: Answer = { ...made, physicalResourceId: nothingMadeId('three') };
    const item = [made, other, nothing, failed].reduce(
      (before, answer, n) => answered(before, `event-${n}`, sentAt + n, answer),
      {},
    );
    expect(historyOf(item).applicationIds.toSorted()).toEqual(['0oa1', '0oa2']);
  });

  test('the physical ID that was given last, also if an earlier event came again', () => {
    const other: Answer = { ...made, physicalResourceId: 'us-east-1_Example1|Okta|0oa2' };
    const item = answered(answered({}, 'one', sentAt, made), 'two', sentAt + 1_000, other);
    const failedSince = answered(item, 'three', sentAt + 2_000, failed);
    expect(historyOf(answered(failedSince, 'one', sentAt, made)).physicalResourceId).toBe(
      other.physicalResourceId,
    );
    expect(historyOf({}).physicalResourceId).toBeUndefined();
    expect(historyOf(answered({}, 'one', sentAt, failed)).physicalResourceId).toBe(physicalResourceId);
  });

  test('the properties of the latest Create or Update that went well, and no other ones', () => {
    const update = (id: string, at: number, UserPoolId: string) => ({
      ...createRequest(id, sentAt + at),
      properties: { UserPoolId },
    });
    const first = rememberAnswer({}, update('one', 0, 'first'), made);
    expect(historyOf(first).properties).toEqual({ UserPoolId: 'first' });
    const second = rememberAnswer(first, update('two', 1_000, 'second'), made);
    const third = rememberAnswer(second, update('three', 2_000, 'third'), failed);
    const gone: Answer = { ...made, data: {} };
    const fourth = rememberAnswer(third, deleteRequest('four', physicalResourceId, sentAt + 3_000), gone);
    const again = rememberAnswer(fourth, update('one', 0, 'first'), made);
    expect(historyOf(again).properties).toEqual({ UserPoolId: 'second' });
    expect(JSON.stringify(again)).not.toMatch(/first|third/);
  });

  test('but neither where an event died or was not written down, until one goes well again', () => {
    const known = { physicalResourceId, properties: createRequest('one').properties };
    const unknown = { physicalResourceId: undefined, properties: undefined };
    const first = answered({}, 'one', sentAt, made);
    expect(historyOf(first)).toMatchObject(known);
    expect(historyOf(first, true)).toMatchObject(unknown);
    const second = rememberAnswer(first, createRequest('two', sentAt + 1_000), failed, true);
    expect(historyOf(second)).toMatchObject({ ...unknown, hasFailed: true });
    const gone: Answer = { ...made, data: {} };
    const third = rememberAnswer(second, deleteRequest('three', 'other', sentAt + 2_000), gone);
    expect(historyOf(third)).toMatchObject(unknown);
    expect(historyOf(answered(third, 'one', sentAt, made))).toMatchObject(unknown);
    expect(historyOf(answered(third, 'four', sentAt + 3_000, made))).toMatchObject(known);
    expect(historyOf(rememberAnswer(third, createRequest('four', sentAt + 3_000), made, true))).toMatchObject(
      known,
    );
  });

  test('but nothing of what was deleted, until it is made again', () => {
    const other: Answer = { ...made, physicalResourceId: 'us-east-1_Example1|Okta|0oa2' };
    const cleaned: Answer = { ...made, data: {} };
    const moved = answered(answered({}, 'one', sentAt, made), 'two', sentAt + 1_000, other);
    const gone = answered(moved, 'three', sentAt + 2_000, cleaned);
    expect(historyOf(gone)).toMatchObject({
      physicalResourceId: other.physicalResourceId,
      applicationIds: ['0oa2'],
    });
    const failedSince = answered(answered({}, 'one', sentAt, cleaned), 'two', sentAt + 1_000, failed);
    expect(historyOf(failedSince).physicalResourceId).toBeUndefined();
    expect(historyOf(answered(gone, 'four', sentAt + 3_000, made))).toMatchObject({
      physicalResourceId,
      applicationIds: ['0oa1', '0oa2'],
    });
  });
});

describe('the Delete of a Create that died', () => {
  const deadId = 'us-east-1_Example1|Okta|?create-1';
  const dead = deleteRequest('delete-dead', deadId);
  const gone: Answer = { status: 'SUCCESS', physicalResourceId, data: {} };
  const created = rememberAnswer({}, createRequest('create-2', sentAt), made);

  test('has nothing to do where a later Create has made the resource, also when an Update of it failed since', () => {
    expect(isMadeAnew(created, dead)).toBe(true);
    const update = { ...createRequest('update-1', sentAt + 60_000) };
    expect(isMadeAnew(rememberAnswer(created, update, failed), dead)).toBe(true);
  });

  test.each<[string, LeaseItem, ReturnType<typeof deleteRequest>]>([
    ['nothing was made since', {}, dead],
    ['it failed again', rememberAnswer({}, createRequest('create-2', sentAt), failed), dead],
    ['the dead one itself made it, and only its answer was lost', afterCreates(1), dead],
    ['its ID does not say which Create', created, deleteRequest('delete-1', 'us-east-1_Example1|Okta|')],
    ['its ID names an application', created, deleteRequest('delete-1', physicalResourceId)],
    ['another provider was made', created, deleteRequest('delete-1', 'us-east-1_Example1|Other|?create-1')],
    ['another pool was federated', created, deleteRequest('delete-1', 'us-east-1_Example2|Okta|?create-1')],
  ])('looks for what is left where %s', (_, item, request) => {
    expect(isMadeAnew(item, request)).toBe(false);
  });

  test('looks for what is left where the resource was deleted since, also if the Create before that came again', () => {
    const before = createRequest('create-1', sentAt - 60_000);
    const deletion = deleteRequest('delete-1', physicalResourceId, sentAt);
    const deleted = rememberAnswer(rememberAnswer({}, before, made), deletion, gone);
    expect(isMadeAnew(deleted, dead)).toBe(false);
    expect(isMadeAnew(rememberAnswer(deleted, before, made), dead)).toBe(false);
  });
});
