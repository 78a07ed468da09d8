import type { AppClient } from '../../cognito/app-clients.ts';
import type { UserPool } from '../../cognito/user-pools.ts';
import type { Group } from '../../okta/groups.ts';
import type { Observed } from '../observe/observe.ts';
import type { Identity } from '../properties/identity.ts';
import type { Properties } from '../properties/properties.ts';
import { adoptionProblems } from './adoption.ts';
import type { Settings } from './settings.ts';

/** Something that must hold before anything is made. */
export interface Precondition {
  /** What must hold, in a few words. */
  readonly name: string;
  /** Why it does not: each a sentence that names the property and the cure. */
  readonly problems: readonly string[];
}

/** Of the settings, what can be wrong. */
type CheckedSettings = Pick<Settings, 'scopes' | 'attributeMapping'>;
type Findings = Pick<Observed, 'userPool' | 'appClients' | 'issuer' | 'groups'>;

/** Everything that can be known to be wrong before anything is made. Pure. */
export function problemsOf(
  identity: Identity,
  properties: Properties,
  settings: Settings,
  observed: Observed,
): string[] {
  return [
    ...preconditionsOf(identity, settings, observed).flatMap(({ problems }) => problems),
    ...adoptionProblems(identity, properties, observed),
  ];
}

/** What must hold of a federation, whoever made it. Pure. */
export function preconditionsOf(
  identity: Pick<Identity, 'userPoolId' | 'logicalResourceId'>,
  settings: CheckedSettings,
  observed: Findings,
): Precondition[] {
  const { userPool } = observed;
  const { userPoolId } = identity;
  const there = { name: `user pool ${userPoolId} is there`, problems: [] };
  if (!userPool) {
    const problem = `UserPoolId: there is no user pool ${userPoolId}; check the ID and its region.`;
    return [{ ...there, problems: [problem] }];
  }
  return [
    there,
    { name: 'the pool has a domain', problems: domainProblems(userPool, identity.logicalResourceId) },
    ...[...observed.appClients].map(([id, client]) => ({
      name: `app client ${id} can sign people in through a provider`,
      problems: client
        ? appClientProblems(client, settings)
        : [`UserPoolClientIds: user pool ${userPoolId} has no app client ${id}.`],
    })),
    { name: 'the mapped attributes fit the pool', problems: attributeProblems(userPool, settings) },
    { name: 'each mapped claim is in a requested scope', problems: claimProblems(settings) },
    { name: 'the issuer answers and offers the scopes', problems: issuerProblems(settings, observed) },
    ...[...observed.groups].map(([nameOrId, groups]) => ({
      name: `Okta has one group ${nameOrId}`,
      problems: groupProblems(nameOrId, groups),
    })),
  ];
}

function domainProblems(userPool: UserPool, logicalResourceId: string): string[] {
  if (userPool.domains.length === 0) {
    return [
      `UserPoolId: user pool ${userPool.id} has no domain, and people sign in through it. Add an AWS::Cognito::UserPoolDomain; where it is in this template, name it in DependsOn of ${logicalResourceId}.`,
    ];
  }
  return userPool.domains
    .filter((domain) => domain.state === 'failed')
    .map(
      (domain) =>
        `UserPoolId: the domain ${domain.host} of user pool ${userPool.id} has failed; mend or replace it.`,
    );
}

/** @see https://docs.aws.amazon.com/cognito/latest/developerguide/cognito-user-pools-app-idp-settings.html */
function appClientProblems(client: AppClient, settings: CheckedSettings): string[] {
  const of = `UserPoolClientIds: app client ${client.id}`;
  if (client.oauthFlows.includes('client_credentials')) {
    return [
      `${of} is for machines (client_credentials), and Cognito lets such a client have no other flow: name an app client that people use.`,
    ];
  }
  const problems: string[] = [];
  if (!client.oauthEnabled) {
    problems.push(`${of} does not use OAuth: set its AllowedOAuthFlowsUserPoolClient to true.`);
  }
  if (!client.oauthFlows.includes('code')) {
    problems.push(`${of} lacks the code flow: add code to its AllowedOAuthFlows.`);
  }
  if (client.callbackUrls.length === 0) {
    problems.push(`${of} has no callback URL: add one to its CallbackURLs.`);
  }
  const unwritable = mappedAttributes(settings).filter(
    (name) => client.writeAttributes !== undefined && !client.writeAttributes.includes(name),
  );
  if (unwritable.length > 0) {
    problems.push(
      `${of} may not write ${unwritable.join(', ')}, which AttributeMapping fills: add it to its WriteAttributes.`,
    );
  }
  return problems;
}

/** @see https://docs.aws.amazon.com/cognito/latest/developerguide/cognito-user-pools-specifying-attribute-mapping.html */
function attributeProblems(userPool: UserPool, settings: CheckedSettings): string[] {
  const mapped = mappedAttributes(settings).flatMap((name) => {
    const attribute = userPool.attributes.get(name);
    if (!attribute) return [`AttributeMapping: user pool ${userPool.id} has no attribute ${name}.`];
    // Cognito writes mapped attributes at each sign-in: one that cannot change fails the second.
    return attribute.mutable
      ? []
      : [
          `AttributeMapping: attribute ${name} of user pool ${userPool.id} cannot change, and a mapped one must; map another.`,
        ];
  });
  const missing = [...userPool.attributes]
    .filter(
      ([name, attribute]) =>
        attribute.required && name !== 'sub' && !Object.hasOwn(settings.attributeMapping, name),
    )
    .map(([name]) => `AttributeMapping: user pool ${userPool.id} requires ${name}; map a claim to it.`);
  return [...mapped, ...missing];
}

/** `username` is Cognito's own key for a federated user, not an attribute of the pool's schema. */
function mappedAttributes(settings: CheckedSettings): string[] {
  return Object.keys(settings.attributeMapping).filter((name) => name !== 'username');
}

const profileClaims =
  'name family_name given_name middle_name nickname preferred_username profile picture website gender birthdate zoneinfo locale updated_at';

/** @see https://openid.net/specs/openid-connect-core-1_0.html#ScopeClaims */
const scopeOfClaim = new Map([
  ...profileClaims.split(' ').map((claim) => [claim, 'profile'] as const),
  ['email', 'email'],
  ['email_verified', 'email'],
  ['address', 'address'],
  ['phone_number', 'phone'],
  ['phone_number_verified', 'phone'],
]);

function claimProblems(settings: CheckedSettings): string[] {
  return Object.entries(settings.attributeMapping).flatMap(([attribute, claim]) => {
    const scope = scopeOfClaim.get(claim);
    return scope === undefined || settings.scopes.includes(scope)
      ? []
      : [
          `AttributeMapping: ${attribute} is mapped to the claim ${claim}, which needs the scope ${scope}: add it to Scopes, or leave ${attribute} out of AttributeMapping.`,
        ];
  });
}

function issuerProblems(settings: CheckedSettings, { issuer }: Findings): string[] {
  if ('problem' in issuer) return [issuer.problem];
  const offered = issuer.metadata?.scopes_supported;
  const unknown = settings.scopes.filter((scope) => offered?.includes(scope) === false);
  return unknown.length > 0
    ? [
        `Scopes: ${issuer.url} does not offer ${unknown.join(', ')}; take it out, or have the authorization server offer it, in its public metadata too.`,
      ]
    : [];
}

function groupProblems(nameOrId: string, groups: readonly Group[]): string[] {
  if (groups.length === 0) {
    return [
      `Access: Okta has no group ${nameOrId}; check the name, which is case-sensitive, or give its ID.`,
    ];
  }
  if (groups.length === 1) return [];
  const ids = groups.slice(0, 5).map((group) => group.id);
  return [
    `Access: Okta has ${groups.length} groups named ${nameOrId}; give the ID of the one you mean (${ids.join(', ')}).`,
  ];
}
