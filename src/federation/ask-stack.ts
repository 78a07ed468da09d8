import { connectTrusted } from '../cloudformation/confirm.ts';
import { StackNotReadError, type Stacks } from '../cloudformation/stacks.ts';
import type { Turn } from './turn.ts';

/**
 * Asks CloudFormation about the stack of an event.
 * @param ifSilent is logged if CloudFormation does not answer; without it, the event fails.
 * @returns `undefined` if CloudFormation does not answer, or has the stack in an account that the operator does not list.
 * @throws StackNotReadError
 */
export async function askStack<T>(
  { request, services, deadline }: Pick<Turn, 'request' | 'services' | 'deadline'>,
  question: (stacks: Stacks, stackId: string) => Promise<T>,
  ifSilent?: string,
): Promise<T | undefined> {
  const { signal } = deadline.work;
  const stacks = connectTrusted(services.trust, request.stackId, signal);
  if (!stacks) return undefined;
  try {
    return await question(stacks, request.stackId);
  } catch (error) {
    if (ifSilent === undefined || !(error instanceof StackNotReadError) || signal.aborted) throw error;
    services.warn(ifSilent, error);
    return undefined;
  }
}
