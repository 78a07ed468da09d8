import { readFile } from 'node:fs/promises';
import {
  CloudFormationClient,
  CreateChangeSetCommand,
  CreateStackCommand,
  DescribeStacksCommand,
  ListChangeSetsCommand,
  waitUntilStackCreateComplete,
} from '@aws-sdk/client-cloudformation';
import {
  CognitoIdentityProviderClient,
  DeleteUserPoolCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import { ReceiveMessageCommand } from '@aws-sdk/client-sqs';
import { z } from 'zod';
import { deleteStack, stackOutputs } from '../../local/deploy.ts';
import { readSettings, type Settings, stateFile } from '../../local/settings.ts';
import { type BuiltCommand, buildCommand } from '../support/command.ts';
import { makePoolWithClient } from '../support/pool-by-owner.ts';
import { queueClient } from '../support/queue.ts';
import { deployTemplate } from '../support/template-stacks.ts';

const STACK = 'e2e-command';
const TEMPLATE = 'examples/existing-pool.yaml';
const cognito = new CognitoIdentityProviderClient({});
const cloudFormation = new CloudFormationClient({});

let settings: Settings;
let command: BuiltCommand;
let UserPoolId: string;
let UserPoolClientId: string;
let applicationId: string;

const run = (
  args: readonly string[],
  more: Readonly<Record<string, string | undefined>> = {},
  interruptWhen?: () => Promise<boolean>,
) =>
  command.run(
    args,
    {
      // As a functions' own environment: the local pools' domains are behind this proxy.
      NODE_USE_ENV_PROXY: '1',
      HTTPS_PROXY: `http://127.0.0.1:${settings.ports.PROXY_PORT}`,
      NO_PROXY: '127.0.0.1',
      NODE_EXTRA_CA_CERTS: stateFile(settings, 'tls', 'ca.pem'),
      ...more,
    },
    interruptWhen,
  );

const groupsOf = (method: string, path = '') =>
  fetch(`${process.env.OKTA_ORG_URL}/api/v1/apps/${applicationId}/groups${path}`, {
    method,
    headers: { authorization: `SSWS ${process.env.OKTA_API_TOKEN}` },
  });

/** What CloudFormation has of a stack: its status and its change sets. */
async function leftOf(StackName: string) {
  try {
    const { Stacks: [stack] = [] } = await cloudFormation.send(new DescribeStacksCommand({ StackName }));
    const { Summaries = [] } = await cloudFormation.send(new ListChangeSetsCommand({ StackName }));
    return { status: stack?.StackStatus, changeSets: Summaries.map(({ ChangeSetName: name }) => name) };
  } catch {
    return undefined;
  }
}

beforeAll(async () => {
  [settings, command] = await Promise.all([readSettings(process.env), buildCommand()]);
  const name = `command-${Math.random().toString(36).slice(2)}`;
  ({ UserPoolId, UserPoolClientId } = await makePoolWithClient(cognito, name));
});

afterAll(async () => {
  await deleteStack(settings, STACK).catch(() => undefined);
  await cognito.send(new DeleteUserPoolCommand({ UserPoolId }));
  await command[Symbol.asyncDispose]();
});

const forPool = () => [
  '--parameter',
  `UserPoolId=${UserPoolId}`,
  '--parameter',
  `UserPoolClientId=${UserPoolClientId}`,
];

test('preview of a template shows the steps of a new stack, and leaves neither a change set nor the stack', async () => {
  const { code, out, errors } = await run([
    'preview',
    '--stack',
    STACK,
    '--template',
    TEMPLATE,
    ...forPool(),
  ]);
  expect(errors).toBe('');
  expect(out.split('\n').slice(0, 6)).toEqual([
    'Create Federation',
    `  1. Okta: create the application "${STACK} Federation"`,
    '  2. Okta: assign the group Everyone',
    '  2. Cognito: create the identity provider Okta',
    `  3. Cognito: enable Okta on the app client ${UserPoolClientId}`,
    '  4. Probe the sign-in',
  ]);
  expect(code).toBe(0);
  expect(await leftOf(STACK)).toBeUndefined();
});

test('preview that finds a precondition broken, fails, or is interrupted, leaves nothing either', async () => {
  const missing = ['--parameter', 'UserPoolId=us-east-1_Missing', '--parameter', 'UserPoolClientId=x'];
  const broken = await run(['preview', '--stack', STACK, '--template', TEMPLATE, ...missing]);
  expect(broken.out).toMatch(/✗ UserPoolId: .*us-east-1_Missing/);
  expect(broken.code).toBe(1);
  expect(await leftOf(STACK)).toBeUndefined();

  const without = await run(['preview', '--stack', STACK, '--template', TEMPLATE]);
  expect(without.code).toBe(2);
  expect(without.errors).toContain('UserPoolId');
  expect(await leftOf(STACK)).toBeUndefined();

  const args = ['preview', '--stack', STACK, '--template', TEMPLATE, ...forPool()];
  const interrupted = await run(args, {}, async () => (await leftOf(STACK)) !== undefined);
  expect(interrupted.code).not.toBe(null);
  expect(await leftOf(STACK)).toBeUndefined();
});

test('preview of a change set of a deployed stack shows what changes, and the deployment then does that', async () => {
  const outputs = await deployTemplate(settings, STACK, TEMPLATE, { UserPoolId, UserPoolClientId });
  applicationId = outputs.OktaApplicationId ?? '';
  const changed = (await readFile(TEMPLATE, 'utf8')).replace(
    'UserPoolClientIds: [!Ref UserPoolClientId]',
    'UserPoolClientIds: [!Ref UserPoolClientId]\n      Access: [Engineering]\n      Verify: false',
  );
  await cloudFormation.send(
    new CreateChangeSetCommand({
      StackName: STACK,
      ChangeSetName: 'next',
      TemplateBody: changed,
      Parameters: ['UserPoolId', 'UserPoolClientId'].map((ParameterKey) => ({
        ParameterKey,
        UsePreviousValue: true,
      })),
    }),
  );
  const { code, out } = await run(['preview', '--stack', STACK, '--change-set', 'next']);
  expect(out.split('\n').slice(0, 3)).toEqual([
    'Update Federation',
    '  1. Okta: remove the assignment of the group Everyone',
    '  2. Okta: assign the group Engineering',
  ]);
  expect(code).toBe(0);
});

test('drift, list and doctor find what was changed by hand, each with its exit code', async () => {
  const selection = ['--stack', STACK];
  const whole = await run(['drift', ...selection]);
  expect([whole.code, whole.errors]).toEqual([0, '']);
  expect(whole.out).toBe(`${UserPoolId}/Okta (stack ${STACK})\n  no difference\n`);
  expect((await run(['list', ...selection])).code).toBe(0);

  const [everyone] = z.array(z.object({ id: z.string() })).parse(await (await groupsOf('GET')).json());
  await groupsOf('DELETE', `/${everyone?.id}`);
  const drifted = await run(['drift', ...selection]);
  expect(drifted.code).toBe(1);
  expect(drifted.out).toContain('  the Okta group Everyone\n  - not assigned\n  + assigned\n');
  const json = z
    .array(z.object({ differences: z.array(z.object({ setting: z.string() })) }))
    .parse(JSON.parse((await run(['drift', ...selection, '--json'])).out));
  expect(json).toEqual([{ differences: [{ setting: 'the Okta group Everyone' }] }]);
  const listed = await run(['list', ...selection]);
  expect(listed.code).toBe(1);
  expect(listed.out).toMatch(
    new RegExp(`${STACK} +Federation +${UserPoolId}/Okta +0oa\\w+ +works +drifted +0 days`),
  );
  const rows: unknown = JSON.parse((await run(['list', ...selection, '--json'])).out);
  expect(rows).toMatchObject([{ stack: STACK, signIn: 'works', isDrifted: true, isWell: false }]);
  await groupsOf('PUT', `/${everyone?.id}`);
  expect((await run(['drift', ...selection])).code).toBe(0);

  const pool = ['doctor', '--user-pool-id', UserPoolId];
  const okta = { OKTA_ORG_URL: process.env.OKTA_ORG_URL, OKTA_API_TOKEN: process.env.OKTA_API_TOKEN };
  expect((await run(pool, okta)).code).toBe(0);
  expect((await run([...pool, '--provider', 'Other'], okta)).code).toBe(1);
});

test('color is for a terminal, unless the person wants it or does not', async () => {
  const escapeSequence = '\u001B[';
  const colored = async (more: Readonly<Record<string, string>>) =>
    (await run(['drift', '--stack', STACK], more)).out.includes(escapeSequence);
  expect(await colored({})).toBe(false);
  expect(await colored({ FORCE_COLOR: '1' })).toBe(true);
  expect(await colored({ FORCE_COLOR: '0' })).toBe(false);
  expect(await colored({ NO_COLOR: '1' })).toBe(false);
});

test.each([
  [[], 0, /^Usage: okta-cognito-idp <command>/, /^$/],
  [['fly'], 2, /^$/, /There is no command fly/],
  [['list', '--help'], 0, /^Usage: okta-cognito-idp list/, /^$/],
  [['drift', '--colour'], 2, /^$/, /Unknown option '--colour'/],
  [['drift', '--stack', 'none'], 2, /^$/, /no such federation in the stack none/],
  [['drift', '--provider-stack', 'none'], 2, /^$/, /There is no stack none/],
  [['list', '--provider-stack', STACK], 2, /^$/, /has no output/],
  [['rotate'], 2, /^$/, /--federation must name/],
  [['rotate', '--federation', 'us-east-1_None/Okta'], 2, /^$/, /no such federation/],
  [['preview', '--stack', STACK], 2, /^$/, /--change-set or --template/],
  [['preview', '--stack', STACK, '--template', 'none.yaml'], 2, /^$/, /--template cannot be read/],
  [['doctor'], 2, /^$/, /--user-pool-id must be/],
])('%j ends with %i and says why on the right stream', async (args, code, out, errors) => {
  const ended = await run(args);
  expect(ended).toMatchObject({ code });
  expect(ended.out).toMatch(out);
  expect(ended.errors).toMatch(errors);
});

test('rotate sends the watch one message, which names the federation and says since when a rotation is wanted', async () => {
  // With a queue of its own: that of the provider stack takes no message without TLS, which the local AWS lacks.
  const { JournalTableName, OktaSecretArn, ProviderRoleArn, ServiceToken } = await stackOutputs(
    settings,
    'okta-cognito-idp',
  );
  const values = { JournalTableName, OktaSecretArn, ProviderRoleArn, ServiceToken };
  const TemplateBody = JSON.stringify({
    Resources: { Queue: { Type: 'AWS::SQS::Queue' } },
    Outputs: {
      ...Object.fromEntries(Object.entries(values).map(([name, Value]) => [name, { Value }])),
      WatchQueueUrl: { Value: { Ref: 'Queue' } },
    },
  });
  const StackName = 'e2e-command-provider';
  await cloudFormation.send(new CreateStackCommand({ StackName, TemplateBody }));
  await waitUntilStackCreateComplete(
    { client: cloudFormation, maxWaitTime: 120, minDelay: 1 },
    { StackName },
  );
  const { WatchQueueUrl: QueueUrl = '' } = await stackOutputs(settings, StackName);
  const before = Date.now();
  const args = ['rotate', '--provider-stack', StackName, '--federation', `${UserPoolId}/Okta`];
  const { code, out } = await run(args);
  expect(code).toBe(0);
  expect(out).toContain('The watch has the request to rotate the client secret');
  const { Messages = [] } = await queueClient().send(
    new ReceiveMessageCommand({ QueueUrl, WaitTimeSeconds: 20, MaxNumberOfMessages: 10 }),
  );
  expect(Messages.map(({ Body = '' }): unknown => JSON.parse(Body))).toEqual([
    {
      do: 'check',
      stackId: expect.stringContaining(`stack/${STACK}/`),
      logicalResourceId: 'Federation',
      physicalResourceId: `${UserPoolId}|Okta|${applicationId}`,
      rotationAskedAt: expect.any(Number),
    },
  ]);
  const { rotationAskedAt } = z
    .object({ rotationAskedAt: z.number() })
    .parse(JSON.parse(Messages[0]?.Body ?? ''));
  expect(rotationAskedAt).toBeGreaterThanOrEqual(before);
  await deleteStack(settings, StackName);
});
