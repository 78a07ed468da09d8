import {
  createIdentityProvider,
  DuplicateProviderError,
  describeIdentityProvider,
  updateIdentityProvider,
} from '../../cognito/identity-providers.ts';
import { clientIdOf } from '../../okta/applications.ts';
import { allOf } from '../all-of.ts';
import { foreignProvider } from '../plan/adoption.ts';
import type { ProviderSettings } from '../plan/steps.ts';
import { InvalidRequestError } from '../properties/properties.ts';
import { applicationOf, clientSecretOf, type Site, type Workpiece } from './site.ts';

export async function makeIdentityProvider(
  settings: ProviderSettings,
  site: Site,
  workpiece: Workpiece,
): Promise<void> {
  const { cognito, okta, identity } = site;
  const { userPoolId, providerName } = identity;
  const clientId = clientIdOf(applicationOf(workpiece));
  const wanted = { ...settings, clientId };
  const [clientSecret] = await allOf([clientSecretOf(okta, workpiece), site.named?.()]);
  try {
    await createIdentityProvider(cognito, userPoolId, providerName, wanted, clientSecret);
  } catch (error) {
    if (!(error instanceof DuplicateProviderError)) throw error;
    // Either a first try whose answer was lost made it, or another stack took the name since we looked.
    const current = await describeIdentityProvider(cognito, userPoolId, providerName);
    if (!current) {
      throw new InvalidRequestError(
        `IdpIdentifiers: another identity provider of user pool ${userPoolId} already uses one of ${settings.idpIdentifiers.join(', ')}. Remove the identifier here, or from the other provider.`,
        { cause: error },
      );
    }
    if (current.clientId !== clientId) throw foreignProvider(identity, current, undefined, { cause: error });
    await updateIdentityProvider(cognito, userPoolId, providerName, wanted, clientSecret, current);
  }
}
