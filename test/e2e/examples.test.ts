import {
  CognitoIdentityProviderClient,
  CreateIdentityProviderCommand,
  DescribeIdentityProviderCommand,
  DescribeUserPoolClientCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import { z } from 'zod';
import { awsClient, deleteStack } from '../../local/deploy.ts';
import { ADMINISTRATOR, OTHER_ACCOUNT } from '../../local/programs.ts';
import { readSettings, type Settings } from '../../local/settings.ts';
import { untilShown } from '../support/local-okta.ts';
import { makePoolWithClient } from '../support/pool-by-owner.ts';
import { deployTemplate } from '../support/template-stacks.ts';

// Each example is deployed by CloudFormation, looked at through the APIs of Okta and Cognito, and deleted.

const here = new CognitoIdentityProviderClient({});
const deployed: Parameters<typeof deleteStack>[] = [];
let settings: Settings;

beforeAll(async () => {
  settings = await readSettings(process.env);
});

afterEach(async () => {
  for (const stack of deployed.splice(0).toReversed()) await deleteStack(...stack);
});

async function deploy(
  example: string,
  parameters: Record<string, string> = {},
  account = ADMINISTRATOR,
): Promise<Record<string, string>> {
  const name = `example-${example}`;
  deployed.push([settings, name, account]);
  return deployTemplate(settings, name, `examples/${example}.yaml`, parameters, account);
}

/** Deletes the stack that was deployed last. */
async function undeploy(): Promise<void> {
  const stack = deployed.pop();
  if (stack) await deleteStack(...stack);
}

/** A pool with a domain and a client, made by another owner. */
const existing = (cognito = here) =>
  makePoolWithClient(cognito, `existing-${Math.random().toString(36).slice(2)}`);

async function providersOf(
  UserPoolId: string,
  ClientId: string,
  cognito = here,
): Promise<string[] | undefined> {
  const found = await cognito.send(new DescribeUserPoolClientCommand({ UserPoolId, ClientId }));
  return found.UserPoolClient?.SupportedIdentityProviders;
}

async function providerDetails(UserPoolId: string, ProviderName: string, cognito = here) {
  const command = new DescribeIdentityProviderCommand({ UserPoolId, ProviderName });
  return (await cognito.send(command)).IdentityProvider;
}

async function okta(method: string, path: string, body?: object): Promise<unknown> {
  const answer = await fetch(`${process.env.OKTA_ORG_URL}/api/v1${path}`, {
    method,
    headers: { authorization: `SSWS ${process.env.OKTA_API_TOKEN}`, 'content-type': 'application/json' },
    ...(body ? { body: JSON.stringify(body) } : {}),
  });
  if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`);
  return answer.status === 204 ? undefined : answer.json();
}

test('existing-pool: a client that is there is bound, and released when the stack goes', async () => {
  const { UserPoolId, UserPoolClientId, domain } = await existing();
  const outputs = await deploy('existing-pool', { UserPoolId, UserPoolClientId });
  expect(await providersOf(UserPoolId, UserPoolClientId)).toEqual(['COGNITO', 'Okta']);
  expect(outputs.SignInUrl).toMatch(`https://${domain}.auth.us-east-1.amazoncognito.com/oauth2/authorize?`);
  await undeploy();
  expect(await providersOf(UserPoolId, UserPoolClientId)).toEqual(['COGNITO']);
});

test('several-clients: clients that name the provider themselves', async () => {
  const { UserPoolId = '', WebClientId = '', MobileClientId = '' } = await deploy('several-clients');
  expect(await providersOf(UserPoolId, WebClientId)).toEqual(['Staff']);
  expect(await providersOf(UserPoolId, MobileClientId)).toEqual(['Staff']);
});

test('groups: two groups, a dashboard tile, and the e-mail domain', async () => {
  const { UserPoolId, UserPoolClientId } = await existing();
  const { OktaApplicationId } = await deploy('groups', { UserPoolId, UserPoolClientId });
  const groups = z.array(z.looseObject({ id: z.string() }));
  expect(groups.parse(await okta('GET', `/apps/${OktaApplicationId}/groups`))).toHaveLength(2);
  expect(await okta('GET', `/apps/${OktaApplicationId}`)).toMatchObject({
    label: 'Payroll',
    visibility: { hide: { web: false } },
    settings: {
      notes: { admin: expect.stringContaining('platform team') },
      oauthClient: {
        initiate_login_uri: 'https://app.example.com/login',
        post_logout_redirect_uris: ['https://app.example.com/'],
      },
    },
  });
  expect((await providerDetails(UserPoolId, 'Okta'))?.IdpIdentifiers).toEqual(['example.com']);
});

test('custom-domain: people come back to the domain of one’s own', async () => {
  const CertificateArn =
    'arn:aws:acm:us-east-1:000000000000:certificate/00000000-0000-0000-0000-000000000000';
  const outputs = await deploy('custom-domain', { CertificateArn });
  expect(outputs.RedirectUri).toBe('https://login.example.com/oauth2/idpresponse');
  expect(outputs.SignInUrl).toMatch('https://login.example.com/oauth2/authorize?');
});

test('adoption: what was made by hand is taken over, and stays when the stack goes', async () => {
  const { UserPoolId, UserPoolClientId, domain } = await existing();
  const made = z.object({
    id: z.string(),
    credentials: z.object({ oauthClient: z.object({ client_id: z.string(), client_secret: z.string() }) }),
  });
  const application = made.parse(
    await okta('POST', '/apps', {
      name: 'oidc_client',
      label: 'Made by hand',
      signOnMode: 'OPENID_CONNECT',
      credentials: {
        oauthClient: { token_endpoint_auth_method: 'client_secret_basic', pkce_required: false },
      },
      settings: {
        // As an administrator of the org consents.
        notes: { admin: 'okta-cognito-idp: adopt *' },
        oauthClient: {
          application_type: 'web',
          grant_types: ['authorization_code'],
          response_types: ['code'],
          redirect_uris: [`https://${domain}.auth.us-east-1.amazoncognito.com/oauth2/idpresponse`],
          issuer_mode: 'ORG_URL',
        },
      },
    }),
  );
  const { OKTA_ORG_URL, OKTA_API_TOKEN } = z
    .object({ OKTA_ORG_URL: z.string(), OKTA_API_TOKEN: z.string() })
    .parse(process.env);
  await untilShown(`${OKTA_ORG_URL}/api/v1/apps/${application.id}`, OKTA_API_TOKEN);
  const { client_id, client_secret } = application.credentials.oauthClient;
  await here.send(
    new CreateIdentityProviderCommand({
      UserPoolId,
      ProviderName: 'Okta',
      ProviderType: 'OIDC',
      ProviderDetails: {
        client_id,
        client_secret,
        oidc_issuer: OKTA_ORG_URL,
        authorize_scopes: 'openid email',
        attributes_request_method: 'GET',
      },
      AttributeMapping: { email: 'email' },
    }),
  );
  const before = (await providerDetails(UserPoolId, 'Okta'))?.ProviderDetails;
  await deploy('adoption', { UserPoolId, UserPoolClientId, OktaApplicationId: application.id });
  expect((await providerDetails(UserPoolId, 'Okta'))?.ProviderDetails).toEqual(before);
  expect(await providersOf(UserPoolId, UserPoolClientId)).toEqual(['COGNITO', 'Okta']);
  await undeploy();
  expect((await providerDetails(UserPoolId, 'Okta'))?.ProviderDetails).toEqual(before);
  expect(await providersOf(UserPoolId, UserPoolClientId)).toEqual(['COGNITO']);
  expect(await okta('GET', `/apps/${application.id}`)).toMatchObject({
    label: 'Made by hand',
    status: 'ACTIVE',
  });
});

test('another-account: a pool of another account is reached by the role that its stack makes', async () => {
  const there = new CognitoIdentityProviderClient(awsClient(settings, OTHER_ACCOUNT));
  const { UserPoolId, UserPoolClientId, domain } = await existing(there);
  await expect(providersOf(UserPoolId, UserPoolClientId)).rejects.toThrow(/does not exist/);
  const ofTheRole = {
    UserPoolId,
    ProviderAccountId: '000000000000',
    StackAccountId: '000000000000',
    StackRegion: 'us-east-1',
    StackName: 'example-another-account',
  };
  const { RoleArn = '' } = await deploy('another-account-role', ofTheRole, OTHER_ACCOUNT);
  expect(RoleArn).toMatch(`arn:aws:iam::${OTHER_ACCOUNT.accessKeyId}:role/`);
  // The sign-in is probed: the pool's domain has to know the provider.
  const outputs = await deploy('another-account', { UserPoolId, UserPoolClientId, RoleArn });
  expect(outputs.SignInUrl).toMatch(`https://${domain}.auth.us-east-1.amazoncognito.com/oauth2/authorize?`);
  expect(await providersOf(UserPoolId, UserPoolClientId, there)).toEqual(['COGNITO', 'Okta']);
  const { client_id, oidc_issuer } =
    (await providerDetails(UserPoolId, 'Okta', there))?.ProviderDetails ?? {};
  expect(oidc_issuer).toBe(process.env.OKTA_ORG_URL);
  expect(await okta('GET', `/apps/${client_id}`)).toMatchObject({
    status: 'ACTIVE',
    settings: {
      oauthClient: {
        redirect_uris: [`https://${domain}.auth.us-east-1.amazoncognito.com/oauth2/idpresponse`],
      },
    },
  });
  await undeploy();
  expect(await providersOf(UserPoolId, UserPoolClientId, there)).toEqual(['COGNITO']);
  await expect(providerDetails(UserPoolId, 'Okta', there)).rejects.toThrow(/not exist|not found/i);
  await expect(okta('GET', `/apps/${client_id}`)).rejects.toThrow(/404/);
});
