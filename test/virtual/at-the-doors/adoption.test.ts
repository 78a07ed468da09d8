import { parseApplication } from '../../../local/okta/management/application-document.ts';
import type { Application } from '../../../local/okta/org.ts';
import { providerKey } from '../../support/cognito-fake/state.ts';
import type { Properties } from '../../support/custom-resource.ts';
import { refusal } from '../../support/virtual/aws.ts';
import { addHandMadeApplication, addHandMadeProvider } from '../../support/virtual/hand-made.ts';
import { anotherCustomDomain, customDomain, metadataOf, orgUrl } from '../../support/virtual/okta.ts';
import { idOf, isWrite, nameOf, Scene } from './scene.ts';

let scene: Scene;
let theirs: Application;

beforeEach(() => {
  scene = new Scene();
  theirs = addHandMadeApplication(scene.world, scene.pool);
  addHandMadeProvider(scene.world, scene.pool, 'Okta', theirs.id);
  scene.web.settings.SupportedIdentityProviders = ['COGNITO', 'Okta'];
  // Assigned in person.
  const [person] = scene.world.org.users.keys();
  theirs.userAssignments.set(person ?? '', new Date().toISOString());
});

const adopting = (more: Properties = {}) =>
  scene.properties({ Adopt: { ApplicationId: theirs.id }, ...more });

/** All that a template can name, each different from what was set by hand. */
const everything = {
  UserPoolClientIds: [] as string[],
  ApplicationLabel: 'Shop, by template',
  Access: ['Finance'],
  Issuer: 'Dynamic',
  Scopes: 'openid email profile phone',
  AttributeMapping: { email: 'email', phone_number: 'phone_number' },
  AttributesRequestMethod: 'GET',
  IdpIdentifiers: ['shop.example.com'],
  PostLogoutRedirectUris: ['https://shop.example.com/bye'],
  InitiateLoginUri: 'https://shop.example.com/start',
  LogoUri: 'https://shop.example.com/logo.png',
  Notes: 'Made by the template.',
};

/** The application without its owner. */
function settingsOf({ status, document, secrets, groupAssignments }: Application) {
  const { okta_cognito_idp: _, ...profile } = document.profile ?? {};
  // The org shows these links whether they were ever sent back or not.
  const { appLinks, ...visibility } = document.visibility;
  const groups = [...groupAssignments.keys()];
  return structuredClone({ status, document: { ...document, profile, visibility }, secrets, groups });
}

test('what was made by hand is taken over as it is', async () => {
  const before = scene.view;
  const settings = settingsOf(theirs);
  const answer = await scene.create(adopting());
  expect(answer).toMatchObject({
    Status: 'SUCCESS',
    PhysicalResourceId: `${scene.pool.id}|Okta|${theirs.id}`,
    Data: { ApplicationId: theirs.id, ClientId: theirs.clientId },
  });
  const { document, ...others } = settingsOf(theirs);
  const { pkce_required, ...credentials } = settings.document.credentials.oauthClient;
  expect(pkce_required).toBe(true);
  // Cognito sends no PKCE, so an application that requires it rejects every sign-in.
  expect({ document, ...others }).toEqual({
    ...settings,
    document: {
      ...settings.document,
      credentials: {
        ...settings.document.credentials,
        oauthClient: { ...credentials, pkce_required: false },
      },
    },
  });
  expect(scene.view.appClients).toEqual(before.appClients);
  expect(scene.provider).toMatchObject({
    ProviderDetails: { authorize_scopes: 'openid email', attributes_request_method: 'POST' },
    AttributeMapping: { username: 'sub', email: 'email' },
    IdpIdentifiers: ['staff.example.com'],
  });
  expect(await scene.delete(idOf(answer), adopting())).toMatchObject({ Status: 'SUCCESS' });
  expect(scene.view).toEqual(before);
});

test('what the template names is set, what it does not is left, and the Delete puts all back', async () => {
  theirs.document.visibility.autoLaunch = true;
  const before = scene.view;
  const named = adopting({ ...everything, UserPoolClientIds: [scene.web.id, scene.mobile.id] });
  const id = await scene.made(named);
  expect(scene.view).toMatchObject({
    applications: [
      {
        label: 'Shop, by template',
        profile: { costCentre: '4711' },
        visibility: { autoLaunch: true, hide: { iOS: false, web: false } },
        groups: ['Engineering', 'Finance'],
        settings: {
          notes: { admin: 'Made by the template.' },
          oauthClient: {
            grant_types: ['authorization_code', 'refresh_token'],
            issuer_mode: 'DYNAMIC',
            initiate_login_uri: 'https://shop.example.com/start',
            logo_uri: 'https://shop.example.com/logo.png',
            post_logout_redirect_uris: ['https://shop.example.com/bye', 'https://staff.example.com/bye'],
            redirect_uris: [expect.stringContaining('idpresponse'), 'https://staff.example.com/callback'],
          },
        },
      },
    ],
    providers: [
      {
        ProviderDetails: { authorize_scopes: 'openid email profile phone', attributes_request_method: 'GET' },
        AttributeMapping: { email: 'email', phone_number: 'phone_number' },
        IdpIdentifiers: ['shop.example.com', 'staff.example.com'],
      },
    ],
  });
  expect(scene.mobile.settings.SupportedIdentityProviders).toEqual(['COGNITO', 'Okta']);
  expect(await scene.delete(id, named)).toMatchObject({ Status: 'SUCCESS' });
  expect(scene.view).toEqual(before);
});

test('an Update that names nothing any more leaves what was found', async () => {
  const id = await scene.made(adopting());
  const before = scene.view;
  const named = adopting({ ...everything, UserPoolClientIds: [scene.web.id, scene.mobile.id] });
  await scene.update(id, named, adopting());
  expect(await scene.update(id, adopting(), named)).toMatchObject({
    Status: 'SUCCESS',
    PhysicalResourceId: id,
  });
  // What was found is noted in the marker once it was changed, and stays noted.
  expect(withoutMarkers(scene)).toEqual(withoutMarkers({ view: before }));
  expect(await scene.delete(id, adopting())).toMatchObject({ Status: 'SUCCESS' });
  expect(theirs.document.profile).toEqual({ costCentre: '4711' });
  expect(scene.provider?.IdpIdentifiers).toEqual(['staff.example.com']);
});

function withoutMarkers({ view }: Pick<Scene, 'view'>): unknown {
  return JSON.parse(JSON.stringify(view, (name, value) => (name === 'okta_cognito_idp' ? undefined : value)));
}

test('a template that no longer says Adopt keeps what it has, and an Update without a change writes nothing', async () => {
  const before = scene.view;
  const noted = adopting({ Notes: 'Made by the template.' });
  const id = await scene.made(noted);
  const calls = await scene.callsOf(async () => {
    expect(await scene.update(id, scene.properties({ Notes: 'Made by the template.' }), noted)).toMatchObject(
      { Status: 'SUCCESS', PhysicalResourceId: id },
    );
  });
  expect(calls.filter(isWrite)).toEqual([]);
  expect(await scene.delete(id)).toMatchObject({ Status: 'SUCCESS' });
  expect(scene.view).toEqual(before);
});

test('OnDelete: Delete deletes nothing if the deployment that adopts is rolled back', async () => {
  const goes = adopting({ Adopt: { ApplicationId: theirs.id, OnDelete: 'Delete' } });
  const before = settingsOf(theirs);
  const id = idOf(await scene.create(goes));
  idOf(await scene.takeBack(scene.resource.delete(id, goes), 'ROLLBACK_IN_PROGRESS'));
  expect(settingsOf(theirs)).toEqual(before);
  expect(scene.provider).toBeDefined();
});

test('OnDelete: Delete deletes the application and the provider with the resource', async () => {
  const goes = adopting({ Adopt: { ApplicationId: theirs.id, OnDelete: 'Delete' } });
  const id = await scene.made(goes);
  expect(await scene.delete(id, goes)).toMatchObject({ Status: 'SUCCESS' });
  expect(scene.world.org.applications.size).toBe(0);
  expect(scene.provider).toBeUndefined();
  expect(scene.web.settings.SupportedIdentityProviders).toEqual(['COGNITO']);
});

test.each([
  ['the application', 'Delete', /Okta PUT .api.v1.apps.\*$/],
  ['the provider', 'Delete', /UpdateIdentityProvider/],
  ['the provider', 'Retain', /UpdateIdentityProvider/],
  ['an app client', 'Delete', /UpdateUserPoolClient/],
  ['the probe', 'Delete', /oauth2.v1.token/],
  ['the probe', 'Retain', /oauth2.v1.token/],
])(
  'an adoption that fails at %s restores what it took over, with OnDelete: %s',
  async (_, OnDelete, call) => {
    const before = scene.view;
    const named = adopting({
      ...everything,
      UserPoolClientIds: [scene.web.id, scene.mobile.id],
      Adopt: { ApplicationId: theirs.id, OnDelete },
    });
    const refused = refusal('InvalidParameterException', 'Not so.');
    scene.strike(call, { do: 'answer', reply: refused }, call.source.includes('token') ? 6 : 1);
    const answer = await scene.create(named);
    expect(answer).toMatchObject({
      Status: 'FAILED',
      PhysicalResourceId: expect.stringMatching(/^nothing-made/),
    });
    scene.heal();
    expect(await scene.delete(answer.PhysicalResourceId, named)).toMatchObject({ Status: 'SUCCESS' });
    expect(scene.view).toEqual(before);
  },
);

test('an adoption that was killed is given back by the Delete, even if the template says otherwise', async () => {
  const before = scene.view;
  const named = adopting({ ...everything, Adopt: { ApplicationId: theirs.id, OnDelete: 'Delete' } });
  scene.strike(/oauth2.v1.token/, { do: 'kill' });
  const answer = await scene.create(named);
  scene.heal();
  await scene.passes(60);
  expect(answer).toMatchObject({
    Status: 'FAILED',
    PhysicalResourceId: expect.stringMatching(`^${scene.pool.id}\\|Okta\\|\\?`),
  });
  expect(await scene.delete(answer.PhysicalResourceId, named)).toMatchObject({ Status: 'SUCCESS' });
  expect(scene.view).toEqual(before);
});

test('an adoption without an answer is given back under an ID that CloudFormation made up', async () => {
  const before = scene.view;
  const goes = adopting({ Adopt: { ApplicationId: theirs.id, OnDelete: 'Delete' } });
  await scene.made(goes);
  expect(await scene.delete('shop-Federation-1A2B3C', goes)).toMatchObject({ Status: 'SUCCESS' });
  expect(scene.view).toEqual(before);
});

test('an inactive application is activated if the template says so, and left inactive again', async () => {
  theirs.status = 'INACTIVE';
  const before = settingsOf(theirs);
  const active = adopting({ Active: 'true' });
  const id = await scene.made(active);
  expect(theirs.status).toBe('ACTIVE');
  await scene.delete(id, active);
  expect(settingsOf(theirs)).toEqual(before);
});

test('grants, response types and a tile that were found otherwise are put back', async () => {
  const { document } = theirs;
  theirs.document = parseApplication({
    ...document,
    visibility: { autoLaunch: true, autoSubmitToolbar: false, hide: { iOS: true, web: false } },
    settings: {
      ...document.settings,
      oauthClient: {
        ...document.settings.oauthClient,
        grant_types: ['implicit', 'refresh_token'],
        response_types: ['id_token'],
        initiate_login_uri: 'https://staff.example.com/start',
        idp_initiated_login: { mode: 'OKTA', default_scope: ['openid'] },
        logo_uri: 'https://staff.example.com/logo.png',
      },
    },
  });
  const before = settingsOf(theirs);
  const named = adopting({ ...everything, UserPoolClientIds: [scene.web.id] });
  const id = await scene.made(named);
  expect(theirs.document.settings.oauthClient).toMatchObject({
    grant_types: ['implicit', 'refresh_token', 'authorization_code'],
    response_types: ['id_token', 'code'],
    idp_initiated_login: { mode: 'SPEC', default_scope: [] },
  });
  expect(await scene.delete(id, named)).toMatchObject({ Status: 'SUCCESS' });
  expect(settingsOf(theirs)).toEqual(before);
});

test('an Update without InitiateLoginUri restores a tile that was found with another address', async () => {
  theirs.document.settings.oauthClient.initiate_login_uri = 'https://staff.example.com/start';
  theirs.document.settings.oauthClient.idp_initiated_login = { mode: 'OKTA', default_scope: ['openid'] };
  const before = settingsOf(theirs).document.settings.oauthClient;
  const id = await scene.made(adopting());
  const named = adopting({ InitiateLoginUri: 'https://shop.example.com/start' });
  await scene.update(id, named, adopting());
  expect(await scene.update(id, adopting(), named)).toMatchObject({ Status: 'SUCCESS' });
  expect(theirs.document.settings.oauthClient).toEqual(before);
});

test('a pool without the provider gets one, and loses it again', async () => {
  scene.world.cognito.providers.clear();
  scene.web.settings.SupportedIdentityProviders = ['COGNITO'];
  const before = scene.view;
  const id = await scene.made(adopting());
  expect(scene.provider).toMatchObject({
    ProviderDetails: { client_id: theirs.id, client_secret: theirs.secrets[0]?.value },
  });
  await scene.delete(id, adopting());
  expect(scene.view).toEqual(before);
});

test('the issuer of the provider stays if the template names none, the custom domain too', async () => {
  scene.world.oktaSignIn.hasCustomDomain = true;
  setIssuer(customDomain);
  theirs.document.settings.oauthClient.issuer_mode = 'CUSTOM_URL';
  const answer = await scene.create(adopting());
  expect(answer).toMatchObject({ Status: 'SUCCESS', Data: { Issuer: customDomain } });
  const named = adopting({ Issuer: 'OrgUrl' });
  const id = idOf(answer);
  await scene.update(id, named, adopting());
  expect(scene.provider?.ProviderDetails.oidc_issuer).not.toBe(customDomain);
  await scene.update(id, adopting(), named);
  expect(scene.provider?.ProviderDetails.oidc_issuer).toBe(customDomain);
  expect(theirs.document.settings.oauthClient.issuer_mode).toBe('CUSTOM_URL');
  // Also if the template no longer says that it was adopted.
  expect(await scene.update(id, scene.properties(), adopting())).toMatchObject({
    Status: 'SUCCESS',
    Data: { Issuer: customDomain },
  });
  expect(scene.provider?.ProviderDetails.oidc_issuer).toBe(customDomain);
});

test('a second custom domain stays only if who made the provider knew the client secret', async () => {
  scene.world.oktaSignIn.hasCustomDomain = true;
  setIssuer(anotherCustomDomain);
  const secret = String(scene.provider?.ProviderDetails.client_secret);
  setSecret('a guess');
  // An impostor's host would be sent the secret.
  expect(await scene.create(adopting())).toMatchObject({
    Status: 'FAILED',
    Reason: expect.stringContaining(
      `has the issuer ${anotherCustomDomain}, which does not belong to Okta org`,
    ),
  });
  setSecret(secret);
  const id = idOf(await scene.create(adopting()));
  expect(scene.provider?.ProviderDetails.oidc_issuer).toBe(anotherCustomDomain);
  const more = adopting({ Notes: 'x' });
  expect(await scene.update(id, more, adopting())).toMatchObject({ Data: { Issuer: anotherCustomDomain } });
});

function setSecret(client_secret: string): void {
  const provider = scene.provider;
  if (!provider) throw new Error('There is no provider.');
  const ProviderDetails = { ...provider.ProviderDetails, client_secret };
  scene.world.cognito.providers.set(providerKey(scene.pool.id, 'Okta'), { ...provider, ProviderDetails });
}

function setIssuer(oidc_issuer: string): void {
  const key = providerKey(scene.pool.id, 'Okta');
  const provider = scene.provider;
  if (!provider) throw new Error('There is no provider.');
  const { authorization_endpoint: authorize_url } = metadataOf(oidc_issuer);
  const ProviderDetails = { ...provider.ProviderDetails, oidc_issuer, authorize_url };
  scene.world.cognito.providers.set(key, { ...provider, ProviderDetails });
}

test.each(['https://other.okta.com', 'nonsense'])(
  'a provider whose issuer is %s is refused before anything is changed',
  async (issuer) => {
    setIssuer(issuer);
    const before = scene.view;
    expect(await scene.create(adopting())).toMatchObject({
      Status: 'FAILED',
      Reason: `Issuer: the provider to adopt has the issuer ${issuer}, which does not belong to Okta org ${orgUrl}. Set Issuer to an issuer of that org, or set OktaSecretId to the secret of the issuer's org.`,
    });
    expect(scene.view).toEqual(before);
  },
);

test('an application that keeps a profile which it is not sent is sent one without the marker', async () => {
  delete theirs.document.profile;
  const id = await scene.made(adopting());
  const kept = JSON.stringify({ ...theirs.document, id: theirs.id, status: theirs.status });
  scene.strike(/Okta PUT .api.v1.apps.\*$/, { do: 'answer after', reply: { status: 200, body: kept } }, 1);
  const calls = await scene.callsOf(async () => {
    expect(await scene.delete(id, adopting())).toMatchObject({ Status: 'SUCCESS' });
  });
  expect(calls.filter((call) => call === 'Okta PUT /api/v1/apps/*')).toHaveLength(2);
  expect(JSON.stringify(theirs.document)).not.toContain('okta_cognito_idp');
});

test('a provider of another kind is not one to take over', async () => {
  const provider = scene.provider;
  if (!provider) throw new Error('There is no provider.');
  const key = providerKey(scene.pool.id, 'Okta');
  scene.world.cognito.providers.set(key, { ...provider, ProviderType: 'SAML', ProviderDetails: {} });
  expect(await scene.create()).toMatchObject({
    Status: 'FAILED',
    Reason: `ProviderName: user pool ${scene.pool.id} already has an identity provider Okta that this resource did not make. Choose another ProviderName.`,
  });
});

test('an adoption that fails and cannot be given back is given back by its Delete', async () => {
  const before = scene.view;
  const goes = adopting({ Adopt: { ApplicationId: theirs.id, OnDelete: 'Delete' } });
  let writes = 0;
  scene.world.network.fault = ({ service, operation }) => {
    if (operation === 'PUT /api/v1/apps/*') writes += 1;
    const fails = operation.endsWith('/oauth2/v1/token') || (service === 'Okta' && writes > 1);
    return fails ? { do: 'answer', reply: { status: 400, body: '{}' } } : undefined;
  };
  const answer = await scene.create(goes);
  expect(answer).toMatchObject({
    Status: 'FAILED',
    PhysicalResourceId: expect.stringMatching(`^${scene.pool.id}\\|Okta\\|\\?`),
    Reason: expect.stringMatching(/ What was made is still there: ./),
  });
  scene.heal();
  await scene.delete(answer.PhysicalResourceId, goes);
  expect(scene.view).toEqual(before);
});

test('another application is adopted in place of the first, which is given back', async () => {
  const [first, provider] = [settingsOf(theirs), scene.provider];
  const named = adopting({ Notes: 'Mine.', Access: ['Finance'], AttributesRequestMethod: 'GET' });
  const id = await scene.made(named);
  const other = addHandMadeApplication(scene.world, scene.pool);
  const second = settingsOf(other);
  const next = scene.properties({ Adopt: { ApplicationId: other.id } });
  const answer = await scene.update(id, next, named);
  expect(answer).toMatchObject({
    Status: 'SUCCESS',
    PhysicalResourceId: `${scene.pool.id}|Okta|${other.id}`,
  });
  expect(scene.provider?.ProviderDetails).toMatchObject({
    client_id: other.id,
    client_secret: other.secrets[0]?.value,
  });
  // CloudFormation deletes what it knew by the old physical ID.
  await scene.delete(id, named);
  expect(settingsOf(theirs)).toEqual(first);
  expect(scene.provider?.ProviderDetails.client_id).toBe(other.id);
  // The provider was found with the first one, so it stays, except the client that it was moved to.
  expect(await scene.delete(answer.PhysicalResourceId, next)).toMatchObject({ Status: 'SUCCESS' });
  expect(settingsOf(other)).toEqual(second);
  const client = { client_id: other.id, client_secret: other.secrets[0]?.value };
  expect({ ...scene.provider, LastModifiedDate: 0 }).toEqual({
    ...provider,
    ProviderDetails: { ...provider?.ProviderDetails, ...client },
    LastModifiedDate: 0,
  });
  expect(scene.web.settings.SupportedIdentityProviders).toEqual(['COGNITO', 'Okta']);
});

test('a template that begins to adopt removes its own federation', async () => {
  scene.world.cognito.providers.clear();
  scene.web.settings.SupportedIdentityProviders = ['COGNITO'];
  const found = scene.view;
  const own = scene.properties({ IdpIdentifiers: ['example.com'] });
  const id = await scene.made(own);
  const moved = adopting({ IdpIdentifiers: ['example.com'], Access: 'Everyone' });
  const answer = await scene.update(id, moved, own);
  expect(answer).toMatchObject({
    Status: 'SUCCESS',
    PhysicalResourceId: `${scene.pool.id}|Okta|${theirs.id}`,
  });
  expect(await scene.delete(id, own)).toMatchObject({ Status: 'SUCCESS' });
  expect([...scene.world.org.applications.keys()]).toEqual([theirs.id]);
  expect(scene.provider).toMatchObject({
    ProviderDetails: { client_id: theirs.id, client_secret: theirs.secrets[0]?.value },
    IdpIdentifiers: ['example.com'],
  });
  expect(scene.web.settings.SupportedIdentityProviders).toEqual(['COGNITO', 'Okta']);
  await scene.delete(answer.PhysicalResourceId, moved);
  expect(scene.view).toEqual(found);
});

test.each([
  ['the provider', /UpdateIdentityProvider/, refusal('InvalidParameterException', 'Not so.')],
  ['the probe', /oauth2.v1.token/, { status: 401, body: '{"error":"invalid_client"}' }],
])(
  'an adoption in place of an own federation that fails at %s leaves the own one, and nothing else changed',
  async (_, call, reply) => {
    scene.world.cognito.providers.clear();
    scene.web.settings.SupportedIdentityProviders = ['COGNITO'];
    const id = await scene.made();
    const before = scene.view;
    scene.strike(call, { do: 'answer', reply });
    const goes = adopting({ ...everything, Adopt: { ApplicationId: theirs.id, OnDelete: 'Delete' } });
    expect(await scene.update(id, goes)).toMatchObject({ Status: 'FAILED', PhysicalResourceId: id });
    scene.heal();
    expect(await scene.update(id, scene.properties(), goes)).toMatchObject({
      Status: 'SUCCESS',
      PhysicalResourceId: id,
    });
    expect(scene.view).toEqual(before);
  },
);

test('what an administrator changes meanwhile stays when it is given back', async () => {
  const id = await scene.made(adopting());
  theirs.document.label = 'Portal of the staff';
  theirs.document.settings.notes = { admin: 'Ask Grace.' };
  await scene.delete(id, adopting());
  expect(theirs.document.label).toBe('Portal of the staff');
  expect(theirs.document.settings.notes).toEqual({ admin: 'Ask Grace.' });
});

test('what the template named goes back although an administrator changes other things meanwhile, which stay', async () => {
  const named = adopting({ Notes: 'Made by the template.' });
  const id = await scene.made(named);
  theirs.document.label = 'Portal of the staff';
  theirs.document.settings.oauthClient.post_logout_redirect_uris = ['https://hand.example.com/new'];
  await scene.delete(id, named);
  expect(theirs.document).toMatchObject({
    label: 'Portal of the staff',
    settings: {
      notes: { admin: 'Ask Ada.' },
      oauthClient: { post_logout_redirect_uris: ['https://hand.example.com/new'] },
    },
  });
});

test('the write of an adoption is not repeated when its lease is lost', async () => {
  const before = scene.view;
  let writes = 0;
  let at = 0;
  scene.world.network.fault = (call) => {
    if (nameOf(call) === 'Okta PUT /api/v1/apps/*') {
      writes += 1;
      return writes === 1 ? { do: 'hang' } : undefined;
    }
    if (!call.operation.includes('(renew)')) return undefined;
    // Of those in each ten seconds, that of the resource's own lease is the first.
    const isFirst = call.at - at > 5_000;
    if (isFirst) at = call.at;
    return isFirst ? undefined : { do: 'answer', reply: refusal('AccessDeniedException', 'Not you.') };
  };
  expect(await scene.create(adopting())).toMatchObject({ Status: 'FAILED' });
  expect(writes).toBeGreaterThan(0);
  expect(scene.view).toEqual(before);
});
