import { CreateIdentityProviderCommand } from '@aws-sdk/client-cognito-identity-provider';
import { z } from 'zod';
import { cognitoClient, oidcProvider } from '../support/cognito-fake/client.ts';
import { providerKey } from '../support/cognito-fake/state.ts';
import { createUserPool } from '../support/cognito-fake/user-pools.ts';
import { type HandMade, setUpByHand } from '../support/hand-made.ts';
import { type Surroundings, startSurroundings } from '../support/surroundings.ts';

let around: Surroundings;
let handMade: HandMade;

beforeAll(async () => {
  around = await startSurroundings();
});

afterAll(() => around[Symbol.asyncDispose]());

beforeEach(async () => {
  handMade = await setUpByHand(around);
});

afterEach(async () => {
  around.cognito.faults.clear();
  around.cognito.beforeCall = () => {};
  await around.okta.clearFaults();
});

const adopting = (more: Record<string, unknown> = {}) => ({
  UserPoolId: handMade.pool.id,
  UserPoolClientIds: [handMade.web.id],
  Adopt: { ApplicationId: handMade.applicationId },
  ...more,
});

const shown = z.looseObject({ id: z.string() });

/** Another application, by hand, that no provider uses. */
async function anotherApplication(oauthClient: object = {}, credentials: object = {}): Promise<string> {
  const { id } = shown.parse(
    await around.okta.call('POST', '/api/v1/apps', {
      name: 'oidc_client',
      label: 'Something else',
      signOnMode: 'OPENID_CONNECT',
      credentials: { oauthClient: { token_endpoint_auth_method: 'client_secret_post', ...credentials } },
      settings: {
        oauthClient: {
          grant_types: ['authorization_code'],
          redirect_uris: ['https://else.example.com/callback'],
          ...oauthClient,
        },
      },
    }),
  );
  return id;
}

/** Creates, expects a refusal that leaves everything as it is, and gives its reason. */
async function refusal(properties: Record<string, unknown>): Promise<string> {
  const before = { look: await handMade.look(), changes: await around.okta.changes() };
  const failed = await around.stack().create(properties);
  expect(failed.status).toBe('ROLLBACK_COMPLETE');
  expect(await handMade.look()).toEqual(before.look);
  expect(await around.okta.changes()).toEqual(before.changes);
  return failed.reason ?? '';
}

describe('what cannot be adopted is refused, and left alone:', () => {
  test('an application that there is none of', async () => {
    const Adopt = { ApplicationId: '0oa00000000000000000' };
    expect(await refusal(adopting({ Adopt }))).toMatch(
      /^Adopt.ApplicationId: Okta has no application 0oa00000000000000000\. Check the ID/,
    );
  });

  test('an application that belongs to another resource', async () => {
    const owner = around.stack('Owner');
    expect((await owner.create(adopting())).status).toBe('CREATE_COMPLETE');
    expect(await refusal(adopting())).toMatch(
      new RegExp(`^Adopt.ApplicationId: .*belongs to the resource Owner of the stack ${owner.id}`),
    );
  });

  test('an application of another type', async () => {
    const id = await anotherApplication(
      { application_type: 'browser', response_types: ['code'] },
      { token_endpoint_auth_method: 'none', pkce_required: true },
    );
    const reason = await refusal(adopting({ ProviderName: 'Else', Adopt: { ApplicationId: id } }));
    expect(reason).toMatch(/^Adopt.ApplicationId: .*only an OIDC Web application can be adopted/);
  });

  test('an application that signs with its client secret', async () => {
    const id = await anotherApplication({}, { token_endpoint_auth_method: 'client_secret_jwt' });
    const reason = await refusal(adopting({ ProviderName: 'Else', Adopt: { ApplicationId: id } }));
    expect(reason).toMatch(
      /uses client_secret_jwt.*Set Client authentication on its General page in Okta to Client/,
    );
  });

  test('an application that wants DPoP', async () => {
    const id = await anotherApplication({ dpop_bound_access_tokens: true });
    const reason = await refusal(adopting({ ProviderName: 'Else', Adopt: { ApplicationId: id } }));
    expect(reason).toMatch(/^Adopt.ApplicationId: .*requires DPoP.*Turn it off/);
  });

  test('an application without a client secret', async () => {
    const id = await anotherApplication(
      { jwks: { keys: [{ kty: 'RSA', n: 'AQAB', e: 'AQAB' }] } },
      { token_endpoint_auth_method: 'private_key_jwt' },
    );
    const reason = await refusal(adopting({ ProviderName: 'Else', Adopt: { ApplicationId: id } }));
    expect(reason).toMatch(
      /uses private_key_jwt.*Set Client authentication on its General page in Okta to Client secret/,
    );
  });

  test("another application than the provider's", async () => {
    const Adopt = { ApplicationId: await anotherApplication() };
    expect(await refusal(adopting({ Adopt }))).toMatch(
      new RegExp(
        `^ProviderName: .*its client is ${handMade.clientId}, not that of .*\\. Adopt the application that it uses`,
      ),
    );
  });

  test('a provider whose issuer is of another org', async () => {
    const pool = createUserPool(around.cognito.state);
    const elsewhere = oidcProvider(pool.id, 'Okta', {
      client_id: handMade.clientId,
      oidc_issuer: around.okta.url.replace('127.0.0.1', '127.0.0.2'),
    });
    const { ProviderDetails = {}, AttributeMapping = {} } = elsewhere;
    around.cognito.state.providers.set(providerKey(pool.id, 'Okta'), {
      UserPoolId: pool.id,
      ProviderName: 'Okta',
      ProviderType: 'OIDC',
      ProviderDetails,
      AttributeMapping,
      IdpIdentifiers: [],
      CreationDate: 0,
      LastModifiedDate: 0,
    });
    const reason = await refusal(adopting({ UserPoolId: pool.id, UserPoolClientIds: [] }));
    expect(reason).toMatch(/^Issuer: the provider to adopt has the issuer .*127.0.0.2.*OktaSecretId/);
  });
});

test('a foreign provider is not adopted without being asked to, and the message says how to', async () => {
  const { Adopt, ...properties } = adopting();
  expect(await refusal(properties)).toMatch(
    new RegExp(`take it over with Adopt: {ApplicationId: ${handMade.applicationId}}`),
  );
});

test('a provider of another kind is not offered to be adopted', async () => {
  await cognitoClient(around.cognito).send(
    new CreateIdentityProviderCommand({
      UserPoolId: handMade.pool.id,
      ProviderName: 'Staff',
      ProviderType: 'SAML',
      ProviderDetails: { MetadataURL: 'https://saml.example.com' },
    }),
  );
  const { Adopt, ...properties } = adopting({ ProviderName: 'Staff' });
  expect(await refusal(properties)).toMatch(
    /Staff that this resource did not make\. Choose another ProviderName\.$/,
  );
});

const everything = {
  ApplicationLabel: 'By template',
  Access: ['Finance'],
  Scopes: 'openid email profile phone',
  AttributesRequestMethod: 'POST',
  IdpIdentifiers: ['template.example.com'],
  PostLogoutRedirectUris: ['https://shop.example.com/bye'],
  InitiateLoginUri: 'https://shop.example.com/start',
  Notes: 'Made by the template.',
};

describe('a Create that fails leaves what it was to adopt as it was found,', () => {
  test.each(['Retain', 'Delete'])('though its Delete would %s it', async (OnDelete) => {
    const before = await handMade.look();
    around.cognito.faults.add({
      operation: 'UpdateIdentityProvider',
      action: { type: 'error', code: 'NotAuthorizedException', message: 'Not you.' },
    });
    const Adopt = { ApplicationId: handMade.applicationId, OnDelete };
    const failed = await around.stack().create(adopting({ ...everything, Adopt }));
    expect(failed).toMatchObject({
      status: 'ROLLBACK_COMPLETE',
      reason: expect.stringContaining('Not you.'),
    });
    expect(await handMade.look()).toEqual(before);
  });

  test('also if it is killed and nothing answers for it', async () => {
    const before = await handMade.look();
    const killer = new AbortController();
    around.cognito.beforeCall = async ({ operation }) => {
      if (operation === 'UpdateIdentityProvider') killer.abort();
    };
    const Adopt = { ApplicationId: handMade.applicationId, OnDelete: 'Delete' };
    const failed = await around.stack().create(adopting({ ...everything, Adopt }), killer.signal);
    expect(failed).toMatchObject({ status: 'ROLLBACK_COMPLETE', reason: undefined });
    expect(await handMade.look()).toEqual(before);
  });

  test('also if that takes the Delete that follows', async () => {
    const before = await handMade.look();
    around.cognito.faults.add({
      operation: 'UpdateIdentityProvider',
      times: 2,
      action: { type: 'error', code: 'NotAuthorizedException', message: 'Not you.' },
    });
    const Adopt = { ApplicationId: handMade.applicationId, OnDelete: 'Delete' };
    const failed = await around.stack().create(adopting({ ...everything, Adopt }));
    expect(failed).toMatchObject({
      status: 'ROLLBACK_COMPLETE',
      reason: expect.stringContaining('What was made is still there'),
    });
    expect(await handMade.look()).toEqual(before);
  });
});
