import { setTimeout as pause } from 'node:timers/promises';
import { type AppClient, describeAppClient } from '../cognito/app-clients.ts';
import type { Cognito } from '../cognito/client.ts';
import { describeIdentityProvider, type IdentityProvider } from '../cognito/identity-providers.ts';
import { describeUserPool, type UserPool } from '../cognito/user-pools.ts';
import { type Application, findApplications, getApplication } from '../okta/applications.ts';
import type { Okta } from '../okta/client.ts';
import { unlessNotFound } from '../okta/errors.ts';
import { findGroups, type Group, listAssignedGroupIds } from '../okta/groups.ts';
import { allOf } from './all-of.ts';
import { type Identity, isMarkedFor } from './marker.ts';
import type { Properties } from './properties.ts';

/** What is there before anything is done: all that the plan may know. */
export interface Observed {
  readonly userPool: UserPool | undefined;
  readonly appClients: ReadonlyMap<string, AppClient | undefined>;
  readonly provider: IdentityProvider | undefined;
  /** This resource's own Okta application for this pool and provider. */
  readonly application: Application | undefined;
  readonly assignedGroupIds: readonly string[];
  /** What Okta has for each name or ID that `Access` gives. */
  readonly groups: ReadonlyMap<string, readonly Group[]>;
  /** The IDs of those groups. */
  readonly groupIds: readonly string[];
  readonly redirectUris: readonly string[];
  readonly issuer: string;
}

export interface ObservedForRemoval {
  readonly application: Application | undefined;
  readonly provider: IdentityProvider | undefined;
}

export interface Sources {
  readonly cognito: Cognito;
  /** A promise: the credentials are read while Cognito is asked. */
  readonly okta: Promise<Okta>;
}

/**
 * Looks at everything at once.
 * @param applicationId the application that the physical ID names, if any.
 * @param label where an interrupted try may have left one that nobody knows of.
 */
export async function observe(
  sources: Sources,
  identity: Identity,
  desired: Properties,
  applicationId: string | undefined,
  label: string,
): Promise<Observed> {
  const { cognito, okta } = sources;
  const { userPoolId, providerName } = identity;
  const [userPool, appClients, provider, ours, groups] = await allOf([
    readyUserPool(cognito, userPoolId),
    allOf(
      desired.UserPoolClientIds.map(
        async (id) => [id, await describeAppClient(cognito, userPoolId, id)] as const,
      ),
    ),
    describeIdentityProvider(cognito, userPoolId, providerName),
    okta.then((connected) => findOwnApplication(connected, identity, applicationId, label)),
    okta.then((connected) =>
      allOf(groupNames(desired).map(async (name) => [name, await findGroups(connected, name)] as const)),
    ),
  ]);
  const connected = await okta;
  return {
    userPool,
    appClients: new Map(appClients),
    provider,
    application: ours?.application,
    assignedGroupIds: ours?.assignedGroupIds ?? [],
    groups: new Map(groups),
    groupIds: [...new Set(groups.flatMap(([, found]) => found.map((group) => group.id)))],
    redirectUris: (userPool?.domains ?? []).map((domain) => redirectUri(domain.host)),
    issuer: connected.orgUrl,
  };
}

/** @param label where to look for an application whose ID nobody knows. */
export async function observeForRemoval(
  sources: Sources,
  identity: Identity,
  applicationId: string | undefined,
  label: string,
): Promise<ObservedForRemoval> {
  const { cognito, okta } = sources;
  const [provider, application] = await allOf([
    describeIdentityProvider(cognito, identity.userPoolId, identity.providerName),
    okta.then((connected) =>
      applicationId ? getApplication(connected, applicationId) : findByMarker(connected, identity, label),
    ),
  ]);
  return { provider, application };
}

/** Where Okta sends the browser back to. @see https://docs.aws.amazon.com/cognito/latest/developerguide/federation-endpoints-oauth-grants.html */
export function redirectUri(domain: string): string {
  return `https://${domain}/oauth2/idpresponse`;
}

/**
 * Finds the application that carries this identity's marker: what an interrupted try made, and could not tell of.
 */
export async function findByMarker(
  okta: Okta,
  identity: Identity,
  label: string,
): Promise<Application | undefined> {
  const found = await findApplications(okta, label);
  return found.find((application) => isMarkedFor(application, identity));
}

async function findOwnApplication(
  okta: Okta,
  identity: Identity,
  applicationId: string | undefined,
  label: string,
): Promise<{ application: Application; assignedGroupIds: string[] } | undefined> {
  if (applicationId) {
    const [application, assignedGroupIds] = await allOf([
      getApplication(okta, applicationId),
      // Okta knows no groups of an application that somebody deleted by hand.
      unlessNotFound(listAssignedGroupIds(okta, applicationId)),
    ]);
    if (application) return { application, assignedGroupIds: assignedGroupIds ?? [] };
  }
  const application = await findByMarker(okta, identity, label);
  return application && { application, assignedGroupIds: await listAssignedGroupIds(okta, application.id) };
}

function groupNames(desired: Properties): readonly string[] {
  switch (desired.Access) {
    case 'Everyone':
      return ['Everyone'];
    case 'Nobody':
      return [];
    default:
      return desired.Access;
  }
}

/** A custom domain takes minutes to come up; one that is on its way is waited for, as long as the event may last. */
async function readyUserPool(cognito: Cognito, userPoolId: string): Promise<UserPool | undefined> {
  for (;;) {
    const userPool = await describeUserPool(cognito, userPoolId);
    if (!userPool?.domains.some((domain) => domain.state === 'creating')) return userPool;
    await pause(5_000, undefined, { signal: cognito.signal });
  }
}
