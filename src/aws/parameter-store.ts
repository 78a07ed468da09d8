import { counted } from '../remote-calls.ts';
import { callWithRetries } from './call-with-retries.ts';
import { clientSettings } from './client-settings.ts';

/** A parameter cannot be read. The message names it and says what the operator has to change. */
export class ParameterNotReadError extends Error {
  override readonly name = 'ParameterNotReadError';
}

/**
 * Reads a parameter of the Systems Manager Parameter Store, decrypted if it is a SecureString. The SDK is loaded with the
 * first call.
 * @param name the parameter's name, or its ARN.
 * @param signal ends the call.
 * @throws ParameterNotReadError if the parameter is missing or empty, or may not be read; the SDK's errors otherwise.
 * @see https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_GetParameter.html
 */
export async function readParameter(name: string, signal: AbortSignal): Promise<string> {
  const { client, GetParameterCommand } = await connect();
  const command = new GetParameterCommand({ Name: name, WithDecryption: true });
  try {
    const { Parameter: found } = await callWithRetries(
      (abortSignal) => client.send(command, { abortSignal }),
      signal,
    );
    if (!found?.Value?.trim())
      throw new ParameterNotReadError(`The SSM parameter ${name} is empty. Put the policy's JSON into it.`);
    return found.Value;
  } catch (error) {
    throw explained(error, name);
  }
}

let connection: ReturnType<typeof open> | undefined;

/** A warm function keeps the connection. */
function connect() {
  connection ??= open();
  return connection;
}

async function open() {
  const { GetParameterCommand, SSMClient } = await import('./ssm.ts');
  return { client: counted(new SSMClient(clientSettings)), GetParameterCommand };
}

function explained(error: unknown, name: string): unknown {
  if (!(error instanceof Error)) return error;
  const because = (sentence: string) =>
    new ParameterNotReadError(`The SSM parameter ${name} ${sentence}`, { cause: error });
  switch (error.name) {
    case 'ParameterNotFound':
    case 'ParameterVersionNotFound':
      return because(
        "does not exist in the region of the provider's stack: create it, or set PolicyParameter of that stack to the name of the one to use.",
      );
    case 'AccessDeniedException':
      // Systems Manager says the same if it is the parameter's KMS key that the role may not use.
      return because(
        "may not be read by the provider's role: let the role call ssm:GetParameter on it and, if a KMS key of yours encrypts it, name that key in OtherKmsKeyArns of the provider stack.",
      );
    case 'InvalidKeyId':
      return because('cannot be decrypted: check that its KMS key exists and is enabled.');
    case 'ValidationException':
      return because(
        'has a name that Systems Manager does not accept: set PolicyParameter of the provider stack to the name or the ARN of a parameter.',
      );
    default:
      return error;
  }
}
