import { atMost, atOnce } from '../../at-most.ts';
import { describeAppClient, listAppClientIds, unlessDenied } from '../../cognito/app-clients.ts';
import { type Cognito, unlessNotFound } from '../../cognito/client.ts';
import { describeIdentityProvider, type IdentityProvider } from '../../cognito/identity-providers.ts';
import { describeUserPool } from '../../cognito/user-pools.ts';
import { type Application, clientIdOf, getApplication } from '../../okta/applications.ts';
import type { Okta } from '../../okta/client.ts';
import { listClientSecrets } from '../../okta/client-secrets.ts';
import { InactiveApplicationError, OktaError } from '../../okta/errors.ts';
import type { FederatedClaim } from '../../okta/federated-claims.ts';
import { findGroups, listAssignedGroupIds } from '../../okta/groups.ts';
import { allOf, eager } from '../all-of.ts';
import type { Connections } from '../connections.ts';
import { hasClaims } from '../journal/merge.ts';
import type { ApplicationRecord } from '../journal/records.ts';
import { adopts, recordOf, relationOfApplication, relationOfProvider } from '../ownership/whose.ts';
import { accessGroups } from '../properties/defaults.ts';
import type { Place } from '../properties/identity.ts';
import { claimsOf, observeClaims, observePolicies } from './claims-and-policies.ts';
import { findApplication, type Sought } from './find-application.ts';
import { asIssuerMode, type Issuer, observeIssuer } from './issuer.ts';
import type { Observed, ObservedApplication } from './observed.ts';

/** Observes everything in parallel. */
export async function observe(connections: Connections, sought: Sought): Promise<Observed> {
  const { cognito, okta } = connections;
  const { identity, properties, known, applicationId } = sought;
  const { userPoolId, providerName } = identity;
  const provider = describeIdentityProvider(cognito, userPoolId, providerName);
  const application = okta.then(async (connected) =>
    withRelation(await findApplication(connected, sought), sought),
  );
  const isAdoption = adopts(properties, known.applications);
  const [standing] = known.applications;
  const mayBeAdopted = isAdoption || standing?.found !== undefined;
  const [
    connected,
    userPool,
    appClients,
    described,
    found,
    assignedGroupIds,
    groups,
    issuer,
    claims,
    policies,
  ] = await allOf([
    okta,
    describeUserPool(cognito, userPoolId),
    atMost(
      atOnce,
      [...new Set(properties.UserPoolClientIds)],
      async (id) => [id, await describeAppClient(cognito, userPoolId, id)] as const,
    ),
    provider,
    application,
    assignedTo(okta, application, standing?.id ?? applicationId),
    okta.then((org) => groupsOf(org, accessGroups(properties, isAdoption))),
    issuerOf(connections, sought, mayBeAdopted, provider),
    observeClaims(okta, sought, application),
    observePolicies(okta, sought),
  ]);
  // Only now is it known whether the template keeps an application that it once adopted: that keeps its groups.
  const wanted = accessGroups(properties, isAdoption || found?.relation === 'adopted');
  const wantedGroups = groups.filter(([name]) => wanted.includes(name));
  const clientIds = new Set([...known.clientIds, ...(applicationId ? [applicationId] : [])]);
  return {
    orgUrl: connected.orgUrl,
    userPool,
    appClients: new Map(appClients),
    provider: described && {
      ...described,
      relation: relationOfProvider(described, { known: known.provider, clientIds, application: found }),
    },
    application: found,
    assignedGroupIds,
    groups: new Map(wantedGroups),
    groupIds: [...new Set(wantedGroups.flatMap(([, some]) => some.map((group) => group.id)))],
    redirectUris: (userPool?.domains ?? []).map((domain) => redirectUri(domain.host)),
    issuer,
    ...(claims ? { claims } : {}),
    ...policies,
  };
}

/**
 * The URL to which Okta sends the browser back.
 * @see https://docs.aws.amazon.com/cognito/latest/developerguide/cognito-user-pools-oidc-idp.html
 */
export function redirectUri(domain: string): string {
  return `https://${domain}/oauth2/idpresponse`;
}

function withRelation(
  document: Application | undefined,
  { identity, known, past }: Sought,
): ObservedApplication | undefined {
  if (!document) return undefined;
  const record = recordOf(document, identity, known.applications);
  const isUnfinished = past.standing?.application.id !== document.id && past.open.length > 0;
  const relation = relationOfApplication(document, identity, record);
  return { document, record, relation, ...(isUnfinished ? { isUnfinished } : {}) };
}

async function assignedTo(
  okta: Promise<Okta>,
  application: Promise<ObservedApplication | undefined>,
  likelyId: string | undefined,
): Promise<string[]> {
  // At once if the ID is known, although the application to work on may be another.
  const [found, likely] = await allOf([
    application,
    likelyId ? okta.then((connected) => assignedGroupIds(connected, likelyId)) : undefined,
  ]);
  if (likely && likely !== 'not shown' && found?.document.id === likelyId) return likely;
  if (!found) return [];
  const ids = likely === 'not shown' ? likely : await assignedGroupIds(await okta, found.document.id);
  // Those that this resource assigned, as far as the journal knows.
  return ids === 'not shown' ? [...(found.record?.groupIds ?? [])] : ids;
}

/** Okta shows no assignment of an inactive application. */
export async function assignedGroupIds(okta: Okta, id: string): Promise<string[] | 'not shown'> {
  try {
    return await listAssignedGroupIds(okta, id);
  } catch (error) {
    if (!(error instanceof InactiveApplicationError)) throw error;
    return 'not shown';
  }
}

/** Only an adopted provider has a say in who the issuer is: the others need not wait for it. */
async function issuerOf(
  { okta, time }: Connections,
  { properties, known }: Sought,
  mayBeAdopted: boolean,
  provider: Promise<IdentityProvider | undefined>,
): Promise<Issuer> {
  const described = mayBeAdopted ? await provider : undefined;
  const isOwn = known.provider && !known.provider.found;
  const found = known.applications[0]?.found;
  const adopted =
    described && !isOwn
      ? {
          url: known.provider?.found?.issuer ?? described.issuer,
          mode: asIssuerMode(typeof found?.issuerMode === 'string' ? found.issuerMode : undefined),
          mayHaveSecret: async () =>
            known.provider?.found !== undefined ||
            hasSecretOf(await okta, properties.Adopt?.ApplicationId, described),
        }
      : undefined;
  return observeIssuer(await okta, properties, adopted, time);
}

/** Who made such a provider knew the client secret, and gave it to the issuer's host. */
async function hasSecretOf(
  okta: Okta,
  applicationId: string | undefined,
  { clientId, clientSecret }: IdentityProvider,
): Promise<boolean> {
  if (applicationId === undefined || !clientSecret) return false;
  const application = await getApplication(okta, applicationId);
  if (!application || clientIdOf(application) !== clientId) return false;
  try {
    const secrets = await listClientSecrets(okta, applicationId);
    return secrets.some((secret) => secret.clientSecret.reveal() === clientSecret.reveal());
  } catch (error) {
    // The credentials may not see client secrets.
    if (!(error instanceof OktaError)) throw error;
    return false;
  }
}

/** What Okta has for each name or ID. */
export function groupsOf(okta: Okta, namesOrIds: readonly string[]) {
  return atMost(atOnce, [...new Set(namesOrIds)], async (nameOrId) => {
    const found = await findGroups(okta, nameOrId);
    // A group that a directory brought along may be called Everyone too; Okta's own is meant.
    const builtIn = found.filter((group) => group.type === 'BUILT_IN');
    return [nameOrId, builtIn.length > 0 ? builtIn : found] as const;
  });
}

/** What is left of a federation that is to go. */
export interface ObservedForRemoval {
  readonly application: Application | undefined;
  readonly provider: IdentityProvider | undefined;
  /** `undefined` if the role may not list a pool's app clients. */
  readonly appClientIds: Promise<readonly string[] | undefined>;
  /** Set for an application that is given back. */
  readonly claims: readonly FederatedClaim[];
}

/** @param record of the application, if it is to go too. */
export async function observeForRemoval(
  { cognito, okta }: Connections,
  { userPoolId, providerName }: Place,
  applicationId: string | undefined,
  record: ApplicationRecord | undefined,
): Promise<ObservedForRemoval> {
  const needsClaims = record?.found !== undefined && hasClaims(record);
  const appClientIds = eager(listedIfAllowed(cognito, userPoolId));
  const [provider, application, claims] = await allOf([
    describeIdentityProvider(cognito, userPoolId, providerName),
    applicationId ? okta.then((connected) => getApplication(connected, applicationId)) : undefined,
    needsClaims && applicationId ? claimsOf(okta, applicationId) : [],
  ]);
  return { provider, application, appClientIds, claims: claims === 'unavailable' ? [] : claims };
}

/** Without the right, and without the pool, only the app clients that the journal names are looked at. */
async function listedIfAllowed(cognito: Cognito, userPoolId: string): Promise<string[] | undefined> {
  const ids = await unlessDenied(unlessNotFound(listAppClientIds(cognito, userPoolId)));
  return ids === 'denied' ? undefined : ids;
}
