import { providerKey } from '../../support/cognito-fake/state.ts';
import { json, redirect } from '../../support/in-process/okta-stub.ts';
import { goodEvent, goodProperties, send } from '../../support/in-process/send.ts';
import { startWorld, type World } from '../../support/in-process/world.ts';

let world: World;

beforeAll(async () => {
  world = await startWorld();
});

beforeEach(() => {
  world.okta.forget();
  world.cognito.providers.clear();
});

const evil = 'https://evil.example.com';

/** Sends a Create; `send` holds that nothing went to a host that the configuration does not name. */
async function create(more: Record<string, unknown> = {}) {
  const ResourceProperties = { ...goodProperties(world), ...more };
  const { answer } = await send(world, { ...goodEvent(world), ResourceProperties });
  return answer;
}

test.each(['authorization_endpoint', 'token_endpoint'])(
  'an issuer that names a %s on another host gets no client secret there',
  async (endpoint) => {
    world.okta.instead('/.well-known/openid-configuration', () =>
      json({
        issuer: world.okta.url,
        authorization_endpoint: `${world.okta.url}/oauth2/v1/authorize`,
        token_endpoint: `${world.okta.url}/oauth2/v1/token`,
        [endpoint]: `${evil}/oauth2/v1/token`,
      }),
    );
    expect(await create()).toMatchObject({
      Status: 'FAILED',
      Reason: expect.stringContaining('names an endpoint on another host, evil.example.com'),
    });
  },
);

test.each([
  `${evil}`,
  'https://acme.okta.com.evil.example.com',
  'http://169.254.169.254',
  'https://acme.okta.com@evil.example.com',
])('a hand-made provider with the issuer %s is not asked, and not adopted', async (issuer) => {
  const Adopt = { ApplicationId: '0oa00000000000000007' };
  world.cognito.providers.set(providerKey(world.userPoolId, 'Okta'), {
    UserPoolId: world.userPoolId,
    ProviderName: 'Okta',
    ProviderType: 'OIDC',
    ProviderDetails: { client_id: Adopt.ApplicationId, client_secret: 'x', oidc_issuer: issuer },
    AttributeMapping: { email: 'email' },
    IdpIdentifiers: [],
    CreationDate: 0,
    LastModifiedDate: 0,
  });
  const application = { id: Adopt.ApplicationId, name: 'oidc_client', label: 'Theirs', status: 'ACTIVE' };
  world.okta.instead(`/api/v1/apps/${Adopt.ApplicationId}`, () =>
    json({ ...application, signOnMode: 'OPENID_CONNECT' }),
  );
  world.okta.instead(`/api/v1/apps/${Adopt.ApplicationId}/groups`, () => json([]));
  world.okta.instead('/.well-known/okta-organization', () => json({ id: '00o1', _links: {} }));
  expect(await create({ Adopt })).toMatchObject({
    Status: 'FAILED',
    Reason: expect.stringContaining('which does not belong to Okta org https://acme.okta.com'),
  });
});

test('a next page on another host is not fetched', async () => {
  world.okta.instead(
    '/api/v1/apps',
    () => new Response('[]', { headers: { link: `<${evil}/api/v1/apps?after=x>; rel="next"` } }),
  );
  expect(await create()).toMatchObject({ Status: 'FAILED', Reason: expect.stringContaining('another host') });
});

test('a redirect is not followed with the credentials', async () => {
  world.okta.instead('/api/v1/apps', () => redirect(`${evil}/api/v1/apps`));
  expect(await create()).toMatchObject({
    Status: 'FAILED',
    Reason: expect.stringContaining('redirects elsewhere'),
  });
});

test.each([
  ['no JSON', () => new Response('<html>')],
  ['the wrong JSON', () => json({ __proto__: [], constructor: 'x' })],
  ['a list of nothing', () => json([null, 0, '', [], {}])],
  ['an endless name', () => json([{ id: 'x'.repeat(1e6), label: {} }])],
])('an Okta that answers with %s ends in a short FAILED', async (_, answer) => {
  world.okta.instead('/api/v1/apps', answer);
  expect(await create()).toMatchObject({ Status: 'FAILED' });
});
