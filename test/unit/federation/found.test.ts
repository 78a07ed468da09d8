import { type Found, noteFound } from '../../../src/federation/marker/found.ts';
import type { Application } from '../../../src/okta/applications.ts';
import { emptyWorld, goal, properties } from './world.ts';

const application: Application = {
  id: '0oa11111111111111111',
  name: 'oidc_client',
  label: 'Theirs',
  status: 'ACTIVE',
  visibility: { autoLaunch: true },
  credentials: { oauthClient: { pkce_required: true } },
  settings: {
    notes: { admin: 'Theirs.' },
    oauthClient: {
      grant_types: ['implicit'],
      response_types: ['token'],
      issuer_mode: 'DYNAMIC',
      logo_uri: 'https://theirs.example.com/logo.png',
      initiate_login_uri: 'https://theirs.example.com/start',
      idp_initiated_login: { mode: 'OKTA' },
    },
  },
};

const provider = {
  type: 'OIDC',
  clientId: application.id,
  clientSecret: undefined,
  issuer: 'https://theirs.okta.com',
  scopes: ['openid'],
  attributesRequestMethod: 'POST',
  attributeMapping: { email: 'mail' },
  idpIdentifiers: [],
  otherDetails: {},
} as const;

/** All that a template can name, each different from what is there. */
const everything = {
  ApplicationLabel: 'Ours',
  LogoUri: 'https://ours.example.com/logo.png',
  Notes: 'Ours.',
  InitiateLoginUri: 'https://ours.example.com/start',
  Scopes: 'openid email',
  AttributesRequestMethod: 'GET',
  AttributeMapping: { email: 'email' },
};

function noted(given: object, before?: Found): unknown {
  const wanted = properties({ Adopt: { ApplicationId: application.id }, ...given });
  const { settings, issuer } = goal(wanted, { ...emptyWorld(), application, provider });
  return JSON.parse(JSON.stringify(noteFound(before, application, provider, { settings, issuer })));
}

const all = {
  active: true,
  label: 'Theirs',
  pkceRequired: true,
  grantTypes: ['implicit'],
  responseTypes: ['token'],
  issuerMode: 'DYNAMIC',
  logoUri: 'https://theirs.example.com/logo.png',
  notes: 'Theirs.',
  tile: {
    initiateLoginUri: 'https://theirs.example.com/start',
    idpInitiatedLogin: { mode: 'OKTA' },
    visibility: { autoLaunch: true },
  },
  provider: {
    issuer: 'https://theirs.okta.com',
    scopes: ['openid'],
    attributesRequestMethod: 'POST',
    attributeMapping: { email: 'mail' },
  },
};

test('of what the template changes, it is noted what was there', () => {
  expect(noted(everything)).toEqual(all);
});

test('what the template does not name is not noted', () => {
  const { active, pkceRequired, grantTypes, responseTypes, issuerMode } = all;
  // What a sign-in needs is changed all the same.
  const needed = { active, pkceRequired, grantTypes, responseTypes, issuerMode };
  expect(noted({})).toEqual({ ...needed, provider: { issuer: all.provider.issuer } });
});

test('what was noted first stays, whatever is there by now', () => {
  const first: Found = {
    active: false,
    label: 'First',
    pkceRequired: false,
    grantTypes: ['first'],
    responseTypes: ['first'],
    issuerMode: 'CUSTOM_URL',
    logoUri: null,
    notes: null,
    tile: { initiateLoginUri: null },
    provider: {
      issuer: 'https://first.okta.com',
      scopes: ['first'],
      attributesRequestMethod: 'GET',
      attributeMapping: { first: 'first' },
    },
  };
  expect(noted(everything, first)).toEqual(first);
});

test('where there is no provider and nothing is set, it is noted that nothing was', () => {
  const bare: Application = { id: 'x', name: 'oidc_client', label: 'Theirs', status: 'INACTIVE' };
  const { settings, issuer } = goal(properties(everything), emptyWorld());
  const found = noteFound(undefined, bare, undefined, { settings, issuer });
  expect(JSON.parse(JSON.stringify(found))).toEqual({
    active: false,
    label: 'Theirs',
    grantTypes: [],
    responseTypes: [],
    logoUri: null,
    notes: null,
    tile: { initiateLoginUri: null },
  });
});
