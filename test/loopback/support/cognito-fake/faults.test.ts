import {
  type CognitoIdentityProviderClient,
  CreateIdentityProviderCommand,
  DescribeUserPoolCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import { cognitoClient, oidcProvider } from '../../../support/cognito-fake/client.ts';
import { type CognitoFake, startCognitoFake } from '../../../support/cognito-fake/server.ts';
import { createUserPool, type UserPool } from '../../../support/cognito-fake/user-pools.ts';

// Throttling is waited out in earnest.
let fake: CognitoFake;
let cognito: CognitoIdentityProviderClient;
let pool: UserPool;

beforeEach(async () => {
  fake = await startCognitoFake({
    discover: async (issuer) => ({ authorize_url: `${issuer}/authorize`, token_url: `${issuer}/token` }),
  });
  cognito = cognitoClient(fake);
  pool = createUserPool(fake.state);
});

afterEach(async () => {
  cognito.destroy();
  await fake[Symbol.asyncDispose]();
});

const newProvider = (name = 'Okta', details = {}) =>
  new CreateIdentityProviderCommand(oidcProvider(pool.id, name, details));

describe('faults', () => {
  const describePool = () => new DescribeUserPoolCommand({ UserPoolId: pool.id });

  test('the nth call of an operation fails as told, and the calls are on record', async () => {
    fake.faults.add({
      operation: 'DescribeUserPool',
      nth: 2,
      action: { type: 'error', code: 'InternalErrorException', status: 500 },
    });
    await cognito.send(describePool());
    await expect(cognito.send(describePool())).rejects.toMatchObject({ name: 'InternalErrorException' });
    await cognito.send(describePool());
    expect(fake.calls.map(({ operation, status, error }) => [operation, status, error])).toEqual([
      ['DescribeUserPool', 200, undefined],
      ['DescribeUserPool', 500, 'InternalErrorException'],
      ['DescribeUserPool', 200, undefined],
    ]);
  });

  test.each([
    ['reset', 0],
    ['reset-after', 1],
  ] as const)('after a %s, %d providers are there', async (type, made) => {
    fake.faults.add({ operation: 'CreateIdentityProvider', action: { type } });
    await expect(cognito.send(newProvider())).rejects.toThrow();
    expect(fake.state.providers.size).toBe(made);
  });

  test('a call that hangs can be given up', async () => {
    fake.faults.add({ action: { type: 'hang' } });
    await expect(cognito.send(describePool(), { abortSignal: AbortSignal.timeout(50) })).rejects.toThrow();
  });

  test('an operation over its rate is throttled, and a patient client gets through', async () => {
    fake.faults.throttle('DescribeUserPool', 1);
    await cognito.send(describePool());
    await expect(cognito.send(describePool())).rejects.toMatchObject({ name: 'TooManyRequestsException' });
    await expect(cognitoClient(fake, 'us-east-1', 10).send(describePool())).resolves.toBeDefined();
  });
});
