import type { IdentityProvider, OidcSettings } from '../../cognito/identity-providers.ts';
import type { Application, NewApplication } from '../../okta/applications.ts';
import type { FederatedClaim, NewFederatedClaim } from '../../okta/federated-claims.ts';
import type { WantedApplication } from './application.ts';

/** One call, or one read-modify-write, that can be repeated without harm. */
export type Step =
  | { readonly do: 'createApplication'; readonly application: NewApplication }
  | { readonly do: 'adoptApplication'; readonly applicationId: string; readonly wanted: WantedApplication }
  | { readonly do: 'replaceApplication'; readonly application: Application }
  | { readonly do: 'releaseApplication'; readonly application: Application }
  | { readonly do: 'activateApplication'; readonly applicationId: string }
  | { readonly do: 'deactivateApplication'; readonly applicationId: string }
  | { readonly do: 'deleteApplication'; readonly applicationId: string }
  | { readonly do: 'assignGroup'; readonly groupId: string }
  | { readonly do: 'unassignGroup'; readonly groupId: string }
  | { readonly do: 'createClaim'; readonly claim: NewFederatedClaim }
  | {
      readonly do: 'replaceClaim';
      readonly claim: FederatedClaim;
      /** Whether this restores the old claim. If Okta no longer accepts the old one, the claim stays as it is. */
      readonly isPutBack: boolean;
    }
  | { readonly do: 'deleteClaim'; readonly claimId: string }
  | {
      readonly do: 'assignAccessPolicy';
      readonly policyId: string;
      /** Whether this restores the old policy. If that was deleted since, the application stays as it is. */
      readonly isPutBack: boolean;
    }
  | { readonly do: 'createIdentityProvider'; readonly settings: ProviderSettings }
  | {
      readonly do: 'updateIdentityProvider';
      readonly settings: ProviderSettings;
      /** As it was read; `undefined` of one that the plan itself makes. */
      readonly current: IdentityProvider | undefined;
    }
  /** Only if its client is still this one. */
  | { readonly do: 'deleteIdentityProvider'; readonly clientId: string }
  | { readonly do: 'enableOnAppClient'; readonly userPoolClientId: string }
  | { readonly do: 'disableOnAppClient'; readonly userPoolClientId: string }
  | { readonly do: 'disableOnOtherAppClients'; readonly except: readonly string[] };

/** The provider's settings except the client ID, which only the application gives. */
export type ProviderSettings = Omit<OidcSettings, 'clientId'>;

/** Stages run one after the other; the steps of a stage are independent of each other and run together. */
export type Plan = readonly (readonly Step[])[];

/** In a rollback, what was there before and is gone since is left out. */
export function asPutBack(plan: Plan): Plan {
  return plan.map((stage) =>
    stage.map((step) => ('isPutBack' in step ? { ...step, isPutBack: true } : step)),
  );
}

export function disable(userPoolClientId: string): Step {
  return { do: 'disableOnAppClient', userPoolClientId };
}

export function unassign(groupId: string): Step {
  return { do: 'unassignGroup', groupId };
}

export function enable(userPoolClientId: string): Step {
  return { do: 'enableOnAppClient', userPoolClientId };
}

export function withoutEmptyStages(stages: Step[][]): Plan {
  return stages.filter((stage) => stage.length > 0);
}
