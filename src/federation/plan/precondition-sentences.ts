import type { Group } from '../../okta/groups.ts';
import { plain, quoted } from '../properties/shown.ts';
import type { ResourceName } from '../resource-name.ts';

/**
 * What can be wrong before anything is made: the property, what is wrong, why, what to do. The error table of
 * docs/reference.md shows each.
 */
export const preconditionSentences = {
  noPool: (id: string) =>
    `UserPoolId: there is no user pool ${id} in this account. Check the ID and its region, which is the part before "_".`,
  noDomain: (id: string) =>
    `UserPoolId: user pool ${id} has no domain, and people sign in through it. Add an AWS::Cognito::UserPoolDomain, and set UserPoolDomain to !Ref of it.`,
  failedDomain: (host: string, id: string) =>
    `UserPoolId: the domain ${host} of user pool ${id} has failed. Check its certificate and DNS under Branding › Domain in the Cognito console, or create it again.`,
  otherDomain: (domain: string, id: string, hosts: readonly string[]) =>
    `UserPoolDomain: user pool ${id} has no domain ${quoted(domain)}; it has ${hosts.join(' and ')}. Set UserPoolDomain to !Ref of the pool's AWS::Cognito::UserPoolDomain.`,

  noClient: (id: string, poolId: string) =>
    `UserPoolClientIds: user pool ${poolId} has no app client ${id}. Use !Ref of an app client of this pool, or remove it.`,
  machineClient: (id: string) =>
    `UserPoolClientIds: app client ${id} is a machine-to-machine client (client_credentials); Cognito allows no user sign-in on it. Use another app client.`,
  noOAuth: (id: string) =>
    `UserPoolClientIds: app client ${id} does not use OAuth. Set its AllowedOAuthFlowsUserPoolClient to true.`,
  noCodeFlow: (id: string) =>
    `UserPoolClientIds: app client ${id} lacks the authorization code flow. Add code to its AllowedOAuthFlows.`,
  noCallback: (id: string) =>
    `UserPoolClientIds: app client ${id} has no callback URL. Add one to its CallbackURLs.`,
  unwritable: (id: string, attributes: readonly string[]) =>
    `UserPoolClientIds: app client ${id} may not write ${attributes.join(', ')}, which AttributeMapping fills. Add ${attributes.length === 1 ? 'it' : 'them'} to its WriteAttributes.`,

  noAttribute: (name: string, poolId: string, near: string | undefined) =>
    `AttributeMapping: user pool ${poolId} has no attribute ${quoted(name)}. ${near === undefined ? 'Add it to the Schema of the pool, or remove it from AttributeMapping.' : `Use ${near}.`}`,
  customAttribute: (name: string, poolId: string) =>
    `AttributeMapping: user pool ${poolId} has no attribute ${quoted(name)}, but has custom:${plain(name)}. Use custom:${plain(name)}.`,
  immutable: (name: string, poolId: string) =>
    `AttributeMapping: attribute ${name} of user pool ${poolId} is immutable, and Cognito writes mapped attributes at each sign-in. Map a different one, which is mutable.`,
  tooShort: (name: string, poolId: string, max: number, claim: string, longest: number) =>
    `AttributeMapping: attribute ${name} of user pool ${poolId} holds at most ${max} characters, and the Okta claim ${claim} can have ${longest}. Map it to an attribute whose MaxLength is at least ${longest}.`,
  requiredUnmapped: (name: string, poolId: string) =>
    `AttributeMapping: user pool ${poolId} requires ${name}, and nothing is mapped to it. Map a claim to it.`,

  claimCase: (attribute: string, claim: string, standard: string) =>
    `AttributeMapping: ${attribute} is mapped to the claim ${quoted(claim)}, but Okta issues ${quoted(standard)}, and the case counts. Use ${standard}.`,
  claimScope: (attribute: string, claim: string, scope: string) =>
    `AttributeMapping: ${attribute} is mapped to the claim ${claim}, which needs the scope ${scope}. Add ${scope} to Scopes, or remove ${attribute} from AttributeMapping.`,
  claimNear: (attribute: string, claim: string, near: string) =>
    `AttributeMapping: ${attribute} is mapped to the claim ${quoted(claim)}, which Okta does not issue. Use ${near}, or add ${plain(claim)} to Claims.`,
  groupsClaim: (attribute: string) =>
    `AttributeMapping: ${attribute} is mapped to the claim "groups", which Okta's org authorization server does not issue by itself. Add to Claims: groups: "user.getGroups({'group.profile.name': 'app-', 'operator': 'STARTS_WITH'}).![profile.name]". Or deploy without this mapping, set a groups claim filter on the application's Sign On page in Okta, then map it. Or set Issuer to a custom authorization server that issues it.`,
  unissuedClaim: (attribute: string, claim: string) =>
    `AttributeMapping: ${attribute} is mapped to the claim ${quoted(claim)}, which Okta's org authorization server does not issue. Add it to Claims, or set Issuer to a custom authorization server that issues it.`,

  noClaims: (orgUrl: string) =>
    `Claims: the Okta org ${orgUrl} has no federated claims. Remove Claims. Instead, set a groups claim filter on the application's Sign On page in Okta, or set Issuer to a custom authorization server that has the claims.`,
  noPolicy: (name: string) =>
    `AuthenticationPolicy: Okta has no authentication policy ${quoted(name)}. Check the name under Security › Authentication Policies in Okta; the case counts. Or use the policy's ID.`,
  manyPolicies: (name: string, ids: readonly string[]) =>
    `AuthenticationPolicy: Okta has ${ids.length} authentication policies named ${quoted(name)}: ${ids.slice(0, 5).join(', ')}. Use the ID of one of them.`,
  noPolicies: (orgUrl: string) =>
    `AuthenticationPolicy: the Okta org ${orgUrl} has no authentication policies, because it is on Classic Engine. Remove AuthenticationPolicy.`,
  brokerMode: (label: string) =>
    `Access: the Okta application ${quoted(label)} is in Federation Broker Mode: everyone in the org may sign in, and Okta accepts no group assignments. Set Access to FederationBrokerMode, or turn the mode off on the application's General page in Okta.`,
  inactive: (label: string, id: string) =>
    `Active: the Okta application ${quoted(label)} (${id}) is inactive, so no one can sign in through it. Set Active to true, or activate it under Applications in Okta.`,
  taggedForAnother: (id: string, { stackId, logicalResourceId }: ResourceName) =>
    `The Okta application ${id} has the name tag of the resource ${logicalResourceId} of the stack ${stackId}, and the journal of this resource does not know the application. Remove the other resource; or, if the name tag is wrong, remove okta_cognito_idp from the application's profile. Then deploy again.`,
  requiresProof: (label: string, id: string) =>
    `The Okta application ${quoted(label)} (${id}) requires DPoP, which Cognito does not support. Turn off "Require Demonstrating Proof of Possession" on the application's General page in Okta.`,
  networkZone: (label: string, id: string) =>
    `The Okta application ${quoted(label)} (${id}) accepts token requests only from a network zone, but Cognito sends them from AWS addresses. Set the network restriction on the application's General page in Okta to Anywhere.`,
  clientMethod: (label: string, id: string, method: string) =>
    `The Okta application ${quoted(label)} (${id}) uses ${method}; Cognito supports only client-secret authentication. Set Client authentication on the application's General page in Okta to Client secret.`,

  refreshScope: () =>
    'Scopes: the scope offline_access needs the Refresh Token grant, which the Okta application does not have. Cognito does not use refresh tokens of Okta. Remove offline_access from Scopes.',
  scopeNotOffered: (issuer: string, scopes: readonly string[]) =>
    `Scopes: ${issuer} does not offer ${scopes.map(plain).join(', ')}. Remove it from Scopes${issuer.includes('/oauth2/') ? ', or add it to the authorization server under Security › API in Okta, with "Include in public metadata"' : ''}.`,
  issuerSlash: (found: string, right: string) =>
    `Issuer: the adopted provider has the issuer ${quoted(found)}. Okta's issuer has no slash at the end, so sign-ins fail. Set Issuer to ${right}.`,

  noGroup: (name: string) =>
    `Access: Okta has no group ${quoted(name)}. Check the name under Directory › Groups in Okta; the case counts. Or use the group's ID.`,
  noGroupInvisible: (name: string, character: string) =>
    `Access: Okta has no group ${quoted(name)}. The name contains the invisible character ${character}. Remove that character, or use the group's ID.`,
  noGroupUnicode: (name: string) =>
    `Access: Okta has no group ${quoted(name)}. Okta may store its accents or signs as other characters that look the same. Use the group's ID, which is in the address of its page under Directory › Groups.`,
  manyGroups: (name: string, groups: readonly Group[]) =>
    `Access: Okta has ${groups.length} groups named ${quoted(name)}: ${groups.slice(0, 5).map(origin).join(', ')}${groups.length > 5 ? ', …' : ''}. Use the ID of one of them.`,
} as const;

/** @see https://developer.okta.com/docs/api/openapi/okta-management/management/tag/Group/ */
function origin({ id, type, source }: Group): string {
  switch (type) {
    case 'OKTA_GROUP':
      return `${id} (an Okta group)`;
    case 'APP_GROUP':
      return `${id} (from ${source === undefined ? 'a directory or an app' : plain(source)})`;
    case 'BUILT_IN':
      return `${id} (built into Okta)`;
    default:
      return `${id} (${type})`;
  }
}
