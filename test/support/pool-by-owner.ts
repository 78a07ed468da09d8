import {
  type CognitoIdentityProviderClient,
  CreateUserPoolClientCommand,
  type CreateUserPoolClientCommandInput,
  CreateUserPoolCommand,
  CreateUserPoolDomainCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import { z } from 'zod';
import { existingAppClient } from '../../acceptance/pools.ts';

// User pools and app clients, made through Cognito's API as their owners make them.

/** A user pool with a domain and an app client. */
export interface PoolWithClient {
  readonly UserPoolId: string;
  readonly UserPoolClientId: string;
  /** Its prefix domain, or the whole name of a custom one. */
  readonly domain: string;
}

/** @param domain a prefix, a whole name if it has a dot, or `undefined` for none. Nothing answers at a custom one in the local stack. */
export async function makePool(
  cognito: CognitoIdentityProviderClient,
  PoolName: string,
  domain: string | undefined,
): Promise<string> {
  const { UserPool } = await cognito.send(new CreateUserPoolCommand({ PoolName }));
  const UserPoolId = z.string().parse(UserPool?.Id);
  const CertificateArn = 'arn:aws:acm:us-east-1:000000000000:certificate/example';
  const custom = domain?.includes('.') ? { CustomDomainConfig: { CertificateArn } } : {};
  if (domain !== undefined)
    await cognito.send(new CreateUserPoolDomainCommand({ UserPoolId, Domain: domain, ...custom }));
  return UserPoolId;
}

/** @param more settings that replace or add to those of an existing app client. */
export async function makeAppClient(
  cognito: CognitoIdentityProviderClient,
  UserPoolId: string,
  more: Partial<CreateUserPoolClientCommandInput> = {},
): Promise<string> {
  const { UserPoolClient } = await cognito.send(
    new CreateUserPoolClientCommand({
      UserPoolId,
      ...existingAppClient,
      ...more,
    }),
  );
  return z.string().parse(UserPoolClient?.ClientId);
}

/** Makes a pool with a domain of the same name, and an app client. */
export async function makePoolWithClient(
  cognito: CognitoIdentityProviderClient,
  domain: string,
  more: Partial<CreateUserPoolClientCommandInput> = {},
): Promise<PoolWithClient> {
  const UserPoolId = await makePool(cognito, domain, domain);
  return { UserPoolId, UserPoolClientId: await makeAppClient(cognito, UserPoolId, more), domain };
}
