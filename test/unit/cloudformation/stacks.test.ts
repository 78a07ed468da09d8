import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { authenticate, type Evidence } from '../../../src/cloudformation/authenticity.ts';
import { parseRequest } from '../../../src/cloudformation/request.ts';
import {
  connectStacks,
  describeStack,
  describeStackResource,
  resourceEvents,
  type Stacks,
} from '../../../src/cloudformation/stacks.ts';
import type { Answer, CustomResourceEvent } from '../../support/custom-resource.ts';
import { PlayedStacks } from '../../support/played-stacks.ts';
import { cloudFormationApi, cloudFormationRefusal } from '../../support/virtual/cloudformation.ts';
import type { Reply } from '../../support/virtual/network.ts';
import { Resource } from '../../support/virtual/resource.ts';

// The SDK's own requests and answers, over a socket, against CloudFormation as it is played.

let server: Server;
let stacks: Stacks;
let played: PlayedStacks;
/** Answers that come before any other. */
let planned: Reply[];
let asked: string[];

beforeAll(async () => {
  server = createServer(async (request, response) => {
    const body = await buffer(request);
    const url = new URL(request.url ?? '/', 'https://cloudformation.us-east-1.amazonaws.com');
    const authorization = request.headers.authorization ?? '';
    asked.push(new URLSearchParams(body.toString()).get('Action') ?? '');
    const outgoing = { method: request.method ?? '', url, headers: { authorization }, body };
    const reply = planned.shift() ?? (await cloudFormationApi(played).answer(outgoing));
    response.writeHead(reply.status, reply.headers).end(reply.body);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
});

afterAll(async () => {
  server.closeAllConnections();
  server.close();
  await once(server, 'close');
});

const resource = new Resource('shop');
const { stackId } = resource;

beforeEach(() => {
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('No port.');
  process.env.AWS_ENDPOINT_URL = `http://127.0.0.1:${address.port}`;
  const credentials = async () => ({ accessKeyId: 'a', secretAccessKey: 'b' });
  stacks = connectStacks(stackId, AbortSignal.timeout(20_000), credentials);
  [played, planned, asked] = [new PlayedStacks(), [], []];
});

afterEach(() => {
  delete process.env.AWS_ENDPOINT_URL;
  stacks.client.destroy();
});

const properties = { UserPoolId: 'us-east-1_Pool', ApplicationLabel: 'A & B <"c">' };
const answerOf = (event: CustomResourceEvent, PhysicalResourceId: string): Answer => ({
  ...event,
  Status: 'SUCCESS',
  PhysicalResourceId,
});

async function evidence(): Promise<Evidence> {
  return {
    resource: await describeStackResource(stacks, stackId, 'Federation'),
    ...(await describeStack(stacks, stackId)),
    events: await resourceEvents(stacks, stackId, 'Federation'),
  };
}

const trusted = {
  accountId: '000000000000',
  trustedAccounts: [],
  knownPhysicalIds: [],
  standingProperties: [],
};
const judged = async (event: CustomResourceEvent, knownPhysicalIds: readonly string[] = []) =>
  authenticate(parseRequest({ ...event, ResponseURL: 'https://x' }), await evidence(), {
    ...trusted,
    knownPhysicalIds,
  });

test('a resource that is being created has no physical ID, and its event has its properties', async () => {
  played.sends(resource.create(properties));
  expect(await evidence()).toEqual({
    stackStatus: 'CREATE_IN_PROGRESS',
    resource: {
      stackId,
      logicalResourceId: 'Federation',
      resourceType: 'Custom::OktaCognitoIdp',
      physicalResourceId: undefined,
      status: 'CREATE_IN_PROGRESS',
    },
    events: [
      {
        physicalResourceId: undefined,
        status: 'CREATE_IN_PROGRESS',
        properties: expect.objectContaining(properties),
      },
    ],
  });
});

test('the whole life of a resource is authentic while it is played, and at no other time', async () => {
  const create = resource.create(properties);
  const update = resource.update('old', { ...properties, Size: '2' }, properties);
  const cleanUp = resource.delete('old', properties);
  const remove = resource.delete('new', { ...properties, Size: '2' });
  for (const [event, id] of [
    [create, 'old'],
    [update, 'new'],
    [cleanUp, 'old'],
    [remove, 'new'],
  ] as const) {
    played.sends(event);
    expect(await judged(event)).toEqual({ ok: true });
    played.ends(event, answerOf(event, id));
    for (const late of [create, update, cleanUp, remove]) {
      expect(await judged(late, ['old', 'new'])).toMatchObject({ ok: false });
    }
  }
});

test('a stack that does not exist, and a resource that it does not have', async () => {
  const gone = { name: 'StackNotReadError', failure: 'gone' };
  await expect(describeStackResource(stacks, stackId, 'Federation')).rejects.toMatchObject(gone);
  await expect(describeStack(stacks, stackId)).rejects.toMatchObject(gone);
  await expect(resourceEvents(stacks, stackId, 'Federation')).rejects.toMatchObject(gone);
  played.sends(resource.create(properties));
  expect(await describeStackResource(stacks, stackId, 'Other')).toBeUndefined();
  expect(await resourceEvents(stacks, stackId, 'Other')).toEqual([]);
});

test('events are read page by page until one is of the resource', async () => {
  played.sends(resource.create(properties));
  const other = { ...resource.create(properties), LogicalResourceId: 'Other' };
  for (let count = 0; count < 250; count += 1) played.sends(other);
  expect((await resourceEvents(stacks, stackId, 'Federation'))[0]).toMatchObject({
    status: 'CREATE_IN_PROGRESS',
  });
  expect(asked).toHaveLength(3);
});

test('a denial names the rights that are missing, and is not asked again', async () => {
  planned = [cloudFormationRefusal('AccessDenied', 'User is not authorized', 403)];
  const denied = describeStack(stacks, stackId);
  await expect(denied).rejects.toMatchObject({ failure: 'denied' });
  await expect(denied).rejects.toThrow('allow cloudformation:DescribeStackResource');
  expect(asked).toHaveLength(1);
});

test('throttling is waited out, and says so if the time ends', async () => {
  played.sends(resource.create(properties));
  planned = [cloudFormationRefusal('Throttling', 'Rate exceeded')];
  expect(await describeStack(stacks, stackId)).toEqual({ stackStatus: 'CREATE_IN_PROGRESS' });
  expect(asked).toHaveLength(2);
  const ending = connectStacks(stackId, AbortSignal.timeout(0), stacks.client.config.credentials);
  await expect(describeStack(ending, stackId)).rejects.toMatchObject({ name: 'StackNotReadError' });
});

test.each(['not JSON', '["a list"]', ''])('unreadable properties count as none: %j', async (text) => {
  const event = `<LogicalResourceId>Federation</LogicalResourceId><StackId>${stackId}</StackId><ResourceProperties>${text}</ResourceProperties>`;
  planned = [
    {
      status: 200,
      body: `<DescribeStackEventsResponse><DescribeStackEventsResult><StackEvents><member>${event}</member></StackEvents></DescribeStackEventsResult></DescribeStackEventsResponse>`,
    },
  ];
  expect(await resourceEvents(stacks, stackId, 'Federation')).toMatchObject([{ properties: undefined }]);
});
