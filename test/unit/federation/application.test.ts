import {
  alignApplication,
  restoreApplication,
  type WantedApplication,
} from '../../../src/federation/plan/application.ts';
import type { Settings } from '../../../src/federation/plan/settings.ts';
import type { Application } from '../../../src/okta/applications.ts';
import { identity } from './world.ts';

const nothing: Settings = {
  label: 'Shop',
  userPoolClientIds: [],
  scopes: [],
  attributeMapping: {},
  attributesRequestMethod: 'GET',
  idpIdentifiers: [],
  postLogoutRedirectUris: { wanted: [], addedBefore: [] },
  initiateLoginUri: undefined,
  logoUri: undefined,
  notes: undefined,
};

const redirectUri = 'https://shop.example.com/oauth2/idpresponse';
const marker = {
  ...identity,
  userPoolClientIds: [],
  groupIds: [],
  redirectUris: [redirectUri],
  postLogoutRedirectUris: [],
  idpIdentifiers: [],
};

/** An application as this project leaves it. */
function application(client: object = {}, others: Partial<Application> = {}): Application {
  return {
    id: '0oa11111111111111111',
    name: 'oidc_client',
    label: 'Shop',
    status: 'ACTIVE',
    profile: { okta_cognito_idp: marker },
    ...others,
    credentials: { oauthClient: { client_id: 'x' }, ...others.credentials },
    settings: {
      ...others.settings,
      oauthClient: {
        grant_types: ['authorization_code'],
        response_types: ['code'],
        redirect_uris: [redirectUri],
        ...client,
      },
    },
  };
}

function align(current: Application, settings: Partial<Settings>, wanted: Partial<WantedApplication> = {}) {
  const all = { settings: { ...nothing, ...settings }, redirectUris: [redirectUri], issuerMode: undefined };
  return alignApplication(current, { ...all, marker, ...wanted });
}

/** As Okta is sent it. */
const sent = (aligned: Application | undefined) => JSON.parse(JSON.stringify(aligned ?? null));

test('what is there already is no change, in whatever order', () => {
  expect(align(application(), {})).toBeUndefined();
  const lists = {
    grant_types: ['refresh_token', 'authorization_code'],
    response_types: ['token', 'code'],
    redirect_uris: ['https://other.example.com/', redirectUri],
    post_logout_redirect_uris: ['https://theirs.example.com/', 'https://ours.example.com/'],
  };
  const ours = ['https://ours.example.com/'];
  expect(
    align(application(lists), { postLogoutRedirectUris: { wanted: ours, addedBefore: ours } }),
  ).toBeUndefined();
});

test.each([
  ['notes', { notes: null }, { settings: { notes: { enduser: 'Hello.' } } }],
  ['any note', { notes: null }, {}],
  ['logo', { logoUri: null }, {}],
  ['tile', { initiateLoginUri: null }, {}],
] as const)('of what was never set (%s) there is nothing to take away', (_, settings, others) => {
  expect(align(application({}, others), settings)).toBeUndefined();
});

test('a note for people who sign in stays beside the one for administrators', () => {
  const current = application({}, { settings: { notes: { admin: 'Old.', enduser: 'Hello.' } } });
  expect(align(current, { notes: 'New.' })?.settings?.notes).toEqual({ admin: 'New.', enduser: 'Hello.' });
  expect(sent(align(current, { notes: null })).settings.notes).toEqual({ enduser: 'Hello.' });
  expect(align(current, { label: 'Other' })?.settings?.notes).toEqual({ admin: 'Old.', enduser: 'Hello.' });
});

test('a logo is set, replaced, left and taken away', () => {
  const logo = 'https://shop.example.com/logo.png';
  expect(align(application(), { logoUri: logo })?.settings?.oauthClient?.logo_uri).toBe(logo);
  const current = application({ logo_uri: 'https://old.example.com/logo.png' });
  expect(align(current, { logoUri: logo })?.settings?.oauthClient?.logo_uri).toBe(logo);
  expect(align(current, { label: 'Other' })?.settings?.oauthClient?.logo_uri).toMatch(/old/);
  expect(sent(align(current, { logoUri: null })).settings.oauthClient).not.toHaveProperty('logo_uri');
});

describe('the tile on the dashboard', () => {
  const start = 'https://shop.example.com/start';
  const hidden = { autoLaunch: true, hide: { iOS: true, web: true } };
  const shown = { autoLaunch: true, hide: { iOS: false, web: false } };

  test('is shown when it gets an address, and nothing else of how it is shown changes', () => {
    expect(align(application({}, { visibility: hidden }), { initiateLoginUri: start })).toMatchObject({
      visibility: shown,
      settings: {
        oauthClient: {
          initiate_login_uri: start,
          idp_initiated_login: { mode: 'SPEC', default_scope: [] },
        },
      },
    });
    expect(align(application(), { initiateLoginUri: start })?.visibility).toEqual({
      hide: { iOS: false, web: false },
    });
  });

  test('is hidden when it loses its address', () => {
    const current = application({ initiate_login_uri: start }, { visibility: shown });
    const aligned = sent(align(current, { initiateLoginUri: null }));
    expect(aligned.visibility).toEqual(hidden);
    expect(aligned.settings.oauthClient).toMatchObject({
      idp_initiated_login: { mode: 'DISABLED', default_scope: [] },
    });
    expect(aligned.settings.oauthClient).not.toHaveProperty('initiate_login_uri');
  });

  test('stays hidden or shown, as somebody set it, when its address changes or is left alone', () => {
    const current = application({ initiate_login_uri: start }, { visibility: hidden });
    const moved = align(current, { initiateLoginUri: 'https://shop.example.com/other' });
    expect(moved).toMatchObject({
      visibility: hidden,
      settings: { oauthClient: { initiate_login_uri: 'https://shop.example.com/other' } },
    });
    expect(align(current, { initiateLoginUri: start })).toBeUndefined();
    expect(align(current, { label: 'Other' })?.visibility).toEqual(hidden);
    expect(align(application({}, { visibility: shown }), { initiateLoginUri: null })).toBeUndefined();
  });
});

test('an adopted tile that the template names no more is put back, unless it is back already', () => {
  const tile = { initiateLoginUri: null, idpInitiatedLogin: undefined, visibility: { hide: { web: true } } };
  const wanted = { marker: { ...marker, found: { tile } } };
  const current = application(
    { initiate_login_uri: 'https://shop.example.com/start', idp_initiated_login: { mode: 'SPEC' } },
    { profile: { okta_cognito_idp: wanted.marker }, visibility: { hide: { web: false } } },
  );
  const back = sent(align(current, { initiateLoginUri: null }, wanted));
  expect(back.visibility).toEqual({ hide: { web: true } });
  expect(back.settings.oauthClient.idp_initiated_login).toEqual({ mode: 'DISABLED', default_scope: [] });
  expect(back.settings.oauthClient).not.toHaveProperty('initiate_login_uri');
  const somebodyShows = application(
    {},
    { profile: { okta_cognito_idp: wanted.marker }, visibility: { hide: { web: false } } },
  );
  expect(align(somebodyShows, { initiateLoginUri: null }, wanted)).toBeUndefined();
});

describe('the addresses to return to after a sign-out', () => {
  const [ours, theirs] = ['https://ours.example.com/', 'https://theirs.example.com/'];
  const listed = (current: string[] | undefined, wanted: string[], addedBefore: string[]) =>
    sent(
      align(application({ post_logout_redirect_uris: current }), {
        label: 'Other',
        postLogoutRedirectUris: { wanted, addedBefore },
      }),
    ).settings.oauthClient.post_logout_redirect_uris;

  test('are added to those of others', () => {
    expect(listed(undefined, [ours], [])).toEqual([ours]);
    expect(listed([theirs], [ours], [])).toEqual([theirs, ours]);
  });

  test('are taken away again, and the list with the last of them', () => {
    expect(listed([theirs, ours], [], [ours])).toEqual([theirs]);
    expect(listed([ours], [], [ours])).toBeUndefined();
  });

  test('are no list where there was none, and an empty one where there was that', () => {
    expect(listed(undefined, [], [])).toBeUndefined();
    expect(listed([], [], [])).toEqual([]);
  });
});

test('an application without any settings is given those that a sign-in needs', () => {
  const bare: Application = { id: 'x', name: 'oidc_client', label: 'Shop', status: 'ACTIVE' };
  expect(sent(align(bare, {}, { issuerMode: 'ORG_URL' }))).toEqual({
    ...bare,
    credentials: { oauthClient: {} },
    settings: {
      oauthClient: {
        grant_types: ['authorization_code'],
        response_types: ['code'],
        redirect_uris: [redirectUri],
        issuer_mode: 'ORG_URL',
      },
    },
    profile: { okta_cognito_idp: marker },
  });
});

test('PKCE is switched off, and left alone where it is off', () => {
  const wants = (pkce_required: boolean) =>
    application({}, { credentials: { oauthClient: { client_id: 'x', pkce_required } } });
  expect(align(wants(true), {})?.credentials?.oauthClient).toEqual({ client_id: 'x', pkce_required: false });
  expect(align(wants(false), {})).toBeUndefined();
});

describe('given back,', () => {
  test('an application of which nothing was changed loses the marker and nothing else', () => {
    const current = application({}, { profile: { okta_cognito_idp: marker, costCentre: '4711' } });
    const bare = { ...marker, redirectUris: [], found: {} };
    expect(sent(restoreApplication(current, bare))).toEqual({ ...current, profile: { costCentre: '4711' } });
    const { profile: _, ...unprofiled } = application();
    expect(sent(restoreApplication(application(), bare))).toEqual(unprofiled);
  });

  test('an application of which Okta tells nothing more gets back what it had', () => {
    const bare: Application = { id: 'x', name: 'oidc_client', label: 'Shop', status: 'ACTIVE' };
    expect(
      sent(restoreApplication(bare, { ...marker, found: { pkceRequired: true, notes: 'Theirs.' } })),
    ).toEqual({
      ...bare,
      credentials: { oauthClient: { pkce_required: true } },
      settings: { notes: { admin: 'Theirs.' }, oauthClient: { redirect_uris: [] } },
    });
  });

  test('an application gets back all that was changed', () => {
    const found = {
      label: 'Theirs',
      pkceRequired: true,
      grantTypes: ['implicit'],
      responseTypes: ['token'],
      issuerMode: 'DYNAMIC',
      logoUri: null,
      notes: null,
      tile: { initiateLoginUri: null, visibility: { autoLaunch: true } },
    };
    const changed = application(
      {
        issuer_mode: 'ORG_URL',
        logo_uri: 'https://shop.example.com/logo.png',
        initiate_login_uri: 'https://shop.example.com/start',
        post_logout_redirect_uris: ['https://ours.example.com/', 'https://theirs.example.com/'],
      },
      { settings: { notes: { admin: 'Ours.', enduser: 'Hello.' } }, visibility: {} },
    );
    const restored = restoreApplication(changed, {
      ...marker,
      postLogoutRedirectUris: ['https://ours.example.com/'],
      found,
    });
    expect(sent(restored)).toMatchObject({
      label: 'Theirs',
      visibility: { autoLaunch: true },
      credentials: { oauthClient: { client_id: 'x', pkce_required: true } },
    });
    expect(sent(restored).settings).toEqual({
      notes: { enduser: 'Hello.' },
      oauthClient: {
        grant_types: ['implicit'],
        response_types: ['token'],
        redirect_uris: [],
        issuer_mode: 'DYNAMIC',
        idp_initiated_login: { mode: 'DISABLED', default_scope: [] },
        post_logout_redirect_uris: ['https://theirs.example.com/'],
      },
    });
  });
});
