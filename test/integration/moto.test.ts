import {
  CognitoIdentityProviderClient,
  DescribeIdentityProviderCommand,
  DescribeUserPoolClientCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import { existingAppClient } from '../../acceptance/pools.ts';
import { bundleOf } from '../support/bundles.ts';
import { Stack } from '../support/cloudformation.ts';
import { createAppClient } from '../support/cognito-fake/app-clients.ts';
import { createUserPool } from '../support/cognito-fake/user-pools.ts';
import { bundle } from '../support/lambda-process.ts';
import { type Moto, startMoto } from '../support/moto.ts';
import { makePoolWithClient } from '../support/pool-by-owner.ts';
import { type Surroundings, startSurroundings } from '../support/surroundings.ts';

/** The Cognito of these tests is held to moto's, which others wrote: the same life must leave the same in both. */

let around: Surroundings;
let moto: Moto;

beforeAll(async () => {
  [around, moto] = await Promise.all([startSurroundings(), startMoto()]);
});

afterAll(async () => {
  await moto[Symbol.asyncDispose]();
  await around[Symbol.asyncDispose]();
});

interface Place {
  readonly userPoolId: string;
  readonly clientId: string;
}

const appClient = {
  ...existingAppClient,
  LogoutURLs: ['https://app.example.com/out'],
  ExplicitAuthFlows: ['ALLOW_USER_SRP_AUTH' as const, 'ALLOW_REFRESH_TOKEN_AUTH' as const],
  RefreshTokenValidity: 7,
};

function inFake(): Place {
  const pool = createUserPool(around.cognito.state);
  return { userPoolId: pool.id, clientId: createAppClient(around.cognito.state, pool, appClient).id };
}

async function inMoto(cognito: CognitoIdentityProviderClient): Promise<Place> {
  const domain = `shop-${Math.random().toString(36).slice(2)}`;
  const { UserPoolId, UserPoolClientId } = await makePoolWithClient(cognito, domain, appClient);
  return { userPoolId: UserPoolId, clientId: UserPoolClientId };
}

/** What moto's Cognito does not do, and AWS's does. */
const notInMoto = new Set([
  // Cognito fills these in from the issuer's discovery document.
  'authorize_url',
  'token_url',
  'attributes_url',
  'jwks_uri',
  'attributes_url_add_attributes',
  // Cognito maps the user name by itself.
  'username',
  // Of an app client: dates, and defaults of what it does not name.
  'CreationDate',
  'LastModifiedDate',
  'TokenValidityUnits',
  'AuthSessionValidity',
  'EnableTokenRevocation',
  'EnablePropagateAdditionalUserContextData',
]);

/** Values that differ from life to life. */
const drawn = new Set([
  'UserPoolId',
  'ClientId',
  'client_id',
  'client_secret',
  'CreationDate',
  'LastModifiedDate',
]);

function comparable(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(comparable);
  if (typeof value !== 'object' || value === null || value instanceof Date) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([name]) => !notInMoto.has(name))
      .map(([name, one]) => [name, drawn.has(name) ? typeof one : comparable(one)]),
  );
}

/** A Create, an Update, a rotation and a Delete, and what each leaves. */
async function life(endpoint: string, cognito: CognitoIdentityProviderClient, place: Place) {
  const invoke = bundle({
    file: bundleOf('provider'),
    region: 'us-east-1',
    environment: { ...around.environment, AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER: endpoint },
  });
  const stack = new Stack({ invoke, bucket: around.bucket });
  const { userPoolId: UserPoolId, clientId: ClientId } = place;
  const look = async () => {
    const [provider, client] = await Promise.all([
      cognito
        .send(new DescribeIdentityProviderCommand({ UserPoolId, ProviderName: 'Okta' }))
        .catch((error: Error) => ({ IdentityProvider: error.name })),
      cognito.send(new DescribeUserPoolClientCommand({ UserPoolId, ClientId })),
    ]);
    return comparable({ provider: provider.IdentityProvider, client: client.UserPoolClient });
  };
  // Moto has no sign-in pages.
  const properties = { UserPoolId, UserPoolClientIds: [ClientId], Verify: 'OktaOnly' };
  const AttributeMapping = { email: 'email' };
  const changed = {
    ...properties,
    Scopes: 'openid email',
    AttributeMapping,
    IdpIdentifiers: ['example.com'],
  };
  const steps: unknown[] = [await look()];
  for (const act of [
    () => stack.create(properties),
    () => stack.update(changed),
    () => stack.update({ ...changed, SecretVersion: '2' }),
    () => stack.delete(),
  ]) {
    const { status, reason } = await act();
    steps.push({ status, reason, ...Object(await look()) });
  }
  return steps;
}

test('a whole life leaves in the Cognito of these tests what it leaves in moto', async () => {
  const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
  const clientOf = (endpoint: string) =>
    new CognitoIdentityProviderClient({ endpoint, region: 'us-east-1', credentials });
  const ofMoto = clientOf(moto.url);
  const [inTheirs, inOurs] = await Promise.all([
    inMoto(ofMoto).then((place) => life(moto.url, ofMoto, place)),
    life(around.cognito.url, clientOf(around.cognito.url), inFake()),
  ]);
  expect(inOurs).toEqual(inTheirs);
  expect(inOurs).toMatchObject([
    {},
    { status: 'CREATE_COMPLETE', reason: undefined },
    { status: 'UPDATE_COMPLETE', reason: undefined },
    { status: 'UPDATE_COMPLETE', reason: undefined },
    { status: 'DELETE_COMPLETE', reason: undefined },
  ]);
});
