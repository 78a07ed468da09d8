import { providerKey } from '../../support/cognito-fake/state.ts';
import type { Domain } from '../../support/cognito-fake/user-pools.ts';
import { refusal } from '../../support/virtual/aws.ts';
import { addHandMadeApplication, addHandMadeProvider } from '../../support/virtual/hand-made.ts';
import { answerTo, hand, retry, run } from '../../support/virtual/lambda.ts';
import type { Fault } from '../../support/virtual/network.ts';
import { orgUrl, otherOrgUrl } from '../../support/virtual/okta.ts';
import { deadToken, idOf, isWrite, Scene } from './scene.ts';

let scene: Scene;

const okta500: Fault = { do: 'answer', reply: { status: 500, body: '' } };
const cognitoRefuses: Fault = { do: 'answer', reply: refusal('InvalidParameterException', 'Not so.') };

beforeEach(() => {
  scene = new Scene();
});

const redirectUri = 'https://shop.auth.us-east-1.amazoncognito.com/oauth2/idpresponse';

test('a Create makes the application, the provider and the binding that the manual procedure makes', async () => {
  const answer = await scene.create();
  const { id, document, groupAssignments } = scene.application;
  expect(document).toMatchObject({
    name: 'oidc_client',
    label: 'shop Federation',
    signOnMode: 'OPENID_CONNECT',
    visibility: { hide: { iOS: true, web: true } },
    credentials: {
      oauthClient: {
        autoKeyRotation: true,
        pkce_required: false,
        token_endpoint_auth_method: 'client_secret_post',
      },
    },
  });
  expect(document.settings.oauthClient).toEqual({
    application_type: 'web',
    consent_method: 'TRUSTED',
    dpop_bound_access_tokens: false,
    grant_types: ['authorization_code'],
    idp_initiated_login: { mode: 'DISABLED', default_scope: [] },
    issuer_mode: 'ORG_URL',
    participate_slo: false,
    redirect_uris: [redirectUri],
    response_types: ['code'],
    wildcard_redirect: 'DISABLED',
  });
  const everyone = [...scene.world.org.groups.values()].find(({ name }) => name === 'Everyone');
  expect([...groupAssignments.keys()]).toEqual([everyone?.id]);
  expect(scene.provider).toMatchObject({
    ProviderType: 'OIDC',
    ProviderDetails: {
      client_id: id,
      client_secret: scene.application.secrets[0]?.value,
      oidc_issuer: orgUrl,
      authorize_scopes: 'openid email profile',
      attributes_request_method: 'GET',
    },
    AttributeMapping: {
      username: 'sub',
      email: 'email',
      family_name: 'family_name',
      given_name: 'given_name',
    },
    IdpIdentifiers: [],
  });
  expect(scene.web.settings.SupportedIdentityProviders).toEqual(['COGNITO', 'Okta']);
  expect(scene.mobile.settings.SupportedIdentityProviders).toEqual(['COGNITO']);
  const query = new URLSearchParams({
    identity_provider: 'Okta',
    client_id: scene.web.id,
    response_type: 'code',
    redirect_uri: 'https://app.example.com/callback',
    scope: 'openid email profile',
  });
  expect(answer).toMatchObject({
    Status: 'SUCCESS',
    PhysicalResourceId: `${scene.pool.id}|Okta|${id}`,
    Data: {
      ProviderName: 'Okta',
      ApplicationId: id,
      ClientId: id,
      Issuer: orgUrl,
      RedirectUri: redirectUri,
      Domain: 'shop.auth.us-east-1.amazoncognito.com',
      SignInUrl: `https://shop.auth.us-east-1.amazoncognito.com/oauth2/authorize?${query}`,
    },
  });
});

test('a Create does all that its template says', async () => {
  const properties = scene.properties({
    UserPoolClientIds: [scene.web.id, scene.mobile.id],
    ProviderName: 'Staff',
    ApplicationLabel: 'Shop',
    Access: ['Engineering', 'Finance'],
    Issuer: 'Dynamic',
    Scopes: 'openid email phone',
    AttributeMapping: { email: 'email', phone_number: 'phone_number' },
    AttributesRequestMethod: 'POST',
    IdpIdentifiers: ['example.com'],
    PostLogoutRedirectUris: ['https://shop.example.com/bye'],
    InitiateLoginUri: 'https://shop.example.com/start',
    LogoUri: 'https://shop.example.com/logo.png',
    Notes: 'Ask Ada.',
    SecretVersion: '1',
  });
  const answer = await scene.create(properties);
  expect(answer).toMatchObject({ Status: 'SUCCESS', Data: { ProviderName: 'Staff', Issuer: orgUrl } });
  expect(scene.view.applications).toMatchObject([
    {
      label: 'Shop',
      visibility: { hide: { iOS: false, web: false } },
      settings: {
        notes: { admin: 'Ask Ada.' },
        oauthClient: {
          idp_initiated_login: { mode: 'SPEC', default_scope: [] },
          initiate_login_uri: 'https://shop.example.com/start',
          issuer_mode: 'DYNAMIC',
          logo_uri: 'https://shop.example.com/logo.png',
          post_logout_redirect_uris: ['https://shop.example.com/bye'],
        },
      },
      groups: ['Engineering', 'Finance'],
      secrets: ['ACTIVE'],
    },
  ]);
  expect(scene.world.cognito.providers.get(providerKey(scene.pool.id, 'Staff'))).toMatchObject({
    ProviderDetails: { authorize_scopes: 'openid email phone', attributes_request_method: 'POST' },
    AttributeMapping: { username: 'sub', email: 'email', phone_number: 'phone_number' },
    IdpIdentifiers: ['example.com'],
  });
  for (const { settings } of [scene.web, scene.mobile]) {
    expect(settings.SupportedIdentityProviders).toEqual(['COGNITO', 'Staff']);
  }
});

test('a federation with Access Nobody and without app clients is created too, and has no sign-in link', async () => {
  const answer = await scene.create({ UserPoolId: scene.pool.id, Access: 'Nobody' });
  expect(answer).toMatchObject({ Status: 'SUCCESS', Data: { SignInUrl: '' } });
  expect(scene.application.groupAssignments.size).toBe(0);
});

test('if nothing fails, there is no wait', async () => {
  scene.withoutLag();
  const started = scene.world.time.now();
  await scene.create();
  expect(scene.world.time.now() - started).toBeLessThan(150);
});

test('without Verify the sign-in is not probed', async () => {
  const calls = await scene.callsOf(() => scene.made(scene.properties({ Verify: 'false' })));
  expect(calls.filter((call) => call.startsWith('Sign-in'))).toEqual([]);
});

test('the sign-in link asks for what a sign-in needs, if the app client is allowed more', async () => {
  scene.web.settings.AllowedOAuthScopes = ['openid', 'shop/read', 'phone'];
  scene.web.settings.CallbackURLs = ['https://app.example.com/first', 'https://app.example.com/second'];
  scene.web.settings.DefaultRedirectURI = 'https://app.example.com/second';
  const { Data: data } = await scene.create();
  const link = new URL(String(data?.SignInUrl));
  expect(link.searchParams.get('scope')).toBe('openid phone');
  expect(link.searchParams.get('redirect_uri')).toBe('https://app.example.com/second');
});

test('the sign-in link asks for what the app client is allowed, if that is nothing of a sign-in', async () => {
  scene.web.settings.AllowedOAuthScopes = ['shop/read', 'shop/write'];
  const { Data: data } = await scene.create();
  expect(new URL(String(data?.SignInUrl)).searchParams.get('scope')).toBe('shop/read shop/write');
});

test.each(['reset after', 'hang after'] as const)(
  'an application whose create got no answer (%s) is found, and no second one is created',
  async (fault) => {
    scene.strike(/POST \/api\/v1\/apps$/, { do: fault }, 1);
    expect(await scene.create()).toMatchObject({ Status: 'SUCCESS' });
    expect(scene.view.applications).toMatchObject([{ secrets: ['ACTIVE'] }]);
    expect(scene.provider?.ProviderDetails.client_secret).toBe(scene.application.secrets[0]?.value);
  },
);

test('an application whose create got no answer is looked for until all of Okta’s servers know it', async () => {
  let looks = 0;
  scene.world.network.fault = ({ operation }) => {
    if (operation === 'POST /api/v1/apps') return { do: 'reset after' };
    if (operation !== 'GET /api/v1/apps') return undefined;
    looks += 1;
    return looks < 3 ? { do: 'answer', reply: { status: 200, body: '[]' } } : undefined;
  };
  const started = scene.world.time.now();
  expect(await scene.create()).toMatchObject({ Status: 'SUCCESS' });
  expect(scene.application.secrets.map(({ value }) => value)).toEqual([
    scene.provider?.ProviderDetails.client_secret,
  ]);
  // Three to find it, and one whether an earlier create has taken effect too.
  expect(looks).toBe(4);
  expect(scene.world.time.now() - started).toBeGreaterThan(3_000);
  expect(scene.world.time.now() - started).toBeLessThan(4_000);
});

test('an application whose create takes effect only after a second one was made is removed again', async () => {
  const { world } = scene;
  let creates = 0;
  world.network.fault = ({ operation }) => {
    if (operation === 'POST /api/v1/apps') {
      creates += 1;
      return creates === 1 ? { do: 'hang' } : undefined;
    }
    if (operation.endsWith('Okta /oauth2/v1/token') && world.org.applications.size === 1) {
      // Only now the first create has taken effect.
      const { label, profile } = scene.application.document;
      Object.assign(addHandMadeApplication(world, scene.pool).document, { label, profile });
    }
    return undefined;
  };
  const id = idOf(await scene.create());
  expect(creates).toBe(2);
  expect(id).toContain(scene.application.id);
  expect(scene.provider?.ProviderDetails.client_id).toBe(scene.application.id);
});

test('a create of the application that fails is tried three times, and nothing is left', async () => {
  const before = scene.view;
  scene.strike(/POST \/api\/v1\/apps$/, { do: 'answer', reply: { status: 500, body: '' } });
  const calls = await scene.callsOf(async () => {
    expect(await scene.create()).toMatchObject({ Status: 'FAILED', Reason: expect.stringContaining('500') });
  });
  expect(calls.filter((call) => call === 'Okta POST /api/v1/apps')).toHaveLength(3);
  expect(scene.view).toEqual(before);
});

test('a provider whose create got no answer is recognized as our own', async () => {
  scene.strike(/CreateIdentityProvider/, { do: 'reset after' }, 1);
  expect(await scene.create()).toMatchObject({ Status: 'SUCCESS' });
  expect(scene.provider?.ProviderDetails.client_id).toBe(scene.application.id);
});

test.each([
  ['the group was assigned', /Okta PUT .*groups/],
  ['the provider was enabled on the app client', /UpdateUserPoolClient/],
])('a Create succeeds if the answer is lost after %s, and its Delete leaves nothing', async (_, call) => {
  const nothing = scene.view;
  const id = await scene.made();
  const whole = scene.view;
  await scene.delete(id);
  scene.strike(call, { do: 'reset after' }, 1);
  const again = await scene.made();
  expect(scene.view).toEqual(whole);
  expect(await scene.delete(again)).toMatchObject({ Status: 'SUCCESS' });
  expect(scene.view).toEqual(nothing);
});

test('an answer that does not get through to CloudFormation is sent again', async () => {
  const faults: Fault[] = [{ do: 'answer', reply: { status: 503 } }, { do: 'reset' }, { do: 'reset after' }];
  scene.world.network.fault = ({ operation }) => (operation === 'PUT answer' ? faults.shift() : undefined);
  const calls = await scene.callsOf(async () => {
    expect(await scene.create()).toMatchObject({ Status: 'SUCCESS' });
  });
  expect(calls.filter((call) => call === 'CloudFormation PUT answer')).toHaveLength(4);
});

test('an identifier that another provider has fails the Create with its name', async () => {
  const before = scene.view;
  const taken = refusal('DuplicateProviderException', 'The identifier is in use.');
  scene.strike(/CreateIdentityProvider/, { do: 'answer', reply: taken });
  const wanted = scene.properties({ IdpIdentifiers: ['example.com', 'example.org'] });
  expect(await scene.create(wanted)).toMatchObject({
    Status: 'FAILED',
    Reason: expect.stringMatching(
      /^IdpIdentifiers: .*already uses one of example\.com, example\.org\. Remove the identifier/,
    ),
  });
  expect(scene.view).toEqual(before);
});

test('a provider that another owner makes at the same moment stays theirs', async () => {
  scene.world.network.fault = ({ operation }) => {
    if (operation === 'CreateIdentityProvider')
      addHandMadeProvider(scene.world, scene.pool, 'Okta', 'theirs');
    return undefined;
  };
  const answer = await scene.create();
  expect(answer).toMatchObject({
    Status: 'FAILED',
    Reason: expect.stringMatching(/^ProviderName: .*Choose another ProviderName\./),
  });
  scene.heal();
  await scene.delete(answer.PhysicalResourceId);
  expect(scene.provider?.ProviderDetails.client_id).toBe('theirs');
  expect(scene.world.org.applications.size).toBe(0);
  expect(scene.web.settings.SupportedIdentityProviders).toEqual(['COGNITO']);
});

test('a group that the template names twice is assigned once', async () => {
  scene.withoutLag();
  const group = [...scene.world.org.groups.values()].find(({ name }) => name === 'Engineering');
  const calls = await scene.callsOf(() =>
    scene.made(scene.properties({ Access: ['Engineering', group?.id ?? ''] })),
  );
  expect(calls.filter((call) => call === 'Okta PUT /api/v1/apps/*/groups/*')).toHaveLength(1);
});

test('what an interrupted Create made is removed when its event comes again and is refused', async () => {
  const before = scene.view;
  const event = scene.resource.create(scene.properties());
  const delivery = hand(scene.world, event);
  scene.strike(/Okta .oauth2.v1.token/, { do: 'kill' });
  await scene.world.time.run(run(scene.world, delivery));
  expect(scene.world.org.applications.size).toBe(1);
  scene.strike(/DescribeUserPool$/, cognitoRefuses, 1);
  await scene.world.time.run(retry(scene.world, delivery));
  expect(delivery.url.stored.join()).toContain('Not so.');
  expect(scene.view).toEqual(before);
});

test('a Create that is refused leaves what an earlier one made whole to the Delete of its ID', async () => {
  const nothing = scene.view;
  const id = await scene.made();
  const before = scene.view;
  const refused = scene.properties({ Access: ['No such group'] });
  const answer = await scene.create(refused);
  expect(answer).toMatchObject({
    Status: 'FAILED',
    PhysicalResourceId: expect.stringMatching(/^nothing-made/),
  });
  expect(scene.view).toEqual(before);
  expect(await scene.delete(answer.PhysicalResourceId, refused)).toMatchObject({ Status: 'SUCCESS' });
  expect(scene.view).toEqual(before);
  expect(await scene.delete(id)).toMatchObject({ Status: 'SUCCESS' });
  expect(scene.view).toEqual(nothing);
});

test('a Create that was not begun leaves what an earlier one had made', async () => {
  await scene.made();
  const before = scene.view;
  scene.strike(/DescribeUserPool$/, cognitoRefuses, 1);
  expect(await scene.create()).toMatchObject({ Status: 'FAILED', Reason: 'Not so.' });
  expect(scene.view).toEqual(before);
});

test('a second Create of the same resource finds what the first one made', async () => {
  const id = await scene.made();
  const before = scene.view;
  expect(await scene.create()).toMatchObject({ Status: 'SUCCESS', PhysicalResourceId: id });
  expect(scene.view).toEqual(before);
});

test('a Create uses what an interrupted one of the same resource had made', async () => {
  scene.strike(/oauth2.v1.token/, { do: 'kill' }, 1);
  expect(await scene.create()).toMatchObject({ Status: 'FAILED' });
  scene.heal();
  const { id } = scene.application;
  await scene.passes(60);
  const calls = await scene.callsOf(async () => {
    expect(await scene.create()).toMatchObject({ Status: 'SUCCESS', Data: { ApplicationId: id } });
  });
  expect(calls.filter(isWrite)).toEqual([]);
});

test('the Delete of a Create that died leaves what a later Create has made', async () => {
  const before = scene.view;
  scene.strike(/oauth2.v1.token/, { do: 'kill' }, 1);
  const { PhysicalResourceId: dead } = await scene.create();
  scene.heal();
  await scene.passes(60);
  const id = await scene.made();
  const there = scene.view;
  await scene.passes(60);
  expect(await scene.delete(dead)).toMatchObject({ Status: 'SUCCESS' });
  expect(scene.view).toEqual(there);
  expect(await scene.delete(id)).toMatchObject({ Status: 'SUCCESS' });
  expect(scene.view).toEqual(before);
});

test('the Delete of a Create whose answer was lost removes what it made', async () => {
  const before = scene.view;
  scene.strike(/PUT answer/, { do: 'hang' }, 1_000);
  const event = scene.resource.create(scene.properties());
  const delivery = hand(scene.world, event);
  await scene.world.time.run(run(scene.world, delivery));
  scene.heal();
  const { PhysicalResourceId: lost } = await scene.world.time.run(answerTo(scene.world, delivery));
  expect(scene.world.org.applications.size).toBe(1);
  expect(await scene.delete(lost)).toMatchObject({ Status: 'SUCCESS' });
  expect(scene.view).toEqual(before);
});

test.each([
  ['the groups', /PUT .*groups/, okta500, /assign the application/],
  ['the provider', /CreateIdentityProvider/, cognitoRefuses, /^Not so\.$/],
  ['the app client', /UpdateUserPoolClient/, cognitoRefuses, /^Not so\.$/],
  [
    'the redirect to Okta',
    /Cognito .oauth2/,
    okta500,
    /^Cognito at shop.* does not send people of app client .* \(HTTP 500\)/,
  ],
  ['the client secret', /Okta .oauth2.v1.token/, okta500, /^Okta's token endpoint answered HTTP 500/],
  ['the redirect URI', /Okta .oauth2.v1.authorize/, okta500, /^Okta's authorize endpoint answered HTTP 500/],
])(
  'a Create that fails at %s leaves nothing, and its Delete has nothing to do',
  async (_, call, fault, reason) => {
    const before = scene.view;
    scene.strike(call, fault);
    const answer = await scene.create();
    expect(answer).toMatchObject({ Status: 'FAILED', Reason: expect.stringMatching(reason) });
    expect(scene.view).toEqual(before);
    scene.heal();
    const calls = await scene.callsOf(() => scene.delete(answer.PhysicalResourceId));
    expect(calls.filter((made) => /^(Okta|Cognito|Secrets)/.test(made))).toEqual([]);
  },
);

test('what a failed Create could not remove is reported, and its Delete removes it', async () => {
  const before = scene.view;
  scene.strike(/UpdateUserPoolClient|DELETE .api.v1.apps/, cognitoRefuses);
  const create = scene.resource.create(scene.properties());
  const answer = await scene.send(create);
  expect(answer).toMatchObject({
    Status: 'FAILED',
    PhysicalResourceId: `${scene.pool.id}|Okta|${scene.application.id}?${create.RequestId}`,
    Reason: expect.stringMatching(/^Not so\. What was made is still there: ./),
  });
  scene.heal();
  expect(await scene.delete(answer.PhysicalResourceId)).toMatchObject({ Status: 'SUCCESS' });
  expect(scene.view).toEqual(before);
});

test('what a failed Create could not remove, and a later one goes on with, stays when the Delete of the first one comes', async () => {
  scene.strike(/UpdateUserPoolClient|DELETE .api.v1.apps/, cognitoRefuses);
  const { PhysicalResourceId: dead } = await scene.create();
  scene.heal();
  const id = await scene.made();
  expect(dead).toContain(`${id}?`);
  const before = scene.view;
  expect(await scene.delete(dead)).toMatchObject({ Status: 'SUCCESS', PhysicalResourceId: dead });
  expect(scene.view).toEqual(before);
  expect(await scene.delete(id)).toMatchObject({ Status: 'SUCCESS' });
  expect(scene.world.org.applications.size).toBe(0);
});

test.each([
  ['looking at what is there', /DescribeUserPool$/],
  ['taking the step createIdentityProvider', /CreateIdentityProvider/],
  ['taking the step enableOnAppClient', /UpdateUserPoolClient/],
])('a Create that runs out of time says that it was %s', async (doing, call) => {
  const before = scene.view;
  scene.strike(call, { do: 'hang' });
  const answer = await scene.create(scene.properties({ ServiceTimeout: '20' }));
  expect(answer).toMatchObject({
    Status: 'FAILED',
    Reason: `The provider ran out of time while it was ${doing}; deploy again, and raise ServiceTimeout if the template sets one.`,
  });
  expect(scene.view).toEqual(before);
});

test('a custom domain that is still coming up is waited for', async () => {
  const domain = customDomainOf(scene);
  scene.world.time.after(60_000, () => {
    domain.status = 'ACTIVE';
  });
  const started = scene.world.time.now();
  expect(await scene.create()).toMatchObject({ Status: 'SUCCESS', Data: { Domain: domain.name } });
  expect(scene.world.time.now() - started).toBeGreaterThan(60_000);
  expect(scene.world.time.now() - started).toBeLessThan(70_000);
  expect(scene.application.document.settings.oauthClient.redirect_uris).toEqual([
    `https://${domain.name}/oauth2/idpresponse`,
    redirectUri,
  ]);
});

test('a custom domain is all that a pool needs', async () => {
  const domain = customDomainOf(scene);
  domain.status = 'ACTIVE';
  scene.pool.domains.splice(0, Number.POSITIVE_INFINITY, domain);
  expect(await scene.create()).toMatchObject({
    Status: 'SUCCESS',
    Data: {
      Domain: domain.name,
      RedirectUri: `https://${domain.name}/oauth2/idpresponse`,
      SignInUrl: expect.stringContaining(`https://${domain.name}/oauth2/authorize?`),
    },
  });
  expect(scene.application.document.settings.oauthClient.redirect_uris).toEqual([
    `https://${domain.name}/oauth2/idpresponse`,
  ]);
});

test('a custom domain that is being changed is in use, and not waited for', async () => {
  const domain = customDomainOf(scene);
  domain.status = 'UPDATING';
  scene.world.network.fault = ({ operation }) => {
    // The domains of the virtual Cognito serve only while they are active.
    if (operation === 'CreateIdentityProvider') domain.status = 'ACTIVE';
    return undefined;
  };
  const calls = await scene.callsOf(async () => {
    expect(await scene.create()).toMatchObject({ Status: 'SUCCESS', Data: { Domain: domain.name } });
  });
  expect(calls.filter((call) => call === 'Cognito DescribeUserPoolDomain')).toHaveLength(1);
});

test('a custom domain that does not come up in time is named', async () => {
  const { name } = customDomainOf(scene);
  const answer = await scene.create(scene.properties({ ServiceTimeout: '60' }));
  expect(answer).toMatchObject({
    Status: 'FAILED',
    Reason: expect.stringMatching(
      new RegExp(`waiting for the domain ${name} of the user pool to come up, .* alias record .* DependsOn`),
    ),
  });
  expect(scene.world.org.applications.size).toBe(0);
});

/** One through which people cannot sign in yet. */
function customDomainOf({ pool }: Scene): Domain {
  const domain: Domain = { name: 'sign-in.amazoncognito.com', custom: true, status: 'CREATING' };
  pool.domains.push(domain);
  return domain;
}

describe('a Create after one whose clean-up failed', () => {
  const first = () => scene.properties({ ProviderName: 'First' });

  /** Okta takes the token until the probe: the Create fails, and so does its Delete. */
  async function leaves(): Promise<void> {
    let isDead = false;
    scene.world.network.fault = ({ service, operation }) => {
      isDead ||= operation.endsWith('/oauth2/v1/token');
      if (operation.endsWith('/oauth2/v1/token')) return { do: 'answer', reply: { status: 400, body: '{}' } };
      return isDead && service === 'Okta' ? deadToken : undefined;
    };
    const { Status, PhysicalResourceId } = await scene.create(first());
    expect(Status).toBe('FAILED');
    expect(await scene.delete(PhysicalResourceId, first())).toMatchObject({ Status: 'FAILED' });
    scene.heal();
    await scene.passes(60);
  }

  test('removes what that one had left, wherever the new one is', async () => {
    const nothing = scene.view;
    await leaves();
    const second = scene.properties({ ProviderName: 'Second' });
    const id = idOf(await scene.create(second));
    expect(scene.application.document.profile?.okta_cognito_idp).toMatchObject({ providerName: 'Second' });
    expect([...scene.world.cognito.providers.values()].map(({ ProviderName }) => ProviderName)).toEqual([
      'Second',
    ]);
    expect(scene.web.settings.SupportedIdentityProviders).not.toContain('First');
    idOf(await scene.delete(id, second));
    expect(scene.view).toEqual(nothing);
  });

  test('goes on with it at the same place', async () => {
    await leaves();
    const { id } = scene.application;
    expect(idOf(await scene.create(first()))).toContain(id);
    expect(scene.application.id).toBe(id);
  });

  test('leaves nothing of its own if what the first one has left cannot be removed', async () => {
    await leaves();
    const denied = refusal('AccessDeniedException', 'Not allowed.');
    // The first one's, after the Create and in its clean-up.
    scene.strike(/DeleteIdentityProvider/, { do: 'answer', reply: denied }, 2);
    const second = scene.properties({ ProviderName: 'Second' });
    const { Status, Reason } = await scene.create(second);
    expect(Status).toBe('FAILED');
    expect(Reason).toMatch(
      /^Not allowed\. Allow the action in the provider's role\. .* What was made is still there: Not allowed\./,
    );
    const names = [...scene.world.org.applications.values()].map(
      ({ document }) => Object(document.profile?.okta_cognito_idp).providerName,
    );
    expect(names).toEqual(['First']);
    expect([...scene.world.cognito.providers.values()].map(({ ProviderName }) => ProviderName)).toEqual([
      'First',
    ]);
  });
});

const probe = /Okta .oauth2.v1.token/;

test('an older federation that no stack knows any more is not made again by what comes after it', async () => {
  const own = scene.properties();
  const old = idOf(await scene.create(own));
  const moved = scene.properties({ OktaSecretId: 'other-okta' });
  const id = idOf(await scene.update(old, moved, own));
  // CloudFormation goes on although the clean-up has failed.
  scene.strike(/^Okta DELETE/, { do: 'answer', reply: { status: 403, body: '{"errorCode":"E0000006"}' } });
  expect(await scene.delete(old, own)).toMatchObject({ Status: 'FAILED' });
  scene.heal();
  await scene.passes(60);
  const other = { ...moved, AttributeMapping: { email: 'email' } };
  // It dies before it has noted anything.
  scene.strike(/UpdateItem .keep/, { do: 'kill after' });
  expect(await scene.update(id, other, moved)).toMatchObject({ Status: 'FAILED' });
  scene.heal();
  await scene.passes(60);
  expect(scene.provider?.ProviderDetails.oidc_issuer).toBe(otherOrgUrl);
  idOf(await scene.delete(id, moved));
  expect(scene.provider).toBeUndefined();
  expect(scene.world.otherOrg.applications.size).toBe(0);
});

test('what an Update that nothing rolled back has added to an adoption goes with it once it is replaced', async () => {
  const theirs = addHandMadeApplication(scene.world, scene.pool);
  const nothing = scene.view;
  const adopting = scene.properties({ Adopt: { ApplicationId: theirs.id }, Access: ['Engineering'] });
  const id = idOf(await scene.create(adopting));
  const more = {
    ...adopting,
    Access: ['Engineering', 'Finance'],
    UserPoolClientIds: [scene.web.id, scene.mobile.id],
  };
  scene.strike(probe, { do: 'kill' });
  expect(await scene.update(id, more, adopting)).toMatchObject({ Status: 'FAILED' });
  scene.heal();
  await scene.passes(60);
  // With --disable-rollback, the next Update follows at once.
  const elsewhere = scene.properties({ ProviderName: 'Staff' });
  const next = idOf(await scene.update(id, elsewhere, adopting));
  idOf(await scene.delete(id, adopting));
  idOf(await scene.delete(next, elsewhere));
  expect(scene.view).toEqual(nothing);
});
