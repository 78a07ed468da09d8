import {
  CognitoIdentityProviderClient,
  CreateUserPoolCommand,
  CreateUserPoolDomainCommand,
  DescribeIdentityProviderCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import {
  CreateRoleCommand,
  DeleteRoleCommand,
  DeleteRolePolicyCommand,
  IAMClient,
  PutRolePolicyCommand,
} from '@aws-sdk/client-iam';
import { bundleOf } from '../support/bundles.ts';
import { Stack } from '../support/cloudformation.ts';
import { createAppClient } from '../support/cognito-fake/app-clients.ts';
import { providersOf } from '../support/cognito-fake/state.ts';
import { createUserPool } from '../support/cognito-fake/user-pools.ts';
import { bundle } from '../support/lambda-process.ts';
import { type StsFake, startStsFake } from '../support/sts-fake.ts';
import { type Surroundings, startSurroundings } from '../support/surroundings.ts';

const account = '222222222222';
const RoleArn = `arn:aws:iam::${account}:role/federation/okta-cognito-idp`;

let around: Surroundings;
let sts: StsFake;

beforeAll(async () => {
  around = await startSurroundings();
  sts = await startStsFake();
});

afterAll(async () => {
  await sts[Symbol.asyncDispose]();
  await around[Symbol.asyncDispose]();
});

/** A stack that the provider serves with these variables on top of its own. */
function stackWith(environment: Readonly<Record<string, string>>): Stack {
  const invoke = bundle({
    file: bundleOf('provider'),
    environment: { ...around.environment, ...environment },
  });
  return new Stack({ invoke, bucket: around.bucket });
}

/** A pool in the other account, in another region than the provider. */
function poolElsewhere() {
  const pool = createUserPool(around.cognito.state, { region: 'eu-west-1' });
  const web = createAppClient(around.cognito.state, pool);
  return { pool, properties: { UserPoolId: pool.id, UserPoolClientIds: [web.id], RoleArn } };
}

test('a pool in another account and region is federated with the role, by its external ID', async () => {
  const { pool, properties } = poolElsewhere();
  const stack = stackWith({ AWS_ENDPOINT_URL_STS: sts.url });
  sts.roles.push({ arn: RoleArn, externalId: `000000000000/us-east-1/${stack.name}/Federation` });
  const keys = () => [...new Set(around.cognito.calls.map(({ accessKeyId }) => accessKeyId))];
  around.cognito.calls.length = 0;
  expect(await stack.create(properties)).toMatchObject({ status: 'CREATE_COMPLETE', reason: undefined });
  expect(keys()).toEqual([sts.sessions.get(RoleArn)]);
  expect(stack.attributes.Domain).toMatch(/\.auth\.eu-west-1\.amazoncognito\.com$/);
  expect(providersOf(around.cognito.state, pool.id)).toHaveLength(1);
  around.cognito.calls.length = 0;
  expect(await stack.update({ ...properties, Notes: 'x' })).toMatchObject({ status: 'UPDATE_COMPLETE' });
  expect((await stack.delete()).status).toBe('DELETE_COMPLETE');
  expect(keys()).not.toContain(around.environment.AWS_ACCESS_KEY_ID);
  expect(providersOf(around.cognito.state, pool.id)).toEqual([]);
});

test('the role is changed, removed and set again in place: the role that the template names sees the pool', async () => {
  const { pool, properties } = poolElsewhere();
  const stack = stackWith({ AWS_ENDPOINT_URL_STS: sts.url });
  const another = `arn:aws:iam::${account}:role/another`;
  for (const arn of [RoleArn, another])
    sts.roles.push({ arn, externalId: `000000000000/us-east-1/${stack.name}/Federation` });
  await stack.create(properties);
  const before = providersOf(around.cognito.state, pool.id);
  const seenBy = async (changed: Record<string, unknown>) => {
    around.cognito.calls.length = 0;
    const { reason } = await stack.update(changed);
    expect(reason).toBeUndefined();
    return [...new Set(around.cognito.calls.map(({ accessKeyId }) => accessKeyId))];
  };
  const { RoleArn: _, ...withoutRole } = properties;
  expect(await seenBy({ ...properties, RoleArn: another })).toEqual([sts.sessions.get(another)]);
  expect(await seenBy(withoutRole)).toEqual([around.environment.AWS_ACCESS_KEY_ID]);
  expect(await seenBy(properties)).toEqual([sts.sessions.get(RoleArn)]);
  expect(providersOf(around.cognito.state, pool.id)).toEqual(before);
});

test('a role whose trust policy names another external ID is refused: the message says which one is needed', async () => {
  const { properties } = poolElsewhere();
  const stack = stackWith({ AWS_ENDPOINT_URL_STS: sts.url });
  sts.roles.push({ arn: RoleArn, externalId: 'another-stack/Federation' });
  const changes = await around.okta.changes();
  const failed = await stack.create(properties);
  expect(failed).toMatchObject({
    status: 'ROLLBACK_COMPLETE',
    reason: expect.stringMatching(
      new RegExp(
        `^RoleArn: the provider cannot assume ${RoleArn}\\. .*external ID 000000000000/us-east-1/${stack.name}/Federation`,
      ),
    ),
  });
  expect(await around.okta.changes()).toEqual(changes);
});

/** The role, as the other account's administrator creates it: for Cognito only, and for callers that name the external ID. */
async function trustingRole(iam: IAMClient, externalId: string): Promise<AsyncDisposable> {
  const RoleName = 'okta-cognito-idp';
  const trust = {
    Effect: 'Allow',
    Principal: { AWS: '*' },
    Action: 'sts:AssumeRole',
    Condition: { StringEquals: { 'sts:ExternalId': externalId } },
  };
  const right = { Effect: 'Allow', Action: 'cognito-idp:*', Resource: '*' };
  const document = (Statement: object) => JSON.stringify({ Version: '2012-10-17', Statement });
  await iam.send(
    new CreateRoleCommand({ RoleName, Path: '/federation/', AssumeRolePolicyDocument: document(trust) }),
  );
  const policy = { RoleName, PolicyName: 'federate' };
  await iam.send(new PutRolePolicyCommand({ ...policy, PolicyDocument: document(right) }));
  return {
    async [Symbol.asyncDispose]() {
      await iam.send(new DeleteRolePolicyCommand(policy));
      await iam.send(new DeleteRoleCommand({ RoleName }));
    },
  };
}

test('the local AWS, which keeps accounts and regions apart, takes the role to the pool', async () => {
  const { AWS_ENDPOINT_URL = '', AWS_SECRET_ACCESS_KEY = '' } = around.environment;
  // Its access keys of twelve digits are accounts.
  const credentials = { accessKeyId: account, secretAccessKey: AWS_SECRET_ACCESS_KEY };
  const there = { endpoint: AWS_ENDPOINT_URL, region: 'eu-west-1', credentials };
  const cognito = new CognitoIdentityProviderClient(there);
  const { UserPool } = await cognito.send(new CreateUserPoolCommand({ PoolName: 'shop' }));
  const UserPoolId = UserPool?.Id ?? '';
  await cognito.send(new CreateUserPoolDomainCommand({ UserPoolId, Domain: `shop-${Date.now()}` }));
  const stack = stackWith({ AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER: AWS_ENDPOINT_URL });
  await using _role = await trustingRole(
    new IAMClient(there),
    `000000000000/us-east-1/${stack.name}/Federation`,
  );
  // Its domains are not played here: the test only looks in which pool the provider was created.
  const properties = { UserPoolId, Verify: false };
  const provider = () =>
    cognito.send(new DescribeIdentityProviderCommand({ UserPoolId, ProviderName: 'Okta' }));
  expect((await stack.create(properties)).reason).toMatch(/^UserPoolId: there is no user pool/);
  expect(await stack.create({ ...properties, RoleArn })).toMatchObject({
    status: 'CREATE_COMPLETE',
    reason: undefined,
  });
  expect((await provider()).IdentityProvider?.ProviderDetails?.oidc_issuer).toBe(around.okta.url);
  expect((await stack.delete()).status).toBe('DELETE_COMPLETE');
  await expect(provider()).rejects.toThrow(/not exist|not found/i);
});
