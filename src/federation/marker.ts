import * as z from 'zod';
import type { Application } from '../okta/applications.ts';

/**
 * The Okta application's profile says whose it is and what this resource added to its surroundings, so that only that
 * is ever changed or taken away. It lives and dies with the application: there is no other state to lose.
 */
export interface Marker {
  readonly stackId: string;
  readonly logicalResourceId: string;
  // One resource can own two federations for a while: a replacement is made whole before the old one goes.
  readonly userPoolId: string;
  readonly providerName: string;
  /** App clients that this resource enabled the provider on. */
  readonly userPoolClientIds: readonly string[];
  /** Okta groups that this resource assigned. */
  readonly groupIds: readonly string[];
  /** Redirect URIs that this resource registered. */
  readonly redirectUris: readonly string[];
}

/** Which federation is meant: the resource, and the pool's provider that it makes. */
export interface Identity {
  readonly stackId: string;
  readonly logicalResourceId: string;
  readonly userPoolId: string;
  readonly providerName: string;
}

export const markerName = 'okta_cognito_idp';

// A person may have edited the profile by hand: what is not a list counts as empty, and nothing is taken away then.
const names = z.array(z.string()).catch([]);
const markerSchema = z.looseObject({
  stackId: z.string(),
  logicalResourceId: z.string(),
  userPoolId: z.string(),
  providerName: z.string(),
  userPoolClientIds: names,
  groupIds: names,
  redirectUris: names,
});

/** @returns the application's marker, or `undefined` where it has none. */
export function markerOf(application: Application): Marker | undefined {
  const parsed = markerSchema.safeParse(application.profile?.[markerName]);
  return parsed.success ? parsed.data : undefined;
}

/** Says whether an application was made by this resource, for this provider of this pool. */
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
