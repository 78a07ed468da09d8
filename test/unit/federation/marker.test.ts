import { isMarkedFor, type Marker, markerOf } from '../../../src/federation/marker/marker.ts';
import type { Application } from '../../../src/okta/applications.ts';
import { identity } from './world.ts';

const marker: Marker = {
  ...identity,
  userPoolClientIds: ['clientA'],
  groupIds: ['Staff'],
  redirectUris: ['https://x.example.com/oauth2/idpresponse'],
  postLogoutRedirectUris: [],
  idpIdentifiers: [],
};

function marked(value: unknown): Application {
  return {
    id: '0oa1',
    name: 'oidc_client',
    label: 'x',
    status: 'ACTIVE',
    profile: { okta_cognito_idp: value },
  };
}

test('a marker that was written is read', () => {
  expect(markerOf(marked(marker))).toEqual(marker);
  expect(isMarkedFor(marked(marker), identity)).toBe(true);
});

test.each(['stackId', 'logicalResourceId', 'userPoolId', 'providerName'])(
  'an application of another %s is not this resource’s',
  (field) => {
    expect(isMarkedFor(marked({ ...marker, [field]: 'another' }), identity)).toBe(false);
  },
);

test.each([
  undefined,
  null,
  'text',
  7,
  [],
  {},
  { ...marker, stackId: 7 },
  { ...marker, providerName: undefined },
])('%j is no marker', (value) => {
  expect(markerOf(marked(value))).toBeUndefined();
  expect(isMarkedFor(marked(value), identity)).toBe(false);
});

test('an application without a profile has none, and neither has no application', () => {
  const { profile, ...bare } = marked(marker);
  expect(markerOf(bare)).toBeUndefined();
  expect(markerOf({ ...bare, profile: null })).toBeUndefined();
  expect(markerOf(undefined)).toBeUndefined();
});

test('of a marker that somebody edited, what is no list counts as empty: nothing is taken away by it', () => {
  const edited = { ...marker, userPoolClientIds: 'clientA', groupIds: [1], redirectUris: undefined };
  expect(markerOf(marked(edited))).toEqual({
    ...marker,
    userPoolClientIds: [],
    groupIds: [],
    redirectUris: [],
  });
});

test.each(['text', 7, { label: 7 }, { provider: 'x' }])(
  'an adopted application stays adopted where its note was edited to %j',
  (found) => {
    expect(markerOf(marked({ ...marker, found }))?.found).toBeDefined();
  },
);
