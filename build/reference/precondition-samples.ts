import type { AppClient } from '../../src/cognito/app-clients.ts';
import type { PoolAttribute } from '../../src/cognito/user-pools.ts';
import type { Observed, ObservedProvider } from '../../src/federation/observe/observed.ts';
import type { Relation } from '../../src/federation/ownership/whose.ts';
import type { preconditionSentences } from '../../src/federation/plan/precondition-sentences.ts';
import { problemsOf } from '../../src/federation/plan/preconditions.ts';
import { defaults } from '../../src/federation/properties/defaults.ts';
import { parseProperties } from '../../src/federation/properties/properties.ts';
import type { Application } from '../../src/okta/applications.ts';
import { Secret } from '../../src/secret.ts';

/** What a template asks for, and what is there. */
interface Situation {
  readonly properties?: Readonly<Record<string, unknown>>;
  readonly there?: Partial<Observed>;
}

const userPoolId = 'us-east-1_Example';
const orgUrl = 'https://acme.okta.com';
const identity = {
  stackId: 'arn:aws:cloudformation:us-east-1:111122223333:stack/shop/00000000-0000-0000-0000-000000000000',
  logicalResourceId: 'Federation',
  userPoolId,
  providerName: 'Okta',
};
type Attribute = PoolAttribute & { readonly maxLength?: number };
const attribute: Attribute = { mutable: true, required: false };

function pool(
  more: Readonly<Record<string, Attribute>> = {},
  domains: readonly string[] = ['shop.auth.us-east-1.amazoncognito.com'],
) {
  const attributes = { email: attribute, family_name: attribute, given_name: attribute, ...more };
  return {
    id: userPoolId,
    tags: {},
    domains: domains.map((host) => ({ host, state: 'ready' }) as const),
    attributes: new Map(Object.entries(attributes)),
  };
}

function client(more: Partial<AppClient>): Partial<Observed> {
  const id = 'exampleclient';
  const whole: AppClient = {
    id,
    supportedIdentityProviders: ['COGNITO'],
    oauthEnabled: true,
    oauthFlows: ['code'],
    oauthScopes: ['openid'],
    callbackUrls: ['https://app.example.com/callback'],
    defaultRedirectUri: undefined,
    writeAttributes: undefined,
    ...more,
  };
  return { appClients: new Map([[id, whole]]) };
}

function provider(issuer: string): ObservedProvider {
  return {
    relation: 'adopted',
    type: 'OIDC',
    clientId: '0oaEXAMPLEexample000',
    clientSecret: new Secret('unused'),
    issuer,
    scopes: ['openid'],
    attributeMapping: {},
    attributesRequestMethod: 'GET',
    idpIdentifiers: [],
    otherDetails: {},
  };
}

const metadata = {
  issuer: orgUrl,
  authorization_endpoint: `${orgUrl}/oauth2/v1/authorize`,
  token_endpoint: `${orgUrl}/oauth2/v1/token`,
  scopes_supported: [...defaults.scopes],
};
const mapping = (more: Readonly<Record<string, string>>) => ({
  AttributeMapping: { email: 'email', ...more },
});
const slashed = `${orgUrl}/`;
const groups = (name: string, ...types: readonly string[]) => ({
  groups: new Map([[name, types.map((type, index) => ({ id: `00gEXAMPLEexample00${index}`, name, type }))]]),
});

/** The Okta application of the resource, as Okta shows it, with some settings of its own. */
function application(
  more: Partial<Application> = {},
  client: Readonly<Record<string, unknown>> = {},
  relation: Relation = 'own',
): Partial<Observed> {
  const document = {
    id: '0oaEXAMPLEexample000',
    name: 'oidc_client',
    label: 'shop Federation',
    status: 'ACTIVE',
    signOnMode: 'OPENID_CONNECT',
    settings: { oauthClient: { grant_types: ['authorization_code'], application_type: 'web', ...client } },
    ...more,
  };
  return { application: { document, relation, record: undefined } };
}

const policy = { AuthenticationPolicy: 'Any two factors' };

/** For each sentence about what is there, a situation in which it is the answer. */
export const preconditionSamples: Readonly<Record<keyof typeof preconditionSentences, Situation>> = {
  noPool: { there: { userPool: undefined } },
  noDomain: { there: { userPool: pool({}, []) } },
  failedDomain: {
    there: { userPool: { ...pool(), domains: [{ host: 'login.example.com', state: 'failed' }] } },
  },
  otherDomain: { properties: { UserPoolDomain: 'store' } },
  noClient: { there: { appClients: new Map([['exampleclient', undefined]]) } },
  machineClient: { there: client({ oauthFlows: ['client_credentials'] }) },
  noOAuth: { there: client({ oauthEnabled: false }) },
  noCodeFlow: { there: client({ oauthFlows: ['implicit'] }) },
  noCallback: { there: client({ callbackUrls: [] }) },
  unwritable: { there: client({ writeAttributes: ['email', 'given_name'] }) },
  noAttribute: { properties: mapping({ 'custom:team': 'name' }) },
  customAttribute: {
    properties: {
      ...mapping({ department: 'department' }),
      Claims: { department: 'user.profile.department' },
    },
    there: { userPool: pool({ 'custom:department': attribute }) },
  },
  immutable: {
    properties: mapping({ 'custom:login': 'preferred_username' }),
    there: { userPool: pool({ 'custom:login': { mutable: false, required: false } }) },
  },
  tooShort: {
    properties: mapping({ 'custom:mail': 'email' }),
    there: { userPool: pool({ 'custom:mail': { ...attribute, maxLength: 50 } }) },
  },
  requiredUnmapped: { there: { userPool: pool({ nickname: { mutable: true, required: true } }) } },
  claimCase: { properties: { AttributeMapping: { email: 'EMAIL' } } },
  claimScope: {
    properties: mapping({ phone_number: 'phone_number' }),
    there: { userPool: pool({ phone_number: attribute }) },
  },
  claimNear: { properties: { AttributeMapping: { email: 'e-mail' } } },
  groupsClaim: {
    properties: mapping({ 'custom:groups': 'groups' }),
    there: { userPool: pool({ 'custom:groups': attribute }) },
  },
  unissuedClaim: {
    properties: mapping({ 'custom:department': 'department' }),
    there: { userPool: pool({ 'custom:department': attribute }) },
  },
  noClaims: {
    properties: { Claims: { department: 'user.department' } },
    there: { claims: 'unavailable' },
  },
  noPolicy: { properties: policy, there: { policies: [] } },
  manyPolicies: {
    properties: policy,
    there: {
      policies: ['rstEXAMPLEexample000', 'rstEXAMPLEexample001'].map((id) => ({
        id,
        name: 'Any two factors',
      })),
    },
  },
  noPolicies: { properties: policy, there: { policies: 'unavailable' } },
  brokerMode: {
    properties: { Access: ['Engineering'] },
    there: application({ settings: { implicitAssignment: true } }),
  },
  inactive: { there: application({ status: 'INACTIVE' }) },
  taggedForAnother: {
    there: application(
      {
        profile: {
          okta_cognito_idp: {
            stackId:
              'arn:aws:cloudformation:us-east-1:111122223333:stack/mall/00000000-0000-0000-0000-000000000000',
            logicalResourceId: 'Federation',
            userPoolId,
            providerName: 'Okta',
          },
        },
      },
      {},
      "another's",
    ),
  },
  requiresProof: { there: application({}, { dpop_bound_access_tokens: true }) },
  networkZone: { there: application({}, { network: { connection: 'ZONE', include: ['nzoEXAMPLE'] } }) },
  clientMethod: {
    there: application({
      credentials: { oauthClient: { token_endpoint_auth_method: 'private_key_jwt' } },
    }),
  },
  refreshScope: { properties: { Scopes: 'openid email profile offline_access' } },
  scopeNotOffered: {
    properties: { Scopes: 'openid email profile payroll' },
    there: { issuer: { url: `${orgUrl}/oauth2/default`, mode: 'ORG_URL', metadata } },
  },
  issuerSlash: {
    there: {
      issuer: { problem: `Issuer: there is no OpenID Connect issuer at ${slashed}` },
      provider: provider(slashed),
    },
  },
  noGroup: { there: groups('Enginering') },
  noGroupInvisible: { there: groups('Sales\u00A0Team') },
  noGroupUnicode: { there: groups('Zürich') },
  manyGroups: { there: groups('Staff', 'OKTA_GROUP', 'APP_GROUP') },
};

/** @returns what the function answers in this situation. */
export function answerIn({ properties = {}, there = {} }: Situation): string {
  const wanted = parseProperties({ UserPoolId: userPoolId, ...properties });
  const settings = {
    scopes: wanted.Scopes ?? defaults.scopes,
    attributeMapping: wanted.AttributeMapping ?? defaults.attributeMapping,
  };
  const nothing = {
    appClients: new Map(),
    provider: undefined,
    application: undefined,
    orgUrl,
    assignedGroupIds: [],
    groups: new Map(),
    groupIds: [],
    redirectUris: [],
  };
  const issuer = { url: orgUrl, mode: 'ORG_URL', metadata: undefined } as const;
  return problemsOf(identity, wanted, settings, { ...nothing, userPool: pool(), issuer, ...there }).join(' ');
}
