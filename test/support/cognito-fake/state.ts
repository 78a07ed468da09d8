import type { AppClient } from './app-clients.ts';
import { type Behavior, defaultBehavior } from './behavior.ts';
import type { IdentityProvider } from './identity-providers.ts';
import type { UserPool } from './user-pools.ts';

/** What the fake Cognito holds. A test arranges it and looks at it directly; the product only through the API. */
export interface CognitoState {
  readonly pools: Map<string, UserPool>;
  /** By app client ID. */
  readonly clients: Map<string, AppClient>;
  /** By `<user pool ID>|<provider name>`. */
  readonly providers: Map<string, IdentityProvider>;
  /** What each provider's issuer stated when the provider was last set. */
  readonly discovered: Map<string, Readonly<Record<string, string>>>;
  /** Providers that an update is changing at this moment: a second change is refused. */
  readonly changing: Set<string>;
  readonly behavior: Behavior;
}

export const emptyState = (): CognitoState => ({
  pools: new Map(),
  clients: new Map(),
  providers: new Map(),
  discovered: new Map(),
  changing: new Set(),
  behavior: defaultBehavior(),
});

export const providerKey = (userPoolId: string, providerName: string) => `${userPoolId}|${providerName}`;

/** The providers of a pool. */
export function providersOf(state: CognitoState, userPoolId: string): IdentityProvider[] {
  return [...state.providers.values()].filter((provider) => provider.UserPoolId === userPoolId);
}
