import type { IdentityProvider } from '../../cognito/identity-providers.ts';
import { type Application, clientIdOf } from '../../okta/applications.ts';
import type { FederatedClaim } from '../../okta/federated-claims.ts';
import type { ApplicationRecord, ProviderRecord } from '../journal/records.ts';
import { restoreApplication } from './application.ts';
import { policyGivenBack } from './authentication-policy.ts';
import { claimSteps } from './claims.ts';
import { without } from './settings.ts';
import {
  disable,
  type Plan,
  type ProviderSettings,
  type Step,
  unassign,
  withoutEmptyStages,
} from './steps.ts';

/** What is to go, as the journal knows it, or the physical ID and the name tag if the journal is lost. */
export interface Removal {
  /** `undefined`: the application stays, because another federation of this resource has it. */
  readonly application: ApplicationRecord | undefined;
  /** `undefined`: the provider stays. */
  readonly provider: ProviderRecord | undefined;
  /** OAuth clients that make the provider ours. */
  readonly clientIds: ReadonlySet<string>;
  /** Whether an adopted application and provider go too. */
  readonly deletesAdopted: boolean;
}

/** What is there of it. */
interface There {
  readonly application: Application | undefined;
  readonly provider: IdentityProvider | undefined;
  /** Set for an application that is given back. */
  readonly claims?: readonly FederatedClaim[];
}

/**
 * Plans the removal of a federation: what this resource made is deleted, what it adopted is put back as it was found. Pure.
 */
export function planRemoval(removal: Removal, there: There): Plan {
  const [beside = [], ...after] = applicationStages(removal, there);
  return withoutEmptyStages([
    disableSteps(removal, there),
    // Sign-ins no longer lead to the application, so it can be deactivated in parallel to the provider.
    [...providerSteps(removal, there), ...beside],
    ...after,
  ]);
}

function isOurs({ clientIds }: Removal, { provider, application }: There): boolean {
  if (!provider) return true;
  return clientIds.has(provider.clientId) || (application && clientIdOf(application)) === provider.clientId;
}

function disableSteps(removal: Removal, there: There): Step[] {
  const { provider } = removal;
  // If another owner has this provider name by now, the app clients that list it are left alone.
  if (!provider || !isOurs(removal, there)) return [];
  const known = provider.userPoolClientIds.map(disable);
  // Cognito refuses every later change of an app client that lists a provider that is gone.
  return isDeleted(removal)
    ? [...known, { do: 'disableOnOtherAppClients', except: provider.userPoolClientIds }]
    : known;
}

function isDeleted({ provider, deletesAdopted }: Removal): boolean {
  return provider !== undefined && (!provider.found || deletesAdopted);
}

function providerSteps(removal: Removal, there: There): Step[] {
  const { provider: current } = there;
  if (!removal.provider || !current || !isOurs(removal, there)) return [];
  return isDeleted(removal)
    ? [{ do: 'deleteIdentityProvider', clientId: current.clientId }]
    : [{ do: 'updateIdentityProvider', settings: providerAsFound(removal.provider, current), current }];
}

function applicationStages(
  { application: record, deletesAdopted }: Removal,
  { application: current, claims = [] }: There,
): Step[][] {
  if (!record || !current) return [];
  const deactivate: Step = { do: 'deactivateApplication', applicationId: current.id };
  if (!record.found || deletesAdopted)
    return [[deactivate], [{ do: 'deleteApplication', applicationId: current.id }]];
  return [
    [
      ...record.groupIds.map(unassign),
      ...claimSteps({}, record, claims),
      ...policyGivenBack(record, current),
    ],
    record.found.active === false ? [deactivate] : [],
    // Last, because it removes the name tag: a try that breaks off before is repeated whole.
    [{ do: 'releaseApplication', application: restoreApplication(current, record) }],
  ];
}

function providerAsFound(
  { found, idpIdentifiers }: ProviderRecord,
  provider: IdentityProvider,
): ProviderSettings {
  return {
    issuer: found?.issuer ?? provider.issuer,
    scopes: found?.scopes ?? provider.scopes,
    attributesRequestMethod: found?.attributesRequestMethod ?? provider.attributesRequestMethod,
    attributeMapping: found?.attributeMapping ?? provider.attributeMapping,
    idpIdentifiers: without(provider.idpIdentifiers, idpIdentifiers),
  };
}
