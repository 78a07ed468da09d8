import { availableTime, startDeadline } from '../../../src/cloudformation/deadline.ts';
import {
  formatPhysicalId,
  isNothingMade,
  nothingMadeId,
  parsePhysicalId,
} from '../../../src/cloudformation/physical-id.ts';
import { MalformedRequestError, parseRequest, returnAddressOf } from '../../../src/cloudformation/request.ts';
import { Secret } from '../../../src/secret.ts';

const event = {
  RequestType: 'Update',
  RequestId: 'request',
  StackId: 'arn:aws:cloudformation:us-east-1:123456789012:stack/shop/1',
  LogicalResourceId: 'Federation',
  ResourceType: 'Custom::OktaCognitoIdp',
  ResponseURL: 'https://bucket.s3.amazonaws.com/answer',
  PhysicalResourceId: 'us-east-1_A|Okta|0oa',
  ResourceProperties: { UserPoolId: 'us-east-1_A' },
  OldResourceProperties: { UserPoolId: 'us-east-1_B' },
};

test('an event of each type is read', () => {
  expect(parseRequest(event)).toMatchObject({
    requestType: 'Update',
    stackName: 'shop',
    physicalResourceId: 'us-east-1_A|Okta|0oa',
    properties: { UserPoolId: 'us-east-1_A' },
    oldProperties: { UserPoolId: 'us-east-1_B' },
  });
  expect(parseRequest({ ...event, RequestType: 'Create' }).requestType).toBe('Create');
  expect(parseRequest({ ...event, RequestType: 'Delete' }).requestType).toBe('Delete');
});

test.each([
  [undefined, 'check the event itself'],
  [{ ...event, RequestType: 'Read' }, 'check RequestType'],
  [{ ...event, StackId: 'shop' }, 'check StackId'],
  [
    { ...event, ResourceProperties: [], LogicalResourceId: '' },
    'check LogicalResourceId, ResourceProperties',
  ],
  [{ ...event, PhysicalResourceId: undefined }, 'This Update event has no PhysicalResourceId.'],
  [{ ...event, OldResourceProperties: undefined }, 'This Update event has no OldResourceProperties.'],
])('the refusal of a malformed event names what is wrong', (malformed, sentence) => {
  expect(() => parseRequest(malformed)).toThrow(MalformedRequestError);
  expect(() => parseRequest(malformed)).toThrow(sentence);
});

test.each([
  ['?X-Amz-Date=20260102T030405Z&X-Amz-Expires=7200', Date.UTC(2026, 0, 2, 3, 4, 5)],
  ['?X-Amz-Date=20261302T030405Z', undefined],
  ['?X-Amz-Date=120260102T030405Z', undefined],
  ['?X-Amz-Date=20260102T030405Z0', undefined],
  ['?X-Amz-Date=', undefined],
  ['', undefined],
])('an address with %j says when the event was sent: %j', (query, issuedAt) => {
  expect(parseRequest({ ...event, ResponseURL: event.ResponseURL + query }).issuedAt).toBe(issuedAt);
});

test('a malformed event can still be answered if it has an address', () => {
  expect(returnAddressOf({ ResponseURL: 'https://x', RequestId: 7, PhysicalResourceId: '' })).toEqual({
    responseUrl: expect.any(Secret),
    requestId: 'unknown',
    stackId: 'unknown',
    logicalResourceId: 'unknown',
    physicalResourceId: undefined,
  });
  expect(returnAddressOf({ RequestId: 'x' })).toBeUndefined();
  expect(returnAddressOf(null)).toBeUndefined();
});

test('a physical ID is parsed into its parts', () => {
  const id = { userPoolId: 'us-east-1_A', providerName: 'Okta', applicationId: '0oa1' };
  expect(formatPhysicalId(id)).toBe('us-east-1_A|Okta|0oa1');
  expect(parsePhysicalId(formatPhysicalId(id))).toEqual(id);
  const unknown = { ...id, applicationId: undefined, requestId: 'create-1' };
  expect(formatPhysicalId(unknown)).toBe('us-east-1_A|Okta|?create-1');
  expect(parsePhysicalId(formatPhysicalId(unknown))).toEqual(unknown);
  const nobodys = { ...unknown, requestId: undefined };
  expect(formatPhysicalId(nobodys)).toBe('us-east-1_A|Okta|');
  expect(parsePhysicalId(formatPhysicalId(nobodys))).toEqual(nobodys);
});

test.each([
  'shop-Federation-1ABC',
  'a|b',
  'nothing|Okta|x',
  'us-east-1_A||x',
  'us-east-1_A|Okta|x|y',
  'us-east-1_A|Okta|x-y',
  '',
])('%j is not a physical ID of this provider', (id) => {
  expect(parsePhysicalId(id)).toBeUndefined();
});

test('the ID of a Create that left nothing says so', () => {
  expect(isNothingMade(nothingMadeId('request'))).toBe(true);
  expect(parsePhysicalId(nothingMadeId('request'))).toBeUndefined();
  expect(isNothingMade('us-east-1_A|Okta|0oa1')).toBe(false);
});

test.each([
  [900_000, undefined, 900_000],
  [900_000, '60', 60_000],
  [30_000, '60', 30_000],
  [900_000, 60, 60_000],
  [900_000, '-1', 900_000],
  [900_000, '0', 900_000],
  [900_000, 'soon', 900_000],
  [900_000, { valueOf: (): number => 1 }, 900_000],
])('with %i ms and a ServiceTimeout of %j, %i ms are left', (remaining, timeout, available) => {
  expect(availableTime(remaining, timeout, 0)).toBe(available);
});

test.each([
  ['60', 20_000, 40_000],
  ['60', 59_500, 2_000],
  ['60', 3_600_000, 2_000],
  ['1', 30_000, 1_000],
  ['60', -5_000, 60_000],
  [undefined, 20_000, 900_000],
])(
  'with a ServiceTimeout of %j, %i ms after CloudFormation sent the event, %i ms are left',
  (timeout, waited, left) => {
    expect(availableTime(900_000, timeout, waited)).toBe(left);
  },
);

describe('the deadline', () => {
  beforeEach(() => jest.useFakeTimers());
  afterEach(() => jest.useRealTimers());

  test('ends the work, then the clean-up, then the answer, all before the function is killed', () => {
    using deadline = startDeadline(900_000, 0);
    const ends = [deadline.work.endsAt, deadline.cleanUp.endsAt, deadline.answer.endsAt];
    expect(ends.toSorted((a, b) => a - b)).toEqual(ends);
    expect(deadline.work.endsAt).toBe(795_000);
    expect(deadline.answer.endsAt).toBeLessThan(900_000);
    jest.advanceTimersByTime(795_000);
    expect([deadline.work, deadline.cleanUp, deadline.answer].map((time) => time.signal.aborted)).toEqual([
      true,
      false,
      false,
    ]);
    jest.advanceTimersByTime(90_000);
    expect(deadline.cleanUp.signal.aborted).toBe(true);
    expect(deadline.answer.signal.aborted).toBe(false);
  });

  test('leaves a share for the answer also if there is little time', () => {
    using deadline = startDeadline(10_000, 0);
    expect(deadline.work.endsAt).toBe(6_000);
    expect(deadline.cleanUp.endsAt).toBe(8_500);
    // The answer is not kept waiting by what is written down of it.
    expect(deadline.note.endsAt).toBe(9_100);
    expect(deadline.answer.endsAt).toBe(9_850);
  });

  test('leaves no timer behind', () => {
    startDeadline(10_000)[Symbol.dispose]();
    expect(jest.getTimerCount()).toBe(0);
  });
});
