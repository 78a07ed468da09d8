import type { AppClient } from '../../cognito/app-clients.ts';
import type { IdentityProvider } from '../../cognito/identity-providers.ts';
import type { Secret } from '../../secret.ts';
import type { Metadata } from '../observe/discovery.ts';

/** What the sign-in path should be made of. */
export interface SignInPath {
  readonly issuer: Metadata;
  readonly clientId: string;
  readonly clientSecret: Secret;
  readonly scopes: readonly string[];
  readonly redirectUris: readonly string[];
  /** Host names of the pool. */
  readonly domains: readonly string[];
  readonly providerName: string;
  /** The provider as Cognito stores it now; without it, its stored endpoints are not probed. */
  readonly provider?: Pick<IdentityProvider, 'otherDetails'> | undefined;
  readonly appClients: readonly AppClient[];
}

/** People cannot sign in. The message says what failed, why, and what to do. */
export class SignInProbeError extends Error {
  override readonly name = 'SignInProbeError';
}
