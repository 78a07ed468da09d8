import { markerOf } from '../../../src/federation/marker/marker.ts';
import { addedToProvider, nextMarker } from '../../../src/federation/plan/next-marker.ts';
import { planFederation } from '../../../src/federation/plan/plan.ts';
import type { Properties } from '../../../src/federation/properties/properties.ts';
import { emptyWorld, goal, observed, properties, take, type World } from './world.ts';

function steps(world: World, wanted: Properties, previous?: Properties): string[][] {
  const plan = planFederation(goal(wanted, world, previous), observed(world, wanted));
  return plan.map((stage) => stage.map((step) => step.do));
}

function reach(world: World, wanted: Properties, previous?: Properties): void {
  take(planFederation(goal(wanted, world, previous), observed(world, wanted)), world);
}

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

test('Cognito adds username to every mapping; that is no difference', () => {
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

test('a group that has lost its assignment by hand is not taken from the application again', () => {
  const world = made(properties({ Access: ['Staff'] }));
  world.assignedGroupIds = [];
  expect(steps(world, properties({ Access: 'Nobody' }))).toEqual([['replaceApplication']]);
});

test('an identifier is noted before it is added, and taken away before it is forgotten', () => {
  const world = made(properties());
  const named = properties({ IdpIdentifiers: ['example.com'] });
  const both = [['replaceApplication'], ['updateIdentityProvider']];
  expect(steps(world, named)).toEqual(both);
  expect(steps(made(named), properties())).toEqual(both.toReversed());
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
  expect(steps(world, properties(change), properties())).toEqual([['replaceApplication']]);
  reach(world, properties(change), properties());
  reach(world, properties(), properties(change));
  expect(world.application?.label).toBe(before?.label);
  expect(steps(world, properties(), properties())).toEqual([]);
});

test('what somebody else set on the application survives every change', () => {
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

test('a group that somebody assigned by hand stays when the template stops naming it', () => {
  const world = made(properties({ Access: ['Staff'] }));
  world.assignedGroupIds.push('Guests');
  reach(world, properties({ Access: ['Staff', 'Guests'] }));
  reach(world, properties({ Access: ['Interns'] }));
  expect(world.assignedGroupIds.toSorted()).toEqual(['Guests', 'Interns']);
});

test('only what the list of app clients added is taken away again', () => {
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

test('what is taken away goes before the marker forgets it', () => {
  const world = made(properties({ UserPoolClientIds: ['clientA'], Access: ['Staff'] }));
  expect(steps(world, properties({ Access: 'Nobody' }))).toEqual([
    ['disableOnAppClient', 'unassignGroup'],
    ['replaceApplication'],
  ]);
});

test('an application that somebody deactivated is active again', () => {
  const world = made(properties());
  if (world.application) world.application = { ...world.application, status: 'INACTIVE' };
  expect(steps(world, properties())).toEqual([['activateApplication']]);
});

test('an application that somebody deleted is made again, and the provider is given its client', () => {
  const world = made(properties({ UserPoolClientIds: ['clientA'] }));
  world.application = undefined;
  world.assignedGroupIds = [];
  reach(world, properties({ UserPoolClientIds: ['clientA'] }));
  expect(world).toMatchObject({ provider: { clientId: expect.stringMatching(/^0oa/) } });
  expect(steps(world, properties({ UserPoolClientIds: ['clientA'] }))).toEqual([]);
});

describe('of an application that somebody deleted the template tells what was added:', () => {
  /** A federation on clients A and B, with an identifier, and its application gone. */
  function orphaned(): { world: World; before: Properties } {
    const before = properties({
      UserPoolClientIds: ['clientA', 'clientB'],
      IdpIdentifiers: ['example.com', 'example.org'],
    });
    return { world: { ...made(before), application: undefined, assignedGroupIds: [] }, before };
  }

  test('what it named and names no longer goes', () => {
    const { world, before } = orphaned();
    const wanted = properties({ UserPoolClientIds: ['clientB'], IdpIdentifiers: ['example.org'] });
    reach(world, wanted, before);
    expect(world.appClients.get('clientA')).toEqual(['COGNITO', 'Google']);
    expect(world.appClients.get('clientB')).toEqual(['COGNITO', 'Google', 'Okta']);
    expect(world.provider?.idpIdentifiers).toEqual(['example.org']);
    expect(steps(world, wanted, before)).toEqual([]);
  });

  test('what it still names is noted as added', () => {
    const { world, before } = orphaned();
    reach(world, before, before);
    expect(markerOf(world.application)).toMatchObject({
      userPoolClientIds: ['clientA', 'clientB'],
      idpIdentifiers: ['example.com', 'example.org'],
    });
  });

  test('what a failed update named was never added, and stays', () => {
    const { world, before } = orphaned();
    world.appClients.set('clientC', ['COGNITO', 'Okta']);
    const failed = properties({ UserPoolClientIds: ['clientC'] });
    const rollback = { ...goal(before, world, failed), inForce: before };
    take(planFederation(rollback, observed(world, before)), world);
    expect(world.appClients.get('clientC')).toEqual(['COGNITO', 'Okta']);
    expect(markerOf(world.application)?.userPoolClientIds).toEqual(['clientA', 'clientB']);
  });

  test('nothing of an adopted one, whose provider others may have enabled', () => {
    const { world, before } = orphaned();
    const Adopt = { ApplicationId: '0oa11111111111111111' };
    reach(world, properties(), properties({ ...before, Adopt }));
    expect(world.appClients.get('clientA')).toEqual(['COGNITO', 'Google', 'Okta']);
  });

  test('nothing of another provider', () => {
    const { world, before } = orphaned();
    reach(world, properties(), properties({ ...before, ProviderName: 'Another' }));
    expect(world.appClients.get('clientA')).toEqual(['COGNITO', 'Google', 'Okta']);
  });
});

test('app clients that the application it leaves had enabled, and that the template drops, are let go', () => {
  const wanted = properties({ UserPoolClientIds: ['clientB'] });
  const world = made(properties({ UserPoolClientIds: ['clientA', 'clientB'] }));
  const own = made(wanted).application;
  const moving = {
    ...observed({ ...world, application: own }, wanted),
    formerApplication: world.application,
  };
  const plan = planFederation(goal(wanted, { ...world, application: own }), moving);
  expect(plan[0]).toEqual([{ do: 'disableOnAppClient', userPoolClientId: 'clientA' }]);
});

describe('a note that somebody wrote by hand', () => {
  const noted = (admin: string) => {
    const world = made(properties());
    const { application } = world;
    world.application = application && {
      ...application,
      settings: { ...application.settings, notes: { admin } },
    };
    return world;
  };

  test('stays when an update that named another is rolled back', () => {
    const world = noted('By hand.');
    expect(steps(world, properties(), properties({ Notes: 'By template.' }))).toEqual([]);
  });

  test('is not the one that the template named before, which goes', () => {
    const world = noted('By template.');
    reach(world, properties(), properties({ Notes: 'By template.' }));
    expect(world.application?.settings?.notes?.admin).toBeUndefined();
  });
});

test('identifiers and app clients that both applications had added are known once', () => {
  const wanted = properties({ UserPoolClientIds: ['clientA'], IdpIdentifiers: ['example.com'] });
  const world = made(wanted);
  const own = made(wanted).application;
  const moving = {
    ...observed({ ...world, application: own }, wanted),
    formerApplication: world.application,
  };
  expect(addedToProvider(goal(wanted, { ...world, application: own }), moving)).toEqual({
    userPoolClientIds: ['clientA'],
    idpIdentifiers: ['example.com'],
  });
});

test('a provider that somebody deleted is made again and enabled where it still is', () => {
  const wanted = properties({ UserPoolClientIds: ['clientA'] });
  const world = made(wanted);
  world.provider = undefined;
  world.appClients.set('clientA', ['COGNITO']);
  expect(steps(world, wanted)).toEqual([['createIdentityProvider'], ['enableOnAppClient']]);
  // What it was to add it has added, also where somebody undid it in between.
  expect(markerOf(world.application)?.userPoolClientIds).toEqual(['clientA']);
});

test('a provider that somebody deleted is made before anything else is changed: another stack may take its name', () => {
  const before = properties({ UserPoolClientIds: ['clientA'], Access: ['Staff'] });
  const wanted = properties({ Access: ['Guests'], Notes: 'x' });
  const world = made(before);
  world.provider = undefined;
  world.application = { ...made(before).application, status: 'INACTIVE' } as World['application'];
  expect(steps(world, wanted, before)).toEqual([
    ['createIdentityProvider'],
    ['disableOnAppClient', 'unassignGroup'],
    ['replaceApplication'],
    ['activateApplication'],
    ['assignGroup'],
  ]);
});

test('a provider that somebody deleted has its new identifiers when the marker lists them', () => {
  const before = properties({ IdpIdentifiers: ['example.com', 'example.net'] });
  const wanted = properties({ IdpIdentifiers: ['example.org', 'example.com'] });
  const world = made(before);
  world.provider = undefined;
  const plan = planFederation(goal(wanted, world, before), observed(world, wanted));
  expect(plan.flat()).toMatchObject([
    { do: 'createIdentityProvider', settings: { idpIdentifiers: ['example.com'] } },
    { do: 'replaceApplication' },
    { do: 'updateIdentityProvider', settings: { idpIdentifiers: ['example.org', 'example.com'] } },
  ]);
});

test('the marker says whose the application is and what was added', () => {
  const world = made(properties({ UserPoolClientIds: ['clientA'], Access: ['Staff'], SecretVersion: '1' }));
  expect(markerOf(world.application)).toEqual({
    stackId: 'arn:aws:cloudformation:us-east-1:123456789012:stack/shop/1',
    logicalResourceId: 'Federation',
    userPoolId: 'us-east-1_Example1',
    providerName: 'Okta',
    userPoolClientIds: ['clientA'],
    groupIds: ['Staff'],
    redirectUris: ['https://shop.auth.us-east-1.amazoncognito.com/oauth2/idpresponse'],
    postLogoutRedirectUris: [],
    idpIdentifiers: [],
    secretVersion: '1',
  });
});

describe('the marker of an application that is adopted', () => {
  const Adopt = { ApplicationId: '0oa11111111111111111' };
  const adopted = (changes: Partial<World> = {}): World => {
    const world = made(properties());
    const application = world.application && { ...world.application, profile: {}, label: 'Theirs' };
    return { ...world, application, ...changes };
  };
  const markerOver = (
    world: World,
    formerApplication?: World['application'],
    wanted = properties({ Adopt }),
  ) => nextMarker(goal(wanted, world), { ...observed(world, wanted), formerApplication });

  test('says how the application and its provider were found', () => {
    const named = properties({ Adopt, ApplicationLabel: 'Ours', Scopes: 'openid' });
    expect(markerOver(adopted(), undefined, named).found).toMatchObject({
      active: true,
      label: 'Theirs',
      provider: { scopes: ['openid', 'email', 'profile'] },
    });
  });

  test('has no provider in it where the pool has none', () => {
    expect(markerOver(adopted({ provider: undefined })).found?.provider).toBeUndefined();
  });

  test('has no provider in it where this resource made that for its own application', () => {
    const own = made(properties());
    expect(markerOver(adopted({ provider: own.provider }), own.application).found?.provider).toBeUndefined();
  });

  test('has in it how the provider was found with the application that was adopted before', () => {
    const before = adopted();
    const found = { active: true, provider: { scopes: ['first'] } };
    const marker = { ...markerOver(before), found };
    const former = before.application && { ...before.application, profile: { okta_cognito_idp: marker } };
    const next = markerOver(adopted(), former).found;
    expect(next).toMatchObject({ provider: { scopes: ['first'] } });
  });

  test('keeps what it says where the template no longer says Adopt', () => {
    const world = adopted();
    const marker = markerOver(world);
    const application = world.application && { ...world.application, profile: { okta_cognito_idp: marker } };
    expect(markerOver({ ...world, application }, undefined, properties()).found).toEqual(marker.found);
  });

  test('says nothing of the kind of an application that this resource made, whatever the template says', () => {
    expect(markerOver(made(properties()))).not.toHaveProperty('found');
  });
});
