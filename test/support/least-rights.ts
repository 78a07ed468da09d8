import { randomUUID } from 'node:crypto';
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
const iam = new IAMClient({});

/** A right, and what fails without it, or who says that it is needed. */
export type Right<Needs> = readonly [sid: string, action: string, needs: Needs];

/** Every function writes a log and sends traces. AWS says which rights that takes: the local AWS asks for none. */
export const rightsOfEveryFunction: readonly Right<{ readonly saysAws: string }>[] = [
  ...['logs:CreateLogStream', 'logs:PutLogEvents'].map(
    (action) =>
      [
        'WriteLogs',
        action,
        { saysAws: 'https://docs.aws.amazon.com/lambda/latest/dg/lambda-intro-execution-role.html' },
      ] as const,
  ),
  ...['xray:PutTraceSegments', 'xray:PutTelemetryRecords'].map(
    (action) =>
      [
        'SendTraces',
        action,
        { saysAws: 'https://docs.aws.amazon.com/lambda/latest/dg/services-xray.html' },
      ] as const,
  ),
];

/** @returns the rights without which a test shows something fail. */
export function shownRights<Work extends string>(rights: readonly Right<Work | object>[]): Right<Work>[] {
  return rights.flatMap(([sid, action, needs]) =>
    typeof needs === 'string' ? [[sid, action, needs] as const] : [],
  );
}

/** @param isCustom whether it is a domain of the owner's own. */
export function newDomain(isCustom: boolean): string {
  const name = `rights-${randomUUID().slice(0, 8)}`;
  return isCustom ? `${name}.example.com` : name;
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

/** A principal with a policy. */
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
