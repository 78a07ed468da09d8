import { counted } from '../remote-calls.ts';
import { callWithRetries } from './call-with-retries.ts';
import { clientSettings } from './client-settings.ts';

/** A role of another account, and what its trust policy asks for. */
export interface AssumableRole {
  readonly arn: string;
  readonly sessionName: string;
  readonly externalId: string;
  /** What lists it: the property of a template, or the parameter of the provider stack. */
  readonly namedBy: 'RoleArn' | 'TrustedAccountRoleArns of the provider stack';
}

/** The role cannot be assumed. The message says which property names it, and why or what its trust policy must let through. */
export class RoleNotAssumedError extends Error {
  override readonly name = 'RoleNotAssumedError';
}

/**
 * Assumes a role. The SDK keeps the credentials until shortly before they expire.
 * @throws RoleNotAssumedError
 * @see https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html
 */
export async function assumeRole(role: AssumableRole, signal: AbortSignal) {
  const { AssumeRoleCommand, STSClient } = await import('./sts.ts');
  try {
    const client = counted(new STSClient(clientSettings));
    const command = new AssumeRoleCommand({
      RoleArn: role.arn,
      RoleSessionName: role.sessionName,
      ExternalId: role.externalId,
    });
    const { Credentials: credentials } = await callWithRetries(
      (abortSignal) => client.send(command, { abortSignal }),
      signal,
    );
    if (!credentials?.AccessKeyId || !credentials.SecretAccessKey)
      throw new Error('STS gave no credentials.');
    return {
      accessKeyId: credentials.AccessKeyId,
      secretAccessKey: credentials.SecretAccessKey,
      ...(credentials.SessionToken ? { sessionToken: credentials.SessionToken } : {}),
      ...(credentials.Expiration ? { expiration: credentials.Expiration } : {}),
    };
  } catch (error) {
    throw new RoleNotAssumedError(sentence(role, error), { cause: error });
  }
}

function sentence(role: AssumableRole, error: unknown): string {
  const { arn, externalId, namedBy } = role;
  const { name, message } = error instanceof Error ? error : new Error(String(error));
  if (!name.startsWith('AccessDenied'))
    return `${namedBy}: the provider cannot assume ${arn}: the request to STS failed (${message.replace(/\.$/, '') || name}). Deploy again.`;
  return namedBy === 'RoleArn'
    ? `RoleArn: the provider cannot assume ${arn}. Allow sts:AssumeRole in its trust policy to the provider's role with the external ID ${role.externalId}, and add the role to AssumableRoleArns of the provider stack.`
    : `${namedBy}: the provider cannot assume ${arn}. Allow sts:AssumeRole in its trust policy to the provider's role with the external ID ${externalId}.`;
}
