import type { ISecret } from 'aws-cdk-lib/aws-secretsmanager';

/**
 * The ARN with the six characters that Secrets Manager adds: the provider's role may read this one secret, by its ARN.
 *
 * @throws Error if only the name of the secret is known
 * @see https://docs.aws.amazon.com/secretsmanager/latest/userguide/troubleshoot.html#ARN_secretnamehyphen
 */
export function completeArn(secret: ISecret): string {
  if (secret.secretFullArn === undefined) {
    throw new Error(
      `The provider cannot be allowed to read ${secret.node.path}, because its ARN is not complete. Import the secret by Secret.fromSecretCompleteArn.`,
    );
  }
  return secret.secretFullArn;
}
