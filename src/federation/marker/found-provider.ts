import type { IdentityProvider } from '../../cognito/identity-providers.ts';
import { type Application, clientIdOf } from '../../okta/applications.ts';
import { markerOf } from './marker.ts';

/**
 * Says whether the provider was there before its application was adopted: then it is somebody else's, and what the template
 * does not name stays as it was found. Otherwise this resource made it, also where somebody deleted the application since.
 * @param application to work on.
 * @param formerApplication another one of this resource, that the provider belongs to so far.
 */
export function isFoundProvider(
  provider: IdentityProvider,
  application: Application | undefined,
  formerApplication: Application | undefined,
): boolean {
  const marker = markerOf(application) ?? markerOf(formerApplication);
  if (marker) return marker.found?.provider !== undefined;
  return application !== undefined && provider.clientId === clientIdOf(application);
}
