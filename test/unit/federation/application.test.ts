import type { ApplicationRecord } from '../../../src/federation/journal/records.ts';
import {
  alignApplication,
  newApplication,
  restoreApplication,
  type WantedApplication,
} from '../../../src/federation/plan/application.ts';
import type { WantedSettings } from '../../../src/federation/plan/application-settings.ts';
import type { Application } from '../../../src/okta/applications.ts';
import { identity } from './world.ts';

const redirectUri = 'https://shop.example.com/oauth2/idpresponse';
const { userPoolId, providerName, stackId, logicalResourceId } = identity;
const tag = { stackId, logicalResourceId, userPoolId, providerName };
const record: ApplicationRecord = {
  id: '0oa11111111111111111',
  label: 'Shop',
  groupIds: [],
  redirectUris: [redirectUri],
  postLogoutRedirectUris: [],
  claims: [],
  found: {},
};

/** An application as this project leaves it. */
function application(client: object = {}, others: Partial<Application> = {}): Application {
  return {
    id: '0oa11111111111111111',
    name: 'oidc_client',
    label: 'Shop',
    status: 'ACTIVE',
    profile: { okta_cognito_idp: tag },
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

const noChange = { wanted: [], addedBefore: [] };

function align(
  current: Application,
  settings: WantedSettings,
  wanted: Partial<Omit<WantedApplication, 'settings'>> = {},
) {
  return alignApplication(current, {
    identity,
    isAdopted: false,
    settings,
    redirectUris: { wanted: [redirectUri], addedBefore: [redirectUri] },
    postLogoutRedirectUris: noChange,
    ...wanted,
  });
}

/** As Okta is sent it. */
const sent = (aligned: Application | undefined) => JSON.parse(JSON.stringify(aligned ?? null));

test('values that are already there are not a change, in any order', () => {
  expect(align(application(), {})).toBeUndefined();
  const lists = {
    grant_types: ['refresh_token', 'authorization_code'],
    response_types: ['token', 'code'],
    redirect_uris: ['https://other.example.com/', redirectUri],
    post_logout_redirect_uris: ['https://theirs.example.com/', 'https://ours.example.com/'],
  };
  const ours = ['https://ours.example.com/'];
  expect(
    align(application(lists), {}, { postLogoutRedirectUris: { wanted: ours, addedBefore: ours } }),
  ).toBeUndefined();
});

test.each([
  ['notes', { notes: null }, { settings: { notes: { enduser: 'Hello.' } } }],
  ['any note', { notes: null }, {}],
  ['logo', { logoUri: null }, {}],
  ['tile', { initiateLoginUri: null }, {}],
] as const)('a property that was never set (%s) is not unset', (_, settings, others) => {
  expect(align(application({}, others), settings)).toBeUndefined();
});

test('a note for people who sign in stays beside the one for administrators', () => {
  const current = application({}, { settings: { notes: { admin: 'Old.', enduser: 'Hello.' } } });
  expect(align(current, { notes: 'New.' })?.settings?.notes).toEqual({ admin: 'New.', enduser: 'Hello.' });
  expect(sent(align(current, { notes: null })).settings.notes).toEqual({ enduser: 'Hello.' });
  expect(align(current, { label: 'Other' })?.settings?.notes).toEqual({ admin: 'Old.', enduser: 'Hello.' });
});

test('a logo is set, replaced, left and unset', () => {
  const logo = 'https://shop.example.com/logo.png';
  expect(align(application(), { logoUri: logo })?.settings?.oauthClient?.logo_uri).toBe(logo);
  const current = application({ logo_uri: 'https://old.example.com/logo.png' });
  expect(align(current, { logoUri: logo })?.settings?.oauthClient?.logo_uri).toBe(logo);
  expect(align(current, { label: 'Other' })?.settings?.oauthClient?.logo_uri).toMatch(/old/);
  expect(sent(align(current, { logoUri: null })).settings.oauthClient).not.toHaveProperty('logo_uri');
});

describe('the addresses to return to after a sign-out', () => {
  const [ours, theirs] = ['https://ours.example.com/', 'https://theirs.example.com/'];
  const listed = (current: string[] | undefined, wanted: string[], addedBefore: string[]) =>
    sent(
      align(
        application({ post_logout_redirect_uris: current }),
        { label: 'Other' },
        { postLogoutRedirectUris: { wanted, addedBefore } },
      ),
    ).settings.oauthClient.post_logout_redirect_uris;

  test('are added to those of others', () => {
    expect(listed(undefined, [ours], [])).toEqual([ours]);
    expect(listed([theirs], [ours], [])).toEqual([theirs, ours]);
  });

  test('are removed again, and the list with the last of them', () => {
    expect(listed([theirs, ours], [], [ours])).toEqual([theirs]);
    expect(listed([ours], [], [ours])).toBeUndefined();
  });

  test('stay no list if there was none, and an empty list if it was empty', () => {
    expect(listed(undefined, [], [])).toBeUndefined();
    expect(listed([], [], [])).toEqual([]);
  });
});

test('the name tag says whose the application is, and whether it was there before', () => {
  const other = { ...tag, logicalResourceId: 'Other' };
  const current = application({}, { profile: { okta_cognito_idp: other, costCenter: '4711' } });
  expect(align(current, {})?.profile).toEqual({ okta_cognito_idp: tag, costCenter: '4711' });
  expect(align(current, {}, { isAdopted: true })?.profile).toEqual({
    okta_cognito_idp: { ...tag, adopted: true },
    costCenter: '4711',
  });
});

test('an application without any settings gets those that a sign-in needs', () => {
  const bare: Application = { id: 'x', name: 'oidc_client', label: 'Shop', status: 'ACTIVE' };
  const needed = { grantTypes: ['authorization_code'], responseTypes: ['code'], issuerMode: 'ORG_URL' };
  expect(sent(align(bare, needed))).toEqual({
    ...bare,
    settings: {
      oauthClient: {
        grant_types: ['authorization_code'],
        response_types: ['code'],
        redirect_uris: [redirectUri],
        issuer_mode: 'ORG_URL',
      },
    },
    profile: { okta_cognito_idp: tag },
  });
});

describe('a new application', () => {
  const made = (settings: WantedSettings, postLogoutRedirectUris: string[] = []) =>
    newApplication({
      identity,
      isAdopted: false,
      settings: { label: 'Shop', ...settings },
      redirectUris: { wanted: [redirectUri], addedBefore: [] },
      postLogoutRedirectUris: { wanted: postLogoutRedirectUris, addedBefore: [] },
    });

  test('is an OIDC Web application that authenticates as Cognito does, and carries the name tag', () => {
    expect(made({})).toEqual({
      name: 'oidc_client',
      label: 'Shop',
      signOnMode: 'OPENID_CONNECT',
      credentials: {
        oauthClient: { autoKeyRotation: true, token_endpoint_auth_method: 'client_secret_post' },
      },
      settings: {
        oauthClient: {
          application_type: 'web',
          consent_method: 'TRUSTED',
          redirect_uris: [redirectUri],
          issuer_mode: 'ORG_URL',
        },
      },
      profile: { okta_cognito_idp: tag },
    });
  });

  test('has the settings and addresses that the template names', () => {
    expect(made({ notes: 'Ours.', issuerMode: 'DYNAMIC' }, ['https://ours.example.com/'])).toMatchObject({
      settings: {
        notes: { admin: 'Ours.' },
        oauthClient: { issuer_mode: 'DYNAMIC', post_logout_redirect_uris: ['https://ours.example.com/'] },
      },
    });
  });
});

describe('given back,', () => {
  test('an application without changes loses the name tag and nothing else', () => {
    const current = application({}, { profile: { okta_cognito_idp: tag, costCenter: '4711' } });
    const bare = { ...record, redirectUris: [] };
    expect(sent(restoreApplication(current, bare))).toEqual({ ...current, profile: { costCenter: '4711' } });
    const { profile: _, ...unprofiled } = application();
    expect(sent(restoreApplication(application(), bare))).toEqual(unprofiled);
  });

  test('an application gets back all that was changed, and keeps what others added', () => {
    const changed = application(
      {
        redirect_uris: [redirectUri, 'https://theirs.example.com/callback'],
        issuer_mode: 'ORG_URL',
        logo_uri: 'https://shop.example.com/logo.png',
        post_logout_redirect_uris: ['https://ours.example.com/', 'https://theirs.example.com/'],
      },
      { settings: { notes: { admin: 'Ours.', enduser: 'Hello.' } } },
    );
    const restored = restoreApplication(changed, {
      ...record,
      postLogoutRedirectUris: ['https://ours.example.com/'],
      found: { label: 'Theirs', pkceRequired: true, issuerMode: 'DYNAMIC', logoUri: null, notes: null },
    });
    expect(sent(restored)).toMatchObject({
      label: 'Theirs',
      credentials: { oauthClient: { client_id: 'x', pkce_required: true } },
    });
    expect(sent(restored).settings).toEqual({
      notes: { enduser: 'Hello.' },
      oauthClient: {
        grant_types: ['authorization_code'],
        response_types: ['code'],
        redirect_uris: ['https://theirs.example.com/callback'],
        issuer_mode: 'DYNAMIC',
        post_logout_redirect_uris: ['https://theirs.example.com/'],
      },
    });
  });
});
