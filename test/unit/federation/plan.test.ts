import { knownAt } from '../../../src/federation/journal/past.ts';
import type { Properties } from '../../../src/federation/properties/properties.ts';
import {
  emptyWorld,
  identity,
  planTo,
  properties,
  reach,
  recordAfter,
  steps as stepsOf,
  stored,
  type World,
} from './world.ts';

const steps = (world: World, wanted: Properties) => stepsOf(planTo(world, wanted));

function made(wanted: Properties): World {
  const world = emptyWorld();
  reach(world, wanted);
  return world;
}

test('the application comes first, then the provider and the groups, then the app clients', () => {
  const wanted = properties({ UserPoolClientIds: ['clientA'], Access: ['Staff'] });
  expect(steps(emptyWorld(), wanted)).toEqual([
    ['createApplication'],
    ['assignGroup', 'createIdentityProvider'],
    ['enableOnAppClient'],
  ]);
});

test('an update that changes nothing takes no step', () => {
  const wanted = properties({ UserPoolClientIds: ['clientA'], Access: ['Staff'], Notes: 'x' });
  expect(steps(made(wanted), wanted)).toEqual([]);
});

test('the username that Cognito adds to every mapping is not a difference', () => {
  const world = made(properties());
  if (!world.provider) throw new Error('no provider');
  world.provider = {
    ...world.provider,
    attributeMapping: { ...world.provider.attributeMapping, username: 'sub' },
  };
  expect(steps(world, properties())).toEqual([]);
});

test.each([
  ['Scopes', { Scopes: 'openid email' }],
  ['AttributeMapping', { AttributeMapping: { email: 'email' } }],
  ['AttributesRequestMethod', { AttributesRequestMethod: 'POST' }],
])('a change of %s updates the provider and nothing else', (_name, change) => {
  expect(steps(made(properties()), properties(change))).toEqual([['updateIdentityProvider']]);
});

test('a mapping of username that the template names counts, and so does each claim of a mapping', () => {
  const mapped = (AttributeMapping: object) => properties({ AttributeMapping });
  const world = made(mapped({ email: 'email', username: 'sub' }));
  expect(steps(world, mapped({ email: 'email', username: 'sub' }))).toEqual([]);
  for (const other of [
    { email: 'email', username: 'email' },
    { email: 'mail', username: 'sub' },
    { name: 'email', username: 'sub' },
    { email: 'email', name: 'name', username: 'sub' },
  ]) {
    expect(steps(world, mapped(other))).toEqual([['updateIdentityProvider']]);
  }
});

test('a provider that names another issuer, or has its scopes in another order, is set right', () => {
  const world = made(properties());
  const { provider } = world;
  if (!provider) throw new Error('no provider');
  for (const other of [{ issuer: 'https://other.okta.com' }, { scopes: [...provider.scopes].reverse() }]) {
    const changed = { ...world, provider: { ...provider, ...other } };
    expect(steps(changed, properties())).toEqual([['updateIdentityProvider']]);
  }
});

test('the order of identifiers says nothing', () => {
  const wanted = properties({ IdpIdentifiers: ['b.example.com', 'a.example.com'] });
  const world = made(wanted);
  const { provider } = world;
  if (!provider) throw new Error('no provider');
  world.provider = { ...provider, idpIdentifiers: ['a.example.com', 'b.example.com'] };
  expect(steps(world, wanted)).toEqual([]);
});

test('a group that has lost its assignment by hand is not unassigned again', () => {
  const world = made(properties({ Access: ['Staff'] }));
  world.assignedGroupIds = [];
  expect(steps(world, properties({ Access: 'Nobody' }))).toEqual([]);
});

test('one change of the provider adds and removes identifiers', () => {
  const named = properties({ IdpIdentifiers: ['example.com'] });
  expect(steps(made(properties()), named)).toEqual([['updateIdentityProvider']]);
  expect(steps(made(named), properties())).toEqual([['updateIdentityProvider']]);
});

test.each([
  ['ApplicationLabel', { ApplicationLabel: 'Another' }],
  ['PostLogoutRedirectUris', { PostLogoutRedirectUris: ['https://app.example.com/bye'] }],
  ['InitiateLoginUri', { InitiateLoginUri: 'https://app.example.com/login' }],
  ['LogoUri', { LogoUri: 'https://app.example.com/logo.png' }],
  ['Notes', { Notes: 'Ask us.' }],
])('a change of %s replaces the application, and its removal puts it back', (_name, change) => {
  const world = made(properties());
  const before = structuredClone(world.application);
  expect(steps(world, properties(change))).toEqual([['replaceApplication']]);
  reach(world, properties(change));
  reach(world, properties());
  expect(world.application?.label).toBe(before?.label);
  expect(steps(world, properties())).toEqual([]);
});

test('what others set on the application survives every change', () => {
  const world = made(properties());
  const client = world.application?.settings?.oauthClient;
  if (!world.application || !client) throw new Error('no application');
  world.application = {
    ...world.application,
    accessibility: { loginRedirectUrl: 'https://example.com' },
    profile: { ...world.application.profile, owner: 'payroll' },
    settings: {
      ...world.application.settings,
      oauthClient: {
        ...client,
        policy_uri: 'https://example.com/policy',
        redirect_uris: [...(client.redirect_uris ?? []), 'http://localhost/dev'],
        grant_types: [...(client.grant_types ?? []), 'refresh_token'],
      },
    },
  };
  reach(world, properties({ ApplicationLabel: 'Another' }));
  expect(world.application).toMatchObject({
    label: 'Another',
    accessibility: { loginRedirectUrl: 'https://example.com' },
    profile: { owner: 'payroll' },
    settings: {
      oauthClient: {
        policy_uri: 'https://example.com/policy',
        redirect_uris: [
          'https://shop.auth.us-east-1.amazoncognito.com/oauth2/idpresponse',
          'http://localhost/dev',
        ],
        grant_types: ['authorization_code', 'refresh_token'],
      },
    },
  });
});

test('a pool with another domain has its redirect URI in the place of the old one', () => {
  const world = { ...made(properties()), domains: ['login.example.com'] };
  reach(world, properties());
  expect(world.application?.settings?.oauthClient?.redirect_uris).toEqual([
    'https://login.example.com/oauth2/idpresponse',
  ]);
});

test('a group that was assigned by hand stays when the template stops naming it', () => {
  const world = made(properties({ Access: ['Staff'] }));
  world.assignedGroupIds.push('Guests');
  reach(world, properties({ Access: ['Staff', 'Guests'] }));
  reach(world, properties({ Access: ['Interns'] }));
  expect(world.assignedGroupIds.toSorted()).toEqual(['Guests', 'Interns']);
});

test('only what the list of app clients added is removed again', () => {
  const world = made(properties({ UserPoolClientIds: ['clientA'] }));
  world.appClients.set('clientB', ['COGNITO', 'Okta']);
  reach(world, properties({ UserPoolClientIds: ['clientA', 'clientB'] }));
  reach(world, properties({ UserPoolClientIds: [] }));
  expect(Object.fromEntries(world.appClients)).toEqual({
    clientA: ['COGNITO', 'Google'],
    clientB: ['COGNITO', 'Okta'],
    clientC: ['COGNITO', 'Google'],
  });
});

test('what the template drops goes before anything is added', () => {
  const world = made(properties({ UserPoolClientIds: ['clientA'], Access: ['Staff'] }));
  expect(steps(world, properties({ UserPoolClientIds: ['clientB'], Access: ['Guests'] }))).toEqual([
    ['disableOnAppClient', 'unassignGroup'],
    ['assignGroup'],
    ['enableOnAppClient'],
  ]);
});

test('an application that was deactivated by hand is active again only if the template says so', () => {
  const world = made(properties());
  if (world.application) world.application = { ...world.application, status: 'INACTIVE' };
  expect(steps(world, properties())).toEqual([]);
  expect(steps(world, properties({ Active: true }))).toEqual([['activateApplication']]);
});

test('an application that was deleted is created again, and the provider gets its client', () => {
  const world = made(properties({ UserPoolClientIds: ['clientA'] }));
  world.application = undefined;
  world.assignedGroupIds = [];
  reach(world, properties({ UserPoolClientIds: ['clientA'] }));
  expect(world).toMatchObject({ provider: { clientId: expect.stringMatching(/^0oa/) } });
  expect(steps(world, properties({ UserPoolClientIds: ['clientA'] }))).toEqual([]);
});

describe('the journal knows what was added to an application that was deleted:', () => {
  const before = properties({
    UserPoolClientIds: ['clientA', 'clientB'],
    IdpIdentifiers: ['example.com', 'example.org'],
  });
  const orphaned = () => {
    const world = made(before);
    world.application = undefined;
    world.assignedGroupIds = [];
    return world;
  };

  test('what the template drops goes', () => {
    const world = orphaned();
    const wanted = properties({ UserPoolClientIds: ['clientB'], IdpIdentifiers: ['example.org'] });
    reach(world, wanted);
    expect(world.appClients.get('clientA')).toEqual(['COGNITO', 'Google']);
    expect(world.appClients.get('clientB')).toEqual(['COGNITO', 'Google', 'Okta']);
    expect(world.provider?.idpIdentifiers).toEqual(['example.org']);
    expect(steps(world, wanted)).toEqual([]);
  });

  test('what it still names stays recorded', () => {
    const world = orphaned();
    reach(world, before);
    expect(world.past.standing?.provider).toMatchObject({
      userPoolClientIds: ['clientA', 'clientB'],
      idpIdentifiers: ['example.com', 'example.org'],
    });
  });

  test('nothing of another provider', () => {
    const world = orphaned();
    const { standing } = world.past;
    if (!standing) throw new Error('Nothing stands.');
    const provider = { ...standing.provider, providerName: 'Another' };
    expect(
      knownAt({ ...world.past, standing: { ...standing, provider } }, identity).provider,
    ).toBeUndefined();
  });
});

test('what an attempt that died may have added goes when the template does not name it', () => {
  const world = made(properties());
  reach(world, properties({ UserPoolClientIds: ['clientA'], Access: ['Staff'] }), 2);
  expect(world.assignedGroupIds).toEqual(['Staff']);
  expect(steps(world, properties())).toEqual([['disableOnAppClient', 'unassignGroup'], ['assignGroup']]);
});

test('what an attempt that died found there already stays', () => {
  const world = made(properties());
  world.appClients.set('clientB', ['COGNITO', 'Okta']);
  reach(world, properties({ UserPoolClientIds: ['clientA', 'clientB'] }), 0);
  reach(world, properties());
  expect(world.appClients.get('clientB')).toEqual(['COGNITO', 'Okta']);
});

describe('a note that was written by hand', () => {
  const noted = (admin: string, before: Properties) => {
    const world = made(before);
    const { application } = world;
    world.application = application && {
      ...application,
      settings: { ...application.settings, notes: { admin } },
    };
    return world;
  };

  test('stays when an update that named another is rolled back', () => {
    const world = noted('By hand.', properties());
    world.past = {
      ...world.past,
      open: [
        {
          requestId: 'failed',
          requestType: 'Update',
          properties: stored(properties({ Notes: 'By template.' })),
        },
      ],
    };
    expect(steps(world, properties())).toEqual([]);
  });

  test('is not the one that the template named before, which goes', () => {
    const world = noted('By template.', properties({ Notes: 'By template.' }));
    reach(world, properties());
    expect(world.application?.settings?.notes?.admin).toBeUndefined();
  });
});

test('a provider that was deleted is created again and enabled on the same app clients', () => {
  const wanted = properties({ UserPoolClientIds: ['clientA'] });
  const world = made(wanted);
  world.provider = undefined;
  world.appClients.set('clientA', ['COGNITO']);
  expect(steps(world, wanted)).toEqual([['createIdentityProvider'], ['enableOnAppClient']]);
  reach(world, wanted);
  expect(world.past.standing?.provider.userPoolClientIds).toEqual(['clientA']);
});

test('a provider that was deleted is created before anything else changes: another stack may take its name', () => {
  const before = properties({ UserPoolClientIds: ['clientA'], Access: ['Staff'] });
  const world = made(before);
  world.provider = undefined;
  expect(steps(world, properties({ Access: ['Guests'], Notes: 'x' }))).toEqual([
    ['createIdentityProvider'],
    ['disableOnAppClient', 'unassignGroup'],
    ['replaceApplication'],
    ['assignGroup'],
  ]);
});

test('a provider that is created again has all its identifiers from the start', () => {
  const world = made(properties({ IdpIdentifiers: ['example.com', 'example.net'] }));
  world.provider = undefined;
  const wanted = properties({ IdpIdentifiers: ['example.org', 'example.com'] });
  expect(planTo(world, wanted).flat()).toMatchObject([
    { do: 'createIdentityProvider', settings: { idpIdentifiers: ['example.org', 'example.com'] } },
  ]);
});

test('the record says whose the federation is and what was added', () => {
  const wanted = properties({
    UserPoolClientIds: ['clientA'],
    Access: ['Staff'],
    SecretVersion: '1',
    IdpIdentifiers: ['example.com'],
    PostLogoutRedirectUris: ['https://app.example.com/bye'],
  });
  const world = made(wanted);
  const { id } = world.application ?? {};
  expect(world.past.standing).toMatchObject({
    application: {
      orgUrl: 'https://example.okta.com',
      id,
      label: 'shop Federation',
      groupIds: ['Staff'],
      redirectUris: ['https://shop.auth.us-east-1.amazoncognito.com/oauth2/idpresponse'],
      postLogoutRedirectUris: ['https://app.example.com/bye'],
    },
    provider: {
      userPoolId: 'us-east-1_Example1',
      providerName: 'Okta',
      clientId: id,
      userPoolClientIds: ['clientA'],
      idpIdentifiers: ['example.com'],
    },
    secret: { version: '1' },
  });
  expect(world.past.standing?.application).not.toHaveProperty('found');
  expect(world.past.standing?.provider).not.toHaveProperty('found');
});

test('a record of a federation that stands keeps its SecretVersion until a rotation has changed it', () => {
  const world = made(properties({ SecretVersion: '1' }));
  expect(recordAfter(world, properties({ SecretVersion: '2' })).secret).toEqual({ version: '1' });
});

test('the role and the Okta secret of a federation are recorded with it', () => {
  const RoleArn = 'arn:aws:iam::123456789012:role/federation';
  const { application, provider } = recordAfter(
    emptyWorld(),
    properties({ RoleArn, OktaSecretId: 'okta/acme' }),
  );
  expect(application.secretId).toBe('okta/acme');
  expect(provider.roleArn).toBe(RoleArn);
});
