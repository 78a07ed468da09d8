import { generateKeyPairSync } from 'node:crypto';
import { readAcceptanceSettings, SettingsError } from '../../../acceptance/settings.ts';

const real = { OKTA_ORG_URL: 'https://acme.okta.com', OKTA_API_TOKEN: 'a-token', AWS_REGION: 'eu-west-1' };
const { privateKey } = generateKeyPairSync('ec', {
  namedCurve: 'P-256',
  privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  publicKeyEncoding: { type: 'spki', format: 'pem' },
});

const refusal = (environment: NodeJS.ProcessEnv): string => {
  try {
    readAcceptanceSettings(environment);
  } catch (error) {
    if (error instanceof SettingsError) return error.message;
  }
  throw new Error('The settings are accepted.');
};

test('one sentence lists everything that is missing', () => {
  const sentence = refusal({});
  for (const name of ['OKTA_ORG_URL', 'OKTA_API_TOKEN', 'OKTA_API_PRIVATE_KEY', 'AWS_REGION']) {
    expect(sentence).toContain(name);
  }
  expect(sentence).not.toContain('\n');
  expect(refusal({ OKTA_ORG_URL: ' ', OKTA_API_TOKEN: '', AWS_REGION: '' })).toBe(sentence);
});

test.each([
  ['OKTA_ORG_URL', { OKTA_ORG_URL: 'http://acme.okta.com' }],
  ['OKTA_ORG_URL', { OKTA_ORG_URL: 'https://acme.okta.com/oauth2/default' }],
  ['-admin', { OKTA_ORG_URL: 'https://acme-admin.okta.com' }],
  ['OKTA_API_TOKEN', { OKTA_API_TOKEN: 'two words' }],
  ['OKTA_API_PRIVATE_KEY are both set', { OKTA_API_PRIVATE_KEY: privateKey }],
  ['OKTA_API_PRIVATE_KEY is missing', { OKTA_API_TOKEN: '', OKTA_API_CLIENT_ID: '0oa1' }],
  [
    'OKTA_API_PRIVATE_KEY must',
    { OKTA_API_TOKEN: '', OKTA_API_CLIENT_ID: '0oa1', OKTA_API_PRIVATE_KEY: 'x' },
  ],
  ['AWS_REGION', { AWS_REGION: 'Ireland' }],
  ['OKTA_TEST_PASSWORD is missing', { OKTA_TEST_USERNAME: 'ada@example.com' }],
  ['OKTA_TEST_USERNAME is missing', { OKTA_TEST_PASSWORD: 'x' }],
  ['APP_PORT', { APP_PORT: 'three' }],
  ['both be on this machine', { OKTA_ORG_URL: 'http://127.0.0.1:8480' }],
  ['both be on this machine', { AWS_ENDPOINT_URL: 'http://127.0.0.1:4566' }],
])('%s is named if %j', (named, change) => {
  expect(refusal({ ...real, ...change })).toContain(named);
});

test('an API token, or the key of an API Services app, becomes the secret of the provider', () => {
  const { oktaSecret, prefix, region, local, person } = readAcceptanceSettings(real);
  expect(JSON.parse(oktaSecret)).toEqual({ orgUrl: 'https://acme.okta.com', apiToken: 'a-token' });
  expect({ region, local, person }).toEqual({ region: 'eu-west-1', local: undefined, person: undefined });
  // A domain of Cognito may not contain these: https://docs.aws.amazon.com/cognito/latest/developerguide/cognito-user-pools-assign-domain-prefix.html
  expect(prefix).toMatch(/^acceptance-[0-9a-f]{8}$/);
  expect(prefix).not.toMatch(/aws|amazon|cognito/);
  expect(readAcceptanceSettings(real).prefix).not.toBe(prefix);
  const { OKTA_API_TOKEN: _, ...rest } = real;
  const withKey = { ...rest, OKTA_API_CLIENT_ID: '0oa1', OKTA_API_PRIVATE_KEY: privateKey };
  expect(readAcceptanceSettings(withKey).okta).toMatchObject({ kind: 'privateKey', clientId: '0oa1' });
});

test('the local stack may stand for both', () => {
  const local = { ...real, OKTA_ORG_URL: 'http://127.0.0.1:8480', AWS_ENDPOINT_URL: 'http://127.0.0.1:4566' };
  expect(readAcceptanceSettings(local).local).toMatchObject({ endpoint: 'http://127.0.0.1:4566' });
});
