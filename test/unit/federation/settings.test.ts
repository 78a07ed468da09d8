import { markerName } from '../../../src/federation/marker/marker.ts';
import { nextMarker } from '../../../src/federation/plan/next-marker.ts';
import { planFederation } from '../../../src/federation/plan/plan.ts';
import { changed, settle, without } from '../../../src/federation/plan/settings.ts';
import type { Application } from '../../../src/okta/applications.ts';
import { emptyWorld, goal, observed, properties, take } from './world.ts';

describe('a list that others add to as well', () => {
  test.each([
    ['is added to', [], ['b'], [], ['b']],
    ['keeps what is of others', ['a'], ['b'], [], ['a', 'b']],
    ['loses what is not wanted any more', ['a', 'b'], [], ['b'], ['a']],
    ['loses one and is given one', ['a', 'b'], ['c'], ['b'], ['a', 'c']],
    ['stays in its order where nothing comes or goes', ['b', 'a'], ['b'], ['b'], ['b', 'a']],
    ['has what others put there too once', ['a'], ['a'], [], ['a']],
    ['has nothing twice', ['a', 'a'], [], [], ['a']],
  ])('%s', (_, current, wanted, addedBefore, after) => {
    expect(changed(current, { wanted, addedBefore })).toEqual(after);
  });

  test('has nothing to lose where there is none', () => {
    expect(without(undefined, ['a'])).toEqual([]);
    expect(without(['a'])).toEqual(['a']);
  });
});

describe('where nobody knows what this resource added', () => {
  const application: Application = {
    id: '0oa11111111111111111',
    name: 'oidc_client',
    label: 'Theirs',
    status: 'ACTIVE',
    settings: {
      notes: { admin: 'Before.' },
      oauthClient: {
        initiate_login_uri: 'https://before.example.com/',
        logo_uri: 'https://before.example.com/logo.png',
      },
    },
  };
  const before = properties({
    PostLogoutRedirectUris: ['https://before.example.com/bye'],
    IdpIdentifiers: ['example.com'],
    InitiateLoginUri: 'https://before.example.com/',
    LogoUri: 'https://before.example.com/logo.png',
    Notes: 'Before.',
  });
  const settled = (previous = before) =>
    settle(properties(), [previous], 'shop Federation', { ...emptyWorld(), application });

  test("the template's word before counts", () => {
    expect(settled()).toMatchObject({
      label: 'shop Federation',
      postLogoutRedirectUris: { wanted: [], addedBefore: ['https://before.example.com/bye'] },
      initiateLoginUri: null,
      logoUri: null,
      notes: null,
    });
  });

  test('what the template did not name is left', () => {
    expect(settled(properties())).toMatchObject({
      postLogoutRedirectUris: { wanted: [], addedBefore: [] },
      initiateLoginUri: undefined,
      logoUri: undefined,
      notes: undefined,
    });
  });

  test('what is not there is not taken away', () => {
    const { settings: _, ...bare } = application;
    expect(settle(properties(), [before], 'x', { ...emptyWorld(), application: bare })).toMatchObject({
      initiateLoginUri: undefined,
      logoUri: undefined,
      notes: undefined,
    });
  });

  test('nothing is known where there was no valid template before', () => {
    const { postLogoutRedirectUris, idpIdentifiers } = settle(properties(), [], 'x', emptyWorld());
    expect(postLogoutRedirectUris).toEqual({ wanted: [], addedBefore: [] });
    expect(idpIdentifiers).toEqual([]);
  });
});

test('an identifier that either application of this resource has noted goes with the template’s word', () => {
  const made = (IdpIdentifiers: string[]) => {
    const world = emptyWorld();
    const wanted = properties({ IdpIdentifiers });
    take(planFederation(goal(wanted, world), observed(world, wanted)), world);
    return world;
  };
  const [own, former] = [made(['a.example.com']), made(['b.example.com'])];
  const identifiersOf = (names: string[]) => {
    const provider = own.provider && { ...own.provider, idpIdentifiers: ['theirs.example.com', ...names] };
    const moving = { ...own, formerApplication: former.application, provider };
    return settle(properties(), [properties({ IdpIdentifiers: names })], 'x', moving).idpIdentifiers;
  };
  expect(identifiersOf(['a.example.com', 'b.example.com'])).toEqual(['theirs.example.com']);
  expect(identifiersOf(['c.example.com'])).toEqual(['theirs.example.com', 'c.example.com']);
});

test('an app client that the template names twice is one', () => {
  const wanted = properties({ UserPoolClientIds: ['clientA', 'clientA'] });
  expect(settle(wanted, [], 'x', emptyWorld()).userPoolClientIds).toEqual(['clientA']);
});

test('a provider that somebody deleted is made anew with the defaults, however the adoption had found it', () => {
  const found = { provider: { attributesRequestMethod: 'POST' as const, scopes: ['openid'] } };
  const marker = {
    ...nextMarker(goal(properties(), emptyWorld()), observed(emptyWorld(), properties())),
    found,
  };
  const application: Application = {
    id: '0oa11111111111111111',
    name: 'oidc_client',
    label: 'Theirs',
    status: 'ACTIVE',
    profile: { [markerName]: marker },
  };
  const world = { ...emptyWorld(), application };
  expect(settle(properties(), [], 'x', world)).toMatchObject({
    attributesRequestMethod: 'GET',
    scopes: ['openid', 'email', 'profile'],
  });
});
