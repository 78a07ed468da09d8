import { enableProvider } from '../../../src/cognito/app-clients.ts';
import { connectCognito } from '../../../src/cognito/client.ts';
import { startOrg } from '../okta/scripted-org.ts';

const newer = { newer_than_the_sdk: { nested: ['kept', 1.5, { at: true }, ''] } };
const settings = {
  UserPoolId: 'us-east-1_A',
  ClientId: 'client',
  CallbackURLs: ['https://app.example.com/callback'],
  TokenValidityUnits: { AccessToken: 'minutes', ...newer },
  RefreshTokenRotation: { Feature: 'ENABLED', ...newer },
  ...newer,
};
const described = { ...settings, ClientSecret: 'made up', CreationDate: 1.5, LastModifiedDate: 2 };

const environment = { ...process.env };

afterEach(() => {
  process.env = { ...environment };
});

test('a setting of an app client that the SDK does not know survives an update', async () => {
  await using aws = await startOrg(({ headers }) => ({
    status: 200,
    body: {
      UserPoolClient: String(headers['x-amz-target']).includes('Update')
        ? { ...described, SupportedIdentityProviders: ['Okta'] }
        : described,
    },
  }));
  process.env.AWS_ENDPOINT_URL = aws.orgUrl;
  process.env.AWS_ACCESS_KEY_ID = 'test';
  process.env.AWS_SECRET_ACCESS_KEY = 'test';
  await enableProvider(
    connectCognito('us-east-1_A', new AbortController().signal),
    'us-east-1_A',
    'client',
    'Okta',
  );

  const sent = aws.seen.at(-1);
  expect(sent?.headers['x-amz-target']).toMatch(/UpdateUserPoolClient$/);
  expect(sent?.body).toEqual({ ...settings, SupportedIdentityProviders: ['Okta'] });
});

test('an error of AWS is still read as what it is', async () => {
  await using aws = await startOrg(() => ({
    status: 400,
    body: { __type: 'ResourceNotFoundException', message: 'User pool client client does not exist.' },
  }));
  process.env.AWS_ENDPOINT_URL = aws.orgUrl;
  process.env.AWS_ACCESS_KEY_ID = 'test';
  process.env.AWS_SECRET_ACCESS_KEY = 'test';
  const signal = new AbortController().signal;
  // Another region, because the client of a region keeps the address that it has called first.
  const enabled = enableProvider(connectCognito('us-east-2_A', signal), 'us-east-2_A', 'client', 'Okta');
  await expect(enabled).rejects.toMatchObject({
    name: 'AppClientNotFoundError',
    cause: { name: 'ResourceNotFoundException' },
  });
});
