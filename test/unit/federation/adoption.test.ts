import { markerOf } from '../../../src/federation/marker/marker.ts';
import { adoptionProblems, isForeignProvider } from '../../../src/federation/plan/adoption.ts';
import { type Plan, planFederation } from '../../../src/federation/plan/plan.ts';
import { planRemoval } from '../../../src/federation/plan/plan-removal.ts';
import type { Properties } from '../../../src/federation/properties/properties.ts';
import type { Application } from '../../../src/okta/applications.ts';
import { Secret } from '../../../src/secret.ts';
import { emptyWorld, forRemoval, goal, identity, observed, properties, take, type World } from './world.ts';

const applicationId = '0oahandmadehandmade1';

/** What the manual procedure leaves: an application, its provider, and an app client that offers it. */
function handMade(): World {
  const world = emptyWorld();
  const application: Application = {
    id: applicationId,
    name: 'oidc_client',
    label: 'Made by hand',
    status: 'ACTIVE',
    signOnMode: 'OPENID_CONNECT',
    profile: { owner: 'payroll' },
    credentials: { oauthClient: { client_id: applicationId, pkce_required: true } },
    settings: {
      notes: { admin: 'Since 2019.' },
      oauthClient: {
        application_type: 'web',
        grant_types: ['authorization_code', 'refresh_token'],
        response_types: ['code'],
        redirect_uris: ['https://old.example.com/callback'],
        issuer_mode: 'DYNAMIC',
      },
    },
  };
  world.application = application;
  world.assignedGroupIds = ['Payroll'];
  world.provider = {
    type: 'OIDC',
    clientId: applicationId,
    clientSecret: new Secret('made up'),
    issuer: 'https://example.okta.com',
    scopes: ['openid', 'email'],
    attributesRequestMethod: 'POST',
    attributeMapping: { email: 'email' },
    idpIdentifiers: ['example.com'],
    otherDetails: { jwks_uri: 'https://example.okta.com/oauth2/v1/keys' },
  };
  world.appClients.set('clientA', ['COGNITO', 'Okta']);
  return world;
}

const adopt = { Adopt: { ApplicationId: applicationId } };

function planTo(world: World, wanted: Properties): Plan {
  const issuer = { url: 'https://example.okta.com', mode: undefined };
  return planFederation({ ...goal(wanted, world), issuer }, observed(world, wanted));
}

function adoptInto(world: World, wanted: Properties): void {
  take(planTo(world, wanted), world);
}

function release(world: World, deletesAdopted = false): void {
  const named = { namedClientIds: ['clientA', 'clientB'], isAdoption: true };
  const order = { identity, applicationId, ...named, deletesAdopted };
  take(planRemoval(order, forRemoval(world)), world);
}

test('an application is adopted once, which only one stack may, and then replaced like any other', () => {
  const world = handMade();
  const stepsTo = (wanted: Properties) =>
    planFederation(goal(wanted, world), observed(world, wanted)).flatMap((stage) =>
      stage.map((step) => step.do),
    );
  expect(stepsTo(properties(adopt))).toEqual(['adoptApplication']);
  adoptInto(world, properties(adopt));
  expect(stepsTo(properties({ ...adopt, ApplicationLabel: 'Another' }))).toEqual(['replaceApplication']);
});

test('an adopted federation keeps what the template does not name', () => {
  const world = handMade();
  adoptInto(world, properties(adopt));
  expect(world).toMatchObject({
    application: {
      id: applicationId,
      label: 'Made by hand',
      settings: { oauthClient: { issuer_mode: 'DYNAMIC' } },
    },
    assignedGroupIds: ['Payroll'],
    provider: {
      scopes: ['openid', 'email'],
      attributesRequestMethod: 'POST',
      idpIdentifiers: ['example.com'],
    },
  });
});

test('what the template names is aligned', () => {
  const world = handMade();
  adoptInto(world, properties({ ...adopt, ApplicationLabel: 'Ours', Scopes: 'openid', Access: ['Staff'] }));
  expect(world).toMatchObject({
    application: { label: 'Ours' },
    assignedGroupIds: ['Payroll', 'Staff'],
    provider: { scopes: ['openid'] },
  });
});

test('a provider that was found, and that somebody deleted, is forgotten before another is made in its place', () => {
  const world = handMade();
  const wanted = properties({ ...adopt, AttributesRequestMethod: 'GET' });
  adoptInto(world, wanted);
  world.provider = undefined;
  const plan = planTo(world, wanted);
  expect(plan.flat().map((step) => step.do)).toEqual(['replaceApplication', 'createIdentityProvider']);
  const before = structuredClone(world.application);
  expect(markerOf(before)?.found?.provider).toEqual({ attributesRequestMethod: 'POST' });
  // A try that broke off there is repeated without it.
  take(plan, world, 1);
  expect(markerOf(world.application)?.found).toEqual({ ...markerOf(before)?.found, provider: undefined });
  expect({ ...world.application, profile: {} }).toEqual({ ...before, profile: {} });
  expect(world.application?.profile).toMatchObject({ owner: 'payroll' });
  expect(
    planTo(world, wanted)
      .flat()
      .map((step) => step.do),
  ).toEqual(['createIdentityProvider']);
});

test('its Delete leaves everything as it was found', () => {
  const world = handMade();
  const everything = {
    ...adopt,
    UserPoolClientIds: ['clientA', 'clientB'],
    ApplicationLabel: 'Ours',
    Access: ['Staff'],
    Scopes: 'openid email profile',
    AttributesRequestMethod: 'GET',
    IdpIdentifiers: ['example.org'],
    PostLogoutRedirectUris: ['https://app.example.com/bye'],
    InitiateLoginUri: 'https://app.example.com/login',
    LogoUri: 'https://app.example.com/logo.png',
    Notes: 'Ours.',
  };
  adoptInto(world, properties(everything));
  expect(markerOf(world.application)?.userPoolClientIds).toEqual(['clientB']);
  release(world);
  const before = handMade();
  expect(world.provider).toEqual(before.provider);
  expect(world.assignedGroupIds).toEqual(before.assignedGroupIds);
  expect(world.appClients).toEqual(before.appClients);
  expect(world.application).toMatchObject({
    label: 'Made by hand',
    status: 'ACTIVE',
    profile: { owner: 'payroll' },
    credentials: before.application?.credentials,
    settings: { notes: { admin: 'Since 2019.' } },
  });
  expect(world.application?.profile).not.toHaveProperty('okta_cognito_idp');
  expect(world.application?.settings?.oauthClient).toMatchObject(
    before.application?.settings?.oauthClient ?? {},
  );
});

test('OnDelete: Delete takes both away', () => {
  const world = handMade();
  adoptInto(world, properties(adopt));
  release(world, true);
  expect(world.application).toBeUndefined();
  expect(world.provider).toBeUndefined();
});

test('an application that was to be adopted, and was not yet, is left alone', () => {
  const world = handMade();
  release(world, true);
  expect(world).toEqual(handMade());
});

test('a second release finds nothing to do', () => {
  const world = handMade();
  adoptInto(world, properties(adopt));
  release(world);
  const released = structuredClone(world.application);
  release(world);
  expect(world.application).toEqual(released);
  expect(world.provider).toEqual(handMade().provider);
});

test('without Adopt the provider of that name is somebody else’s', () => {
  const world = { ...handMade(), application: undefined };
  expect(isForeignProvider(observed(world, properties()), undefined)).toBe(true);
  expect(isForeignProvider(observed(world, properties()), applicationId)).toBe(false);
  expect(isForeignProvider(observed(handMade(), properties(adopt)), undefined)).toBe(false);
});

test.each<[string, (world: World) => void, string]>([
  [
    'is not there',
    (world) => Object.assign(world, { application: undefined }),
    'Okta has no application 0oahandmadehandmade1',
  ],
  [
    'is no OIDC application',
    (world) => change(world, { signOnMode: 'SAML_2_0' }),
    'is not an OIDC Web application',
  ],
  [
    'is a native one',
    (world) => change(world, { settings: { oauthClient: { application_type: 'native' } } }),
    'is not an OIDC Web application',
  ],
  [
    'is another resource’s',
    (world) => {
      adoptInto(world, properties(adopt));
      const marker = { ...markerOf(world.application), logicalResourceId: 'Other' };
      change(world, { profile: { okta_cognito_idp: marker } });
    },
    'belongs to Other of arn:aws:cloudformation',
  ],
])('an application that %s can not be adopted', (_what, spoil, sentence) => {
  const world = handMade();
  spoil(world);
  const wanted = properties(adopt);
  expect(adoptionProblems(identity, wanted, observed(world, wanted)).join(' ')).toContain(sentence);
});

test('an application of which Okta tells no more than that it is OIDC can be adopted', () => {
  const world = handMade();
  const wanted = properties(adopt);
  for (const settings of [undefined, {}]) {
    change(world, { settings, credentials: undefined });
    expect(adoptionProblems(identity, wanted, observed(world, wanted))).toEqual([]);
  }
});

function change(world: World, fields: Partial<Application>): void {
  if (world.application) world.application = { ...world.application, ...fields };
}
