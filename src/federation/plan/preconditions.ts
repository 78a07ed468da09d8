import type { Application } from '../../okta/applications.ts';
import type { Group } from '../../okta/groups.ts';
import type { Observed } from '../observe/observed.ts';
import { nameTagOf } from '../ownership/name-tag.ts';
import type { Identity } from '../properties/identity.ts';
import type { Properties } from '../properties/properties.ts';
import { wrongCharacter } from '../properties/shown.ts';
import { adoptionProblems } from './adoption.ts';
import { otherAuthentication, takesZoneOnly, wantsProof } from './application-checks.ts';
import { mayBeActivated } from './application-status.ts';
import { endsInBrokerMode } from './broker-mode.ts';
import type { Precondition } from './check.ts';
import { standardClaimProblems, unissuedClaimProblems } from './claim-checks.ts';
import { appClientProblems, attributeProblems, domainProblems, otherDomainProblems } from './pool-checks.ts';
import { preconditionSentences as sentences } from './precondition-sentences.ts';
import type { Settings } from './settings.ts';

/** The settings that can be wrong. */
type CheckedSettings = Pick<Settings, 'scopes' | 'attributeMapping'> & {
  /** Settings of the Okta application, as far as the template sets them. */
  readonly application?: Settings['application'];
  /** Claims by expression, if it is known which the application has. */
  readonly claims?: Readonly<Record<string, string>> | undefined;
};
type Findings = Pick<Observed, 'userPool' | 'appClients' | 'issuer' | 'groups'> &
  Partial<Pick<Observed, 'provider'>>;

/** Everything that can be known to be wrong before anything is made. Pure. */
export function problemsOf(
  identity: Identity,
  properties: Properties,
  settings: CheckedSettings,
  observed: Observed,
): string[] {
  const checked = { ...settings, claims: properties.Claims };
  return [
    ...preconditionsOf(identity, checked, observed).flatMap(({ problems }) => problems),
    ...requestProblems(properties, settings, observed),
    ...adoptionProblems(identity, properties, observed),
  ];
}

/** What must hold of a federation, no matter who made it. Pure. */
export function preconditionsOf(
  identity: Pick<Identity, 'userPoolId' | 'logicalResourceId'>,
  settings: CheckedSettings,
  observed: Findings,
): Precondition[] {
  const { userPool } = observed;
  const { userPoolId } = identity;
  const there = { name: `user pool ${userPoolId} is there`, problems: [] };
  if (!userPool) return [{ ...there, problems: [sentences.noPool(userPoolId)] }];
  const { attributeMapping } = settings;
  return [
    there,
    { name: 'the pool has a domain', problems: domainProblems(userPool) },
    ...[...observed.appClients].map(([id, client]) => ({
      name: `app client ${id} can sign people in through a provider`,
      problems: client ? appClientProblems(client, attributeMapping) : [sentences.noClient(id, userPoolId)],
    })),
    { name: 'the mapped attributes fit the pool', problems: attributeProblems(userPool, attributeMapping) },
    ...oktaPreconditions(settings, observed),
  ];
}

/** What must hold in Okta. Pure. */
function oktaPreconditions(settings: CheckedSettings, observed: Findings): Precondition[] {
  const { attributeMapping, scopes, claims = {} } = settings;
  return [
    {
      name: 'each mapped claim is in a requested scope',
      problems: standardClaimProblems(attributeMapping, { scopes, claims: Object.keys(claims) }),
    },
    { name: 'the issuer answers and offers the scopes', problems: issuerProblems(settings, observed) },
    ...[...observed.groups].map(([nameOrId, groups]) => ({
      name: `Okta has one group ${nameOrId}`,
      problems: groupProblems(nameOrId, groups),
    })),
  ];
}

/** What can be known to be wrong although the user pool is not there yet. Pure. */
export function problemsBeforePool(
  properties: Properties,
  settings: CheckedSettings,
  observed: Observed,
): string[] {
  const checked = { ...settings, claims: properties.Claims };
  return [
    ...oktaPreconditions(checked, observed).flatMap(({ problems }) => problems),
    ...featureProblems(properties, observed),
    ...issuedProblems(properties, settings, observed),
    ...applicationProblems(properties, observed.application),
  ];
}

/** What is wrong with what a template asks for. Pure. */
function requestProblems(properties: Properties, settings: CheckedSettings, observed: Observed): string[] {
  const { userPool, application } = observed;
  // Without the pool nothing else is worth a sentence.
  if (!userPool) return [];
  const grants = application?.document.settings?.oauthClient?.grant_types ?? [];
  const lacksGrant = settings.scopes.includes('offline_access') && !grants.includes('refresh_token');
  return [
    ...otherDomainProblems(userPool, properties.UserPoolDomain),
    ...(lacksGrant ? [sentences.refreshScope()] : []),
    ...featureProblems(properties, observed),
    ...accessProblems(properties, settings, observed),
    ...applicationProblems(properties, application),
    ...issuedProblems(properties, settings, observed),
  ];
}

function issuedProblems(
  properties: Properties,
  { attributeMapping, scopes }: CheckedSettings,
  observed: Observed,
): string[] {
  const sources = { scopes, claims: Object.keys(properties.Claims ?? {}) };
  const hidden = hiddenClaims(properties, attributeMapping, observed);
  return unissuedClaimProblems(attributeMapping, sources, observed.issuer, hidden);
}

/**
 * Claims that a groups claim filter may issue: Okta's public API does not show it. On an adopted application it can have any
 * name, on an own one it is taken for the console's default. What the provider maps already is taken to be issued.
 */
function hiddenClaims(
  properties: Properties,
  mapping: Readonly<Record<string, string>>,
  { application, provider }: Observed,
): string[] {
  if (properties.Adopt) return Object.values(mapping);
  return [...Object.values(provider?.attributeMapping ?? {}), ...(application ? ['groups'] : [])];
}

/** Claims and policies need features that not every org has. */
function featureProblems(properties: Properties, { claims, policies, orgUrl }: Observed): string[] {
  const { AuthenticationPolicy: policy } = properties;
  return [
    ...(properties.Claims && claims === 'unavailable' ? [sentences.noClaims(orgUrl)] : []),
    ...(policy === undefined || policies === undefined ? [] : policyProblems(policy, policies, orgUrl)),
  ];
}

function policyProblems(name: string, policies: NonNullable<Observed['policies']>, orgUrl: string): string[] {
  if (policies === 'unavailable') return [sentences.noPolicies(orgUrl)];
  if (policies.length === 1) return [];
  const ids = policies.map(({ id }) => id);
  return [ids.length === 0 ? sentences.noPolicy(name) : sentences.manyPolicies(name, ids)];
}

/** In Federation Broker Mode everyone may sign in: a template that allows fewer people would not get what it asks for. */
function accessProblems(
  { Access }: Properties,
  { application: wanted = {} }: CheckedSettings,
  observed: Observed,
): string[] {
  const { application } = observed;
  const isNarrow = Access === 'Nobody' || Array.isArray(Access);
  return application && isNarrow && endsInBrokerMode({ application: wanted }, observed)
    ? [sentences.brokerMode(application.document.label)]
    : [];
}

function applicationProblems(properties: Properties, application: Observed['application']): string[] {
  if (!application) return [];
  const { document } = application;
  const { id, label, status } = document;
  const isLeftInactive = status !== 'ACTIVE' && !mayBeActivated(properties, application);
  return [
    ...(isLeftInactive ? [sentences.inactive(label, id)] : []),
    // For an application to adopt, other sentences say it.
    ...(properties.Adopt ? [] : [...ownerProblems(application), ...unmetProblems(document)]),
    ...(takesZoneOnly(document) ? [sentences.networkZone(label, id)] : []),
  ];
}

/** The physical ID leads to it, and the journal does not know it: then its name tag may not be of another resource. */
function ownerProblems({ document, relation }: NonNullable<Observed['application']>): string[] {
  const tag = nameTagOf(document);
  return relation === "another's" && tag ? [sentences.taggedForAnother(document.id, tag)] : [];
}

function unmetProblems(document: Application): string[] {
  const { id, label } = document;
  const method = otherAuthentication(document);
  return [
    ...(method === undefined ? [] : [sentences.clientMethod(label, id, method)]),
    ...(wantsProof(document) ? [sentences.requiresProof(label, id)] : []),
  ];
}

function issuerProblems(settings: CheckedSettings, { issuer, provider }: Findings): string[] {
  if ('problem' in issuer) {
    const found = provider?.issuer;
    // Okta's issuers end without a slash, and Cognito compares them to the letter.
    return found?.endsWith('/') && issuer.problem.includes(found)
      ? [sentences.issuerSlash(found, found.replace(/\/+$/, ''))]
      : [issuer.problem];
  }
  const offered = issuer.metadata?.scopes_supported;
  const unknown = settings.scopes.filter((scope) => offered?.includes(scope) === false);
  return unknown.length > 0 ? [sentences.scopeNotOffered(issuer.url, unknown)] : [];
}

function groupProblems(nameOrId: string, groups: readonly Group[]): string[] {
  if (groups.length === 1) return [];
  if (groups.length > 1) return [sentences.manyGroups(nameOrId, groups)];
  const hidden = wrongCharacter(nameOrId, /[^\p{Cf}\p{Cc}\u00A0]/u);
  if (hidden !== undefined) return [sentences.noGroupInvisible(nameOrId, hidden)];
  // Accents can be stored in two ways, and a search finds only one: https://unicode.org/reports/tr15/
  const isAscii = /^[\x20-\x7E]*$/.test(nameOrId);
  return [isAscii ? sentences.noGroup(nameOrId) : sentences.noGroupUnicode(nameOrId)];
}
