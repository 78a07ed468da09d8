import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import {
  CognitoIdentityProviderClient,
  CreateUserPoolClientCommand,
  CreateUserPoolCommand,
  CreateUserPoolDomainCommand,
  DeleteUserPoolCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import {
  CreateRoleCommand,
  DeleteRoleCommand,
  DeleteRolePolicyCommand,
  IAMClient,
  PutRolePolicyCommand,
} from '@aws-sdk/client-iam';
import { CreateSecretCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { deleteStack, deployStack, stackOutputs } from '../../local/deploy.ts';
import { readSettings, type Settings } from '../../local/settings.ts';
import { type Exchange, Stack } from '../support/cloudformation.ts';
import { deployed } from '../support/deployed-function.ts';
import { type FunctionRole, functionRole, grantedRights } from '../support/function-role.ts';
import { templateWithoutExport } from '../support/provider-template.ts';
import { type ResponseBucket, startResponseBucket } from '../support/response-url.ts';

/** What of the role's work needs which right. */
type Work = 'a whole life' | 'a custom domain' | 'another org' | 'another account';

/**
 * Every right that the role has, and what fails without it. If the local AWS does not ask for a right, AWS's own
 * documentation says that it does.
 */
const rights: readonly (readonly [
  sid: string,
  action: string,
  needs: Work | { readonly saysAws: string } | { readonly shownBy: string },
])[] = [
  ['FederateUserPools', 'cognito-idp:DescribeUserPool', 'a whole life'],
  ['FederateUserPools', 'cognito-idp:DescribeIdentityProvider', 'a whole life'],
  ['FederateUserPools', 'cognito-idp:CreateIdentityProvider', 'a whole life'],
  ['FederateUserPools', 'cognito-idp:UpdateIdentityProvider', 'a whole life'],
  ['FederateUserPools', 'cognito-idp:DeleteIdentityProvider', 'a whole life'],
  ['FederateUserPools', 'cognito-idp:DescribeUserPoolClient', 'a whole life'],
  ['FederateUserPools', 'cognito-idp:UpdateUserPoolClient', 'a whole life'],
  [
    'FederateUserPools',
    'cognito-idp:ListUserPoolClients',
    {
      saysAws:
        'https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_ListUserPoolClients.html',
    },
  ],
  ['SeeWhetherACustomDomainIsUp', 'cognito-idp:DescribeUserPoolDomain', 'a custom domain'],
  ['ReadTheOktaSecret', 'secretsmanager:GetSecretValue', 'a whole life'],
  ['ReadTheSecretsOfOtherOktaOrgs', 'secretsmanager:GetSecretValue', 'another org'],
  ['ReachUserPoolsOfOtherAccounts', 'sts:AssumeRole', 'another account'],
  ['KeepTheJournal', 'dynamodb:UpdateItem', 'a whole life'],
  [
    'KeepTheJournal',
    'dynamodb:GetItem',
    { saysAws: 'https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_GetItem.html' },
  ],
  ...['DescribeStackEvents', 'DescribeStackResource', 'DescribeStacks', 'ListStackResources'].map(
    (call) =>
      [
        'ConfirmEvents',
        `cloudformation:${call}`,
        { saysAws: `https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_${call}.html` },
      ] as const,
  ),
  ['HandOverToTheFailsafe', 'lambda:InvokeFunction', { shownBy: 'failsafe.test.ts' }],
  ...['logs:CreateLogStream', 'logs:PutLogEvents'].map(
    (action) =>
      [
        'WriteLogs',
        action,
        { saysAws: 'https://docs.aws.amazon.com/lambda/latest/dg/lambda-intro-execution-role.html' },
      ] as const,
  ),
  ...['xray:PutTraceSegments', 'xray:PutTelemetryRecords'].map(
    (action) =>
      [
        'SendTraces',
        action,
        { saysAws: 'https://docs.aws.amazon.com/lambda/latest/dg/services-xray.html' },
      ] as const,
  ),
];

const shown = rights.flatMap(([sid, action, needs]) =>
  typeof needs === 'string' ? [[sid, action, needs] as const] : [],
);

const STACK = 'least-rights';
const POLICY = 'okta-cognito-idp';
const cognito = new CognitoIdentityProviderClient({});
const iam = new IAMClient({});

let settings: Settings;
let bucket: ResponseBucket;
let functionArn: string;
let role: FunctionRole;
let otherSecretArn: string;
/** The role of the pools of another account: its stack is known beforehand, because the external ID names it. */
const guestRole = `least-rights-guest-${randomUUID().slice(0, 8)}`;
const guestStackName = 'least-rights-guest';

const federate = (UserPoolId: string, more: object = {}) => ({ UserPoolId, ...more });

beforeAll(async () => {
  settings = await readSettings(process.env);
  bucket = await startResponseBucket();
  const secretOf = async () => {
    const { OKTA_ORG_URL: orgUrl, OKTA_API_TOKEN: apiToken } = process.env;
    const SecretString = JSON.stringify({ orgUrl, apiToken });
    const made = await new SecretsManagerClient({}).send(
      new CreateSecretCommand({ Name: `least-rights-${randomUUID()}`, SecretString }),
    );
    return made.ARN ?? '';
  };
  otherSecretArn = await secretOf();
  await deployStack(settings, STACK, templateWithoutExport(STACK), {
    OktaSecretArn: await secretOf(),
    OtherOktaSecretArns: otherSecretArn,
    AssumableRoleArns: `arn:aws:iam::000000000000:role/${guestRole}`,
    Tracing: 'Active',
  });
  functionArn = (await stackOutputs(settings, STACK)).ServiceToken ?? '';
  role = await functionRole(STACK, 'ProviderRole', POLICY);
  await makeGuestRole();
});

afterAll(async () => {
  await iam.send(new DeleteRolePolicyCommand({ RoleName: guestRole, PolicyName: POLICY }));
  await iam.send(new DeleteRoleCommand({ RoleName: guestRole }));
  await deleteStack(settings, STACK);
  await bucket[Symbol.asyncDispose]();
});

afterEach(() => role.restore());

test('the role has the rights of this table and no other', () => {
  expect(grantedRights(role)).toEqual(rights.map(([sid, action]) => `${sid} ${action}`).toSorted());
});

test('no right is for everything, unless AWS knows no narrower one', () => {
  const forAll = role.statements.filter(({ Resource }) => Resource.includes('*')).map(({ Sid }) => Sid);
  expect(forAll).toEqual(['SeeWhetherACustomDomainIsUp', 'SendTraces']);
  expect(JSON.stringify(role.statements.map(({ Action }) => Action))).not.toContain('*');
});

test.each(['a whole life', 'a custom domain', 'another org', 'another account'] as const)(
  'with all its rights the role can do its work: %s',
  async (work) => {
    const exchanges = await doWork(work);
    expect(exchanges.map(({ answer }) => answer?.Reason)).toEqual(exchanges.map(() => undefined));
  },
);

test.each(shown)('without %s %s, something of its work fails: %s', async (sid, action, work) => {
  await role.revoke(sid, action);
  // A warm function does not ask again for a secret that it has read within the last two seconds.
  if (action === 'secretsmanager:GetSecretValue') await pause(2_500);
  const exchanges = await doWork(work);
  const reasons = exchanges.flatMap(({ answer }) => (answer?.Status === 'FAILED' ? [answer.Reason] : []));
  expect(reasons.length).toBeGreaterThan(0);
  // For want of that right, and for no other cause.
  expect(reasons.join('\n')).toMatch(/not authorized to perform|may not read|cannot assume/);
});

/** Does a piece of the role's work; with what rights it has. What is left of it is cleared away with all of them. */
async function doWork(work: Work): Promise<readonly Exchange[]> {
  const custom = work === 'a custom domain';
  const { UserPoolId, clientId } = await makePool(custom);
  const stack = new Stack({
    invoke: deployed(functionArn),
    bucket,
    serviceToken: functionArn,
    ...(work === 'another account' ? { stackName: guestStackName } : {}),
  });
  // Nothing answers at a custom domain here, and the local AWS serves no sign-in for it.
  const properties = federate(UserPoolId, {
    UserPoolClientIds: [clientId],
    ...(custom ? { Verify: false } : {}),
    ...(work === 'another org' ? { OktaSecretId: otherSecretArn } : {}),
    ...(work === 'another account' ? { RoleArn: `arn:aws:iam::000000000000:role/${guestRole}` } : {}),
  });
  const created = await stack.create(properties);
  const seen = [...created.exchanges];
  if (created.status === 'CREATE_COMPLETE') {
    const changed = { ...properties, Scopes: 'openid email profile phone' };
    seen.push(...(await stack.update(changed)).exchanges);
    seen.push(...(await stack.delete()).exchanges);
  }
  await role.restore();
  if (stack.physicalResourceId) await stack.delete();
  await cognito.send(new DeleteUserPoolCommand({ UserPoolId }));
  return seen;
}

async function makePool(custom: boolean): Promise<{ UserPoolId: string; clientId: string }> {
  const name = `rights-${randomUUID().slice(0, 8)}`;
  const { UserPool } = await cognito.send(new CreateUserPoolCommand({ PoolName: name }));
  const UserPoolId = UserPool?.Id ?? '';
  await cognito.send(
    new CreateUserPoolDomainCommand(
      custom
        ? {
            UserPoolId,
            Domain: `${name}.example.com`,
            CustomDomainConfig: { CertificateArn: 'arn:aws:acm:us-east-1:000000000000:certificate/example' },
          }
        : { UserPoolId, Domain: name },
    ),
  );
  const { UserPoolClient } = await cognito.send(
    new CreateUserPoolClientCommand({
      UserPoolId,
      ClientName: 'web',
      AllowedOAuthFlowsUserPoolClient: true,
      AllowedOAuthFlows: ['code'],
      AllowedOAuthScopes: ['openid', 'email'],
      CallbackURLs: ['https://app.example.com/callback'],
      SupportedIdentityProviders: ['COGNITO'],
    }),
  );
  return { UserPoolId, clientId: UserPoolClient?.ClientId ?? '' };
}

async function makeGuestRole(): Promise<void> {
  const statement = (more: object) =>
    JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', ...more }] });
  await iam.send(
    new CreateRoleCommand({
      RoleName: guestRole,
      AssumeRolePolicyDocument: statement({
        Principal: { AWS: role.arn },
        Action: 'sts:AssumeRole',
        Condition: {
          StringEquals: { 'sts:ExternalId': `000000000000/us-east-1/${guestStackName}/Federation` },
        },
      }),
    }),
  );
  const PolicyDocument = statement({ Action: 'cognito-idp:*', Resource: '*' });
  await iam.send(new PutRolePolicyCommand({ RoleName: guestRole, PolicyName: POLICY, PolicyDocument }));
}
