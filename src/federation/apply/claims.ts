import type { Okta } from '../../okta/client.ts';
import { FeatureUnavailableError, OktaError } from '../../okta/errors.ts';
import {
  createFederatedClaim,
  type FederatedClaim,
  listFederatedClaims,
  type NewFederatedClaim,
  replaceFederatedClaim,
} from '../../okta/federated-claims.ts';
import { preconditionSentences } from '../plan/precondition-sentences.ts';
import { InvalidRequestError } from '../properties/properties.ts';
import { createOnce } from './create-once.ts';
import type { Site } from './site.ts';

/** @throws InvalidRequestError if the org has no claims, or does not take this one. */
export async function makeClaim(okta: Okta, applicationId: string, claim: NewFederatedClaim): Promise<void> {
  await createOnce(
    () =>
      createFederatedClaim(okta, applicationId, claim).catch((error: unknown) => {
        throw explained(okta, claim, error);
      }),
    async () => {
      const made = (await listFederatedClaims(okta, applicationId)).find(({ name }) => name === claim.name);
      if (made) await changeClaim(okta, applicationId, { ...claim, id: made.id });
      return made;
    },
  );
}

/** @throws as `makeClaim` */
export async function changeClaim(okta: Okta, applicationId: string, claim: FederatedClaim): Promise<void> {
  try {
    await replaceFederatedClaim(okta, applicationId, claim);
  } catch (error) {
    throw explained(okta, claim, error);
  }
}

/** Okta refuses an expression that names something that is gone: that must not make a Delete fail. */
export async function putClaimBack(
  { okta, log }: Site,
  applicationId: string,
  claim: FederatedClaim,
): Promise<void> {
  try {
    await replaceFederatedClaim(okta, applicationId, claim);
  } catch (error) {
    if (!(error instanceof OktaError && (error.status === 400 || error.isNotFound))) throw error;
    log('Okta does not take the expression that a claim had before; the claim keeps the one that it has.', {
      applicationId,
      claim: claim.name,
      reason: error.message,
    });
  }
}

function explained({ orgUrl }: Okta, { name }: NewFederatedClaim, error: unknown): unknown {
  if (error instanceof FeatureUnavailableError) {
    return new InvalidRequestError(preconditionSentences.noClaims(orgUrl), { cause: error });
  }
  if (!(error instanceof OktaError && error.status === 400)) return error;
  return new InvalidRequestError(
    `Claims: Okta rejected the expression of the claim ${name}. Correct it. (${error.message})`,
    { cause: error },
  );
}
