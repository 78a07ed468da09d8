import { bundleOf } from '../test/support/bundles.ts';
import type { Outcome, Stack } from '../test/support/cloudformation.ts';
import { createAppClient } from '../test/support/cognito-fake/app-clients.ts';
import { createUserPool } from '../test/support/cognito-fake/user-pools.ts';
import { criticalPath } from '../test/support/relay.ts';
import type { Relayed } from '../test/support/relayed.ts';
import type { Surroundings } from '../test/support/surroundings.ts';
import { callsOnPath, type Operation } from './calls-on-path.ts';
import { startWarmFunction } from './warm-function.ts';

/** What is added to every remote call, in milliseconds. */
export const addedMs = 50;

/** One operation, once. */
export interface Timing {
  readonly operation: Operation;
  /** Milliseconds of the handler, from the event to its return. */
  readonly took: number;
  /** The critical path's bound: its calls times what is added to each. */
  readonly bound: number;
  /** What the calls on the path took, as the other side saw it: what is added, and the servers' own work. */
  readonly remote: number;
}

export interface OperationRun {
  readonly timings: readonly Timing[];
  /** What the function's process had used at the end of its first event, a Create, in milliseconds of one processor. */
  readonly coldCpuMs: number;
}

/**
 * Runs each operation once as the first thing that a process does, and once in a process that has worked before.
 * @returns the first, then the second.
 */
export async function timeOperations(
  around: Surroundings,
  relayed: Relayed,
): Promise<[OperationRun, OperationRun]> {
  relayed.relay.delayMs = addedMs;
  await using warm = startWarmFunction(bundleOf('provider'), relayed.environment, 60_000);
  const first = await timeLife(around, relayed, relayed.invoke);
  await timeLife(around, relayed, warm.invoke);
  const coldCpuMs = warm.firstCpuMs;
  const second = await timeLife(around, relayed, warm.invoke);
  return [
    { timings: first, coldCpuMs },
    { timings: second, coldCpuMs },
  ];
}

async function timeLife(
  { cognito }: Surroundings,
  { relay, stackOf }: Relayed,
  invoke: Relayed['invoke'],
): Promise<Timing[]> {
  const pool = createUserPool(cognito.state);
  const client = createAppClient(cognito.state, pool);
  const properties = { UserPoolId: pool.id, UserPoolClientIds: [client.id] };
  const changes = { ApplicationLabel: 'Shop', Access: ['Engineering'], Scopes: 'openid profile email phone' };
  const stack = stackOf(invoke);
  const run = async (operation: Operation, act: (stack: Stack) => Promise<Outcome>): Promise<Timing> => {
    relay.calls.splice(0);
    const { exchanges, reason } = await act(stack);
    if (reason !== undefined) throw new Error(`${operation}: ${reason}`);
    const path = criticalPath(relay.calls);
    return {
      operation,
      took: exchanges[0]?.invocation.took ?? Number.NaN,
      bound: callsOnPath[operation] * addedMs,
      remote: path.reduce((sum, { from, until }) => sum + until - from, 0),
    };
  };
  return [
    await run('create', () => stack.create(properties)),
    await run('unchanged', () => stack.update(properties)),
    await run('update', () => stack.update({ ...properties, ...changes })),
    await run('delete', () => stack.delete()),
  ];
}
