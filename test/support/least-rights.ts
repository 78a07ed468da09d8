import { randomUUID } from 'node:crypto';
import {
  CognitoIdentityProviderClient,
  CreateUserPoolClientCommand,
  CreateUserPoolCommand,
  CreateUserPoolDomainCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import {
  CreateAccessKeyCommand,
  CreateRoleCommand,
  CreateUserCommand,
  DeleteAccessKeyCommand,
  DeleteRoleCommand,
  DeleteRolePolicyCommand,
  DeleteUserCommand,
  DeleteUserPolicyCommand,
  IAMClient,
  PutRolePolicyCommand,
  PutUserPolicyCommand,
} from '@aws-sdk/client-iam';
import { CreateSecretCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { PutParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { type Rights, rightsOf } from './function-role.ts';

// What the tests of least rights need: each thing is read or changed with a right of its own.

const POLICY = 'okta-cognito-idp';
const cognito = new CognitoIdentityProviderClient({});
const iam = new IAMClient({});

/** A user pool with a domain and an app client. */
export interface PoolWithClient {
  readonly UserPoolId: string;
  readonly clientId: string;
}

/** @param custom whether the domain is one of the user's own. Nothing answers there in the local stack. */
export async function makePool(custom: boolean): Promise<PoolWithClient> {
  const name = `rights-${randomUUID().slice(0, 8)}`;
  const { UserPool } = await cognito.send(new CreateUserPoolCommand({ PoolName: name }));
  const UserPoolId = UserPool?.Id ?? '';
  const CertificateArn = 'arn:aws:acm:us-east-1:000000000000:certificate/example';
  await cognito.send(
    new CreateUserPoolDomainCommand(
      custom
        ? { UserPoolId, Domain: `${name}.example.com`, CustomDomainConfig: { CertificateArn } }
        : { UserPoolId, Domain: name },
    ),
  );
  const { UserPoolClient } = await cognito.send(
    new CreateUserPoolClientCommand({
      UserPoolId,
      ClientName: 'web',
      AllowedOAuthFlowsUserPoolClient: true,
      AllowedOAuthFlows: ['code'],
      AllowedOAuthScopes: ['openid', 'email'],
      CallbackURLs: ['https://app.example.com/callback'],
      SupportedIdentityProviders: ['COGNITO'],
    }),
  );
  return { UserPoolId, clientId: UserPoolClient?.ClientId ?? '' };
}

/** @returns the ARN of a secret with the credentials of the local Okta org. */
export async function makeOktaSecret(): Promise<string> {
  const { OKTA_ORG_URL: orgUrl, OKTA_API_TOKEN: apiToken } = process.env;
  const SecretString = JSON.stringify({ orgUrl, apiToken });
  const made = await new SecretsManagerClient({}).send(
    new CreateSecretCommand({ Name: `least-rights-${randomUUID()}`, SecretString }),
  );
  return made.ARN ?? '';
}

/** @returns the name of a parameter with rules that allow every stack everything. */
export async function makePolicyParameter(): Promise<string> {
  const Name = `/least-rights/${randomUUID()}`;
  const Value = JSON.stringify({ rules: [{ stacks: ['*'], accounts: ['*'], allow: 'Everything' }] });
  await new SSMClient({}).send(new PutParameterCommand({ Name, Value, Type: 'String' }));
  return Name;
}

/** The role of the user pools of another account. */
export interface GuestRole extends AsyncDisposable {
  readonly arn: string;
  /** Lets roles in. */
  trust(...roleArns: readonly string[]): Promise<void>;
}

/** @param stackName of the one stack that may use the role: the external ID names it. */
export async function makeGuestRole(stackName: string): Promise<GuestRole> {
  const RoleName = `least-rights-guest-${randomUUID().slice(0, 8)}`;
  const statement = (more: object) =>
    JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', ...more }] });
  return {
    arn: `arn:aws:iam::000000000000:role/${RoleName}`,
    async trust(...AWS) {
      const ExternalId = { 'sts:ExternalId': `000000000000/us-east-1/${stackName}/Federation` };
      const trust = { Principal: { AWS }, Action: 'sts:AssumeRole', Condition: { StringEquals: ExternalId } };
      await iam.send(new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument: statement(trust) }));
      const PolicyDocument = statement({ Action: 'cognito-idp:*', Resource: '*' });
      await iam.send(new PutRolePolicyCommand({ RoleName, PolicyName: POLICY, PolicyDocument }));
    },
    async [Symbol.asyncDispose]() {
      await iam.send(new DeleteRolePolicyCommand({ RoleName, PolicyName: POLICY }));
      await iam.send(new DeleteRoleCommand({ RoleName }));
    },
  };
}

/** Someone with a policy. */
export interface Person extends Rights, AsyncDisposable {
  /** The credentials, as the AWS SDK reads them. */
  readonly environment: Readonly<Record<string, string>>;
}

/** @param policy the JSON of the one policy that the person has. */
export async function makePerson(policy: string): Promise<Person> {
  const UserName = `least-rights-${randomUUID().slice(0, 8)}`;
  const named = { UserName, PolicyName: POLICY };
  await iam.send(new CreateUserCommand({ UserName }));
  const { AccessKey } = await iam.send(new CreateAccessKeyCommand({ UserName }));
  const AccessKeyId = AccessKey?.AccessKeyId ?? '';
  const rights = rightsOf(policy, (PolicyDocument) =>
    iam.send(new PutUserPolicyCommand({ ...named, PolicyDocument })),
  );
  await rights.restore();
  return {
    ...rights,
    environment: {
      AWS_ACCESS_KEY_ID: AccessKeyId,
      AWS_SECRET_ACCESS_KEY: AccessKey?.SecretAccessKey ?? '',
    },
    async [Symbol.asyncDispose]() {
      await iam.send(new DeleteUserPolicyCommand(named));
      await iam.send(new DeleteAccessKeyCommand({ UserName, AccessKeyId }));
      await iam.send(new DeleteUserCommand({ UserName }));
    },
  };
}
