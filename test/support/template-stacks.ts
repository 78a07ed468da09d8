/**
 * Stacks of tests, by CloudFormation's own calls, as a pipeline makes them. sam takes seconds to start: the set-up of these
 * tests deploys the provider with it, and what it packaged is there for other provider stacks.
 */
import { readFile } from 'node:fs/promises';
import { setTimeout as pause } from 'node:timers/promises';
import {
  CloudFormationClient,
  CreateStackCommand,
  DescribeStackEventsCommand,
  DescribeStacksCommand,
  GetTemplateCommand,
  UpdateStackCommand,
} from '@aws-sdk/client-cloudformation';
import { z } from 'zod';
import { awsClient } from '../../local/deploy.ts';
import { type Account, ADMINISTRATOR } from '../../local/programs.ts';
import type { Settings } from '../../local/settings.ts';
import { readTemplate } from './template.ts';

type Values = Readonly<Record<string, string>>;

/**
 * Creates a stack, or updates it, and waits until that has ended.
 *
 * @param template - its path from the project's folder
 * @returns the outputs
 * @throws Error with CloudFormation's reason for the first resource that failed
 */
export async function deployTemplate(
  settings: Settings,
  name: string,
  template: string,
  parameters: Values = {},
  account = ADMINISTRATOR,
): Promise<Record<string, string>> {
  return deploy(settings, name, await readFile(template, 'utf8'), parameters, account);
}

const exporting = z.looseObject({ Outputs: z.looseObject({ ServiceToken: z.looseObject({}) }) });

/**
 * Deploys a provider stack of a test's own beside that of the local stack: the same template, except the export, whose name
 * is taken.
 *
 * @returns the outputs
 */
export async function deployProviderBeside(
  settings: Settings,
  name: string,
  parameters: Values,
): Promise<Record<string, string>> {
  const client = new CloudFormationClient(awsClient(settings));
  const { TemplateBody = '' } = await client.send(new GetTemplateCommand({ StackName: 'okta-cognito-idp' }));
  const template = exporting.parse(readTemplate(TemplateBody));
  delete template.Outputs.ServiceToken.Export;
  return deploy(settings, name, JSON.stringify(template), parameters, ADMINISTRATOR);
}

async function deploy(
  settings: Settings,
  StackName: string,
  TemplateBody: string,
  parameters: Values,
  account: Account,
): Promise<Record<string, string>> {
  const client = new CloudFormationClient(awsClient(settings, account));
  const describe = async () =>
    (await client.send(new DescribeStacksCommand({ StackName }))).Stacks?.[0] ?? { StackStatus: 'gone' };
  const isThere = await describe().then(
    () => true,
    () => false,
  );
  const wanted = {
    StackName,
    TemplateBody,
    Capabilities: ['CAPABILITY_IAM' as const, 'CAPABILITY_AUTO_EXPAND' as const],
    Parameters: Object.entries(parameters).map(([ParameterKey, ParameterValue]) => ({
      ParameterKey,
      ParameterValue,
    })),
  };
  await (isThere ? client.send(new UpdateStackCommand(wanted)) : client.send(new CreateStackCommand(wanted)));
  let stack = await describe();
  while (stack.StackStatus?.endsWith('_IN_PROGRESS')) {
    await pause(200);
    stack = await describe();
  }
  if (stack.StackStatus !== (isThere ? 'UPDATE_COMPLETE' : 'CREATE_COMPLETE')) {
    const { StackEvents = [] } = await client.send(new DescribeStackEventsCommand({ StackName }));
    const first = StackEvents.filter(({ ResourceStatus }) => ResourceStatus?.endsWith('_FAILED')).at(-1);
    const reason = `${first?.LogicalResourceId}: ${first?.ResourceStatusReason}`;
    throw new Error(`The stack ${StackName} is ${stack.StackStatus}: ${reason}`);
  }
  const outputs = 'Outputs' in stack ? (stack.Outputs ?? []) : [];
  return Object.fromEntries(outputs.map(({ OutputKey = '', OutputValue = '' }) => [OutputKey, OutputValue]));
}
