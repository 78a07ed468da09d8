import * as z from 'zod/mini';
import type { Application } from '../../okta/applications.ts';
import type { Identity } from '../properties/identity.ts';
import { type Found, foundSchema } from './found.ts';

/**
 * The Okta application's profile says whose it is and what this resource added to its surroundings, so that only that
 * is ever changed or taken away. It lives and dies with the application: there is no other state to lose.
 */
export interface Marker extends Identity {
  /** App clients that this resource enabled the provider on. */
  readonly userPoolClientIds: readonly string[];
  /** Okta groups that this resource assigned. */
  readonly groupIds: readonly string[];
  /** Redirect URIs that this resource registered. */
  readonly redirectUris: readonly string[];
  /** Addresses to return to after a sign-out that this resource registered. */
  readonly postLogoutRedirectUris: readonly string[];
  /** The provider's identifiers that this resource added. */
  readonly idpIdentifiers: readonly string[];
  /** The `SecretVersion` that the client secret is of. */
  readonly secretVersion?: string | undefined;
  /** A rotation of the client secret that is under way, or that broke off. */
  readonly rotation?: Rotation | undefined;
  /** How an adopted application was found, to leave it so. */
  readonly found?: Found | undefined;
}

/** Noted before the second client secret is made, so that it is known which one is whose whatever breaks off. */
export interface Rotation {
  /** The IDs of the client secrets that were there before; any other one is the rotation's. */
  readonly predecessorIds: readonly string[];
}

export const markerName = 'okta_cognito_idp';

// A person may have edited the profile by hand: what is not a list counts as empty, and nothing is taken away then.
const names = z.catch(z.array(z.string()), []);
const markerSchema = z.object({
  stackId: z.string(),
  logicalResourceId: z.string(),
  userPoolId: z.string(),
  providerName: z.string(),
  userPoolClientIds: names,
  groupIds: names,
  redirectUris: names,
  postLogoutRedirectUris: names,
  idpIdentifiers: names,
  secretVersion: z.catch(z.optional(z.string()), undefined),
  rotation: z.catch(z.optional(z.object({ predecessorIds: z.array(z.string()) })), undefined),
  // Whatever it is: that it is there says that the application is somebody else's, and the provider may be.
  found: z.optional(z.catch(foundSchema, { provider: {} })),
});

/** @returns the application's marker, or `undefined` where it has none. */
export function markerOf(application: Application | undefined): Marker | undefined {
  const parsed = markerSchema.safeParse(application?.profile?.[markerName]);
  return parsed.success ? parsed.data : undefined;
}

/** Says whether an application was made or adopted by this resource, for this provider of this pool. */
export function isMarkedFor(application: Application, identity: Identity): boolean {
  const marker = markerOf(application);
  return (
    marker !== undefined &&
    marker.stackId === identity.stackId &&
    marker.logicalResourceId === identity.logicalResourceId &&
    marker.userPoolId === identity.userPoolId &&
    marker.providerName === identity.providerName
  );
}
