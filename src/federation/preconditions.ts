import type { AppClient } from '../cognito/app-clients.ts';
import type { UserPool } from '../cognito/user-pools.ts';
import type { Group } from '../okta/groups.ts';
import type { Observed } from './observe.ts';
import type { Properties } from './properties.ts';

/**
 * Everything that can be known to be wrong before anything is made. Each problem is a sentence that names the property
 * and the cure.
 */
export function problemsOf(
  desired: Properties,
  logicalResourceId: string,
  observed: Pick<Observed, 'userPool' | 'appClients' | 'groups'>,
): string[] {
  const { userPool } = observed;
  if (!userPool) {
    return [`UserPoolId: there is no user pool ${desired.UserPoolId}; check the ID and its region.`];
  }
  return [
    ...domainProblems(userPool, logicalResourceId),
    ...[...observed.appClients].flatMap(([id, client]) =>
      client
        ? appClientProblems(client, desired)
        : [`UserPoolClientIds: user pool ${userPool.id} has no app client ${id}.`],
    ),
    ...attributeProblems(userPool, desired),
    ...scopeProblems(desired),
    ...[...observed.groups].flatMap(([nameOrId, groups]) => groupProblems(nameOrId, groups)),
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
function appClientProblems(client: AppClient, desired: Properties): string[] {
  const of = `UserPoolClientIds: app client ${client.id}`;
  const problems: string[] = [];
  if (!client.oauthEnabled)
    problems.push(`${of} does not use OAuth: set its AllowedOAuthFlowsUserPoolClient to true.`);
  if (!client.oauthFlows.includes('code'))
    problems.push(`${of} lacks the code flow: add code to its AllowedOAuthFlows.`);
  if (client.callbackUrls.length === 0)
    problems.push(`${of} has no callback URL: add one to its CallbackURLs.`);
  const unwritable = mappedAttributes(desired).filter(
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
function attributeProblems(userPool: UserPool, desired: Properties): string[] {
  const mapped = mappedAttributes(desired).flatMap((name) => {
    const attribute = userPool.attributes.get(name);
    if (!attribute) return [`AttributeMapping: user pool ${userPool.id} has no attribute ${name}.`];
    // A value that cannot change is refused at the second sign-in.
    if (!attribute.mutable)
      return [
        `AttributeMapping: attribute ${name} of user pool ${userPool.id} cannot change, and a mapped one must; map another.`,
      ];
    return [];
  });
  const missing = [...userPool.attributes]
    .filter(
      ([name, attribute]) =>
        attribute.required && name !== 'sub' && !Object.hasOwn(desired.AttributeMapping, name),
    )
    .map(([name]) => `AttributeMapping: user pool ${userPool.id} requires ${name}; map a claim to it.`);
  return [...mapped, ...missing];
}

/** `username` is Cognito's own key for a federated user, not an attribute of the pool's schema. */
function mappedAttributes(desired: Properties): string[] {
  return Object.keys(desired.AttributeMapping).filter((name) => name !== 'username');
}

/** @see https://openid.net/specs/openid-connect-core-1_0.html#ScopeClaims */
const claimsOfScope: Readonly<Record<string, readonly string[]>> = {
  profile: [
    'name',
    'family_name',
    'given_name',
    'middle_name',
    'nickname',
    'preferred_username',
    'profile',
    'picture',
    'website',
    'gender',
    'birthdate',
    'zoneinfo',
    'locale',
    'updated_at',
  ],
  email: ['email', 'email_verified'],
  address: ['address'],
  phone: ['phone_number', 'phone_number_verified'],
};

function scopeProblems(desired: Properties): string[] {
  return Object.entries(desired.AttributeMapping).flatMap(([attribute, claim]) => {
    const scope = Object.keys(claimsOfScope).find((name) => claimsOfScope[name]?.includes(claim));
    if (!scope || desired.Scopes.includes(scope)) return [];
    return [
      `AttributeMapping: ${attribute} is mapped to the claim ${claim}, which needs the scope ${scope}: add it to Scopes.`,
    ];
  });
}

function groupProblems(nameOrId: string, groups: readonly Group[]): string[] {
  if (groups.length === 0)
    return [
      `Access: Okta has no group ${nameOrId}; check the name, which is case-sensitive, or give its ID.`,
    ];
  if (groups.length === 1) return [];
  const ids = groups
    .slice(0, 5)
    .map((group) => group.id)
    .join(', ');
  return [
    `Access: Okta has ${groups.length} groups named ${nameOrId}; give the ID of the one you mean (${ids}).`,
  ];
}
