import type { Cognito } from '../../cognito/client.ts';
import type { IdentityProvider } from '../../cognito/identity-providers.ts';
import { type Application, clientIdOf, findApplications, getApplication } from '../../okta/applications.ts';
import type { Okta } from '../../okta/client.ts';
import { isMarkedFor, markerOf } from '../marker/marker.ts';
import type { Identity } from '../properties/identity.ts';

export interface Sources {
  readonly cognito: Cognito;
  /** A promise: the credentials are read while Cognito is asked. */
  readonly okta: Promise<Okta>;
  /** Where this resource's application was before, if that is another org. */
  readonly formerOkta?: Promise<Okta> | undefined;
}

/** How the Okta application can be found. */
export interface Whereabouts {
  /** The ID that the physical ID gives, or the template, of one to adopt. */
  readonly applicationId: string | undefined;
  /** The ID of another one, that was this resource's before. */
  readonly formerApplicationId?: string | undefined;
  /** Under which an interrupted try may have left one that nobody knows of; the marker says whether it is ours. */
  readonly label: string;
  /** Under which an Update that failed may have left one. */
  readonly earlierLabels?: readonly string[] | undefined;
}

/**
 * Finds the application that carries this identity's marker: what an interrupted try made, and could not tell of. One that
 * this resource made comes before one that it adopted.
 */
export async function findByMarker(
  okta: Okta,
  identity: Identity,
  label: string,
): Promise<Application | undefined> {
  const found = await findApplications(okta, label);
  const ours = found.filter((application) => isMarkedFor(application, identity));
  return ours.find((application) => !isAdopted(application)) ?? ours[0];
}

/**
 * Finds the application to work on: the one whose ID is known, else the one with the marker.
 * @param adopts whether the template says which one to adopt.
 * @param provider knows of an adopted one, whose label is not ours, where the template no longer names it.
 */
export async function findOwnApplication(
  okta: Okta,
  identity: Identity,
  { applicationId, label, earlierLabels = [] }: Whereabouts,
  adopts: boolean,
  provider: Promise<IdentityProvider | undefined>,
): Promise<Application | undefined> {
  const known = applicationId ? await getApplication(okta, applicationId) : undefined;
  if (known && (adopts || !isAdopted(known))) return known;
  const marked = await findUnderAny(okta, identity, new Set([label, ...earlierLabels]));
  // An adoption that is rolled back while the application that it was to replace is still there: back to that one.
  if (marked && !isAdopted(marked)) return marked;
  if (known ?? marked) return known ?? marked;
  const ofProvider = await findByProvider(okta, identity, await provider);
  // What a failed Update adopted in place of one that somebody deleted is not gone on with: it is given back.
  return applicationId && ofProvider && isAdopted(ofProvider) ? undefined : ofProvider;
}

async function findUnderAny(
  okta: Okta,
  identity: Identity,
  labels: ReadonlySet<string>,
): Promise<Application | undefined> {
  for (const label of labels) {
    const found = await findByMarker(okta, identity, label);
    if (found) return found;
  }
  return undefined;
}

/** Finds the application that the provider belongs to, if it is this resource's. */
export async function findByProvider(
  okta: Okta,
  identity: Identity,
  provider: IdentityProvider | undefined,
): Promise<Application | undefined> {
  // Only one of OIDC has a client.
  const found = provider?.clientId ? await getApplication(okta, provider.clientId) : undefined;
  return found && isMarkedFor(found, identity) ? found : undefined;
}

function isAdopted(application: Application): boolean {
  return markerOf(application)?.found !== undefined;
}

/**
 * Finds the application of this resource that the provider belongs to so far, where that is not the one to work on: the
 * template moves to another org or adopts another application, or that is rolled back.
 */
export async function findFormerApplication(
  { okta, formerOkta }: Sources,
  identity: Identity,
  { formerApplicationId }: Whereabouts,
  provider: IdentityProvider | undefined,
  application: Application | undefined,
): Promise<Application | undefined> {
  if (!provider || provider.clientId === (application && clientIdOf(application))) return undefined;
  const ids = new Set([provider.clientId, ...(formerApplicationId ? [formerApplicationId] : [])]);
  for (const org of formerOkta ? [okta, formerOkta] : [okta]) {
    for (const id of ids) {
      // The org that the template leaves may be gone, or its credentials: then nobody knows, and the plan does without.
      const found = await org.then((connected) => getApplication(connected, id)).catch(() => undefined);
      if (found && clientIdOf(found) === provider.clientId && isMarkedFor(found, identity)) return found;
    }
  }
  return undefined;
}
