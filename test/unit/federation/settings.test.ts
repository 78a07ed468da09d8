import { knownAt } from '../../../src/federation/journal/past.ts';
import { changed, settle, without } from '../../../src/federation/plan/settings.ts';
import type { Properties } from '../../../src/federation/properties/properties.ts';
import type { Application } from '../../../src/okta/applications.ts';
import {
  emptyWorld,
  identity,
  observed,
  properties,
  reach,
  recordAfter,
  standsIn,
  type World,
} from './world.ts';

const settled = (wanted: Properties, world: World) =>
  settle(wanted, knownAt(world.past, identity), 'shop Federation', observed(world, wanted));

describe('a list that others add to as well', () => {
  test.each([
    ['is added to', [], ['b'], [], ['b']],
    ['keeps what is of others', ['a'], ['b'], [], ['a', 'b']],
    ['loses what is not wanted any more', ['a', 'b'], [], ['b'], ['a']],
    ['loses one and gets one', ['a', 'b'], ['c'], ['b'], ['a', 'c']],
    ['stays in its order if nothing comes or goes', ['b', 'a'], ['b'], ['b'], ['b', 'a']],
    ['has what others put there too once', ['a'], ['a'], [], ['a']],
    ['has nothing twice', ['a', 'a'], [], [], ['a']],
  ])('%s', (_, current, wanted, addedBefore, after) => {
    expect(changed(current, { wanted, addedBefore })).toEqual(after);
  });

  test('has nothing to lose if there is none', () => {
    expect(without(undefined, ['a'])).toEqual([]);
    expect(without(['a'])).toEqual(['a']);
  });
});

describe('what an earlier template named and this one does not', () => {
  const before = properties({
    PostLogoutRedirectUris: ['https://before.example.com/bye'],
    IdpIdentifiers: ['example.com'],
    InitiateLoginUri: 'https://before.example.com/',
    LogoUri: 'https://before.example.com/logo.png',
    Notes: 'Before.',
    ApplicationLabel: 'Before',
  });
  const made = () => {
    const world = emptyWorld();
    reach(world, before);
    return world;
  };

  test('is unset', () => {
    expect(settled(properties(), made())).toMatchObject({
      application: { label: 'shop Federation', initiateLoginUri: null, logoUri: null, notes: null },
      postLogoutRedirectUris: { wanted: [], addedBefore: ['https://before.example.com/bye'] },
      idpIdentifiers: [],
    });
  });

  test('stays if an administrator has changed it since', () => {
    const world = made();
    const { application } = world;
    world.application = application && {
      ...application,
      label: 'By hand',
      settings: { notes: { admin: 'By hand.' } },
    };
    const { application: settings } = settled(properties(), world);
    expect(settings.label).toBeUndefined();
    expect(settings).not.toHaveProperty('notes');
    expect(settings).not.toHaveProperty('logoUri');
  });

  test('is unset also if only an attempt that failed had named it', () => {
    const world = emptyWorld();
    reach(world, properties());
    reach(world, before, 1);
    expect(settled(properties(), world).application).toMatchObject({ notes: null, logoUri: null });
  });

  test('stays if the journal is lost', () => {
    const world = { ...made(), past: emptyWorld().past };
    const { application, postLogoutRedirectUris, idpIdentifiers } = settled(properties(), world);
    expect(application).not.toHaveProperty('notes');
    expect(postLogoutRedirectUris).toEqual({ wanted: [], addedBefore: [] });
    expect(idpIdentifiers).toEqual(['example.com']);
  });
});

test('an identifier that others added stays', () => {
  const world = emptyWorld();
  reach(world, properties({ IdpIdentifiers: ['ours.example.com'] }));
  const { provider } = world;
  world.provider = provider && { ...provider, idpIdentifiers: ['theirs.example.com', 'ours.example.com'] };
  const identifiersFor = (IdpIdentifiers: string[]) =>
    settled(properties({ IdpIdentifiers }), world).idpIdentifiers;
  expect(identifiersFor([])).toEqual(['theirs.example.com']);
  expect(identifiersFor(['new.example.com'])).toEqual(['theirs.example.com', 'new.example.com']);
});

test('PKCE, which Cognito does not send, is switched off, and left alone if it is off', () => {
  const world = emptyWorld();
  expect(settled(properties(), world).application.pkceRequired).toBe(false);
  reach(world, properties());
  const requires = (pkce_required: boolean) => {
    const { application } = world;
    const credentials = { oauthClient: { ...application?.credentials?.oauthClient, pkce_required } };
    return settled(properties(), { ...world, application: application && { ...application, credentials } });
  };
  expect(requires(true).application.pkceRequired).toBe(false);
  expect(requires(false).application).not.toHaveProperty('pkceRequired');
});

test('an app client that the template names twice is one', () => {
  const wanted = properties({ UserPoolClientIds: ['clientA', 'clientA'] });
  expect(settled(wanted, emptyWorld()).userPoolClientIds).toEqual(['clientA']);
});

describe('an adopted federation', () => {
  const Adopt = { ApplicationId: '0oa11111111111111111' };
  const adopted = () => {
    const world = emptyWorld();
    reach(world, properties({ Scopes: 'openid', AttributesRequestMethod: 'POST' }));
    const application: Application = {
      ...world.application,
      id: Adopt.ApplicationId,
      label: 'Theirs',
    } as Application;
    const provider = world.provider && { ...world.provider, clientId: Adopt.ApplicationId };
    application.credentials = { oauthClient: { client_id: Adopt.ApplicationId } };
    return { ...emptyWorld(), application: { ...application, profile: {} }, provider };
  };

  test('keeps what was found of the provider', () => {
    expect(settled(properties({ Adopt }), adopted())).toMatchObject({
      scopes: ['openid'],
      attributesRequestMethod: 'POST',
    });
  });

  test('goes back to what was found when the template drops what it had named', () => {
    const world = adopted();
    reach(world, properties({ Adopt, Scopes: 'openid email', ApplicationLabel: 'Ours' }));
    expect(settled(properties({ Adopt }), world)).toMatchObject({
      application: { label: 'Theirs' },
      scopes: ['openid'],
    });
  });

  test('stays adopted if the template no longer says Adopt', () => {
    const world = adopted();
    reach(world, properties({ Adopt }));
    expect(settled(properties(), world)).toMatchObject({ scopes: ['openid'] });
    expect(settled(properties(), world).application.label).toBeUndefined();
  });

  test('has the defaults after the provider that was found is deleted by hand', () => {
    const world = adopted();
    world.past = standsIn(
      world,
      properties({ Adopt }),
      recordAfter(world, properties({ Adopt, Scopes: 'openid email' })),
    );
    world.provider = undefined;
    expect(settled(properties({ Adopt }), world)).toMatchObject({
      attributesRequestMethod: 'GET',
      scopes: ['openid', 'email', 'profile'],
    });
  });
});
