import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import {
  type CloudFormationClient,
  CreateChangeSetCommand,
  DeleteChangeSetCommand,
  DeleteStackCommand,
  DescribeChangeSetCommand,
  DescribeStacksCommand,
  type Parameter,
  paginateListChangeSets,
} from '@aws-sdk/client-cloudformation';
import { retry } from '../retry/retry.ts';
import { CommandError } from './command.ts';
import { onInterrupt } from './interrupt.ts';
import { nestedStack, type PlannedChange, plannedChange } from './planned-change.ts';
import { endProgress, progress } from './terminal.ts';

/** What a change set says of this project's resources. */
export interface ReadChangeSet {
  readonly stackId: string;
  readonly stackName: string;
  readonly changes: readonly PlannedChange[];
  /** Logical IDs of nested stacks that change too: what is in them is not read. */
  readonly nestedStacks: readonly string[];
}

/**
 * Reads a change set, with the values of properties.
 * @param changeSet its name or ARN.
 * @param stackName is needed with a name.
 * @param serviceToken of the provider.
 * @param signal ends the wait for CloudFormation.
 * @throws CommandError if it has failed.
 * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_DescribeChangeSet.html
 */
export async function readChangeSet(
  client: CloudFormationClient,
  changeSet: string,
  stackName: string | undefined,
  serviceToken?: string,
  signal?: AbortSignal,
): Promise<ReadChangeSet> {
  const changes: PlannedChange[] = [];
  const nestedStacks: string[] = [];
  let token: string | undefined;
  for (;;) {
    const page = await client.send(
      new DescribeChangeSetCommand({
        ChangeSetName: changeSet,
        IncludePropertyValues: true,
        ...(stackName ? { StackName: stackName } : {}),
        ...(token ? { NextToken: token } : {}),
      }),
      signal ? { abortSignal: signal } : {},
    );
    const { Status: status, StatusReason: reason = '', StackId: stackId, NextToken: next } = page;
    if (status === 'FAILED' && !isWithoutChanges(reason))
      throw new CommandError(
        `CloudFormation could not make the change set. Correct the template or its parameters: ${reason}`,
      );
    if (status === 'CREATE_PENDING' || status === 'CREATE_IN_PROGRESS') {
      progress('CloudFormation is making the change set');
      await pause(2_000, undefined, { signal });
      continue;
    }
    const found = (page.Changes ?? []).map(({ ResourceChange: change }) => change);
    changes.push(...found.flatMap((change) => plannedChange(change, serviceToken) ?? []));
    nestedStacks.push(...found.flatMap((change) => nestedStack(change) ?? []));
    token = next;
    if (token) continue;
    endProgress();
    return { stackId: stackId ?? '', stackName: page.StackName ?? '', changes, nestedStacks };
  }
}

/** https://repost.aws/knowledge-center/cloudformation-pipelines-changeset-execution: CloudFormation has no code for it. */
function isWithoutChanges(reason: string): boolean {
  return /didn't contain changes|No updates are to be performed/.test(reason);
}

/**
 * Makes a change set of a template, reads it and deletes it, also if that fails or the person interrupts it. A stack that is not there yet exists for that long, in review.
 * @param parameters those that are not named keep their value, or get their default.
 * @param serviceToken of the provider.
 */
export async function readTemporaryChangeSet(
  client: CloudFormationClient,
  stackName: string,
  template: string,
  parameters: ReadonlyMap<string, string>,
  serviceToken?: string,
): Promise<ReadChangeSet> {
  // From before the change set exists until it is deleted.
  using interrupt = onInterrupt();
  const stack = await stackOf(client, stackName);
  const isNew = !stack;
  const given: Parameter[] = [...parameters].map(([ParameterKey, ParameterValue]) => ({
    ParameterKey,
    ParameterValue,
  }));
  const kept = (stack?.Parameters ?? []).flatMap(({ ParameterKey }) =>
    ParameterKey !== undefined && !parameters.has(ParameterKey) && namesParameter(template, ParameterKey)
      ? [{ ParameterKey, UsePreviousValue: true }]
      : [],
  );
  const { Id: id, StackId: stackId } = await client.send(
    new CreateChangeSetCommand({
      StackName: stackName,
      ChangeSetName: `okta-cognito-idp-preview-${randomUUID()}`,
      ChangeSetType: isNew ? 'CREATE' : 'UPDATE',
      TemplateBody: template,
      Parameters: [...given, ...kept],
      Capabilities: ['CAPABILITY_IAM', 'CAPABILITY_NAMED_IAM', 'CAPABILITY_AUTO_EXPAND'],
      Description: 'Made to be read, and deleted at once',
    }),
  );
  if (!id) throw new CommandError('CloudFormation returned no ID for the change set. Run the command again.');
  try {
    return await readChangeSet(client, id, undefined, serviceToken, interrupt.signal);
  } catch (error) {
    throw interrupt.signal.aborted ? interrupt.signal.reason : error;
  } finally {
    await removeTemporary(client, id, isNew ? stackId : undefined);
  }
}

/** @param newStackId of a stack that was not there before the change set. */
async function removeTemporary(client: CloudFormationClient, id: string, newStackId: string | undefined) {
  try {
    await deleteChangeSet(client, id);
  } catch (error) {
    throw new CommandError(
      `The change set ${id} could not be deleted: ${reasonIn(error)}. Delete it in the CloudFormation console.`,
    );
  } finally {
    if (newStackId !== undefined) await removeStackInReview(client, newStackId, id);
  }
}

const longestCreationMs = 60_000;

/** CloudFormation deletes no change set that it is still making. */
async function deleteChangeSet(client: CloudFormationClient, id: string): Promise<void> {
  const nameIn = (error: unknown) => (error instanceof Error ? error.name : '');
  try {
    await retry(() => client.send(new DeleteChangeSetCommand({ ChangeSetName: id })), {
      signal: AbortSignal.timeout(longestCreationMs),
      pauseAfter: (attempt) =>
        'error' in attempt && nameIn(attempt.error).startsWith('InvalidChangeSetStatus') ? 1_000 : undefined,
    });
  } catch (error) {
    // CloudFormation deletes it itself when another one of the stack is executed.
    if (!nameIn(error).startsWith('ChangeSetNotFound')) throw error;
  }
}

/**
 * Removes an empty stack, unless another deployment uses it by now. `aws cloudformation deploy` takes a stack in review for
 * none: it makes its own change set there and executes it. The change set of another preview keeps the stack too: the last one
 * out removes it. CloudFormation has no conditional deletion, so the look comes right before it.
 * @param ownChangeSet counts as deleted.
 */
async function removeStackInReview(client: CloudFormationClient, stackId: string, ownChangeSet: string) {
  try {
    const { Stacks: [stack] = [] } = await client.send(new DescribeStacksCommand({ StackName: stackId }));
    if (stack?.StackId !== stackId || stack.StackStatus !== 'REVIEW_IN_PROGRESS') return;
    const pages = paginateListChangeSets({ client }, { StackName: stackId });
    for await (const { Summaries: changeSets = [] } of pages)
      if (changeSets.some(({ ChangeSetId }) => ChangeSetId !== ownChangeSet)) return;
    await client.send(new DeleteStackCommand({ StackName: stackId }));
  } catch (error) {
    // It is gone already.
    if (error instanceof Error && error.name === 'ValidationError') return;
    throw new CommandError(
      `The empty stack ${stackId.split('/')[1]} could not be removed: ${reasonIn(error)}. Delete it in the CloudFormation console if it has no change set.`,
    );
  }
}

function reasonIn(error: unknown): string {
  return error instanceof Error ? error.message.replace(/\.$/, '') : 'unknown';
}

/** `undefined` if there is none, or it is no more than a change set in review. */
async function stackOf(client: CloudFormationClient, stackName: string) {
  try {
    const { Stacks: [stack] = [] } = await client.send(new DescribeStacksCommand({ StackName: stackName }));
    if (stack?.StackStatus === 'REVIEW_IN_PROGRESS') {
      throw new CommandError(
        `The stack ${stackName} is in review and waits for its first change set. Name that change set with --change-set and --stack. If it has none, delete the stack.`,
      );
    }
    return stack;
  } catch (error) {
    if (error instanceof Error && error.name === 'ValidationError') return undefined;
    throw error;
  }
}

/** A parameter that the new template does not have any more must not be sent. */
function namesParameter(template: string, name: string): boolean {
  return new RegExp(`\\b${name}\\b`).test(template);
}
