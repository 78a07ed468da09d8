import { setTimeout as pause } from 'node:timers/promises';
import { type AppClient, describeAppClient } from '../../cognito/app-clients.ts';
import type { Cognito } from '../../cognito/client.ts';
import { describeIdentityProvider, type IdentityProvider } from '../../cognito/identity-providers.ts';
import { describeUserPool, type UserPool } from '../../cognito/user-pools.ts';
import { type Application, getApplication } from '../../okta/applications.ts';
import type { Okta } from '../../okta/client.ts';
import { findGroups, type Group, listAssignedGroupIds } from '../../okta/groups.ts';
import { allOf } from '../all-of.ts';
import { isFoundProvider } from '../marker/found-provider.ts';
import { markerOf } from '../marker/marker.ts';
import { accessGroups } from '../properties/defaults.ts';
import type { Identity } from '../properties/identity.ts';
import type { Properties } from '../properties/properties.ts';
import { asIssuerMode, type Issuer, observeIssuer } from './issuer.ts';
import {
  findByMarker,
  findFormerApplication,
  findOwnApplication,
  type Sources,
  type Whereabouts,
} from './whereabouts.ts';

/** What is there before anything is done: all that the plan may know. */
export interface Observed {
  readonly userPool: UserPool | undefined;
  readonly appClients: ReadonlyMap<string, AppClient | undefined>;
  readonly provider: IdentityProvider | undefined;
  /** The Okta application to work on: this resource's own, or the one to adopt. */
  readonly application: Application | undefined;
  /** Another application of this resource, which the provider belongs to so far. */
  readonly formerApplication: Application | undefined;
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

/**
 * Looks at everything at once.
 * @param onWait is told of the domain that is waited for.
 */
export async function observe(
  sources: Sources,
  identity: Identity,
  properties: Properties,
  whereabouts: Whereabouts,
  onWait: (domain: string) => void,
): Promise<Observed> {
  const { cognito, okta } = sources;
  const { userPoolId, providerName } = identity;
  const provider = describeIdentityProvider(cognito, userPoolId, providerName);
  const own = okta.then((connected) =>
    findOwnApplication(connected, identity, whereabouts, properties.Adopt !== undefined, provider),
  );
  const assigned = async () => {
    const { applicationId } = whereabouts;
    // At once where the ID is known, though another application may turn out to be the one to work on.
    const [application, likely] = await allOf([
      own,
      applicationId && okta.then((connected) => listAssignedGroupIds(connected, applicationId)),
    ]);
    if (likely && application?.id === applicationId) return likely;
    return application ? listAssignedGroupIds(await okta, application.id) : [];
  };
  const former = once(async () =>
    findFormerApplication(sources, identity, whereabouts, await provider, await own),
  );
  const issuerOf = async (isAdopted: boolean) => {
    // Only what was adopted has a say in who the issuer is: the others need not wait for it.
    const adopted = isAdopted ? issuerAsFound(await own, await provider, await former()) : undefined;
    return observeIssuer(await okta, properties, adopted, cognito.signal);
  };
  const [userPool, appClients, foundProvider, application, assignedGroupIds, groups, foundIssuer] =
    await allOf([
      readyUserPool(cognito, userPoolId, onWait),
      allOf(
        properties.UserPoolClientIds.map(
          async (id) => [id, await describeAppClient(cognito, userPoolId, id)] as const,
        ),
      ),
      provider,
      own,
      assigned(),
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
  const wasAdopted = markerOf(application)?.found !== undefined;
  const wanted = accessGroups(properties, wasAdopted);
  const wantedGroups = groups.filter(([name]) => wanted.includes(name));
  return {
    userPool,
    appClients: new Map(appClients),
    provider: foundProvider,
    application,
    formerApplication: await former(),
    assignedGroupIds,
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

function issuerAsFound(
  application: Application | undefined,
  provider: IdentityProvider | undefined,
  formerApplication: Application | undefined,
) {
  if (!provider || !isFoundProvider(provider, application, formerApplication)) return undefined;
  const found = markerOf(application)?.found ?? markerOf(formerApplication)?.found;
  return { url: found?.provider?.issuer ?? provider.issuer, mode: asIssuerMode(found?.issuerMode) };
}

/** The second time it is asked it gives what it gave the first time. */
function once<T>(work: () => Promise<T>): () => Promise<T> {
  let started: Promise<T> | undefined;
  return () => {
    started ??= work();
    return started;
  };
}

/** A group that a directory brought along may be called Everyone too; Okta's own is meant. */
async function groupsOf(okta: Okta, nameOrId: string): Promise<Group[]> {
  const found = await findGroups(okta, nameOrId);
  const builtIn = found.filter((group) => group.type === 'BUILT_IN');
  return builtIn.length > 0 ? builtIn : found;
}

/** A custom domain takes minutes to come up; one that is on its way is waited for, as long as the event may last. */
async function readyUserPool(
  cognito: Cognito,
  userPoolId: string,
  onWait: (domain: string) => void,
): Promise<UserPool | undefined> {
  for (;;) {
    const userPool = await describeUserPool(cognito, userPoolId);
    const domain = userPool?.domains.find(({ state }) => state === 'creating');
    if (!domain) return userPool;
    onWait(domain.host);
    await pause(5_000, undefined, { signal: cognito.signal });
  }
}
