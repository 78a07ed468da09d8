import type { IdentityProvider } from '../../cognito/identity-providers.ts';
import { type Application, clientIdOf } from '../../okta/applications.ts';
import { isMarkedFor, type Marker, markerOf } from '../marker/marker.ts';
import type { ObservedForRemoval } from '../observe/observe.ts';
import type { Identity } from '../properties/identity.ts';
import { restoreApplication } from './application.ts';
import {
  disable,
  type Plan,
  type ProviderSettings,
  type Step,
  unassign,
  withoutEmptyStages,
} from './plan.ts';
import { without } from './settings.ts';

/** Which federation goes, and what is known of it beside what is there. */
export interface Removal {
  readonly identity: Identity;
  /** From the physical ID, where it is known. */
  readonly applicationId: string | undefined;
  /** App clients that the template names, for an application whose marker is gone with it. */
  readonly namedClientIds: readonly string[];
  /** Whether the template says that the application was adopted. */
  readonly isAdoption: boolean;
  /** Whether an adopted application and provider go too. */
  readonly deletesAdopted: boolean;
}

/** Plans how to take a federation away: what this resource made, and nothing else. Pure. */
export function planRemoval(removal: Removal, observed: ObservedForRemoval): Plan {
  const { application, provider } = observed;
  const marker = markerOf(application);
  const clientId = application ? clientIdOf(application) : removal.applicationId;
  const providerIsOurs = provider !== undefined && provider.clientId === clientId;
  const applicationIsOurs = application !== undefined && isMarkedFor(application, removal.identity);
  // Without its marker an application is somebody else's, whoever made it: one that was to be adopted and was not yet,
  // one that was released already, one whose administrator took the marker away. So is the provider that uses it.
  // Another resource's marker says that this one never got as far as touching anything.
  if (application && !applicationIsOurs && (providerIsOurs || marker)) return [];
  // With an adopted application its marker is gone, and with that who made the provider and enabled it where it is.
  if (!application && removal.isAdoption && !removal.deletesAdopted) return [];
  const nameIsOurs = providerIsOurs || provider === undefined;
  if (application && marker?.found && applicationIsOurs && !removal.deletesAdopted) {
    return planRelease(marker, application, providerIsOurs ? provider : undefined, nameIsOurs);
  }
  const enabledOn = new Set([...(marker?.userPoolClientIds ?? []), ...removal.namedClientIds]);
  return withoutEmptyStages([
    nameIsOurs ? [...enabledOn].map(disable) : [],
    // Nobody is sent to the application any more, so it can go out of use beside the provider. It goes last: its marker
    // says what else there is to take away.
    [
      ...(providerIsOurs ? [{ do: 'deleteIdentityProvider' } as const] : []),
      ...(applicationIsOurs ? [{ do: 'deactivateApplication', applicationId: application.id } as const] : []),
    ],
    applicationIsOurs ? [{ do: 'deleteApplication', applicationId: application.id }] : [],
  ]);
}

/** What was adopted is left as it was found; what was added to it goes. */
function planRelease(
  marker: Marker,
  application: Application,
  provider: IdentityProvider | undefined,
  nameIsOurs: boolean,
): Plan {
  const foundProvider = marker.found?.provider;
  const providerSteps: Step[] = !provider
    ? []
    : foundProvider
      ? [{ do: 'updateIdentityProvider', settings: providerAsFound(marker, provider), current: provider }]
      : [{ do: 'deleteIdentityProvider' }];
  return withoutEmptyStages([
    nameIsOurs ? marker.userPoolClientIds.map(disable) : [],
    [...providerSteps, ...marker.groupIds.map(unassign)],
    // Last, because it takes the marker away: a try that breaks off before is repeated whole.
    marker.found?.active === false ? [{ do: 'deactivateApplication', applicationId: application.id }] : [],
    [{ do: 'releaseApplication', application: restoreApplication(application, marker) }],
  ]);
}

function providerAsFound({ found, idpIdentifiers }: Marker, provider: IdentityProvider): ProviderSettings {
  return {
    issuer: found?.provider?.issuer ?? provider.issuer,
    scopes: found?.provider?.scopes ?? provider.scopes,
    attributesRequestMethod: found?.provider?.attributesRequestMethod ?? provider.attributesRequestMethod,
    attributeMapping: found?.provider?.attributeMapping ?? provider.attributeMapping,
    idpIdentifiers: without(provider.idpIdentifiers, idpIdentifiers),
  };
}
