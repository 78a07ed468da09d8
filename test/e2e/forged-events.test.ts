import { randomUUID } from 'node:crypto';
import { CloudFormationClient, DescribeStackResourceCommand } from '@aws-sdk/client-cloudformation';
import {
  CognitoIdentityProviderClient,
  DescribeIdentityProviderCommand,
  DescribeUserPoolClientCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import { DynamoDBClient, GetItemCommand } from '@aws-sdk/client-dynamodb';
import { z } from 'zod';
import { Stack, showLocally } from '../support/cloudformation.ts';
import type { CustomResourceEvent } from '../support/custom-resource.ts';
import { deployed } from '../support/deployed-function.ts';
import { PlayedStacks } from '../support/played-stacks.ts';
import { makeAppClient, makePool } from '../support/pool-by-owner.ts';
import { type ResponseBucket, startResponseBucket } from '../support/response-url.ts';
import { applicationsOfPools } from '../support/shared-org.ts';

// Who may deploy can invoke the function, and so can send an event by hand (lambda:Invoke). None does anything.

const cognito = new CognitoIdentityProviderClient({});
const functionArn = z.string().parse(process.env.SERVICE_TOKEN);
const invoke = deployed(functionArn);
/** Every user pool of this test. */
const pools: string[] = [];

let bucket: ResponseBucket;
let victim: Stack;
let clientId: string;
let journalTable: string;

beforeAll(async () => {
  bucket = await startResponseBucket();
  victim = new Stack({ invoke, bucket, serviceToken: functionArn });
  const UserPoolId = await pool();
  clientId = await makeAppClient(cognito, UserPoolId);
  const created = await victim.create({ UserPoolId, UserPoolClientIds: [clientId] });
  expect(created).toMatchObject({ status: 'CREATE_COMPLETE', reason: undefined });
  const { StackResourceDetail } = await new CloudFormationClient({}).send(
    new DescribeStackResourceCommand({ StackName: 'okta-cognito-idp', LogicalResourceId: 'JournalTable' }),
  );
  journalTable = z.string().parse(StackResourceDetail?.PhysicalResourceId);
});

afterAll(async () => {
  expect(await victim.delete()).toMatchObject({ status: 'DELETE_COMPLETE' });
  await bucket[Symbol.asyncDispose]();
});

async function pool(): Promise<string> {
  const name = `forged-${Math.random().toString(36).slice(2)}`;
  const UserPoolId = await makePool(cognito, name, name);
  pools.push(UserPoolId);
  return UserPoolId;
}

/** All that the victim has in Okta and Cognito, its journal, and every application for a pool of this test. */
async function look() {
  const { UserPoolId } = z.object({ UserPoolId: z.string() }).parse(victim.properties);
  const apps = await applicationsOfPools(pools);
  const name = `resource ${victim.id} ${victim.logicalResourceId}`;
  const [provider, client, journal] = await Promise.all([
    cognito.send(new DescribeIdentityProviderCommand({ UserPoolId, ProviderName: 'Okta' })),
    cognito.send(new DescribeUserPoolClientCommand({ UserPoolId, ClientId: clientId })),
    new DynamoDBClient({}).send(
      new GetItemCommand({ TableName: journalTable, Key: { name: { S: name } }, ConsistentRead: true }),
    ),
  ]);
  const { standing, open, answered, died, forgetAt } = journal.Item ?? {};
  return {
    applications: apps.map(({ id }) => id).toSorted(),
    application: apps.find(({ id }) => id === victim.attributes.ApplicationId),
    provider: provider.IdentityProvider,
    client: client.UserPoolClient,
    // The lease itself is taken and given back.
    journal: [standing, open, answered, died].map((part): unknown => (part?.S ? JSON.parse(part.S) : part)),
    forgetAt,
  };
}

/** What an attacker sends of the victim: all of it can be read in CloudFormation. */
const update = (properties = {}) =>
  victim.event(
    'Update',
    { ...victim.properties, ...properties },
    {
      ...(victim.physicalResourceId === undefined ? {} : { PhysicalResourceId: victim.physicalResourceId }),
      OldResourceProperties: victim.properties,
    },
  );
const removal = () => ({ ...update(), RequestType: 'Delete' as const });

/** Sends an event by hand, and expects that it changes nothing and is logged with the rule that it breaks. */
async function expectRefused(event: CustomResourceEvent, rule: string, answers = true): Promise<void> {
  const before = await look();
  const url = bucket.open(event);
  const ResponseURL = event.ResponseURL || url.href;
  const { ended, output } = await invoke({ ...event, ResponseURL });
  expect(ended).toBe(rule === 'Provider framework' ? 'threw' : 'returned');
  expect(output).toContain('An event was refused.');
  expect(output).toMatch(new RegExp(`"rule": ?"${rule}"`));
  expect(await look()).toEqual(before);
  const answered = url.stored.map((body): unknown => JSON.parse(body));
  expect(answered).toEqual(
    answers
      ? [expect.objectContaining({ Status: 'FAILED', Reason: expect.stringContaining(`(${rule})`) })]
      : [],
  );
}

// Each refusal takes five seconds: the function waits for what CloudFormation may show late.

test('a Create for the victim’s stack at rest is refused', async () => {
  await expectRefused(victim.event('Create', victim.properties), 'status');
});

test('a Create for a stack that does not exist, of this account or another, is refused', async () => {
  const stranger = new Stack({ invoke, bucket, serviceToken: functionArn });
  const create = stranger.event('Create', { UserPoolId: await pool() });
  const before = await look();
  const url = bucket.open(create);
  const { output } = await invoke({ ...create, ResponseURL: url.href });
  expect(output).toMatch(/does not exist|An event was refused/);
  expect(JSON.parse(url.stored[0] ?? '')).toMatchObject({ Status: 'FAILED' });
  expect(await look()).toEqual(before);
  const StackId = create.StackId.replace(/:\d{12}:/, ':999999999999:');
  await expectRefused({ ...create, StackId }, 'account');
});

test('a Delete under one’s own stack, with the physical ID of the victim, is refused', async () => {
  const own = new Stack({ invoke, bucket, serviceToken: functionArn });
  const event = { ...removal(), StackId: own.id };
  const played = new PlayedStacks();
  await showLocally(played.sends({ ...event, PhysicalResourceId: 'own-Federation-1' }));
  await expectRefused(event, 'physical ID');
});

test('an Update under one’s own stack, with the physical ID of an application without a mark, is refused', async () => {
  const own = new Stack({ invoke, bucket, serviceToken: functionArn });
  const { UserPoolId } = z.object({ UserPoolId: z.string() }).parse(victim.properties);
  const event = {
    ...update(),
    StackId: own.id,
    PhysicalResourceId: `${UserPoolId}|Okta|0oaUnmarked000000000`,
  };
  const played = new PlayedStacks();
  await showLocally(played.sends({ ...event, PhysicalResourceId: 'own-Federation-1' }));
  await expectRefused(event, 'physical ID');
});

test('while the victim’s own Update runs, a Delete and another Update are refused', async () => {
  const real = update({ Notes: 'by CloudFormation' });
  const played = new PlayedStacks();
  await showLocally(played.sends(real));
  await expectRefused(removal(), 'status');
  await expectRefused(update({ Notes: 'by someone else' }), 'properties');
  await showLocally(played.ends(real, undefined));
});

test.each<[string, string, (url: URL, event: CustomResourceEvent) => string]>([
  ['in year 9999', 'date', (url) => changed(url, 'X-Amz-Date', '99991231T235959Z')],
  ['of no date', 'date', (url) => changed(url, 'X-Amz-Date', '')],
  ['at another host', 'host', () => 'https://example.com/x'],
  ['that is words of another’s error', 'host', () => 'user pool'],
  ['with another request’s path', 'path', (url) => url.href.replace(/%7C[^%?]*\?/, `%7C${randomUUID()}?`)],
  ['with another resource’s path', 'path', (url) => url.href.replace('%7CFederation%7C', '%7COther%7C')],
  ['with another stack’s path', 'path', (url) => url.href.replace(/stack\/[^/]+/, 'stack/other')],
  ['as CDK’s Provider framework writes it', 'Provider framework', () => '...'],
])('an event with a ResponseURL %s is refused and not answered', async (_, rule, changedUrl) => {
  const event = update({ Notes: 'x' });
  const url = new URL(bucket.open(event).href);
  await expectRefused({ ...event, ResponseURL: changedUrl(url, event) }, rule, false);
});

test('after all of them, the next event of the victim is done as ever', async () => {
  const { status } = await victim.update({ ...victim.properties, Notes: 'by CloudFormation' });
  expect(status).toBe('UPDATE_COMPLETE');
});

function changed(url: URL, parameter: string, value: string): string {
  const copy = new URL(url);
  copy.searchParams.set(parameter, value);
  return copy.href;
}
