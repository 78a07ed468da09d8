import * as z from 'zod/mini';
import type { Application } from '../../okta/applications.ts';
import type { Identity } from '../properties/identity.ts';
import { isSameResource } from '../resource-name.ts';

/**
 * The name tag on an Okta application: it tells administrators whose the application is, and it finds the application of a
 * Create whose answer was lost. Every administrator of the application can edit it, so it alone never causes a
 * change in AWS: that takes the journal.
 */
export interface NameTag extends Identity {
  /** The application was there before: a Delete that finds no journal leaves it. */
  readonly adopted?: boolean | undefined;
}

export const nameTagField = 'okta_cognito_idp';

const tagSchema = z.lazy(() =>
  z.object({
    stackId: z.string().check(z.regex(/^arn:[\w-]+:cloudformation:[\w-]+:\d{12}:stack\/[\w-]+\/[\w-]+$/)),
    logicalResourceId: z.string().check(z.regex(/^[0-9A-Za-z]{1,255}$/)),
    userPoolId: z.string(),
    providerName: z.string(),
    adopted: z.catch(z.optional(z.boolean()), undefined),
  }),
);

/** @returns the application's name tag, or `undefined` if it has none that can be read. */
export function nameTagOf(application: Application | undefined): NameTag | undefined {
  const parsed = tagSchema.safeParse(application?.profile?.[nameTagField]);
  return parsed.success ? parsed.data : undefined;
}

/** Tells whether an application carries the name tag of this resource, for this provider of this pool. */
export function isTaggedFor(application: Application, identity: Identity): boolean {
  const tag = nameTagOf(application);
  return (
    tag !== undefined &&
    isSameResource(tag, identity) &&
    tag.userPoolId === identity.userPoolId &&
    tag.providerName === identity.providerName
  );
}

/** The application's profile with this name tag, and with everything else that is in it. */
export function taggedProfile(profile: Application['profile'], identity: Identity, adopted: boolean) {
  const { stackId, logicalResourceId, userPoolId, providerName } = identity;
  const tag = { stackId, logicalResourceId, userPoolId, providerName, ...(adopted ? { adopted } : {}) };
  return { ...profile, [nameTagField]: tag };
}

/** The profile without a name tag; `undefined` if nothing else is in it. */
export function untaggedProfile(profile: Application['profile']): Record<string, unknown> | undefined {
  const { [nameTagField]: _tag, ...others } = profile ?? {};
  return Object.keys(others).length > 0 ? others : undefined;
}
