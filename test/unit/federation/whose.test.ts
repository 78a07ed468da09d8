import type { IdentityProvider } from '../../../src/cognito/identity-providers.ts';
import type { ApplicationRecord } from '../../../src/federation/journal/records.ts';
import {
  type Relation,
  recordOf,
  relationOfApplication,
  relationOfProvider,
} from '../../../src/federation/ownership/whose.ts';
import type { Application } from '../../../src/okta/applications.ts';
import { federation } from './requests.ts';
import { identity } from './world.ts';

const document = (tag?: object): Application => ({
  id: '0oa1',
  name: 'oidc_client',
  label: 'Shop',
  status: 'ACTIVE',
  credentials: { oauthClient: { client_id: '0oa1' } },
  ...(tag ? { profile: { okta_cognito_idp: tag } } : {}),
});

const made = federation('0oa1');
const adopted = federation('0oa1', { application: { found: {} }, provider: { found: {} } });
const other = { ...identity, logicalResourceId: 'Other' };

describe('an application', () => {
  test.each<[string, object | undefined, ApplicationRecord | undefined, Relation]>([
    ['in the journal as made', undefined, made.application, 'own'],
    ['in the journal as made, with the tag of another', other, made.application, 'own'],
    [
      'in the journal as made, with a tag that says adopted',
      { ...identity, adopted: true },
      made.application,
      'own',
    ],
    ['in the journal as adopted', identity, adopted.application, 'adopted'],
    ['in no journal, with this tag', identity, undefined, 'own'],
    ['in no journal, with this tag as adopted', { ...identity, adopted: true }, undefined, 'adopted'],
    ['in no journal, with the tag of another resource', other, undefined, "another's"],
    [
      'in no journal, with the tag of another provider',
      { ...identity, providerName: 'O' },
      undefined,
      "another's",
    ],
    ['in no journal, without a tag', undefined, undefined, 'unmarked'],
    ['in no journal, with a tag that cannot be read', { stackId: 7 }, undefined, 'unmarked'],
  ])('%s', (_what, tag, known, relation) => {
    expect(relationOfApplication(document(tag), identity, known)).toBe(relation);
  });
});

describe('the record of an application', () => {
  const nameless = federation(undefined, { application: { groupIds: ['00g1'] } }).application;

  test('is the one with its ID', () => {
    expect(recordOf(document(identity), identity, [nameless, made.application])).toBe(made.application);
    expect(recordOf(document(), identity, [made.application])).toBe(made.application);
  });

  test('is that of an attempt without a known ID, if the name tag is this resource’s', () => {
    expect(recordOf(document(identity), identity, [federation('0oa9').application, nameless])).toBe(nameless);
  });

  test.each([
    ['there is no tag', undefined],
    ['the tag is another’s', other],
  ])('is not found if %s', (_why, tag) => {
    expect(recordOf(document(tag), identity, [nameless])).toBeUndefined();
  });
});

describe('a provider', () => {
  const provider = (clientId: string): IdentityProvider => ({
    type: 'OIDC',
    clientId,
    clientSecret: undefined,
    issuer: 'https://example.okta.com',
    scopes: ['openid'],
    attributesRequestMethod: 'GET',
    attributeMapping: {},
    idpIdentifiers: [],
    otherDetails: {},
  });
  const none: ReadonlySet<string> = new Set();
  const own = { document: document(), relation: 'own' } as const;
  const unmarked = { document: document(), relation: 'unmarked' } as const;

  test.each<[string, string, Parameters<typeof relationOfProvider>[1], Relation]>([
    [
      'of a client that nothing of ours has',
      '0oa9',
      { known: made.provider, clientIds: new Set(['0oa1']), application: own },
      "another's",
    ],
    [
      'of a client that the journal names',
      '0oa9',
      { known: made.provider, clientIds: new Set(['0oa9']), application: own },
      'own',
    ],
    [
      'that the journal has as adopted',
      '0oa1',
      { known: adopted.provider, clientIds: new Set(['0oa1']), application: own },
      'adopted',
    ],
    [
      'of our own application, in no journal',
      '0oa1',
      { known: undefined, clientIds: none, application: own },
      'own',
    ],
    [
      'of an application that is to be adopted',
      '0oa1',
      { known: undefined, clientIds: none, application: unmarked },
      'adopted',
    ],
    [
      'of the physical ID’s client, in no journal, whose application is gone',
      '0oa1',
      { known: undefined, clientIds: new Set(['0oa1']), application: undefined },
      'own',
    ],
    [
      'without any application of ours',
      '0oa1',
      { known: undefined, clientIds: none, application: undefined },
      "another's",
    ],
  ])('%s', (_what, clientId, claims, relation) => {
    expect(relationOfProvider(provider(clientId), claims)).toBe(relation);
  });
});
