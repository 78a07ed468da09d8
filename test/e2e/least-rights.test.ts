import { setTimeout as pause } from 'node:timers/promises';
import {
  CognitoIdentityProviderClient,
  DeleteUserPoolCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import { deleteStack } from '../../local/deploy.ts';
import { readSettings, type Settings } from '../../local/settings.ts';
import { type Exchange, Stack } from '../support/cloudformation.ts';
import { deployed } from '../support/deployed-function.ts';
import { type FunctionRole, functionRole, grantedRights } from '../support/function-role.ts';
import {
  type GuestRole,
  makeGuestRole,
  makeOktaSecret,
  makePolicyParameter,
  newDomain,
  rightsOfEveryFunction,
  shownRights,
} from '../support/least-rights.ts';
import { makePoolWithClient } from '../support/pool-by-owner.ts';
import { type ResponseBucket, startResponseBucket } from '../support/response-url.ts';
import { deployProviderBeside } from '../support/template-stacks.ts';

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
  // Without it a removal leaves the provider's name on app clients that others gave it to.
  ['FederateUserPools', 'cognito-idp:ListUserPoolClients', { shownBy: 'client-patterns.test.ts' }],
  ['SeeWhetherACustomDomainIsUp', 'cognito-idp:DescribeUserPoolDomain', 'a custom domain'],
  ['ReadTheOktaSecret', 'secretsmanager:GetSecretValue', 'a whole life'],
  ['ReadTheSecretsOfOtherOktaOrgs', 'secretsmanager:GetSecretValue', 'another org'],
  ['ReachUserPoolsOfOtherAccounts', 'sts:AssumeRole', 'another account'],
  ['KeepTheJournal', 'dynamodb:UpdateItem', 'a whole life'],
  ['ConfirmEvents', 'cloudformation:DescribeStackEvents', 'a whole life'],
  ['ConfirmEvents', 'cloudformation:DescribeStackResource', 'a whole life'],
  ['ConfirmEvents', 'cloudformation:DescribeStacks', 'a whole life'],
  [
    'ConfirmEvents',
    'cloudformation:ListStackResources',
    {
      saysAws:
        'https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_ListStackResources.html',
    },
  ],
  ['ReadThePolicy', 'ssm:GetParameter', 'a whole life'],
  ['HandOverToTheFailsafe', 'lambda:InvokeFunction', { shownBy: 'failsafe.test.ts' }],
  ...rightsOfEveryFunction,
];

const shown = shownRights<Work>(rights);

const STACK = 'least-rights';
const POLICY = 'okta-cognito-idp';
const cognito = new CognitoIdentityProviderClient({});

let settings: Settings;
let bucket: ResponseBucket;
let functionArn: string;
let role: FunctionRole;
let otherSecretArn: string;
let guest: GuestRole;
const guestStackName = 'least-rights-guest';

const federate = (UserPoolId: string, more: object = {}) => ({ UserPoolId, ...more });

beforeAll(async () => {
  settings = await readSettings(process.env);
  bucket = await startResponseBucket();
  otherSecretArn = await makeOktaSecret();
  guest = await makeGuestRole(guestStackName);
  const outputs = await deployProviderBeside(settings, STACK, {
    OktaSecretArn: await makeOktaSecret(),
    OtherOktaSecretArns: otherSecretArn,
    AssumableRoleArns: guest.arn,
    PolicyParameter: await makePolicyParameter(),
    Tracing: 'Active',
  });
  functionArn = outputs.ServiceToken ?? '';
  role = await functionRole(STACK, 'ProviderRole', POLICY);
  await guest.trust(role.arn);
});

afterAll(async () => {
  await guest[Symbol.asyncDispose]();
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
  // Because that right is missing, and for no other reason.
  expect(reasons.join('\n')).toMatch(/not authorized to perform|may not|cannot assume/);
});

/** Does a piece of the role's work; with what rights it has. What is left of it is cleared away with all of them. */
async function doWork(work: Work): Promise<readonly Exchange[]> {
  const custom = work === 'a custom domain';
  const { UserPoolId, UserPoolClientId: clientId } = await makePoolWithClient(cognito, newDomain(custom));
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
    ...(work === 'another account' ? { RoleArn: guest.arn } : {}),
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
