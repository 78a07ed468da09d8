import { adoptionProblems, foreignProvider } from '../../../src/federation/plan/adoption.ts';
import type { Application } from '../../../src/okta/applications.ts';
import { Secret } from '../../../src/secret.ts';
import {
  emptyWorld,
  identity,
  observed,
  planTo,
  properties,
  reach,
  recordAfter,
  removalFrom,
  steps,
  take,
  type World,
} from './world.ts';

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

function release(world: World, deletesAdopted = false): void {
  take(removalFrom(world, { deletesAdopted }), world);
}

test('an application is adopted once, which only one stack may, and then replaced like any other', () => {
  const world = handMade();
  expect(steps(planTo(world, properties(adopt)))).toEqual([['adoptApplication']]);
  reach(world, properties(adopt));
  expect(steps(planTo(world, properties(adopt)))).toEqual([]);
  const renamed = properties({ ...adopt, ApplicationLabel: 'Another' });
  expect(steps(planTo(world, renamed))).toEqual([['replaceApplication']]);
});

test('an adopted federation keeps what the template does not name', () => {
  const world = handMade();
  reach(world, properties(adopt));
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
  reach(world, properties({ ...adopt, ApplicationLabel: 'Ours', Scopes: 'openid', Access: ['Staff'] }));
  expect(world).toMatchObject({
    application: { label: 'Ours' },
    assignedGroupIds: ['Payroll', 'Staff'],
    provider: { scopes: ['openid'] },
  });
});

test('a provider that was found and then deleted by hand is created again as this resource’s own', () => {
  const world = handMade();
  const wanted = properties({ ...adopt, AttributesRequestMethod: 'GET' });
  reach(world, wanted);
  expect(world.past.standing?.provider.found).toEqual({ attributesRequestMethod: 'POST' });
  world.provider = undefined;
  expect(steps(planTo(world, wanted))).toEqual([['createIdentityProvider']]);
  reach(world, wanted);
  expect(world.past.standing?.provider).not.toHaveProperty('found');
  release(world);
  expect(world.provider).toBeUndefined();
  expect(world.application?.label).toBe('Made by hand');
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
  reach(world, properties(everything));
  expect(world.past.standing?.provider.userPoolClientIds).toEqual(['clientB']);
  expect(world.past.standing?.application.groupIds).toEqual(['Staff']);
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

test('OnDelete: Delete deletes both', () => {
  const world = handMade();
  reach(world, properties(adopt));
  release(world, true);
  expect(world.application).toBeUndefined();
  expect(world.provider).toBeUndefined();
});

test('an adoption that is interrupted anywhere gives everything back', () => {
  const wanted = properties({
    ...adopt,
    UserPoolClientIds: ['clientB'],
    ApplicationLabel: 'Ours',
    Scopes: 'openid',
  });
  for (const count of [0, 1, 2]) {
    const world = handMade();
    reach(world, wanted, count);
    expect(world.past.open).toHaveLength(1);
    release(world);
    const { past, ...left } = world;
    const { past: _, ...before } = handMade();
    expect(JSON.parse(JSON.stringify(left))).toEqual(JSON.parse(JSON.stringify(before)));
  }
});

test('a second release finds nothing to do', () => {
  const world = handMade();
  reach(world, properties(adopt));
  release(world);
  const released = structuredClone(world.application);
  release(world);
  expect(world.application).toEqual(released);
  expect(world.provider).toEqual(handMade().provider);
});

describe('whose the provider is', () => {
  test('without Adopt it is another’s', () => {
    const world = { ...handMade(), application: undefined };
    expect(observed(world, properties()).provider?.relation).toBe("another's");
  });

  test('with Adopt it is to be adopted if its client is that of the application', () => {
    expect(observed(handMade(), properties(adopt)).provider?.relation).toBe('adopted');
  });
});

test('the refusal of another’s provider says what there is to do', () => {
  const provider = { clientId: '0oatheirs' };
  const offer = 'Take it over.';
  expect(foreignProvider(identity, provider, undefined, { offer }).message).toMatch(
    /already has an identity provider Okta that this resource did not make\. Take it over\.$/,
  );
  expect(foreignProvider(identity, provider, undefined).message).toMatch(/Choose another ProviderName\.$/);
  const adopts = { ApplicationId: '0oaother', OnDelete: 'Retain' } as const;
  expect(foreignProvider(identity, provider, adopts, { offer }).message).toMatch(
    /its client is 0oatheirs, not the application 0oaother of Adopt\./,
  );
});

describe('what the journal keeps of what was found', () => {
  const everything = {
    ...adopt,
    ApplicationLabel: 'Ours',
    LogoUri: 'https://ours.example.com/logo.png',
    Notes: 'Ours.',
    InitiateLoginUri: 'https://ours.example.com/start',
    Scopes: 'openid',
    AttributesRequestMethod: 'GET',
    AttributeMapping: { email: 'mail' },
  };

  test('is all that the template changes', () => {
    const { application, provider } = recordAfter(handMade(), properties(everything));
    expect(application.found).toMatchObject({
      active: true,
      label: 'Made by hand',
      pkceRequired: true,
      notes: 'Since 2019.',
      logoUri: null,
      initiateLoginUri: null,
    });
    expect(provider.found).toEqual({
      scopes: ['openid', 'email'],
      attributesRequestMethod: 'POST',
      attributeMapping: { email: 'email' },
    });
  });

  test('is nothing else', () => {
    const { application, provider } = recordAfter(handMade(), properties(adopt));
    // What a sign-in needs changes all the same.
    expect(application.found).toEqual({ active: true, pkceRequired: true });
    expect(provider.found).toEqual({});
  });

  test('is what was there first, even if a later template changes it again', () => {
    const world = handMade();
    reach(world, properties({ ...adopt, ApplicationLabel: 'First', Scopes: 'openid' }));
    const second = properties({ ...adopt, ApplicationLabel: 'Second', Scopes: 'openid email profile' });
    const { application, provider } = recordAfter(world, second);
    expect(application.found).toMatchObject({ label: 'Made by hand' });
    expect(provider.found).toMatchObject({ scopes: ['openid', 'email'] });
  });

  test('says nothing of a provider that the pool does not have', () => {
    const { provider } = recordAfter({ ...handMade(), provider: undefined }, properties(adopt));
    expect(provider).not.toHaveProperty('found');
  });

  test('stays if the template no longer says Adopt', () => {
    const world = handMade();
    reach(world, properties({ ...adopt, ApplicationLabel: 'Ours' }));
    const kept = world.past.standing?.application.found;
    expect(recordAfter(world, properties()).application.found).toEqual(kept);
  });
});

test.each<[string, (world: World) => void, string]>([
  [
    'is not there',
    (world) => Object.assign(world, { application: undefined }),
    'Okta has no application 0oahandmadehandmade1',
  ],
  [
    'is no OIDC application',
    (world) => change(world, { name: 'saml_app', signOnMode: 'SAML_2_0' }),
    'is of the kind saml_app (SAML_2_0)',
  ],
  [
    'signs people in another way',
    (world) => change(world, { signOnMode: 'SAML_2_0' }),
    'is of the kind oidc_client (SAML_2_0)',
  ],
  [
    'is an OIDC application of Okta itself',
    (world) => change(world, { name: 'saasure' }),
    'is of the kind saasure (OPENID_CONNECT)',
  ],
  [
    'is a native one',
    (world) => change(world, { settings: { oauthClient: { application_type: 'native' } } }),
    'has the application type native',
  ],
  [
    'is another resource’s',
    (world) => change(world, { profile: { okta_cognito_idp: { ...identity, logicalResourceId: 'Other' } } }),
    'belongs to the resource Other of the stack arn:aws:cloudformation',
  ],
  [
    'serves another provider of this resource',
    (world) => change(world, { profile: { okta_cognito_idp: { ...identity, providerName: 'Other' } } }),
    'for the identity provider Other of user pool us-east-1_Example1',
  ],
])('an application that %s cannot be adopted', (_what, spoil, sentence) => {
  const world = handMade();
  spoil(world);
  const wanted = properties(adopt);
  expect(adoptionProblems(identity, wanted, observed(world, wanted)).join(' ')).toContain(sentence);
});

function change(world: World, fields: Partial<Application>): void {
  if (world.application) world.application = { ...world.application, ...fields };
}
