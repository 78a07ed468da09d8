/** Deploying to the local AWS with samlocal, and asking CloudFormation what came of it. */
import { join } from 'node:path';
import {
  CloudFormationClient,
  DeleteStackCommand,
  DescribeStackEventsCommand,
  DescribeStacksCommand,
  waitUntilStackDeleteComplete,
} from '@aws-sdk/client-cloudformation';
import {
  CreateSecretCommand,
  PutSecretValueCommand,
  ResourceExistsException,
  SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import { type Account, ADMINISTRATOR, awsEnvironment, OTHER_ACCOUNT, runOrThrow } from './programs.ts';
import type { Settings } from './settings.ts';

const PROVIDER_STACK = 'okta-cognito-idp';
const SECRET_NAME = 'okta-cognito-idp/local-org';
// sam looks for it beside the template unless the path is absolute.
const LOCAL_SAMCONFIG = join(import.meta.dirname, 'samconfig.toml');
const DELETE_WITHIN_S = 600;

/** How the AWS clients of the local stack's own code reach the local AWS. */
export function awsClient(settings: Settings, account = ADMINISTRATOR) {
  return {
    endpoint: `http://127.0.0.1:${settings.ports.AWS_PORT}`,
    region: settings.region,
    credentials: account,
  };
}

/** Builds both Lambda functions into .aws-sam/build, as `sam deploy` ships them. */
export async function buildProvider(settings: Settings): Promise<void> {
  await runOrThrow(settings, 'sam', ['build'], awsEnvironment(settings));
}

/**
 * Deploys the built provider stack with a secret for the local Okta org.
 *
 * @param oktaApiToken - the SSWS token that the local org takes
 * @returns the ServiceToken, the ARN that templates name
 */
export async function deployProvider(settings: Settings, oktaApiToken: string): Promise<string> {
  const secret = await putSecret(settings, {
    orgUrl: `http://127.0.0.1:${settings.ports.OKTA_PORT}`,
    apiToken: oktaApiToken,
  });
  await deployStack(settings, PROVIDER_STACK, '.aws-sam/build/template.yaml', {
    OktaSecretArn: secret,
    // For templates that name a role of the other account of the local AWS.
    AssumableRoleArns: `arn:aws:iam::${OTHER_ACCOUNT.accessKeyId}:role/*`,
  });
  const { ServiceToken } = await stackOutputs(settings, PROVIDER_STACK);
  if (ServiceToken === undefined) throw new Error(`The stack ${PROVIDER_STACK} has no output ServiceToken.`);
  return ServiceToken;
}

/**
 * Deploys a template with samlocal: makes the stack, or updates it.
 *
 * @param template - path from the project's folder
 * @throws Error with CloudFormation's reason for the first resource that failed
 */
export async function deployStack(
  settings: Settings,
  name: string,
  template: string,
  parameters: Record<string, string>,
  account = ADMINISTRATOR,
): Promise<void> {
  const overrides = Object.entries(parameters).map(
    ([key, value]) => `ParameterKey=${key},ParameterValue="${value}"`,
  );
  const args = ['deploy', '--config-file', LOCAL_SAMCONFIG, '--region', settings.region];
  args.push('--template-file', template, '--stack-name', name);
  if (overrides.length > 0) args.push('--parameter-overrides', ...overrides);
  try {
    await runOrThrow(settings, 'samlocal', args, awsEnvironment(settings, account));
  } catch (failure) {
    const reason = await failureReason(settings, name, account).catch(() => undefined);
    if (reason === undefined) throw failure;
    throw new Error(`The stack ${name} was not deployed: ${reason}`, { cause: failure });
  }
}

/** The outputs of a stack, by name. */
export async function stackOutputs(
  settings: Settings,
  name: string,
  account = ADMINISTRATOR,
): Promise<Record<string, string>> {
  const client = new CloudFormationClient(awsClient(settings, account));
  const { Stacks = [] } = await client.send(new DescribeStacksCommand({ StackName: name }));
  const outputs = Stacks[0]?.Outputs ?? [];
  return Object.fromEntries(outputs.map(({ OutputKey = '', OutputValue = '' }) => [OutputKey, OutputValue]));
}

/** Deletes a stack and returns when it is gone. */
export async function deleteStack(settings: Settings, name: string, account = ADMINISTRATOR): Promise<void> {
  const client = new CloudFormationClient(awsClient(settings, account));
  // By its ID: a deleted stack is not found by its name.
  const { Stacks = [] } = await client.send(new DescribeStacksCommand({ StackName: name }));
  const id = Stacks[0]?.StackId ?? name;
  await client.send(new DeleteStackCommand({ StackName: id }));
  try {
    const pace = { client, maxWaitTime: DELETE_WITHIN_S, minDelay: 1, maxDelay: 2 };
    await waitUntilStackDeleteComplete(pace, { StackName: id });
  } catch (failure) {
    const reason = (await failureReason(settings, id, account)) ?? 'CloudFormation gives no reason';
    throw new Error(`The stack ${name} was not deleted: ${reason}`, { cause: failure });
  }
}

/** Why the first resource of the latest operation failed, in CloudFormation's words. */
async function failureReason(
  settings: Settings,
  stack: string,
  account: Account,
): Promise<string | undefined> {
  const client = new CloudFormationClient(awsClient(settings, account));
  const { StackEvents = [] } = await client.send(new DescribeStackEventsCommand({ StackName: stack }));
  const failed = StackEvents.filter((event) => event.ResourceStatus?.endsWith('_FAILED'));
  const first = failed.at(-1);
  return first && `${first.LogicalResourceId}: ${first.ResourceStatusReason}`;
}

async function putSecret(settings: Settings, value: Record<string, string>): Promise<string> {
  const client = new SecretsManagerClient(awsClient(settings));
  const SecretString = JSON.stringify(value);
  try {
    const { ARN = '' } = await client.send(new CreateSecretCommand({ Name: SECRET_NAME, SecretString }));
    return ARN;
  } catch (error) {
    if (!(error instanceof ResourceExistsException)) throw error;
    const { ARN = '' } = await client.send(
      new PutSecretValueCommand({ SecretId: SECRET_NAME, SecretString }),
    );
    return ARN;
  }
}
