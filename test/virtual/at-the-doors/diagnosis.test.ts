import { z } from 'zod';
import { bundleOf } from '../../support/bundles.ts';
import { providerKey } from '../../support/cognito-fake/state.ts';
import { refusal } from '../../support/virtual/aws.ts';
import { metadataOf, orgUrl } from '../../support/virtual/okta.ts';
import { tooMany } from '../../support/virtual/okta-limits.ts';
import { compileBundle } from '../../support/virtual/process.ts';
import { isWrite, Scene } from './scene.ts';

const checklist = z.array(
  z.strictObject({
    part: z.enum(['Amazon Cognito', 'Okta', 'Sign-in']),
    name: z.string(),
    problems: z.array(z.string()),
    skipped: z.string().optional(),
  }),
);

const load = compileBundle(bundleOf('diagnosis'));

let scene: Scene;

beforeEach(async () => {
  scene = new Scene();
  await scene.made();
});

/** Looks, with these credentials of Okta's. */
function looked(okta: object = { secret: secretWith(scene.world.org.apiToken) }) {
  const asked = { userPoolId: scene.pool.id, providerName: 'Okta', okta };
  return scene.world.time.run(scene.world.start(load).invoke(asked, 200_000));
}

/** What it finds, and that it changes nothing. */
async function diagnosed(okta?: object) {
  let result: unknown;
  const calls = await scene.callsOf(async () => {
    const invocation = await looked(okta);
    expect(invocation.ended).toBe('returned');
    result = invocation.result;
  });
  expect(calls.filter(isWrite)).toEqual([]);
  return checklist.parse(JSON.parse(JSON.stringify(result)));
}

const secretWith = (apiToken: string) => JSON.stringify({ orgUrl, apiToken });

/** What is wrong, each with what was looked at. */
async function problems(okta?: object): Promise<string[]> {
  const found = await diagnosed(okta);
  return found.flatMap(({ name, problems }) => problems.map((problem) => `${name}: ${problem}`));
}

function setProvider(details: Record<string, string | undefined>, type = 'OIDC'): void {
  if (!scene.provider) throw new Error('There is no provider.');
  const all = { ...scene.provider.ProviderDetails, ...details };
  const ProviderDetails: Record<string, string> = {};
  for (const [name, value] of Object.entries(all)) if (value !== undefined) ProviderDetails[name] = value;
  const changed = { ...scene.provider, ProviderType: type, ProviderDetails };
  scene.world.cognito.providers.set(providerKey(scene.pool.id, 'Okta'), changed);
}

test('a federation that is well passes each check', async () => {
  const host = 'shop.auth.us-east-1.amazoncognito.com';
  const application = `"shop Federation" (${scene.application.id})`;
  const redirectUri = `https://${host}/oauth2/idpresponse`;
  const passed = (part: string, names: string[]) => names.map((name) => ({ part, name, problems: [] }));
  expect(await diagnosed()).toEqual([
    ...passed('Amazon Cognito', [
      `user pool ${scene.pool.id} is there`,
      'the pool has an OIDC identity provider Okta',
      'an app client lists the provider',
      'the pool has a domain',
      `app client ${scene.web.id} can sign people in through a provider`,
      'the mapped attributes fit the pool',
      'each mapped claim is in a requested scope',
      'the issuer answers and offers the scopes',
    ]),
    ...passed('Okta', [
      'the Okta credentials work',
      `Okta has the application of client ${scene.application.id}, of Federation in ${scene.resource.stackId}`,
      `${application} is an active OIDC Web application`,
      `it issues tokens as ${orgUrl}`,
      `it has the sign-in redirect URI ${redirectUri}`,
      `${application} is assigned to groups`,
    ]),
    ...passed('Sign-in', [
      `Okta takes the client with the redirect URI ${redirectUri}`,
      'Okta takes the client secret',
      `Cognito at ${host} sends people of app client ${scene.web.id} to Okta`,
    ]),
  ]);
});

test('a client secret that Okta rejects is replaced by the template, or by hand if no template made the federation', async () => {
  setProvider({ client_secret: 'another' });
  expect(await problems()).toEqual([expect.stringContaining('Change SecretVersion to issue a new one.')]);
  delete scene.application.document.profile?.okta_cognito_idp;
  const [byHand] = await problems();
  expect(byHand).toContain("Copy the application's active client secret from the Okta Admin Console");
  expect(byHand).toContain('If a Custom::OktaCognitoIdp resource made it, change SecretVersion instead.');
});

test('one that was made by hand is distinguished from one that a resource made', async () => {
  delete scene.application.document.profile?.okta_cognito_idp;
  scene.application.groupAssignments.clear();
  const found = await diagnosed();
  expect(found.map(({ name }) => name)).toContain(
    `Okta has the application of client ${scene.application.id}, made by hand`,
  );
  expect(found.flatMap(({ skipped }) => skipped ?? [])).toEqual([
    'no group is: only people who are assigned one by one can sign in',
  ]);
});

const oauthClient = (change: object) =>
  Object.assign(scene.application.document.settings.oauthClient, change);

test.each<[string, () => unknown, string[]]>([
  [
    'the pool',
    () => scene.world.cognito.pools.clear(),
    [
      expect.stringMatching(
        /^user pool \S+ is there: UserPoolId: there is no user pool \S+ in this account\. Check the ID/,
      ),
    ],
  ],
  [
    'the provider',
    () => scene.world.cognito.providers.clear(),
    [
      'the pool has an OIDC identity provider Okta: It has none of that name; check the name, which is case-sensitive.',
    ],
  ],
  [
    'the kind of the provider',
    () => setProvider({}, 'SAML'),
    [
      'the pool has an OIDC identity provider Okta: It is of the type SAML. Choose a provider of the type OIDC.',
    ],
  ],
  [
    "the provider's client secret",
    () => setProvider({ client_secret: undefined }),
    [
      'the pool has an OIDC identity provider Okta: It has no client secret: set the one of the Okta application.',
    ],
  ],
  [
    'the app client',
    () => {
      scene.web.settings.SupportedIdentityProviders = ['COGNITO'];
    },
    [
      'an app client lists the provider: None does, so no one can choose it. Name Okta in SupportedIdentityProviders of the app client that people use.',
    ],
  ],
  [
    "the app client's flow",
    () => {
      scene.web.settings.AllowedOAuthFlows = ['implicit'];
    },
    [
      expect.stringMatching(/lacks the authorization code flow\. Add code to its AllowedOAuthFlows\./),
      expect.stringMatching(/^Cognito at \S+ sends people of app client/),
    ],
  ],
  [
    'a mapped claim',
    () => {
      if (!scene.provider) throw new Error('There is no provider.');
      const AttributeMapping = { email: 'email', phone_number: 'phone_number' };
      const changed = { ...scene.provider, AttributeMapping };
      scene.world.cognito.providers.set(providerKey(scene.pool.id, 'Okta'), changed);
    },
    [
      expect.stringMatching(
        /phone_number is mapped to the claim phone_number, which needs the scope phone\. Add phone to Scopes/,
      ),
    ],
  ],
  [
    'the client secret in Cognito',
    () => setProvider({ client_secret: 'another' }),
    [expect.stringMatching(/^Okta takes the client secret: Okta rejected the client secret of client/)],
  ],
  [
    'the domain',
    () => {
      scene.pool.domains.push({ name: 'sign-in.example.com', custom: true, status: 'CREATING' });
      oauthClient({
        redirect_uris: [
          'https://sign-in.example.com/oauth2/idpresponse',
          'https://shop.auth.us-east-1.amazoncognito.com/oauth2/idpresponse',
        ],
      });
    },
    [
      'the domain sign-in.example.com is up: It is still being created, which can take an hour; look again then.',
    ],
  ],
  [
    'every domain',
    () => {
      scene.pool.domains.length = 0;
    },
    [
      expect.stringMatching(
        /^the pool has a domain: UserPoolId: user pool \S+ has no domain, .* set UserPoolDomain to !Ref of it\.$/,
      ),
      expect.stringMatching(/^Okta takes the client secret: Okta's token endpoint answered invalid_request/),
    ],
  ],
  [
    'the issuer',
    () => setProvider({ oidc_issuer: `${orgUrl}/oauth2/aus1` }),
    [expect.stringMatching(/^the issuer answers .*: Issuer: there is no OpenID Connect issuer at/)],
  ],
  [
    'the application',
    () => scene.world.org.applications.clear(),
    [
      expect.stringMatching(
        /^Okta has the application of client 0oa\w+: The org \S+ has none: check the provider's client ID, and whether this is the right org\./,
      ),
      expect.stringMatching(/^Okta takes the client with the redirect URI/),
      expect.stringMatching(/^Okta takes the client secret: Okta rejected/),
    ],
  ],
  [
    "the application's settings",
    () => {
      oauthClient({ grant_types: ['implicit'] });
      scene.application.document.credentials.oauthClient.pkce_required = true;
    },
    [
      expect.stringMatching(
        /active OIDC Web application: It lacks the grant type Authorization Code\. Add it on its General page in Okta\.$/,
      ),
      expect.stringMatching(
        /: It requires PKCE of its client 0oa\w+, which Cognito does not support\. Turn PKCE off on its General page in Okta\.$/,
      ),
    ],
  ],
  [
    "the application's proof of possession",
    () => oauthClient({ dpop_bound_access_tokens: true }),
    [
      expect.stringMatching(
        /: It requires DPoP, which Cognito does not support\. Turn off "Require Demonstrating Proof of Possession" on its General page in Okta\.$/,
      ),
      expect.stringMatching(/^Okta takes the client secret: Okta requires DPoP/),
    ],
  ],
  [
    "the application's authentication",
    () => {
      scene.application.document.credentials.oauthClient.token_endpoint_auth_method = 'private_key_jwt';
    },
    [expect.stringMatching(/: It uses private_key_jwt; Cognito supports only client-secret authentication/)],
  ],
  [
    "the application's kind",
    () => oauthClient({ application_type: 'native' }),
    [
      expect.stringMatching(
        /: It is not an OIDC Web application, which Okta cannot change\. Create a new application .*$/,
      ),
    ],
  ],
  [
    'the redirect URI',
    () => oauthClient({ redirect_uris: ['https://a.example.com', 'https://b.example.com'] }),
    [
      expect.stringMatching(/; it has https:\/\/a\.example\.com, https:\/\/b\.example\.com\.$/),
      expect.stringMatching(/^Okta takes the client with/),
    ],
  ],
  [
    'every redirect URI',
    () => oauthClient({ redirect_uris: [] }),
    [
      expect.stringMatching(
        /^it has the sign-in redirect URI https:\S+: Add it to the application's sign-in redirect URIs; it has none\.$/,
      ),
      expect.stringMatching(/^Okta takes the client with/),
    ],
  ],
  [
    'the issuer mode',
    () => oauthClient({ issuer_mode: 'CUSTOM_URL' }),
    [
      `it issues tokens as ${orgUrl}: It issues tokens as the org's custom URL, but the identity provider expects ${orgUrl}. Set the application's issuer (Sign On page in Okta) to the Okta URL, or the provider's issuer to the custom URL.`,
    ],
  ],
])('if %s is not as it should be, it says what to do', async (_, breakIt, expected) => {
  breakIt();
  expect(await problems()).toEqual(expected);
});

test('a custom attribute is noted if the app client lists no WriteAttributes, which may not cover it', async () => {
  const { provider } = scene;
  if (!provider) throw new Error('There is no provider.');
  const attribute = { Name: 'custom:team', AttributeDataType: 'String', Mutable: true, Required: false };
  Object.assign(scene.pool, { attributes: [...scene.pool.attributes, attribute] });
  const AttributeMapping = { ...provider.AttributeMapping, 'custom:team': 'team' };
  scene.world.cognito.providers.set(providerKey(scene.pool.id, 'Okta'), { ...provider, AttributeMapping });
  const notes = async () => (await diagnosed()).flatMap(({ skipped }) => skipped ?? []);
  scene.web.settings.WriteAttributes = ['email', 'family_name', 'given_name', 'custom:team'];
  expect(await notes()).toEqual([]);
  scene.web.settings.WriteAttributes = undefined;
  expect(await notes()).toEqual([
    `App client ${scene.web.id} has no WriteAttributes, which may not cover custom:team. If values stay empty, add every attribute of AttributeMapping to its WriteAttributes.`,
  ]);
});

test('an inactive application is reported, and that sign-ins through it fail', async () => {
  scene.application.status = 'INACTIVE';
  expect(await problems()).toEqual([
    expect.stringMatching(/: It is inactive\. Activate it in Okta\.$/),
    expect.stringMatching(/^Okta takes the client with/),
    expect.stringMatching(/^Okta takes the client secret/),
  ]);
});

test('a provider that expects the custom URL of an application that issues as the org is reported', async () => {
  scene.world.oktaSignIn.hasCustomDomain = true;
  const url = 'https://sign-in.acme.example.com';
  setProvider({ oidc_issuer: url, authorize_url: `${url}/oauth2/v1/authorize` });
  expect(await problems()).toEqual([
    `it issues tokens as ${url}: It issues tokens as ${orgUrl}, but the identity provider expects ${url}. Set the provider's issuer to ${orgUrl}, or the application's issuer (Sign On page in Okta) to the custom URL.`,
  ]);
  oauthClient({ issuer_mode: 'CUSTOM_URL' });
  expect(await problems()).toEqual([]);
});

test('an authorization server has its own say in who issues the tokens', async () => {
  scene.world.org.authorizationServers.set('default', { id: 'default', name: 'default', policies: [] });
  const url = `${orgUrl}/oauth2/default`;
  setProvider({ oidc_issuer: url, authorize_url: `${url}/v1/authorize` });
  expect(await problems()).toEqual([]);
});

test('if Okta cannot be read, the doctor reports it and still probes the sign-in', async () => {
  expect(await problems({ problem: 'The secret is empty.' })).toEqual([
    'the Okta credentials work: The secret is empty.',
  ]);
  expect(await problems({ secret: secretWith('revoked') })).toEqual([
    expect.stringMatching(/^the Okta credentials work: .*The API token in the Okta secret does not work/),
  ]);
  const found = await diagnosed({ skipped: 'no credentials were given' });
  expect(found).toContainEqual({
    part: 'Okta',
    name: 'the Okta application is set up',
    problems: [],
    skipped: 'no credentials were given',
  });
  expect(found.filter(({ part }) => part === 'Sign-in')).toHaveLength(3);
});

test('an app client that does not list the provider is not looked at', async () => {
  scene.mobile.settings.CallbackURLs = [];
  expect(await problems()).toEqual([]);
});

test('a scope that the issuer does not offer is reported', async () => {
  setProvider({ authorize_scopes: 'openid email profile staff' });
  const offering = { ...metadataOf(orgUrl), scopes_supported: ['openid', 'email', 'profile'] };
  scene.strike(/openid-configuration/, {
    do: 'answer',
    reply: { status: 200, body: JSON.stringify(offering) },
  });
  expect(await problems()).toEqual([
    expect.stringMatching(
      /^the issuer answers and offers the scopes: Scopes: \S+ does not offer staff\. Remove it/,
    ),
  ]);
});

test('if Cognito refuses a read, the doctor fails instead of reporting a check', async () => {
  scene.strike(/DescribeIdentityProvider/, {
    do: 'answer',
    reply: refusal('AccessDeniedException', 'Not you.'),
  });
  expect(await looked()).toMatchObject({ ended: 'threw' });
});

test('an org that cannot be reached is reported', async () => {
  scene.strike(/Okta GET .api.v1.apps/, { do: 'reset' });
  expect(await problems()).toEqual([
    expect.stringMatching(/^the Okta credentials work: Okta at \S+ gave no answer when asked to read/),
  ]);
});

test('a page that cannot be reached is reported once, and not asked again', async () => {
  scene.strike(/Cognito .oauth2.authorize/, { do: 'reset' });
  const calls = await scene.callsOf(async () => {
    expect(await problems()).toEqual([
      expect.stringMatching(/^Cognito at .* cannot be reached: read ECONNRESET\. Check DNS/),
    ]);
  });
  expect(calls.filter((call) => /Cognito .oauth2.authorize/.test(call))).toHaveLength(1);
});

test.each([
  [
    'the discovery document',
    /openid-configuration/,
    /: Issuer: Okta at \S+ has too many requests \(HTTP 429/,
  ],
  [
    'the token endpoint',
    /Okta .oauth2.v1.token/,
    /^Okta takes the client secret: Okta at \S+ has too many requests \(HTTP 429/,
  ],
])('a rate limit of Okta that does not end at %s is the problem of its check', async (_, call, problem) => {
  const inAMinute = () => tooMany(Math.ceil(scene.world.time.now() / 1000) + 60, 1200);
  scene.world.network.fault = ({ operation }) =>
    call.test(operation) ? { do: 'answer', reply: inAMinute() } : undefined;
  expect(await problems()).toEqual([expect.stringMatching(problem)]);
});
