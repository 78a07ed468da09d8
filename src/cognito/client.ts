import { setTimeout as pause } from 'node:timers/promises';
import {
  CognitoIdentityProviderClient,
  type CognitoIdentityProviderClientConfig,
} from '@aws-sdk/client-cognito-identity-provider';
import { callWithRetries } from '../aws/call-with-retries.ts';
import { clientSettings } from '../aws/client-settings.ts';
import { perRegion } from '../aws/per-region.ts';
import { type AssumableRole, assumeRole } from '../aws/role.ts';
import { counted, inTurn } from '../remote-calls.ts';

/** Cognito in one region, with the signal that ends every call. */
export interface Cognito {
  readonly client: CognitoIdentityProviderClient;
  readonly signal: AbortSignal;
}

/**
 * @param userPoolId names its own region, so that a pool elsewhere than the stack works.
 * @param signal ends every call.
 * @param role of the pool's account, if that is not the function's own.
 */
export function connectCognito(userPoolId: string, signal: AbortSignal, role?: AssumableRole): Cognito {
  const region = regionOf(userPoolId);
  return {
    client: role ? cognitoIn({ region, credentials: () => assumeRole(role, signal) }) : ownCognito(region),
    signal,
  };
}

const ownCognito = perRegion((region) => cognitoIn({ region }));

// Cognito's user-pool writes have low per-second quotas that the whole account shares: `ask` waits for as long as it takes.
// https://docs.aws.amazon.com/cognito/latest/developerguide/quotas.html
const cognitoIn = (settings: CognitoIdentityProviderClientConfig) =>
  counted(new CognitoIdentityProviderClient({ ...clientSettings, ...settings }), inTurn);

/** Makes a call, and repeats it if that helps. */
export function ask<T>(
  { client, signal }: Cognito,
  call: (client: CognitoIdentityProviderClient, options: { readonly abortSignal: AbortSignal }) => Promise<T>,
): Promise<T> {
  return callWithRetries((abortSignal) => call(client, { abortSignal }), signal);
}

const longestPauseMs = 8_000;
/** As long as Terraform's AWS provider retries. */
const longestConflictMs = 120_000;

/**
 * Repeats a change while something else changes the same object: a console, another template, a crowd of stacks.
 * @param change one try, with all that it reads before it writes.
 * @throws ConcurrentModificationException after two minutes of conflicts.
 */
export async function untilAlone<T>({ signal }: Cognito, change: () => Promise<T>): Promise<T> {
  const end = Date.now() + longestConflictMs;
  for (let attempt = 0; ; attempt += 1) {
    try {
      return await change();
    } catch (error) {
      const concurrent = error instanceof Error && error.name === 'ConcurrentModificationException';
      if (!concurrent || Date.now() >= end) throw error;
      await pause(Math.min(longestPauseMs, 100 * 2 ** attempt) * Math.random(), undefined, { signal });
    }
  }
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
