import { CognitoIdentityProviderClient } from '@aws-sdk/client-cognito-identity-provider';
import { counted } from '../remote-calls.ts';
import { type AssumableRole, assumeRole } from './role.ts';

/** Cognito in one region, with the signal that ends every call. */
export interface Cognito {
  readonly client: CognitoIdentityProviderClient;
  readonly signal: AbortSignal;
}

// Cognito's user-pool writes have low per-second quotas that the whole account shares: a deploy of many federations
// at once is throttled for a while, and waiting is right. The signal bounds it.
// https://docs.aws.amazon.com/cognito/latest/developerguide/quotas.html
const maxAttempts = 12;

/**
 * @param userPoolId names its own region, so that a pool elsewhere than the stack works.
 * @param signal ends every call.
 * @param role of the pool's account, where that is another.
 */
export function connectCognito(userPoolId: string, signal: AbortSignal, role?: AssumableRole): Cognito {
  return {
    client: counted(
      new CognitoIdentityProviderClient({
        region: regionOf(userPoolId),
        maxAttempts,
        ...(role ? { credentials: () => assumeRole(role, signal) } : {}),
      }),
    ),
    signal,
  };
}

/** `us-east-1_Ab12` is in `us-east-1`. */
export function regionOf(userPoolId: string): string {
  return userPoolId.slice(0, userPoolId.indexOf('_'));
}

/** A name that Cognito does not know is an answer, not a failure. */
export async function unlessNotFound<T>(call: Promise<T>): Promise<T | undefined> {
  try {
    return await call;
  } catch (error) {
    if (error instanceof Error && error.name === 'ResourceNotFoundException') return undefined;
    throw error;
  }
}
