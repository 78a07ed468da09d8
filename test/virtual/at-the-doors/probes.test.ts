import type { Reply } from '../../support/virtual/network.ts';
import { customDomain, metadataOf, orgUrl } from '../../support/virtual/okta.ts';
import { tooMany } from '../../support/virtual/okta-limits.ts';
import { Scene } from './scene.ts';

let scene: Scene;

beforeEach(() => {
  scene = new Scene();
});

test.each<[string, RegExp, Reply, RegExp]>([
  [
    'Okta denies access',
    /Okta .oauth2.v1.authorize/,
    { status: 302, headers: { location: back('error=access_denied&error_description=No+policy') } },
    /^Okta denied access for client 0oa\w+ \(access_denied: No policy\)\. .*access policies/,
  ],
  [
    'Okta comes back with another error',
    /Okta .oauth2.v1.authorize/,
    { status: 302, headers: { location: back('error=invalid_scope&error_description=No+scope') } },
    /^Okta refused to sign people in through client 0oa\w+: invalid_scope, No scope\. Check/,
  ],
  [
    'Okta comes back with nothing',
    /Okta .oauth2.v1.authorize/,
    { status: 302, headers: { location: back('') } },
    /: its answer names no error\. Check/,
  ],
  [
    'Okta goes elsewhere',
    /Okta .oauth2.v1.authorize/,
    {
      status: 302,
      headers: { location: 'https://evil.example.com/oauth2/idpresponse?error=login_required' },
    },
    /^Okta rejected client 0oa\w+ with the redirect URI https:\S+ \(HTTP 302 from its authorize endpoint\)\. Check/,
  ],
  [
    'Okta shows an error page for the client or the redirect URI',
    /Okta .oauth2.v1.authorize/,
    { status: 400, body: '<html>' },
    /^Okta rejected client 0oa\w+ with the redirect URI https:\S+\/oauth2\/idpresponse \(HTTP 400/,
  ],
  [
    'Okta does not take the client secret',
    /Okta .oauth2.v1.token/,
    { status: 401, body: '{"error":"invalid_client"}' },
    /^Okta rejected the client secret.*SecretVersion/,
  ],
  [
    'Okta wants a proof of the client',
    /Okta .oauth2.v1.token/,
    { status: 400, body: '{"error":"invalid_dpop_proof"}' },
    /^Okta requires DPoP of client 0oa\w+, which Cognito does not support\. Turn it off on the application\.$/,
  ],
  [
    'Okta denies access without a reason',
    /Okta .oauth2.v1.authorize/,
    { status: 302, headers: { location: back('error=access_denied') } },
    /^Okta denied access for client 0oa\w+ \(access_denied: no reason given\)\. If Issuer names/,
  ],
  [
    'the token endpoint takes another view',
    /Okta .oauth2.v1.token/,
    { status: 400, body: '{"error":"unsupported_grant_type"}' },
    /^Okta's token endpoint answered unsupported_grant_type for client 0oa\w+ instead of invalid_grant\. Check/,
  ],
  [
    "a web ACL refuses the function's address",
    /Cognito .oauth2.authorize/,
    { status: 403, body: '<html>' },
    /^The user pool's domain \S+ answered HTTP 403 .*web ACL.*User-Agent.*okta-cognito-idp\/.*\/oauth2\/authorize.*egress IP.*Verify to OktaOnly/,
  ],
  [
    "a web ACL limits the function's requests",
    /Cognito .oauth2.authorize/,
    { status: 429, headers: { 'x-rate-limit-limit': '0' }, body: '<html>' },
    /^The user pool's domain \S+ answered HTTP 429 .*web ACL/,
  ],
  [
    'Cognito does not know the domain any more',
    /Cognito .oauth2.authorize/,
    { status: 404, body: '<html>' },
    /^Cognito at shop\.\S+ does not send people of app client \w+ to Okta through the identity provider Okta \(HTTP 404/,
  ],
  [
    'Cognito sends people to its error page',
    /Cognito .oauth2.authorize/,
    { status: 302, headers: { location: 'https://shop.example.com/error?error=Option+not+available' } },
    /^Cognito at \S+ does not send people of app client \w+ to Okta through the identity provider Okta \(HTTP 302, Option not available\)\. Check that the app client lists Okta in SupportedIdentityProviders.*managed login.*branding style/,
  ],
  [
    'Cognito says in words what it cannot do',
    /Cognito .oauth2.authorize/,
    {
      status: 302,
      headers: { location: 'https://shop.example.com/error?error=x&error_description=No+such+client' },
    },
    /\(HTTP 302, No such client\)\. Check/,
  ],
  [
    'Cognito sends people elsewhere as this client',
    /Cognito .oauth2.authorize/,
    { status: 302, headers: { location: 'https://evil.example.com/authorize?client_id=any' } },
    /\(HTTP 302\): it sends them to https:\/\/evil\.example\.com with the client ID any\. Check the client ID/,
  ],
  [
    'Cognito sends people to Okta as another client',
    /Cognito .oauth2.authorize/,
    { status: 302, headers: { location: `${orgUrl}/oauth2/v1/authorize?client_id=another` } },
    /\(HTTP 302\): it sends them to \S+ with the client ID another\. Check the client ID/,
  ],
])('if %s, the probe says so, and nothing stays', async (_, call, reply, reason) => {
  const before = scene.view;
  scene.strike(call, { do: 'answer', reply });
  const answer = await scene.create();
  expect(answer).toMatchObject({ Status: 'FAILED', Reason: expect.stringMatching(reason) });
  expect(scene.view).toEqual(before);
});

test('if Cognito does not send people on, the probe names the app client of the two, and the domain', async () => {
  const clients = scene.properties({ UserPoolClientIds: [scene.web.id, scene.mobile.id] });
  // An administrator changes one at the last moment.
  scene.world.network.fault = ({ operation }) => {
    const { settings } = scene.mobile;
    if (operation.endsWith('Cognito /oauth2/authorize')) settings.CallbackURLs = ['https://else.example.com'];
    return undefined;
  };
  const { Reason } = await scene.create(clients);
  expect(Reason).toContain(
    `Cognito at shop.auth.us-east-1.amazoncognito.com does not send people of app client ${scene.mobile.id} to Okta through the identity provider Okta (HTTP `,
  );
});

test.each([/Cognito .oauth2.authorize/, /Okta .oauth2.v1.authorize/, /Okta .oauth2.v1.token/])(
  'if the connection breaks at each try (%s), the probe says so, and nothing stays',
  async (call) => {
    const before = scene.view;
    scene.strike(call, { do: 'reset' });
    expect(await scene.create()).toMatchObject({
      Status: 'FAILED',
      Reason: expect.stringMatching(/^https?:\S+ cannot be reached: read ECONNRESET\./),
    });
    expect(scene.view).toEqual(before);
  },
);

function back(query: string): string {
  return `https://shop.auth.us-east-1.amazoncognito.com/oauth2/idpresponse?${query}`;
}

test('an Update to an issuer that denies access is rolled back to the issuer of before', async () => {
  const Issuer = 'aus00000000000000001';
  scene.world.org.authorizationServers.set(Issuer, { id: Issuer, name: Issuer, policies: [] });
  const id = await scene.made();
  const before = scene.view;
  const denied = { status: 302, headers: { location: back('error=access_denied') } };
  scene.strike(new RegExp(`Okta .oauth2.${Issuer}.v1.authorize`), { do: 'answer', reply: denied });
  const named = scene.properties({ Issuer });
  expect(await scene.update(id, named)).toMatchObject({
    Status: 'FAILED',
    PhysicalResourceId: id,
    Reason: expect.stringMatching(/^Okta denied access .*add the client to one of its access policies/),
  });
  expect(await scene.update(id, scene.properties(), named)).toMatchObject({
    Status: 'SUCCESS',
    PhysicalResourceId: id,
  });
  expect(scene.view).toEqual(before);
});

test('what takes seconds to be known everywhere is waited for, and no longer', async () => {
  scene.strike(/Okta .oauth2.v1.token/, { do: 'answer', reply: { status: 401, body: '{}' } }, 5);
  const started = scene.world.time.now();
  expect(await scene.create()).toMatchObject({ Status: 'SUCCESS' });
  expect(scene.world.time.now() - started).toBeGreaterThan(11_000);
  scene.strike(/Okta .oauth2.v1.authorize/, { do: 'answer', reply: { status: 400, body: '<html>' } }, 2);
  expect(await scene.create(scene.properties({ ProviderName: 'Partner' }))).toMatchObject({
    Status: 'SUCCESS',
  });
  scene.strike(/Okta .oauth2.v1.token/, { do: 'answer', reply: { status: 401, body: '{}' } });
  const calls = await scene.callsOf(() => scene.create(scene.properties({ ProviderName: 'Staff' })));
  expect(calls.filter((call) => call.endsWith('Okta /oauth2/v1/token'))).toHaveLength(6);
});

test('a page that does not answer is given up after ten seconds, and asked again', async () => {
  scene.strike(/Cognito .oauth2.authorize/, { do: 'hang' }, 1);
  const started = scene.world.time.now();
  expect(await scene.create()).toMatchObject({ Status: 'SUCCESS' });
  expect(scene.world.time.now() - started).toBeGreaterThan(10_000);
  expect(scene.world.time.now() - started).toBeLessThan(12_000);
});

test('a domain that is not in DNS yet is waited for a minute and more, and a host that is old is not', async () => {
  scene.strike(/Cognito .oauth2.authorize/, { do: 'reset' }, 10);
  const started = scene.world.time.now();
  expect(await scene.create()).toMatchObject({ Status: 'SUCCESS' });
  expect(scene.world.time.now() - started).toBeGreaterThan(116_000);
  expect(scene.world.time.now() - started).toBeLessThan(118_000);
  for (const [call, tries] of [
    [/Cognito .oauth2.authorize/, 11],
    [/Okta .oauth2.v1.token/, 6],
  ] as const) {
    scene.strike(call, { do: 'reset' });
    const calls = await scene.callsOf(async () => {
      expect(await scene.create(scene.properties({ ProviderName: 'Staff' }))).toMatchObject({
        Status: 'FAILED',
        Reason: expect.stringMatching(/ cannot be reached: read ECONNRESET\. Check DNS/),
      });
    });
    expect(calls.filter((made) => call.test(made))).toHaveLength(tries);
  }
});

describe("Okta's rate limit", () => {
  const endpoints: [string, RegExp, string][] = [
    ['the discovery document', /Okta .*openid-configuration/, '/.well-known/openid-configuration'],
    ['the authorize endpoint', /Okta .oauth2.v1.authorize/, '/oauth2/v1/authorize'],
    ['the token endpoint', /Okta .oauth2.v1.token/, '/oauth2/v1/token'],
  ];
  /** Epoch seconds in so many seconds from now. */
  const inSeconds = (seconds: number) => Math.ceil(scene.world.time.now() / 1000) + seconds;
  const busy = (seconds: number, limit?: number) =>
    ({ do: 'answer', reply: tooMany(inSeconds(seconds), limit) }) as const;

  /** Each call that matches is refused, and Okta always lifts its limit a minute later. */
  function busyForEver(call: RegExp): void {
    scene.world.network.fault = ({ operation }) => (call.test(operation) ? busy(60, 1200) : undefined);
  }

  async function timed<T>(work: () => Promise<T>): Promise<{ result: T; seconds: number }> {
    const started = scene.world.time.now();
    return { result: await work(), seconds: (scene.world.time.now() - started) / 1000 };
  }

  test.each(endpoints)('%s is asked again when Okta has lifted its limit', async (_, call) => {
    scene.strike(call, busy(30, 1200), 1);
    let seconds = 0;
    const calls = await scene.callsOf(async () => {
      const created = await timed(() => scene.create());
      expect(created.result).toMatchObject({ Status: 'SUCCESS' });
      seconds = created.seconds;
    });
    expect(calls.filter((made) => call.test(made))).toHaveLength(2);
    expect(seconds).toBeGreaterThan(28);
    expect(seconds).toBeLessThan(35);
  });

  test.each(endpoints)('%s is asked again a second after too many calls at once', async (_, call) => {
    scene.strike(call, busy(60), 3);
    const { result, seconds } = await timed(() => scene.create());
    expect(result).toMatchObject({ Status: 'SUCCESS' });
    expect(seconds).toBeGreaterThan(3);
    expect(seconds).toBeLessThan(10);
  });

  test.each(endpoints)(
    'that does not end at %s is waited for twice; then the Create says so, and nothing stays',
    async (_, call, path) => {
      const before = scene.view;
      busyForEver(call);
      let seconds = 0;
      const calls = await scene.callsOf(async () => {
        const created = await timed(() => scene.create());
        expect(created.result).toMatchObject({
          Status: 'FAILED',
          Reason: expect.stringMatching(
            new RegExp(
              `^(Issuer: )?Okta at ${orgUrl} has too many requests \\(HTTP 429 from ${path}\\), for longer than the provider can wait\\. Deploy again later, or raise`,
            ),
          ),
        });
        seconds = created.seconds;
      });
      expect(calls.filter((made) => call.test(made))).toHaveLength(3);
      expect(seconds).toBeLessThan(150);
      expect(scene.view).toEqual(before);
    },
  );

  test.each([
    ['says nothing of its end', { status: 429, body: '' }],
    ['counts calls at once', tooMany(0)],
    ['ends in an hour', tooMany(4_000_000_000, 1200)],
  ])('that %s is not waited for longer than three minutes', async (_, reply) => {
    scene.strike(/Okta .oauth2.v1.token/, { do: 'answer', reply });
    const { result, seconds } = await timed(() => scene.create());
    expect(result).toMatchObject({ Reason: expect.stringContaining('has too many requests (HTTP 429 from') });
    expect(seconds).toBeLessThan(180);
  });

  test.each(endpoints)('that ends at %s after the time of the event is not waited for', async (_, call) => {
    busyForEver(call);
    const short = scene.properties({ ServiceTimeout: '60' });
    const { result, seconds } = await timed(() => scene.create(short));
    expect(result).toMatchObject({
      Status: 'FAILED',
      Reason: expect.stringContaining('has too many requests (HTTP 429 from'),
    });
    expect(seconds).toBeLessThan(10);
  });

  const timeouts = [undefined, '60', '180'];
  const rollbacks = endpoints.flatMap(([name, call]) =>
    timeouts.map((timeout) => [name, timeout, call] as const),
  );
  test.each(rollbacks)('at %s does not fail a rollback (ServiceTimeout: %s)', async (_, timeout, call) => {
    const given = timeout === undefined ? {} : { ServiceTimeout: timeout };
    const properties = scene.properties(given);
    const id = await scene.made(properties);
    const before = scene.view;
    const changed = scene.properties({ ...given, Scopes: 'openid profile email phone' });
    const rejected = { status: 401, body: '{"error":"invalid_client"}' };
    scene.strike(/Okta .oauth2.v1.token/, { do: 'answer', reply: rejected });
    expect(await scene.update(id, changed, properties)).toMatchObject({
      Status: 'FAILED',
      Reason: expect.stringMatching(/^Okta rejected the client secret/),
    });
    busyForEver(call);
    expect(await scene.update(id, properties, changed)).toMatchObject({ Status: 'SUCCESS' });
    expect(scene.view).toEqual(before);
  });

  test('at an authorization server does not make another issuer of the custom domain', async () => {
    const Issuer = 'aus00000000000000001';
    scene.world.oktaSignIn.hasCustomDomain = true;
    scene.world.org.authorizationServers.set(Issuer, { id: Issuer, name: Issuer, policies: [] });
    const isRefused: boolean[] = [];
    // Three times the server at the org, and not at the custom domain.
    scene.world.network.fault = ({ operation }) =>
      operation.includes('openid-configuration') && isRefused.push(true) <= 3 ? busy(60, 1200) : undefined;
    expect(await scene.create(scene.properties({ Issuer }))).toMatchObject({
      Status: 'FAILED',
      Reason: expect.stringContaining(`(HTTP 429 from /oauth2/${Issuer}/.well-known/openid-configuration)`),
    });
  });

  test('at the custom domain is the answer for an authorization server that issues only there', async () => {
    const Issuer = 'aus00000000000000001';
    scene.world.oktaSignIn.hasCustomDomain = true;
    scene.world.org.authorizationServers.set(Issuer, { id: Issuer, name: Issuer, policies: [] });
    const body = JSON.stringify(metadataOf(`${customDomain}/oauth2/${Issuer}`));
    let isAsked = false;
    scene.world.network.fault = ({ operation }) => {
      if (!operation.includes('openid-configuration')) return undefined;
      if (isAsked) return busy(60, 1200);
      isAsked = true;
      return { do: 'answer', reply: { status: 200, body } };
    };
    expect(await scene.create(scene.properties({ Issuer }))).toMatchObject({
      Status: 'FAILED',
      Reason: expect.stringContaining(`Issuer: Okta at ${customDomain} has too many requests`),
    });
  });
});
