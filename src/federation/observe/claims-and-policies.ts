import { findAccessPolicies, listAccessPolicies } from '../../okta/access-policies.ts';
import type { Okta } from '../../okta/client.ts';
import { FeatureUnavailableError, OktaError, unlessNotFound } from '../../okta/errors.ts';
import { type FederatedClaim, listFederatedClaims } from '../../okta/federated-claims.ts';
import { isPolicyId } from '../../okta/identifiers.ts';
import { eager } from '../all-of.ts';
import { hasClaims } from '../journal/merge.ts';
import type { Sought } from './find-application.ts';
import type { Observed, ObservedApplication } from './observed.ts';

/** An application's claims; none if the application is gone. */
export async function claimsOf(
  okta: Promise<Okta>,
  applicationId: string,
): Promise<readonly FederatedClaim[] | 'unavailable'> {
  const org = await okta;
  try {
    return (await unlessNotFound(listFederatedClaims(org, applicationId))) ?? [];
  } catch (error) {
    if (!(error instanceof FeatureUnavailableError)) throw error;
    return 'unavailable';
  }
}

/** Lists the application's claims if the template or the journal names some; without them, nothing is asked. */
export async function observeClaims(
  okta: Promise<Okta>,
  { properties, known, applicationId }: Sought,
  application: Promise<ObservedApplication | undefined>,
): Promise<Observed['claims']> {
  if (!properties.Claims && !known.applications.some(hasClaims)) return undefined;
  const likelyId = properties.Adopt?.ApplicationId ?? known.applications[0]?.id ?? applicationId;
  // At once if the ID is known, although the application to work on may be another.
  const likely = likelyId === undefined ? undefined : eager(claimsOf(okta, likelyId));
  const id = (await application)?.document.id;
  if (id === undefined) {
    await likely?.catch(() => undefined);
    return undefined;
  }
  return id === likelyId && likely ? likely : claimsOf(okta, id);
}

/**
 * Finds what `AuthenticationPolicy` names. An ID is taken as it is, because to read policies takes another right. If the
 * property is gone, and the journal does not know the policy of before, the org's default is found.
 */
export async function observePolicies(
  okta: Promise<Okta>,
  { properties, known }: Pick<Sought, 'properties' | 'known'>,
): Promise<Pick<Observed, 'policies' | 'defaultPolicyId'>> {
  const { AuthenticationPolicy: asked } = properties;
  if (asked !== undefined && isPolicyId(asked)) return { policies: [{ id: asked, name: asked }] };
  const org = await okta;
  if (asked !== undefined) return { policies: await unlessClassic(findAccessPolicies(org, asked)) };
  const isUnknown = known.applications.some(({ policy }) => policy && policy.found === undefined);
  if (!isUnknown) return {};
  const all = await listAccessPolicies(org).catch((error: unknown) => {
    if (error instanceof OktaError && error.status < 500) return [];
    throw error;
  });
  return { defaultPolicyId: all.find(({ isDefault }) => isDefault)?.id };
}

/** Classic Engine knows no policies of this type. */
async function unlessClassic<T>(call: Promise<T>): Promise<T | 'unavailable'> {
  try {
    return await call;
  } catch (error) {
    const isClassic =
      error instanceof FeatureUnavailableError || (error instanceof OktaError && error.status === 400);
    if (!isClassic) throw error;
    return 'unavailable';
  }
}
