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
import type { Identity } from './identity.ts';
import { type Issuer, observeIssuer } from './issuer.ts';
import { isMarkedFor, markerOf } from './marker.ts';
import type { Properties } from './properties.ts';
import { accessGroups } from './settings.ts';

/** What is there before anything is done: all that the plan may know. */
export interface Observed {
  readonly userPool: UserPool | undefined;
  readonly appClients: ReadonlyMap<string, AppClient | undefined>;
  readonly provider: IdentityProvider | undefined;
  /** The Okta application to work on: this resource's own, or the one to adopt. */
  readonly application: Application | undefined;
  readonly assignedGroupIds: readonly string[];
  /** What Okta has for each name or ID that `Access` gives. */
  readonly groups: ReadonlyMap<string, readonly Group[]>;
  /** The IDs of those groups. */
  readonly groupIds: readonly string[];
  readonly redirectUris: readonly string[];
  readonly issuer: Issuer;
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

/** How the Okta application can be found. */
export interface Whereabouts {
  /** The ID that the physical ID gives, or the template, of one to adopt. */
  readonly applicationId: string | undefined;
  /** Under which an interrupted try may have left one that nobody knows of; the marker says whether it is ours. */
  readonly label: string;
}

/** Looks at everything at once. */
export async function observe(
  sources: Sources,
  identity: Identity,
  properties: Properties,
  whereabouts: Whereabouts,
): Promise<Observed> {
  const { cognito, okta } = sources;
  const { userPoolId, providerName } = identity;
  const provider = describeIdentityProvider(cognito, userPoolId, providerName);
  const issuerOf = async (isAdopted: boolean) =>
    // Only an adopted provider has a say in who the issuer is: the others need not wait for it.
    observeIssuer(await okta, properties, isAdopted ? (await provider)?.issuer : undefined, cognito.signal);
  const [userPool, appClients, foundProvider, ours, groups, foundIssuer] = await allOf([
    readyUserPool(cognito, userPoolId),
    allOf(
      properties.UserPoolClientIds.map(
        async (id) => [id, await describeAppClient(cognito, userPoolId, id)] as const,
      ),
    ),
    provider,
    okta.then((connected) => findOwnApplication(connected, identity, whereabouts)),
    okta.then((connected) =>
      allOf(
        accessGroups(properties, properties.Adopt !== undefined).map(
          async (name) => [name, await groupsOf(connected, name)] as const,
        ),
      ),
    ),
    issuerOf(properties.Adopt !== undefined),
  ]);
  // Only now it is known whether the application was adopted by a template that no longer says so: it keeps what it has.
  const wasAdopted = markerOf(ours?.application)?.found !== undefined;
  const wanted = accessGroups(properties, wasAdopted);
  const wantedGroups = groups.filter(([name]) => wanted.includes(name));
  return {
    userPool,
    appClients: new Map(appClients),
    provider: foundProvider,
    application: ours?.application,
    assignedGroupIds: ours?.assignedGroupIds ?? [],
    groups: new Map(wantedGroups),
    groupIds: [...new Set(wantedGroups.flatMap(([, found]) => found.map((group) => group.id)))],
    redirectUris: (userPool?.domains ?? []).map((domain) => redirectUri(domain.host)),
    issuer: wasAdopted && !properties.Adopt ? await issuerOf(true) : foundIssuer,
  };
}

export async function observeForRemoval(
  sources: Sources,
  identity: Identity,
  whereabouts: Whereabouts,
): Promise<ObservedForRemoval> {
  const { cognito, okta } = sources;
  const { applicationId, label } = whereabouts;
  const [provider, application] = await allOf([
    describeIdentityProvider(cognito, identity.userPoolId, identity.providerName),
    okta.then((connected) =>
      applicationId ? getApplication(connected, applicationId) : findByMarker(connected, identity, label),
    ),
  ]);
  return { provider, application };
}

/**
 * Where Okta sends the browser back to.
 * @see https://docs.aws.amazon.com/cognito/latest/developerguide/cognito-user-pools-oidc-idp.html
 */
export function redirectUri(domain: string): string {
  return `https://${domain}/oauth2/idpresponse`;
}

/** Finds the application that carries this identity's marker: what an interrupted try made, and could not tell of. */
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
  { applicationId, label }: Whereabouts,
): Promise<{ application: Application; assignedGroupIds: string[] } | undefined> {
  if (applicationId) {
    const [application, assignedGroupIds = []] = await allOf([
      getApplication(okta, applicationId),
      unlessNotFound(listAssignedGroupIds(okta, applicationId)),
    ]);
    if (application) return { application, assignedGroupIds };
  }
  const application = await findByMarker(okta, identity, label);
  return application && { application, assignedGroupIds: await listAssignedGroupIds(okta, application.id) };
}

/** A group that a directory brought along may be called Everyone too; Okta's own is meant. */
async function groupsOf(okta: Okta, nameOrId: string): Promise<Group[]> {
  const found = await findGroups(okta, nameOrId);
  const builtIn = found.filter((group) => group.type === 'BUILT_IN');
  return builtIn.length > 0 ? builtIn : found;
}

/** A custom domain takes minutes to come up; one that is on its way is waited for, as long as the event may last. */
async function readyUserPool(cognito: Cognito, userPoolId: string): Promise<UserPool | undefined> {
  for (;;) {
    const userPool = await describeUserPool(cognito, userPoolId);
    if (!userPool?.domains.some((domain) => domain.state === 'creating')) return userPool;
    await pause(5_000, undefined, { signal: cognito.signal });
  }
}
