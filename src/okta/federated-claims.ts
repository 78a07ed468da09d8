import * as z from 'zod/mini';
import type { Okta, OktaCalls } from './client.ts';
import { FeatureUnavailableError, OktaError, unlessNotFound } from './errors.ts';
import { collect } from './pages.ts';
import { readAnswer } from './read-answer.ts';

/** A claim in the ID tokens of one application. */
export interface NewFederatedClaim {
  readonly name: string;
  /** In Okta's expression language, such as `appuser.entitlements.role`. */
  readonly expression: string;
}

export interface FederatedClaim extends NewFederatedClaim {
  readonly id: string;
}

const claimSchema = z.lazy(() => z.object({ id: z.string(), name: z.string(), expression: z.string() }));

/**
 * Lists an application's federated claims.
 * https://developer.okta.com/docs/api/openapi/okta-management/management/tag/ApplicationSSOFederatedClaims/
 *
 * @throws FeatureUnavailableError if the org has no federated claims; OktaError, OktaUnreachableError
 */
export async function listFederatedClaims(okta: Okta, applicationId: string): Promise<FederatedClaim[]> {
  const calls = callsTo(okta, 'list the claims', applicationId);
  const pages = calls.listFederatedClaims({ appId: applicationId });
  return recognizingFeature(okta, collect(pages, readClaim));
}

/**
 * Adds a claim. Never repeated by itself: twice makes two.
 *
 * @throws FeatureUnavailableError; OktaError, also for an expression that Okta does not take; OktaUnreachableError
 */
export async function createFederatedClaim(
  okta: Okta,
  applicationId: string,
  { name, expression }: NewFederatedClaim,
): Promise<FederatedClaim> {
  const calls = callsTo(okta, `create the claim "${name}"`, applicationId);
  const request = { appId: applicationId, federatedClaimRequestBody: { name, expression } };
  return readClaim(await recognizingFeature(okta, calls.createFederatedClaim(request)));
}

/** Replaces a claim. @throws as `createFederatedClaim` */
export async function replaceFederatedClaim(
  okta: Okta,
  applicationId: string,
  { id, name, expression }: FederatedClaim,
): Promise<FederatedClaim> {
  const calls = callsTo(okta, `change the claim "${name}"`, applicationId);
  const request = { appId: applicationId, claimId: id, federatedClaim: { name, expression } };
  return readClaim(await recognizingFeature(okta, calls.replaceFederatedClaim(request)));
}

/** Deletes a claim. One that is gone already is a success. @throws OktaError, OktaUnreachableError */
export async function deleteFederatedClaim(
  okta: Okta,
  applicationId: string,
  claimId: string,
): Promise<void> {
  const calls = callsTo(okta, `delete the claim ${claimId}`, applicationId);
  await unlessNotFound(
    recognizingFeature(okta, calls.deleteFederatedClaim({ appId: applicationId, claimId })),
  );
}

function readClaim(json: unknown): FederatedClaim {
  return readAnswer(claimSchema, json, 'a federated claim');
}

/** An org that does not know the endpoint says that no such method is supported: error code E0000022. */
async function recognizingFeature<T>(okta: Okta, call: Promise<T>): Promise<T> {
  try {
    return await call;
  } catch (error) {
    if (!(error instanceof OktaError && error.errorCode === 'E0000022')) throw error;
    throw new FeatureUnavailableError(
      `The Okta org ${okta.orgUrl} has no federated claims. Remove Claims from the template, or ask Okta to turn the feature on. (${error.message})`,
      error,
      { cause: error },
    );
  }
}

function callsTo(okta: Okta, what: string, applicationId: string): OktaCalls['applications'] {
  return okta.to({ to: `${what} of the application ${applicationId}`, needs: 'okta.apps.manage' })
    .applications;
}
