import { ParameterNotReadError, readParameter } from '../../aws/parameter-store.ts';
import { type Policy, PolicyError, parsePolicy } from './document.ts';

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
): Promise<Policy | undefined> {
  if (!parameter) return undefined;
  return parsePolicy(await textOf(parameter, signal), parameter);
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
