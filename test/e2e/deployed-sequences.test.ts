import {
  CognitoIdentityProviderClient,
  CreateIdentityProviderCommand,
  type CreateUserPoolClientCommandInput,
  DeleteIdentityProviderCommand,
  DescribeIdentityProviderCommand,
  DescribeUserPoolClientCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import { z } from 'zod';
import { Stack } from '../support/cloudformation.ts';
import { deployed } from '../support/deployed-function.ts';
import { makeAppClient, makePool } from '../support/pool-by-owner.ts';
import { type ResponseBucket, startResponseBucket } from '../support/response-url.ts';
import { applicationsOfPools } from '../support/shared-org.ts';

// CloudFormation's own sequences against the deployed provider, with IAM enforced: the local CloudFormation sends no
// Delete after a failed Create and no Update to roll a failed Update back.

const cognito = new CognitoIdentityProviderClient({});

let bucket: ResponseBucket;
let userPoolId: string;
/** The user pools of one test. */
let pools: string[];

beforeAll(async () => {
  bucket = await startResponseBucket();
});

afterAll(() => bucket[Symbol.asyncDispose]());

beforeEach(async () => {
  pools = [];
  userPoolId = await pool();
});

async function pool({ withDomain = true } = {}): Promise<string> {
  const name = `deployed-${Math.random().toString(36).slice(2)}`;
  const UserPoolId = await makePool(cognito, name, withDomain ? name : undefined);
  pools.push(UserPoolId);
  return UserPoolId;
}

/** An app client with settings of its own. */
const appClient = (more: Partial<CreateUserPoolClientCommandInput> = {}) =>
  makeAppClient(cognito, userPoolId, {
    ClientName: 'shared',
    GenerateSecret: true,
    CallbackURLs: ['https://app.example.com/callback', 'https://app.example.com/other'],
    ExplicitAuthFlows: ['ALLOW_USER_SRP_AUTH', 'ALLOW_REFRESH_TOKEN_AUTH'],
    AccessTokenValidity: 10,
    TokenValidityUnits: { AccessToken: 'minutes' },
    AnalyticsConfiguration: { ApplicationArn: 'arn:aws:mobiletargeting:us-east-1:123456789012:apps/1' },
    ...more,
  });

async function described(clientId: string) {
  const command = new DescribeUserPoolClientCommand({ UserPoolId: userPoolId, ClientId: clientId });
  const { LastModifiedDate, ...client } = (await cognito.send(command)).UserPoolClient ?? {};
  return client;
}

async function provider(name = 'Okta') {
  const command = new DescribeIdentityProviderCommand({ UserPoolId: userPoolId, ProviderName: name });
  return (await cognito.send(command).catch(() => undefined))?.IdentityProvider;
}

async function applicationIds(): Promise<string[]> {
  return (await applicationsOfPools(pools)).map(({ id }) => id);
}

function newStack(): Stack {
  return new Stack({ invoke: deployed(z.string().parse(process.env.SERVICE_TOKEN)), bucket });
}

async function okta(method: string, path: string): Promise<void> {
  const headers = { authorization: `SSWS ${process.env.OKTA_API_TOKEN}` };
  const answer = await fetch(`${process.env.OKTA_ORG_URL}/api/v1${path}`, { method, headers });
  expect(answer.ok).toBe(true);
}

test('two app clients are bound and released, and nothing else of them changes', async () => {
  const clients = [await appClient(), await appClient({ SupportedIdentityProviders: ['COGNITO', 'Google'] })];
  const before = await Promise.all(clients.map(described));
  const stack = newStack();
  expect((await stack.create({ UserPoolId: userPoolId, UserPoolClientIds: clients })).status).toBe(
    'CREATE_COMPLETE',
  );
  expect(
    (await Promise.all(clients.map(described))).map((client) => client.SupportedIdentityProviders),
  ).toEqual([
    ['COGNITO', 'Okta'],
    ['COGNITO', 'Google', 'Okta'],
  ]);
  expect((await stack.delete()).status).toBe('DELETE_COMPLETE');
  expect(await Promise.all(clients.map(described))).toEqual(before);
  expect(await provider()).toBeUndefined();
  expect(await applicationIds()).toEqual([]);
});

test('a replacement is whole before the old one goes, and nothing is left of either in the end', async () => {
  const UserPoolClientIds = [await appClient()];
  const stack = newStack();
  await stack.create({ UserPoolId: userPoolId, UserPoolClientIds });
  const replaced = await stack.update({ UserPoolId: userPoolId, UserPoolClientIds, ProviderName: 'Staff' });
  expect(replaced.status).toBe('UPDATE_COMPLETE');
  expect(await provider()).toBeUndefined();
  expect(await provider('Staff')).toBeDefined();
  expect(await applicationIds()).toHaveLength(1);
  await stack.delete();
  expect(await provider('Staff')).toBeUndefined();
  expect(await applicationIds()).toEqual([]);
});

test('a foreign provider of the same name fails the Create, and its Delete leaves it alone', async () => {
  await cognito.send(
    new CreateIdentityProviderCommand({
      UserPoolId: userPoolId,
      ProviderName: 'Okta',
      ProviderType: 'OIDC',
      ProviderDetails: {
        client_id: 'theirs',
        oidc_issuer: 'https://login.example.com',
        authorize_scopes: 'openid',
      },
    }),
  );
  const theirs = await provider();
  const failed = await newStack().create({ UserPoolId: userPoolId });
  expect(failed.status).toBe('ROLLBACK_COMPLETE');
  expect(failed.reason).toMatch(/^ProviderName: .*already has an identity provider Okta/);
  expect(await provider()).toEqual(theirs);
  expect(await applicationIds()).toEqual([]);
});

test('an Update creates again what was deleted by hand, and a Delete after it leaves nothing', async () => {
  const UserPoolClientIds = [await appClient()];
  const stack = newStack();
  await stack.create({ UserPoolId: userPoolId, UserPoolClientIds });
  const [, , applicationId = ''] = stack.physicalResourceId?.split('|') ?? [];
  await okta('POST', `/apps/${applicationId}/lifecycle/deactivate`);
  await okta('DELETE', `/apps/${applicationId}`);
  await cognito.send(new DeleteIdentityProviderCommand({ UserPoolId: userPoolId, ProviderName: 'Okta' }));
  const updated = await stack.update({
    UserPoolId: userPoolId,
    UserPoolClientIds,
    ApplicationLabel: 'Again',
  });
  expect(updated.status).toBe('UPDATE_COMPLETE');
  expect(await provider()).toBeDefined();
  await stack.delete();
  expect(await provider()).toBeUndefined();
  expect(await applicationIds()).toEqual([]);
});

test('a failed update is rolled back to what was there', async () => {
  const stack = newStack();
  await stack.create({ UserPoolId: userPoolId, ApplicationLabel: 'Before' });
  const before = await provider();
  const other = await pool({ withDomain: false });
  const failed = await stack.update({ UserPoolId: other, ApplicationLabel: 'After' });
  expect(failed.status).toBe('UPDATE_ROLLBACK_COMPLETE');
  expect(failed.reason).toMatch(/has no domain.*UserPoolDomain/);
  expect((await provider())?.ProviderDetails).toEqual(before?.ProviderDetails);
  await stack.delete();
  expect(await applicationIds()).toEqual([]);
});
