import { AnswerNotDeliveredError, answerBody, sendAnswer } from '../../../src/cloudformation/response.ts';
import { type HttpRequest, NoHttpAnswerError, type send } from '../../../src/http.ts';
import { Secret } from '../../../src/secret.ts';

const address = {
  responseUrl: new Secret(
    'https://cloudformation-custom-resource-response-useast1.s3.amazonaws.com/answer?X-Amz-Signature=made-up',
  ),
  requestId: 'request',
  stackId: 'arn:aws:cloudformation:us-east-1:123456789012:stack/shop/1',
  logicalResourceId: 'Federation',
  physicalResourceId: undefined,
};
const failed = { status: 'FAILED', physicalResourceId: 'us-east-1_A|Okta|0oa', reason: 'Because.' } as const;

test('an answer has every field that CloudFormation wants', () => {
  expect(JSON.parse(answerBody(address, failed))).toEqual({
    Status: 'FAILED',
    PhysicalResourceId: 'us-east-1_A|Okta|0oa',
    StackId: address.stackId,
    RequestId: 'request',
    LogicalResourceId: 'Federation',
    Reason: 'Because.',
  });
  const success = { status: 'SUCCESS', physicalResourceId: 'x', data: { ClientId: 'y' } } as const;
  expect(JSON.parse(answerBody(address, success))).toMatchObject({
    Status: 'SUCCESS',
    Data: { ClientId: 'y' },
  });
});

test.each([
  ['plain', 'x'.repeat(10_000)],
  ['of several bytes a letter', '検'.repeat(5_000)],
  ['of few letters of several bytes', '検'.repeat(2_000)],
  ['of surrogate pairs', '🔑'.repeat(5_000)],
  ['full of quotes', '"\n'.repeat(5_000)],
])('a reason that is %s is cut to what CloudFormation takes', (_kind, reason) => {
  const body = answerBody(address, { ...failed, reason });
  expect(Buffer.byteLength(body)).toBeLessThanOrEqual(4096);
  expect(Buffer.byteLength(body)).toBeGreaterThan(3_500);
  const told = JSON.parse(body).Reason;
  expect(told.endsWith('…')).toBe(true);
  expect(reason.startsWith(told.slice(0, -1))).toBe(true);
});

test('a reason has no characters that keep CloudFormation from showing the events of the stack', () => {
  const reason = 'Okta says \u0000\u001b[31mno\u007f\u0085 to "\ud83d" and 🔑\uffff,\n\tas a block.';
  expect(JSON.parse(answerBody(address, { ...failed, reason })).Reason).toBe(
    'Okta says   [31mno   to "\ufffd" and 🔑 ,\n\tas a block.',
  );
});

test('an answer that is short enough is sent whole', () => {
  const data = { ClientId: 'y', SignInUrl: `https://example.com/${'x'.repeat(3_000)}` };
  const success = { status: 'SUCCESS', physicalResourceId: 'x', data } as const;
  expect(JSON.parse(answerBody(address, success)).Data).toEqual(data);
  // To the last byte: CloudFormation gets as much as it accepts; one byte more is cut.
  const room = 4096 - Buffer.byteLength(answerBody(address, { ...failed, reason: '' }));
  const reasonOf = (reason: string) => JSON.parse(answerBody(address, { ...failed, reason })).Reason;
  expect(reasonOf('x'.repeat(room))).toBe('x'.repeat(room));
  expect(reasonOf('x'.repeat(room + 1))).toBe(`${'x'.repeat(room - 3)}…`);
});

test('fields longer than any of CloudFormation’s own are cut, each so that the reason still has room', () => {
  const long = 'x'.repeat(5_000);
  const giant = { ...address, requestId: long, stackId: long, logicalResourceId: long };
  const body = answerBody(giant, { ...failed, physicalResourceId: long });
  expect(Buffer.byteLength(body)).toBeLessThanOrEqual(4096);
  const told = JSON.parse(body);
  expect(told.Reason).toBe('Because.');
  const lengths = [told.PhysicalResourceId, told.StackId, told.RequestId, told.LogicalResourceId].map(
    (field) => Buffer.byteLength(field),
  );
  expect(lengths).toEqual([1024, 1024, 256, 512]);
});

test('a link that makes an answer too long is left out, and the resource stays good', () => {
  const data = { ClientId: 'y', SignInUrl: `https://example.com/${'x'.repeat(5_000)}` };
  const body = JSON.parse(answerBody(address, { status: 'SUCCESS', physicalResourceId: 'x', data }));
  expect(body).toMatchObject({ Status: 'SUCCESS', Data: { ClientId: 'y', SignInUrl: '' } });
});

function answering(...replies: (number | Error)[]) {
  const asked: HttpRequest[] = [];
  const sendTo: typeof send = async (request) => {
    asked.push(request);
    const reply = replies.shift();
    if (reply instanceof Error) throw reply;
    return { status: reply ?? 200, headers: {}, body: '' };
  };
  return { asked, sendTo };
}

const reset = new NoHttpAnswerError(Object.assign(new Error('reset'), { code: 'ECONNRESET' }), true);

test.each([500, 503, 429, 408, reset])('an answer is sent again after %s', async (first) => {
  const { asked, sendTo } = answering(first, 200);
  await sendAnswer(address, failed, AbortSignal.timeout(5_000), sendTo);
  expect(asked).toHaveLength(2);
  expect(asked[0]).toMatchObject({ method: 'PUT' });
  // The presigned URL's signature covers no such header.
  expect(asked[0]?.headers).toBeUndefined();
});

test.each([403, 404])('an address that says %i is not asked again', async (status) => {
  const { asked, sendTo } = answering(status, 200);
  const sending = sendAnswer(address, failed, AbortSignal.timeout(5_000), sendTo);
  await expect(sending).rejects.toThrow(AnswerNotDeliveredError);
  await expect(sending).rejects.toThrow(`refused the answer: HTTP ${status}`);
  expect(asked).toHaveLength(1);
});

test('the tries end with the time, and the error does not hold the address', async () => {
  const { sendTo } = answering(...Array(50).fill(500));
  const sending = sendAnswer(address, failed, AbortSignal.timeout(300), sendTo);
  const error = await sending.catch((caught: unknown) => caught);
  expect(error).toBeInstanceOf(AnswerNotDeliveredError);
  expect(String(error)).not.toContain('Signature');
  expect(String(error)).toContain('HTTP 500');
});

test('the error says how the last try failed', async () => {
  const { sendTo } = answering(...Array(50).fill(reset));
  const sending = sendAnswer(address, failed, AbortSignal.timeout(300), sendTo);
  await expect(sending).rejects.toThrow('not taken in time: the connection failed (ECONNRESET)');
});

test('a try that hangs ends with the time', async () => {
  const sendTo: typeof send = (_, signal) =>
    new Promise((_, fail) => signal.addEventListener('abort', () => fail(signal.reason)));
  const sending = sendAnswer(address, failed, AbortSignal.timeout(100), sendTo);
  await expect(sending).rejects.toThrow('not taken in time: there was no time to try');
});
