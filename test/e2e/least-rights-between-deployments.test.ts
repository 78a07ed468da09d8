import { readFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { CloudFormationClient, DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import {
  CognitoIdentityProviderClient,
  DeleteIdentityProviderCommand,
  DeleteUserPoolCommand,
  UpdateUserPoolClientCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import {
  LambdaClient,
  ListEventSourceMappingsCommand,
  UpdateEventSourceMappingCommand,
} from '@aws-sdk/client-lambda';
import { SetQueueAttributesCommand } from '@aws-sdk/client-sqs';
import { z } from 'zod';
import { deleteStack } from '../../local/deploy.ts';
import { readSettings, type Settings, stateFile } from '../../local/settings.ts';
import { Stack } from '../support/cloudformation.ts';
import { type BuiltCommand, buildCommand } from '../support/command.ts';
import { deployed } from '../support/deployed-function.ts';
import { type FunctionRole, functionRole, grantedRights } from '../support/function-role.ts';
import type { Invoke } from '../support/invocation.ts';
import {
  type GuestRole,
  makeGuestRole,
  makeOktaSecret,
  makePerson,
  makePolicyParameter,
  newDomain,
  type Person,
  rightsOfEveryFunction,
  shownRights,
} from '../support/least-rights.ts';
import { makePoolWithClient } from '../support/pool-by-owner.ts';
import { queueClient } from '../support/queue.ts';
import { type ResponseBucket, startResponseBucket } from '../support/response-url.ts';
import { deployProviderBeside } from '../support/template-stacks.ts';

// The rights of what runs between deployments: the watch, and the person who runs the command with the policy of
// docs/command.md.

const STACK = 'least-rights-between';
const PREVIEWED = 'least-rights-previewed';
const GUEST = 'least-rights-between-guest';

/** What a federation is made for. Each of the last three needs a right of its own. */
const kinds = ['plain', 'custom domain', 'other org', 'other account'] as const;
type Kind = (typeof kinds)[number];

interface Federation {
  readonly stack: Stack;
  readonly UserPoolId: string;
  readonly clientId: string;
}

let settings: Settings;
let bucket: ResponseBucket;
let command: BuiltCommand;
let guest: GuestRole;
let watch: Invoke;
let role: FunctionRole;
let person: Person;
let oktaSecretArn: string;
const federations = new Map<Kind, Federation>();
const cognito = new CognitoIdentityProviderClient({});

beforeAll(async () => {
  [settings, bucket, command, guest] = await Promise.all([
    readSettings(process.env),
    startResponseBucket(),
    buildCommand(),
    makeGuestRole(GUEST),
  ]);
  oktaSecretArn = await makeOktaSecret();
  const otherSecretArn = await makeOktaSecret();
  const policyParameter = await makePolicyParameter();
  const outputs = await deployProviderBeside(settings, STACK, {
    OktaSecretArn: oktaSecretArn,
    OtherOktaSecretArns: otherSecretArn,
    AssumableRoleArns: guest.arn,
    PolicyParameter: policyParameter,
    RepairDrift: 'true',
    Tracing: 'Active',
  });
  const { ServiceToken: serviceToken = '', WatchQueueUrl: QueueUrl = '', JournalTableName = '' } = outputs;
  role = await functionRole(STACK, 'WatchRole', 'okta-cognito-idp-watch');
  expect(outputs.WatchRoleArn).toBe(role.arn);
  await guest.trust(outputs.ProviderRoleArn ?? '', role.arn);
  // The local AWS is reached without TLS, which the queue requires.
  await queueClient().send(new SetQueueAttributesCommand({ QueueUrl, Attributes: { Policy: '' } }));
  watch = deployed(await pausedConsumer(QueueUrl));
  person = await makePerson(
    policyOfTheDocs({
      REGION: settings.region,
      ACCOUNT: '000000000000',
      JOURNAL: JournalTableName,
      SECRET_ARN: oktaSecretArn,
      QUEUE: QueueUrl.split('/').at(-1) ?? '',
      '/POLICY': policyParameter,
    }),
  );
  const more: Record<Kind, object> = {
    plain: {},
    'custom domain': { Verify: false },
    'other org': { OktaSecretId: otherSecretArn },
    'other account': { RoleArn: guest.arn },
  };
  for (const kind of kinds) {
    const { UserPoolId, UserPoolClientId: clientId } = await makePoolWithClient(
      cognito,
      newDomain(kind === 'custom domain'),
    );
    const stackName = kind === 'other account' ? GUEST : `${STACK}-${kind.replace(' ', '-')}`;
    const stack = new Stack({ invoke: deployed(serviceToken), bucket, serviceToken, stackName });
    const { reason } = await stack.create({ UserPoolId, UserPoolClientIds: [clientId], ...more[kind] });
    expect(reason).toBeUndefined();
    federations.set(kind, { stack, UserPoolId, clientId });
  }
});

afterAll(async () => {
  await person[Symbol.asyncDispose]();
  await guest[Symbol.asyncDispose]();
  for (const { UserPoolId } of federations.values()) {
    await cognito.send(new DeleteUserPoolCommand({ UserPoolId }));
  }
  await deleteStack(settings, STACK);
  await command[Symbol.asyncDispose]();
  await bucket[Symbol.asyncDispose]();
});

/** Keeps the queue's messages from the watch: a test sends its own. @returns the ARN of the watch. */
async function pausedConsumer(queueUrl: string): Promise<string> {
  const lambda = new LambdaClient({});
  const { EventSourceMappings = [] } = await lambda.send(new ListEventSourceMappingsCommand({}));
  const queue = `:${queueUrl.split('/').at(-1)}`;
  const mapping = EventSourceMappings.find(({ EventSourceArn }) => EventSourceArn?.endsWith(queue));
  await lambda.send(new UpdateEventSourceMappingCommand({ UUID: mapping?.UUID ?? '', Enabled: false }));
  return mapping?.FunctionArn ?? '';
}

/** The policy that the docs show, with its words in capitals filled in. */
function policyOfTheDocs(values: Readonly<Record<string, string>>): string {
  const [, shown = ''] = /```json\n([\s\S]+?)```/.exec(readFileSync('docs/command.md', 'utf8')) ?? [];
  return Object.entries(values).reduce((all, [word, value]) => all.replaceAll(word, value), shown);
}

function federation(kind: Kind): Federation {
  const found = federations.get(kind);
  if (!found) throw new Error(`There is no federation for ${kind}.`);
  return found;
}

const denied = /not authorized to perform|may not (?:be )?read|cannot assume|Ask for/;

describe('the watch', () => {
  /** What of its work needs which right. */
  type Work = 'scan' | 'rotate' | 'repair' | Kind;

  const lambdaTakesMessages =
    'https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html#events-sqs-permissions';

  /** Every right of its role, and what fails without it, or who says that it is needed. */
  const rights: readonly (readonly [
    sid: string,
    action: string,
    needs: Work | { readonly saysAws: string } | { readonly shownBy: string },
  ])[] = [
    ['LookAtFederationsAndRotate', 'cognito-idp:DescribeUserPool', 'plain'],
    ['LookAtFederationsAndRotate', 'cognito-idp:DescribeIdentityProvider', 'plain'],
    ['LookAtFederationsAndRotate', 'cognito-idp:DescribeUserPoolClient', 'plain'],
    // Without it the sign-in is probed without app clients that name the provider themselves.
    ['LookAtFederationsAndRotate', 'cognito-idp:ListUserPoolClients', { shownBy: 'client-patterns.test.ts' }],
    ['LookAtFederationsAndRotate', 'cognito-idp:UpdateIdentityProvider', 'rotate'],
    ['RepairFederations', 'cognito-idp:CreateIdentityProvider', 'repair'],
    ['RepairFederations', 'cognito-idp:UpdateUserPoolClient', 'repair'],
    ['SeeWhetherACustomDomainIsUp', 'cognito-idp:DescribeUserPoolDomain', 'custom domain'],
    ['ReadTheOktaSecret', 'secretsmanager:GetSecretValue', 'plain'],
    ['ReadTheSecretsOfOtherOktaOrgs', 'secretsmanager:GetSecretValue', 'other org'],
    ['ReachUserPoolsOfOtherAccounts', 'sts:AssumeRole', 'other account'],
    ['ReadAndKeepTheJournal', 'dynamodb:Scan', 'scan'],
    ['ReadAndKeepTheJournal', 'dynamodb:GetItem', 'plain'],
    ['ReadAndKeepTheJournal', 'dynamodb:UpdateItem', 'rotate'],
    ['UseTheQueue', 'sqs:SendMessage', 'scan'],
    ...['sqs:DeleteMessage', 'sqs:GetQueueAttributes', 'sqs:ReceiveMessage'].map(
      (action) => ['UseTheQueue', action, { saysAws: lambdaTakesMessages }] as const,
    ),
    ...rightsOfEveryFunction,
  ];

  const shown = shownRights<Work>(rights);

  afterEach(() => role.restore());

  /** A rotation goes on a minute later, so it has a federation of its own. */
  function placeOf(kind: Exclude<Work, 'scan'>): Kind {
    return kind === 'rotate' ? 'other org' : kind === 'repair' ? 'plain' : kind;
  }

  /** Sends the watch a message, as SQS does. @returns its log, and whether SQS sends the message again. */
  async function send(message: object) {
    const body = JSON.stringify(message);
    const { result, output } = await watch({ Records: [{ messageId: '1', body }] });
    const { batchItemFailures } = z.object({ batchItemFailures: z.array(z.unknown()) }).parse(result);
    return { output, isDone: batchItemFailures.length === 0 };
  }

  async function work(kind: Work) {
    if (kind === 'scan') return send({ do: 'scan' });
    const { stack } = federation(placeOf(kind));
    if (kind === 'repair') await breakByHand();
    return send({
      do: 'check',
      stackId: stack.id,
      logicalResourceId: stack.logicalResourceId,
      physicalResourceId: stack.physicalResourceId,
      ...(kind === 'rotate' ? { rotationAskedAt: Date.now() } : {}),
    });
  }

  /** An administrator deletes the provider, and removes it from the app client. */
  async function breakByHand(): Promise<void> {
    const { UserPoolId, clientId: ClientId } = federation('plain');
    await cognito.send(
      new UpdateUserPoolClientCommand({ UserPoolId, ClientId, SupportedIdentityProviders: ['COGNITO'] }),
    );
    const provider = { UserPoolId, ProviderName: 'Okta' };
    await cognito.send(new DeleteIdentityProviderCommand(provider)).catch(() => undefined);
  }

  test('its role has the rights of this table and no other', () => {
    expect(grantedRights(role)).toEqual(rights.map(([sid, action]) => `${sid} ${action}`).toSorted());
  });

  test.each(shown)('without %s %s, it fails at %s', async (sid, action, kind) => {
    await role.revoke(sid, action);
    // A warm function does not ask again for a secret that it has read within the last two seconds.
    if (action === 'secretsmanager:GetSecretValue') await pause(2_500);
    const { output, isDone } = await work(kind);
    // Without the Okta secret it does its work, and reports that it cannot look.
    expect(!isDone || denied.test(output)).toBe(true);
  });

  test.each(['scan', ...kinds, 'repair', 'rotate'] as const)(
    'does its work with all its rights again: %s',
    async (kind) => {
      const { output, isDone } = await work(kind);
      expect(output).not.toMatch(denied);
      expect(isDone).toBe(true);
    },
  );
});

describe('the person at the command line', () => {
  const preview = ['preview', '--stack', PREVIEWED, '--template', 'examples/existing-pool.yaml'] as const;

  /** The commands, by what they look at. */
  const runs = {
    doctor: () => [
      'doctor',
      ...['--user-pool-id', federation('plain').UserPoolId, '--okta-secret-id', oktaSecretArn],
    ],
    drift: () => ['drift', '--stack', federation('plain').stack.name],
    'drift at a custom domain': () => ['drift', '--stack', federation('custom domain').stack.name],
    rotate: () => ['rotate', '--federation', `${federation('plain').UserPoolId}/Okta`],
    preview: () => {
      const { UserPoolId, clientId } = federation('plain');
      const values = [
        '--parameter',
        `UserPoolId=${UserPoolId}`,
        '--parameter',
        `UserPoolClientId=${clientId}`,
      ];
      return [...preview, ...values];
    },
  };
  type Run = keyof typeof runs;

  const rights: readonly (readonly [sid: string, action: string, fails: Run])[] = [
    ['ReadTheProviderStack', 'cloudformation:DescribeStacks', 'drift'],
    ['ReadTheJournal', 'dynamodb:GetItem', 'drift'],
    ['ReadTheJournal', 'dynamodb:Scan', 'rotate'],
    ['ReadTheOktaSecret', 'secretsmanager:GetSecretValue', 'doctor'],
    ['LookAtUserPools', 'cognito-idp:DescribeIdentityProvider', 'drift'],
    ['LookAtUserPools', 'cognito-idp:DescribeUserPool', 'drift'],
    ['LookAtUserPools', 'cognito-idp:DescribeUserPoolClient', 'drift'],
    ['LookAtUserPools', 'cognito-idp:ListUserPoolClients', 'doctor'],
    ['SeeWhetherACustomDomainIsUp', 'cognito-idp:DescribeUserPoolDomain', 'drift at a custom domain'],
    ['AskForARotation', 'sqs:SendMessage', 'rotate'],
    ['ReadThePolicy', 'ssm:GetParameter', 'preview'],
    ['PreviewDeployments', 'cloudformation:CreateChangeSet', 'preview'],
    ['PreviewDeployments', 'cloudformation:DeleteChangeSet', 'preview'],
    ['PreviewDeployments', 'cloudformation:DescribeChangeSet', 'preview'],
    ['RemoveTheStackInReview', 'cloudformation:DeleteStack', 'preview'],
    ['RemoveTheStackInReview', 'cloudformation:ListChangeSets', 'preview'],
  ];

  afterEach(async () => {
    await person.restore();
    const there = await new CloudFormationClient({})
      .send(new DescribeStacksCommand({ StackName: PREVIEWED }))
      .catch(() => undefined);
    if (there) await deleteStack(settings, PREVIEWED);
  });

  const run = (name: Run) => {
    const [subCommand = '', ...args] = runs[name]();
    const provider = subCommand === 'doctor' ? [] : ['--provider-stack', STACK];
    return command.run([subCommand, ...provider, ...args], {
      ...person.environment,
      OKTA_ORG_URL: undefined,
      OKTA_API_TOKEN: undefined,
      NODE_USE_ENV_PROXY: '1',
      HTTPS_PROXY: `http://127.0.0.1:${settings.ports.PROXY_PORT}`,
      NO_PROXY: '127.0.0.1',
      NODE_EXTRA_CA_CERTS: stateFile(settings, 'tls', 'ca.pem'),
    });
  };

  test('the documented policy has the rights of this table and no other', () => {
    expect(grantedRights(person)).toEqual(rights.map(([sid, action]) => `${sid} ${action}`).toSorted());
  });

  test.each(['doctor', 'drift', 'drift at a custom domain', 'rotate'] as const)(
    'can do all with the documented policy: %s',
    async (name) => expect(await run(name)).toMatchObject({ code: 0 }),
  );

  test('can do all with the documented policy: preview', async () => {
    // The pool has a provider of that name: the preview sees all that it needs to say so.
    const { code, errors, out } = await run('preview');
    expect([code, errors]).toEqual([1, '']);
    expect(out).toContain('ProviderName');
  });

  test.each(rights)('without %s %s, the command fails: %s', async (sid, action, name) => {
    await person.revoke(sid, action);
    const { code, out, errors } = await run(name);
    expect(code).toBeGreaterThan(0);
    expect(out + errors).toMatch(denied);
  });
});
