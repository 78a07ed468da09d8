import { type IdentityProvider, storedEndpoints } from '../../cognito/provider-details.ts';
import type { Metadata } from '../observe/discovery.ts';

/** Cognito's name for an endpoint, and the name in the issuer's discovery document. */
const nameInMetadata = {
  authorize_url: 'authorization_endpoint',
  token_url: 'token_endpoint',
  attributes_url: 'userinfo_endpoint',
  jwks_uri: 'jwks_uri',
} as const;

/**
 * Compares the endpoints that the provider stores with those that its issuer states. Cognito uses the stored ones, so a
 * wrong one breaks every sign-in although the issuer is in order. What either side leaves out is no problem. Pure.
 * @returns a sentence for each endpoint that differs.
 */
export function endpointProblems(
  provider: Pick<IdentityProvider, 'otherDetails'>,
  metadata: Metadata,
): string[] {
  return storedEndpoints.flatMap((name) => {
    const stored = provider.otherDetails[name];
    const stated = metadata[nameInMetadata[name]];
    if (!stored || !stated || isSame(stored, stated)) return [];
    return [
      `The identity provider has the ${name} ${stored}, but its issuer ${metadata.issuer} states ${stated}. Set ${name} to ${stated}.`,
    ];
  });
}

function isSame(one: string, other: string): boolean {
  return one === other || (URL.parse(one)?.href ?? one) === URL.parse(other)?.href;
}
