import { connectTrusted } from '../../cloudformation/confirm.ts';
import { latestProperties, StackNotReadError } from '../../cloudformation/stacks.ts';
import type { StackEvidence } from '../plan/dropped-clients.ts';
import type { Turn } from '../turn.ts';

/**
 * Asks CloudFormation what the stack says of app clients that UserPoolClientIds lists no more.
 * @param isTolerant of a rollback, which must not fail because CloudFormation does not tell.
 * @returns `undefined` if CloudFormation does not answer a rollback.
 * @throws StackNotReadError
 */
export async function evidenceOf(
  { request, services, deadline }: Pick<Turn, 'request' | 'services' | 'deadline'>,
  clientIds: readonly string[],
  isTolerant: boolean,
): Promise<StackEvidence | undefined> {
  const stacks = connectTrusted(services.trust, request.stackId, deadline.work.signal);
  if (!stacks) return undefined;
  try {
    return await latestProperties(stacks, request.stackId, clientIds);
  } catch (error) {
    if (!isTolerant || !(error instanceof StackNotReadError) || deadline.work.signal.aborted) throw error;
    services.warn(
      'It is not known whether the stack still names the provider on app clients; it stays there.',
      error,
    );
    return undefined;
  }
}
