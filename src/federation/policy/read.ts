import { ParameterNotReadError, readParameter } from '../../aws/parameter-store.ts';
import { readAhead } from '../read-ahead.ts';
import type { PolicyRules } from './evaluate.ts';
import { PolicyError } from './policy-error.ts';

/**
 * Reads the operator's policy, at each event: a change counts at once. To be called beside the read of the Okta secret, so
 * that it takes no time of its own.
 * @param parameter the name or ARN of the SSM parameter; `undefined` or empty if the operator has no policy.
 * @param signal ends the call.
 * @returns `undefined` if the operator has no policy.
 * @throws PolicyError if there is one that cannot be read or is not valid: then nothing is allowed. The SDK's errors, if
 * Systems Manager cannot be reached.
 */
export async function readPolicy(
  parameter: string | undefined,
  signal: AbortSignal,
): Promise<PolicyRules | undefined> {
  if (!parameter) return undefined;
  const [{ rulesOf }, text] = await Promise.all([import('./rules.ts'), textOf(parameter, signal)]);
  return rulesOf(text, parameter);
}

/** Reads the policy as `readPolicy`; one can be begun ahead. */
export type ReadPolicy = (signal: AbortSignal) => Promise<PolicyRules | undefined>;

/** One for each event. */
export function policyReader(parameter = ''): ReadPolicy {
  const read = readAhead(readPolicy);
  return (signal) => read(parameter, signal);
}

async function textOf(parameter: string, signal: AbortSignal): Promise<string> {
  try {
    return await readParameter(parameter, signal);
  } catch (error) {
    if (!(error instanceof ParameterNotReadError)) throw error;
    throw new PolicyError(`The operator's policy cannot be read, so nothing is allowed: ${error.message}`, {
      cause: error,
    });
  }
}
