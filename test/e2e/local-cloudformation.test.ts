import { readFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import {
  CloudFormationClient,
  CreateStackCommand,
  DeleteStackCommand,
  DescribeStackEventsCommand,
  DescribeStackResourceCommand,
  DescribeStacksCommand,
  UpdateStackCommand,
} from '@aws-sdk/client-cloudformation';
import {
  CreateAccessKeyCommand,
  CreateUserCommand,
  IAMClient,
  PutUserPolicyCommand,
} from '@aws-sdk/client-iam';
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { z } from 'zod';
import {
  connectStacks,
  describeStack,
  describeStackResource,
  resourceEvents,
} from '../../src/cloudformation/stacks.ts';
import { Stack } from '../support/cloudformation.ts';
import { deployed } from '../support/deployed-function.ts';
import { startResponseBucket } from '../support/response-url.ts';

// The local CloudFormation is no kinder with custom resources than AWS (local/aws/custom_resources.py).

const cloudFormation = new CloudFormationClient({});
const lambda = new LambdaClient({});
const iam = new IAMClient({});
const run = Math.random().toString(36).slice(2, 8);

/**
 * Writes its events down in a file, for all processes that run it; answers after `Wait` milliseconds with the ID `Id`, and
 * fails what `Fail` names.
 */
const code = `
const { appendFileSync, existsSync, readFileSync } = require('node:fs');
const file = require('node:path').join(require('node:os').tmpdir(), 'events-${run}');
const write = (line) => appendFileSync(file, JSON.stringify(line) + '\\n');
exports.handler = async (event) => {
  if (event === 'events') return existsSync(file) ? readFileSync(file, 'utf8').trim().split('\\n').map(JSON.parse) : [];
  write(event);
  const { Fail, Id = 'one', Wait = '0' } = event.ResourceProperties;
  await new Promise((resolve) => setTimeout(resolve, Number(Wait)));
  const { StackId, RequestId, LogicalResourceId } = event;
  const answer = {
    Status: Fail === event.RequestType ? 'FAILED' : 'SUCCESS', Reason: 'because', StackId, RequestId, LogicalResourceId,
    PhysicalResourceId: event.RequestType === 'Delete' ? event.PhysicalResourceId : Id,
  };
  const { status } = await fetch(event.ResponseURL, { method: 'PUT', headers: { 'content-type': '' }, body: JSON.stringify(answer) });
  if (status !== 200) throw new Error('The answer was refused: ' + status);
};`;

const sent = z.array(
  z.looseObject({
    RequestType: z.string(),
    RequestId: z.string(),
    ResponseURL: z.string(),
    PhysicalResourceId: z.string().optional(),
    ResourceProperties: z.record(z.string(), z.unknown()),
  }),
);

let functionArn: string;

beforeAll(async () => {
  const trust = {
    Version: '2012-10-17',
    Statement: [
      { Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' },
    ],
  };
  const made = await create(
    'function',
    JSON.stringify({
      Resources: {
        Role: { Type: 'AWS::IAM::Role', Properties: { AssumeRolePolicyDocument: trust } },
        Function: {
          Type: 'AWS::Lambda::Function',
          Properties: {
            Runtime: 'nodejs24.x',
            Handler: 'index.handler',
            Role: { 'Fn::GetAtt': ['Role', 'Arn'] },
            Timeout: 30,
            Code: { ZipFile: code },
          },
        },
      },
      Outputs: { Arn: { Value: { 'Fn::GetAtt': ['Function', 'Arn'] } } },
    }),
  );
  await becomes(made, done);
  const { Stacks } = await cloudFormation.send(new DescribeStacksCommand({ StackName: made }));
  functionArn = z.string().parse(Stacks?.[0]?.Outputs?.[0]?.OutputValue);
});

jest.setTimeout(60_000);

const template = (properties: object, more: object = {}) =>
  JSON.stringify({
    Parameters: { Hidden: { Type: 'String', NoEcho: true, Default: 'sesame' } },
    Resources: {
      Federation: {
        Type: 'Custom::OktaCognitoIdp',
        Properties: { ServiceToken: functionArn, ...properties },
      },
    },
    ...more,
  });

async function eventsOf(stackId: string) {
  const { Payload } = await lambda.send(
    new InvokeCommand({ FunctionName: functionArn, Payload: JSON.stringify('events') }),
  );
  return sent
    .parse(JSON.parse(Payload?.transformToString() ?? '[]'))
    .filter((event) => event.StackId === stackId);
}

async function statusOf(StackName: string): Promise<string> {
  const { Stacks } = await cloudFormation.send(new DescribeStacksCommand({ StackName }));
  return Stacks?.[0]?.StackStatus ?? '';
}

/** Waits for a stack's status to be one. */
async function becomes(StackName: string, expected: (status: string) => boolean): Promise<string> {
  for (;;) {
    const status = await statusOf(StackName);
    if (expected(status)) return status;
    await pause(100);
  }
}

const done = (status: string) => !status.endsWith('_IN_PROGRESS');

async function create(name: string, TemplateBody: string, client = cloudFormation): Promise<string> {
  const { StackId } = await client.send(
    new CreateStackCommand({
      StackName: `${name}-${run}`,
      TemplateBody,
      Capabilities: ['CAPABILITY_IAM'],
    }),
  );
  return z.string().parse(StackId);
}

async function update(StackName: string, properties: object): Promise<void> {
  const TemplateBody = template(properties);
  await cloudFormation.send(new UpdateStackCommand({ StackName, TemplateBody }));
}

/** What CloudFormation shows of the resource: its status, its ID and its latest event. */
async function shown(StackName: string) {
  const { StackResourceDetail: resource } = await cloudFormation.send(
    new DescribeStackResourceCommand({ StackName, LogicalResourceId: 'Federation' }),
  );
  const { StackEvents = [] } = await cloudFormation.send(new DescribeStackEventsCommand({ StackName }));
  const event = StackEvents.find(({ LogicalResourceId }) => LogicalResourceId === 'Federation');
  return {
    stack: await statusOf(StackName),
    status: resource?.ResourceStatus,
    id: resource?.PhysicalResourceId || undefined,
    event: event?.ResourceStatus,
    eventId: event?.PhysicalResourceId || undefined,
    type: event?.ResourceType,
    properties: JSON.parse(event?.ResourceProperties ?? 'null'),
  };
}

/** What it shows while the function works on the next event of this type. */
async function shownDuring(stackId: string, type: string) {
  for (;;) {
    const during = await shown(stackId).catch(() => undefined);
    await pause(100);
    // What is shown is three calls: all of them must fall into the time that the function takes.
    if (during?.event === `${type}_IN_PROGRESS`) return shown(stackId);
  }
}

test('a resource is shown in progress through its whole life, and its events have its properties', async () => {
  const Secret = { Ref: 'Hidden' };
  const stackId = await create(
    'life',
    template({ Id: 'old', Wait: 1000, On: true, Secret, Name: 'Büro 検' }),
  );
  expect(await shownDuring(stackId, 'CREATE')).toEqual({
    stack: 'CREATE_IN_PROGRESS',
    status: 'CREATE_IN_PROGRESS',
    id: undefined,
    event: 'CREATE_IN_PROGRESS',
    eventId: undefined,
    type: 'Custom::OktaCognitoIdp',
    properties: {
      ServiceToken: functionArn,
      Id: 'old',
      Wait: '1000',
      On: 'true',
      Secret: '****',
      Name: 'B?ro ?',
    },
  });
  expect(await becomes(stackId, done)).toBe('CREATE_COMPLETE');

  await update(stackId, { Id: 'new', Wait: 1000 });
  expect(await shownDuring(stackId, 'UPDATE')).toMatchObject({
    stack: 'UPDATE_IN_PROGRESS',
    status: 'UPDATE_IN_PROGRESS',
    id: 'old',
    eventId: 'old',
    properties: { Id: 'new' },
  });
  expect(await shownDuring(stackId, 'DELETE')).toMatchObject({
    stack: 'UPDATE_COMPLETE_CLEANUP_IN_PROGRESS',
    status: 'UPDATE_COMPLETE',
    id: 'new',
    eventId: 'old',
    type: 'AWS::CloudFormation::CustomResource',
    properties: null,
  });
  expect(await becomes(stackId, done)).toBe('UPDATE_COMPLETE');

  await cloudFormation.send(new DeleteStackCommand({ StackName: stackId }));
  expect(await shownDuring(stackId, 'DELETE')).toMatchObject({
    stack: 'DELETE_IN_PROGRESS',
    status: 'DELETE_IN_PROGRESS',
    id: 'new',
  });
  expect(await becomes(stackId, done)).toBe('DELETE_COMPLETE');
  const events = await eventsOf(stackId);
  expect(events[0]?.ResourceProperties.Name).toBe('Büro 検');
  expect(events.map(({ RequestType, PhysicalResourceId }) => [RequestType, PhysicalResourceId])).toEqual([
    ['Create', undefined],
    ['Update', 'old'],
    ['Delete', 'old'],
    ['Delete', 'new'],
  ]);
  // The function gets what the events hide.
  expect(events[0]?.ResourceProperties.Secret).toBe('sesame');
});

test("a ResponseURL has AWS's path and date, and nothing else is taken there", async () => {
  const stackId = await create('url', template({ Wait: 1500 }));
  await shownDuring(stackId, 'CREATE');
  const [event] = await eventsOf(stackId);
  const url = new URL(z.string().parse(event?.ResponseURL));
  expect(decodeURIComponent(url.pathname)).toBe(`/${stackId}|Federation|${event?.RequestId}`);
  expect(url.searchParams.get('X-Amz-Date')).toMatch(/^\d{8}T\d{6}Z$/);
  expect(url.searchParams.get('X-Amz-Expires')).toBe('7200');
  const put = (href: string, type = '') =>
    fetch(href, { method: 'PUT', headers: { 'content-type': type }, body: '{"Status":"SUCCESS"}' });
  expect((await put(url.href.replace('Federation', 'Other'))).status).toBe(403);
  expect((await put(url.href, 'application/json')).status).toBe(403);
  expect(await becomes(stackId, done)).toBe('CREATE_COMPLETE');
});

test('a Create that fails is followed by the Delete of what it answered with', async () => {
  const stackId = await create('fails', template({ Fail: 'Create', Id: 'half' }));
  expect(await becomes(stackId, done)).toBe('ROLLBACK_COMPLETE');
  const events = await eventsOf(stackId);
  expect(events.map(({ RequestType, PhysicalResourceId }) => [RequestType, PhysicalResourceId])).toEqual([
    ['Create', undefined],
    ['Delete', 'half'],
  ]);
});

test('an Update that fails is followed by an Update back', async () => {
  const stackId = await create('back', template({ Size: 1 }));
  await becomes(stackId, done);
  await update(stackId, { Size: 2, Fail: 'Update' });
  expect(await becomes(stackId, (status) => done(status) && status !== 'CREATE_COMPLETE')).toBe(
    'UPDATE_ROLLBACK_COMPLETE',
  );
  const events = await eventsOf(stackId);
  expect(events.map(({ RequestType, ResourceProperties }) => [RequestType, ResourceProperties.Size])).toEqual(
    [
      ['Create', '1'],
      ['Update', '2'],
      ['Update', '1'],
    ],
  );
});

test('an export name that another stack has is refused', async () => {
  const Outputs = { One: { Value: 'x', Export: { Name: `export-${run}` } } };
  const first = await create('exports', template({}, { Outputs }));
  expect(await becomes(first, done)).toBe('CREATE_COMPLETE');
  const second = await create('exports-too', template({}, { Outputs }));
  expect(await becomes(second, done)).toBe('ROLLBACK_COMPLETE');
  const { StackEvents = [] } = await cloudFormation.send(
    new DescribeStackEventsCommand({ StackName: second }),
  );
  const reasons = StackEvents.map(({ ResourceStatusReason }) => ResourceStatusReason);
  expect(reasons).toContainEqual(
    expect.stringContaining(`Export with name export-${run} is already exported by stack exports-${run}`),
  );
});

/** The statement for those who deploy templates, as the documentation has it, for a function. */
function documentedStatement(arn: string): object {
  const [, , text = ''] = readFileSync('docs/install.md', 'utf8').split(
    /## Rights of those who deploy|```json/,
  );
  const statement = z.looseObject({ Resource: z.string() }).parse(JSON.parse(text.split('```')[0] ?? ''));
  expect(statement.Resource).toMatch(/^arn:aws:lambda:<region>:<account>:function:<function name>$/);
  return { ...statement, Resource: arn };
}

test('a deployer who may not invoke the function is refused, and one who may is not', async () => {
  const UserName = `deployer-${run}`;
  await iam.send(new CreateUserCommand({ UserName }));
  const allow = (...Statement: object[]) =>
    iam.send(
      new PutUserPolicyCommand({
        UserName,
        PolicyName: 'all',
        PolicyDocument: JSON.stringify({ Version: '2012-10-17', Statement }),
      }),
    );
  const everything = { Effect: 'Allow', Action: 'cloudformation:*', Resource: '*' };
  await allow(everything);
  const { AccessKey } = await iam.send(new CreateAccessKeyCommand({ UserName }));
  const credentials = {
    accessKeyId: z.string().parse(AccessKey?.AccessKeyId),
    secretAccessKey: z.string().parse(AccessKey?.SecretAccessKey),
  };
  const theirs = new CloudFormationClient({ credentials });
  const refused = await create('refused', template({}), theirs);
  expect(await becomes(refused, done)).toBe('ROLLBACK_COMPLETE');
  const { StackEvents = [] } = await cloudFormation.send(
    new DescribeStackEventsCommand({ StackName: refused }),
  );
  const failed = StackEvents.find(({ ResourceStatus }) => ResourceStatus === 'CREATE_FAILED');
  expect(failed?.ResourceStatusReason).toContain(
    `${UserName} is not authorized to perform: lambda:InvokeFunction`,
  );
  expect(await eventsOf(refused)).toEqual([]);
  await allow(everything, documentedStatement(`${functionArn}-another`));
  const ofAnother = await create('of-another', template({}), theirs);
  expect(await becomes(ofAnother, done)).toBe('ROLLBACK_COMPLETE');
  await allow(everything, documentedStatement(functionArn));
  expect(await becomes(await create('allowed', template({}), theirs), done)).toBe('CREATE_COMPLETE');
});

test('who may describe some stacks may not describe others', async () => {
  const UserName = `reader-${run}`;
  await iam.send(new CreateUserCommand({ UserName }));
  const Action = ['cloudformation:DescribeStackResource', 'cloudformation:DescribeStackEvents'];
  await iam.send(
    new PutUserPolicyCommand({
      UserName,
      PolicyName: 'some',
      PolicyDocument: JSON.stringify({
        Version: '2012-10-17',
        Statement: [{ Effect: 'Allow', Action, Resource: `arn:aws:cloudformation:*:*:stack/read-${run}/*` }],
      }),
    }),
  );
  const { AccessKey } = await iam.send(new CreateAccessKeyCommand({ UserName }));
  const credentials = {
    accessKeyId: z.string().parse(AccessKey?.AccessKeyId),
    secretAccessKey: z.string().parse(AccessKey?.SecretAccessKey),
  };
  const [mine, other] = [await create('read', template({})), await create('unread', template({}))];
  await Promise.all([becomes(mine, done), becomes(other, done)]);
  const read = (id: string) =>
    describeStackResource(connectStacks(id, AbortSignal.timeout(9_000), credentials), id, 'Federation');
  expect(await read(mine)).toMatchObject({
    stackId: mine,
    status: 'CREATE_COMPLETE',
    physicalResourceId: 'one',
  });
  await expect(read(other)).rejects.toMatchObject({ name: 'StackNotReadError', failure: 'denied' });
});

test('a stack that a test plays is shown while its events are sent', async () => {
  const seen: unknown[] = [];
  const bucket = await startResponseBucket();
  const stack = new Stack({
    bucket,
    invoke: async (event, signal) => {
      const { StackId: id } = z.looseObject({ StackId: z.string() }).parse(event);
      const stacks = connectStacks(id, AbortSignal.timeout(9_000));
      seen.push({
        resource: await describeStackResource(stacks, id, 'Federation'),
        ...(await describeStack(stacks, id)),
        events: await resourceEvents(stacks, id, 'Federation'),
      });
      return deployed(functionArn)(event, signal);
    },
  });
  await stack.create({ Id: 'old' });
  await stack.update({ Id: 'new' });
  await stack.update({ Id: 'new', Fail: 'Update' });
  await bucket[Symbol.asyncDispose]();
  const during = (stackStatus: string, status: string, physicalResourceId: string | undefined) =>
    expect.objectContaining({
      stackStatus,
      resource: expect.objectContaining({ status, physicalResourceId }),
    });
  expect(seen).toEqual([
    during('CREATE_IN_PROGRESS', 'CREATE_IN_PROGRESS', undefined),
    during('UPDATE_IN_PROGRESS', 'UPDATE_IN_PROGRESS', 'old'),
    during('UPDATE_COMPLETE_CLEANUP_IN_PROGRESS', 'UPDATE_COMPLETE', 'new'),
    during('UPDATE_IN_PROGRESS', 'UPDATE_IN_PROGRESS', 'new'),
    during('UPDATE_ROLLBACK_IN_PROGRESS', 'UPDATE_IN_PROGRESS', 'new'),
  ]);
  expect(seen[1]).toMatchObject({
    events: [{ properties: { Id: 'new' } }, { status: 'CREATE_COMPLETE' }, {}],
  });
});
