import { setTimeout as pause } from 'node:timers/promises';
import { CloudFormationClient, DescribeStackResourceCommand } from '@aws-sdk/client-cloudformation';
import { DynamoDBClient, GetItemCommand } from '@aws-sdk/client-dynamodb';
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { DeleteMessageCommand, ReceiveMessageCommand } from '@aws-sdk/client-sqs';
import { z } from 'zod';
import { deleteStack } from '../../local/deploy.ts';
import { readSettings, type Settings } from '../../local/settings.ts';
import { Stack } from '../support/cloudformation.ts';
import { type CustomResourceEvent, readAnswer } from '../support/custom-resource.ts';
import { deployed } from '../support/deployed-function.ts';
import { type FunctionRole, functionRole, grantedRights } from '../support/function-role.ts';
import { leaks } from '../support/leaks.ts';
import { queueClient } from '../support/queue.ts';
import { type ResponseBucket, type ResponseUrl, startResponseBucket } from '../support/response-url.ts';
import { deployProviderBeside } from '../support/template-stacks.ts';

// An event that the provider cannot answer. Lambda delivers it asynchronously, as it does CloudFormation's events. The
// answer is refused, so the provider fails at each of its two tries, and the failsafe at each of its three.

const STACK = 'failsafe';
const triesOfTheProvider = [403, 403] as const;
const triesOfTheFailsafe = [403, 403, 403] as const;

/** Every right of the failsafe's role, and who says that it is needed. */
const rights = [
  ['KeepWhatIsUnanswered sqs:SendMessage', 'shown below'],
  ['MarkTheDead dynamodb:UpdateItem', 'shown below'],
  ...['logs:CreateLogStream', 'logs:PutLogEvents'].map(
    (action) =>
      [
        `WriteLogs ${action}`,
        'https://docs.aws.amazon.com/lambda/latest/dg/lambda-intro-execution-role.html',
      ] as const,
  ),
  ...['xray:PutTraceSegments', 'xray:PutTelemetryRecords'].map(
    (action) =>
      [`SendTraces ${action}`, 'https://docs.aws.amazon.com/lambda/latest/dg/services-xray.html'] as const,
  ),
] as const;

/** What an on-failure destination gets; in the queue there is what the failsafe got of the provider. */
const record = z.looseObject({
  requestPayload: z.looseObject({
    requestPayload: z.custom<CustomResourceEvent>(),
    responsePayload: z.unknown(),
  }),
  responsePayload: z.unknown(),
});

let settings: Settings;
let bucket: ResponseBucket;
let functionArn: string;
let queueUrl: string;
let journalTable: string;
let provider: FunctionRole;
let failsafe: FunctionRole;

beforeAll(async () => {
  settings = await readSettings(process.env);
  bucket = await startResponseBucket();
  ({ ServiceToken: functionArn = '', JournalTableName: journalTable = '' } = await deployProviderBeside(
    settings,
    STACK,
    { Tracing: 'Active' },
  ));
  const { StackResourceDetail } = await new CloudFormationClient({}).send(
    new DescribeStackResourceCommand({ StackName: STACK, LogicalResourceId: 'DeadLetterQueue' }),
  );
  queueUrl = StackResourceDetail?.PhysicalResourceId ?? '';
  provider = await functionRole(STACK, 'ProviderRole', 'okta-cognito-idp');
  failsafe = await functionRole(STACK, 'FailsafeRole', 'okta-cognito-idp-failsafe');
});

afterAll(async () => {
  await deleteStack(settings, STACK);
  await bucket[Symbol.asyncDispose]();
});

afterEach(async () => {
  await provider.restore();
  await failsafe.restore();
});

/** Delivers an event as Lambda does CloudFormation's, and waits for so many tries to answer it. */
async function deliver(tries: number): Promise<{ event: CustomResourceEvent; url: ResponseUrl }> {
  const stack = new Stack({ invoke: deployed(functionArn), bucket, serviceToken: functionArn });
  const created = stack.event('Create', { UserPoolId: 'us-east-1_Example' });
  const url = bucket.open(created);
  const event = { ...created, ResponseURL: url.href };
  const Payload = JSON.stringify(event);
  await new LambdaClient({}).send(
    new InvokeCommand({ FunctionName: functionArn, InvocationType: 'Event', Payload }),
  );
  for (let looks = 0; url.attempts.length < tries && looks < 1_200; looks += 1) await pause(100);
  return { event, url };
}

/** Takes the next event out of the queue, if one comes within that time, in seconds up to 20, and what both functions said. */
async function unanswered(seconds: number) {
  const sqs = queueClient();
  const { Messages = [] } = await sqs.send(
    new ReceiveMessageCommand({ QueueUrl: queueUrl, WaitTimeSeconds: seconds }),
  );
  const [message] = Messages;
  if (message === undefined) return undefined;
  await sqs.send(new DeleteMessageCommand({ QueueUrl: queueUrl, ReceiptHandle: message.ReceiptHandle }));
  const { requestPayload, responsePayload } = record.parse(JSON.parse(message.Body ?? ''));
  return { event: requestPayload.requestPayload, said: [requestPayload.responsePayload, responsePayload] };
}

/** What the journal has of an event's resource. */
async function journalOf({ StackId, LogicalResourceId }: CustomResourceEvent) {
  const Key = { name: { S: `resource ${StackId} ${LogicalResourceId}` } };
  return (await new DynamoDBClient({}).send(new GetItemCommand({ TableName: journalTable, Key }))).Item;
}

test('the failsafe answers for a provider that could not, and marks the attempt in the journal', async () => {
  bucket.fail(...triesOfTheProvider);
  const { event, url } = await deliver(3);
  for (let looks = 0; !(await journalOf(event))?.died && looks < 100; looks += 1) await pause(100);
  expect((await journalOf(event))?.died?.S).toContain(event.RequestId);
  expect(url.attempts).toEqual([...triesOfTheProvider, 200]);
  expect(readAnswer(event, url.stored)).toMatchObject({
    Status: 'FAILED',
    Reason: expect.stringMatching(/^The provider function died before .*refused the answer: HTTP 403/),
  });
  expect(await unanswered(1)).toBeUndefined();
});

test('an event that the failsafe cannot answer either is in the queue, with everything that an answer needs', async () => {
  bucket.fail(...triesOfTheProvider, ...triesOfTheFailsafe);
  const { event, url } = await deliver(5);
  const { said, ...message } = (await unanswered(20)) ?? { said: [] };
  expect(message).toEqual({ event });
  expect(JSON.stringify(said)).toContain('refused the answer: HTTP 403');
  expect(
    leaks(new Map([['the signature', url.signature]]), new Map([['what both said', JSON.stringify(said)]])),
  ).toEqual([]);
  expect(url.attempts).toEqual([...triesOfTheProvider, ...triesOfTheFailsafe]);
  expect(url.stored).toEqual([]);
});

test('the failsafe’s role has the rights of this table and no other', () => {
  expect(grantedRights(failsafe)).toEqual(rights.map(([right]) => right).toSorted());
});

test('without HandOverToTheFailsafe lambda:InvokeFunction, the failsafe gets no event', async () => {
  await provider.revoke('HandOverToTheFailsafe', 'lambda:InvokeFunction');
  bucket.fail(...triesOfTheProvider);
  const { url } = await deliver(2);
  await pause(3_000);
  expect(url.attempts).toEqual(triesOfTheProvider);
});

test('without MarkTheDead dynamodb:UpdateItem, the journal does not note the death, and the stack gets an answer', async () => {
  await failsafe.revoke('MarkTheDead', 'dynamodb:UpdateItem');
  bucket.fail(...triesOfTheProvider);
  const { event, url } = await deliver(3);
  await pause(1_000);
  expect(url.attempts).toEqual([...triesOfTheProvider, 200]);
  const item = await journalOf(event);
  expect([item?.name?.S, item?.died]).toEqual([expect.stringContaining(event.StackId), undefined]);
});

test('without KeepWhatIsUnanswered sqs:SendMessage, the queue gets nothing', async () => {
  await failsafe.revoke('KeepWhatIsUnanswered', 'sqs:SendMessage');
  bucket.fail(...triesOfTheProvider, ...triesOfTheFailsafe);
  await deliver(5);
  expect(await unanswered(3)).toBeUndefined();
});
