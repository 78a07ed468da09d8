import { setTimeout as pause } from 'node:timers/promises';
import { bundleOf } from '../test/support/bundles.ts';
import { createAppClient } from '../test/support/cognito-fake/app-clients.ts';
import { createUserPool } from '../test/support/cognito-fake/user-pools.ts';
import type { Relayed } from '../test/support/relayed.ts';
import type { Surroundings } from '../test/support/surroundings.ts';
import { callsOnPath } from './calls-on-path.ts';
import { addedMs } from './operations.ts';
import { startWarmFunction } from './warm-function.ts';

/** What the org allows on `/api/v1/apps` and below, in windows that are shorter than Okta's minute. */
export const limit = { calls: 120, seconds: 4 };

/** Calls of a Create that the limit counts: create the application, assign it to Everyone. */
export const limitedCalls = 2;

/** Calls on the critical path from the last of them to the end: it and the six after it. */
const callsFromLast = 7;

/** Many Creates that began at the same moment. */
export interface AtOnce {
  readonly federations: number;
  /** Milliseconds until the last one was done. */
  readonly took: number;
  /** What the limit, or else the critical path, makes the last one take. */
  readonly bound: number;
  /** Remote calls of each, on average, those that the limit refused among them. */
  readonly callsEach: number;
  /** What the one process held, in megabytes. */
  readonly megabytes: number;
}

/** The bound in milliseconds: whole windows that must pass, then the rest of the last one's path. */
function boundOf(federations: number): number {
  const windows = Math.ceil((federations * limitedCalls) / limit.calls);
  return Math.max(
    callsOnPath.create * addedMs,
    (windows - 1) * limit.seconds * 1000 + callsFromLast * addedMs,
  );
}

/**
 * Makes federations at once, each in a pool of its own, all in one process and one Okta org.
 * @throws Error if one fails.
 */
export async function makeAtOnce(
  federations: number,
  { cognito, okta }: Surroundings,
  { relay, environment, stackOf }: Relayed,
): Promise<AtOnce> {
  relay.delayMs = addedMs;
  await okta.control('POST', '/reset');
  await using warm = startWarmFunction(bundleOf('provider'), environment, 300_000);
  const make = async () => {
    const pool = createUserPool(cognito.state);
    const client = createAppClient(cognito.state, pool);
    const stack = stackOf(warm.invoke);
    const { reason } = await stack.create({ UserPoolId: pool.id, UserPoolClientIds: [client.id] });
    if (reason !== undefined) throw new Error(reason);
  };
  await make();
  const path = '^/api/v1/apps';
  await okta.control('POST', '/rate-limit', { path, perMinute: limit.calls, seconds: limit.seconds });
  relay.calls.splice(0);
  // The bound counts from the start of a window, if it counts windows.
  if (federations * limitedCalls > limit.calls)
    await pause(limit.seconds * 1000 - (Date.now() % (limit.seconds * 1000)));
  const started = performance.now();
  await Promise.all(Array.from({ length: federations }, make));
  const took = performance.now() - started;
  await okta.control('POST', '/rate-limit', {});
  return {
    federations,
    took,
    bound: boundOf(federations),
    callsEach: relay.calls.length / federations,
    megabytes: warm.megabytes,
  };
}
