import { z } from 'zod';
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

test("another application than the provider's is refused, and left alone", async () => {
  const Adopt = { ApplicationId: await anotherApplication() };
  expect(await refusal(adopting({ Adopt }))).toMatch(
    new RegExp(`^ProviderName: .*its client is ${handMade.clientId}, not the application .* of Adopt.`),
  );
});

test('a foreign provider is not adopted without being asked to, and the message says how to', async () => {
  const { Adopt, ...properties } = adopting();
  expect(await refusal(properties)).toMatch(
    new RegExp(`take it over with Adopt: {ApplicationId: ${handMade.applicationId}}`),
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
});
