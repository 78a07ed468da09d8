import type { CustomResourceRequest } from '../../../src/cloudformation/request.ts';
import type { Answer } from '../../../src/cloudformation/response.ts';
import { answerWithoutWork } from '../../../src/federation/journal/answered.ts';
import { end, type Journal } from '../../../src/federation/journal/journal.ts';
import { asked, createRequest, deleteRequest, idOf, sentAt, updateRequest } from './requests.ts';

const made: Answer = { status: 'SUCCESS', physicalResourceId: idOf('0oa1'), data: { ClientId: '0oa1' } };
const failed: Answer = { status: 'FAILED', physicalResourceId: idOf('0oa1'), reason: 'No.' };

/** A journal in which these events were answered, one after the other. */
function answered(...events: readonly (readonly [CustomResourceRequest, Answer])[]): Journal {
  const empty: Journal = { open: [], standing: [], answered: [] };
  return events.reduce(
    (journal, [request, answer]) => end(journal, request, answer, { what: 'unchanged' }),
    empty,
  );
}

const deletion = deleteRequest('delete', idOf('0oa1'), sentAt + 60_000);
const afterDelete = answered([deletion, made]);

test('an event that comes again gets the answer that it had, a success or not', () => {
  const journal = answered([createRequest('create'), made], [deletion, failed]);
  expect(answerWithoutWork(journal, createRequest('create'))).toEqual(made);
  expect(answerWithoutWork(journal, deletion)).toEqual(failed);
});

test('the address of a delivery makes no other event of it', () => {
  const journal = answered([createRequest('create'), made]);
  expect(answerWithoutWork(journal, createRequest('create', sentAt + 60_000))).toEqual(made);
});

test.each<[string, CustomResourceRequest]>([
  ['request ID', createRequest('other')],
  ['properties', createRequest('create', sentAt, asked({ Notes: 'x' }))],
  ['type', deleteRequest('create', idOf('0oa1'))],
])('an event with another %s is worked on', (_what, request) => {
  expect(answerWithoutWork(answered([createRequest('create'), made]), request)).toBeUndefined();
});

test('an event that is older than one that was answered is refused, and changes nothing', () => {
  expect(answerWithoutWork(afterDelete, createRequest('create', sentAt))).toEqual({
    status: 'FAILED',
    physicalResourceId: 'nothing-made|create',
    reason:
      'CloudFormation has sent a later event for this resource, so this one came too late. Check the latest event of the stack.',
  });
  const update = updateRequest('update', idOf('0oa1'), asked(), asked(), sentAt);
  expect(answerWithoutWork(afterDelete, update)).toMatchObject({
    status: 'FAILED',
    physicalResourceId: idOf('0oa1'),
  });
});

test('an event that is older by so little that clocks may differ is worked on', () => {
  expect(answerWithoutWork(afterDelete, createRequest('create', sentAt + 61_000))).toBeUndefined();
  expect(answerWithoutWork(afterDelete, createRequest('create', sentAt + 58_000))).toBeUndefined();
  expect(answerWithoutWork(afterDelete, createRequest('create', sentAt + 57_999))).toBeDefined();
});

test('an event without a time is worked on, and so is the first', () => {
  expect(answerWithoutWork(afterDelete, { ...createRequest('create'), issuedAt: undefined })).toBeUndefined();
  expect(answerWithoutWork(answered(), createRequest('create', 0))).toBeUndefined();
});

test('the latest event counts, no matter which was answered last', () => {
  const timeless = { ...createRequest('timeless'), issuedAt: undefined };
  const journal = answered([deletion, made], [timeless, made], [createRequest('early', sentAt), failed]);
  expect(answerWithoutWork(journal, createRequest('create', sentAt))).toMatchObject({ status: 'FAILED' });
});
