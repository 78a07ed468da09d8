import { GetSecretValueCommand, type SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { callWithRetries } from '../../aws/call-with-retries.ts';
import { type OktaCredentials, OktaCredentialsError, parseOktaCredentials } from '../../okta/credentials.ts';
import { InvalidRequestError } from '../properties/properties.ts';
import { readAhead } from '../read-ahead.ts';

/** The client for reading Okta credentials. */
export interface OktaSecrets {
  /**
   * As `readOktaSecret`, but shares a read that began a moment ago, so that a caller can begin it ahead.
   * @throws as `readOktaSecret`.
   */
  read(secretId: string, signal: AbortSignal): Promise<OktaCredentials>;
}

export function connectOktaSecrets(client: SecretsManagerClient): OktaSecrets {
  return { read: readAhead((secretId, signal) => readOktaSecret(client, secretId, signal)) };
}

/**
 * Reads the Okta credentials, at each event: a changed secret counts at once, without a redeploy.
 * @param secretId the secret's ARN or name.
 * @throws InvalidRequestError that names the secret and what to change; never a part of its value.
 */
export async function readOktaSecret(
  client: SecretsManagerClient,
  secretId: string,
  signal: AbortSignal,
): Promise<OktaCredentials> {
  const value = await readValue(client, secretId, signal);
  try {
    return parseOktaCredentials(value);
  } catch (error) {
    if (!(error instanceof OktaCredentialsError)) throw error;
    throw new InvalidRequestError(`The Okta secret ${secretId} cannot be used: it ${error.predicate}.`, {
      cause: error,
    });
  }
}

async function readValue(
  client: SecretsManagerClient,
  secretId: string,
  signal: AbortSignal,
): Promise<string> {
  const command = new GetSecretValueCommand({ SecretId: secretId });
  const { SecretString: text, SecretBinary: bytes } = await callWithRetries(
    (abortSignal) => client.send(command, { abortSignal }),
    signal,
  ).catch((error: unknown) => {
    throw explained(error, secretId);
  });
  if (text) return text;
  if (!bytes?.length) throw new InvalidRequestError(emptySecret(secretId));
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (error) {
    throw new InvalidRequestError(
      `The Okta secret ${secretId} is binary (SecretBinary) and not text: put the JSON with orgUrl and apiToken into SecretString; the provider stack's output OktaSecretCommand is the command for it.`,
      { cause: error },
    );
  }
}

function explained(error: unknown, secretId: string): unknown {
  if (!(error instanceof Error)) return error;
  switch (error.name) {
    // Secrets Manager says so of a secret that is not there and of one that has no value yet.
    case 'ResourceNotFoundException':
      return new InvalidRequestError(emptySecret(secretId), { cause: error });
    case 'AccessDeniedException':
      // Secrets Manager says the same if it is the secret's own KMS key that the role may not use.
      return new InvalidRequestError(
        `The provider's role may not read the Okta secret ${secretId}: name it in OktaSecretArn or OtherOktaSecretArns of the provider's stack, and if a KMS key of yours encrypts it, name that key in OktaSecretKmsKeyArn or OtherKmsKeyArns.`,
        { cause: error },
      );
    // It was deleted, and its recovery window is not over.
    case 'InvalidRequestException':
      return new InvalidRequestError(
        `The Okta secret ${secretId} cannot be read: ${error.message} Restore it, or name another.`,
        { cause: error },
      );
    // Its KMS key is disabled or gone.
    case 'DecryptionFailure':
      return new InvalidRequestError(
        `The Okta secret ${secretId} cannot be decrypted with its KMS key. Enable that key, or encrypt the secret with another key.`,
        { cause: error },
      );
    default:
      return error;
  }
}

function emptySecret(secretId: string): string {
  return `The Okta secret ${secretId} does not exist or is empty: put JSON with orgUrl and apiToken in it; the provider stack's output OktaSecretCommand is the command for it.`;
}
