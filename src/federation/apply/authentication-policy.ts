import { assignAccessPolicy } from '../../okta/access-policies.ts';
import { OktaError } from '../../okta/errors.ts';
import { preconditionSentences } from '../plan/precondition-sentences.ts';
import type { Step } from '../plan/steps.ts';
import { InvalidRequestError } from '../properties/properties.ts';
import type { Site } from './site.ts';

/**
 * Gives an application an authentication policy. One that was there before and is gone is left out.
 * @throws InvalidRequestError if the template names one that is not there.
 */
export async function assignPolicy(
  { okta, log }: Site,
  applicationId: string,
  { policyId, isPutBack }: Extract<Step, { do: 'assignAccessPolicy' }>,
): Promise<void> {
  try {
    await assignAccessPolicy(okta, applicationId, policyId);
  } catch (error) {
    if (!(error instanceof OktaError && error.isNotFound)) throw error;
    if (!isPutBack) {
      throw new InvalidRequestError(preconditionSentences.noPolicy(policyId), { cause: error });
    }
    log('The authentication policy of before is gone; the application keeps the one that it has.', {
      applicationId,
      policyId,
    });
  }
}
