import {
  CloudFormationClient,
  type CloudFormationClientConfig,
  DescribeStackEventsCommand,
  DescribeStackResourceCommand,
  DescribeStacksCommand,
  ListStackResourcesCommand,
} from '@aws-sdk/client-cloudformation';
import * as z from 'zod/mini';
import { callWithRetries, passingKind } from '../aws/call-with-retries.ts';
import { clientSettings } from '../aws/client-settings.ts';
import { perRegion } from '../aws/per-region.ts';
import { counted } from '../remote-calls.ts';
import type { ResourceEvent, ShownResource } from './authenticity.ts';

/** Why CloudFormation did not say what was asked; `gone`: there is no such stack. */
export type StackFailure = 'gone' | 'denied' | 'throttled' | 'failed';

/** CloudFormation did not answer a question about a stack. */
export class StackNotReadError extends Error {
  override readonly name = 'StackNotReadError';
  readonly failure: StackFailure;

  constructor(failure: StackFailure, stackId: string, cause: unknown) {
    const why: Readonly<Record<StackFailure, string>> = {
      gone: 'it does not exist; check its ID',
      denied:
        "the function's role, or the role that it has in that account, may not; allow cloudformation:DescribeStackResource, cloudformation:DescribeStackEvents, cloudformation:DescribeStacks and cloudformation:ListStackResources on it",
      throttled: 'CloudFormation throttled every try; deploy fewer stacks at once',
      failed: (cause instanceof Error ? cause.message : String(cause)).replace(/\.$/, ''),
    };
    super(`CloudFormation does not describe the stack ${stackId}: ${why[failure]}.`, { cause });
    this.failure = failure;
  }
}

/** CloudFormation in a stack's region, with the signal that ends every call. */
export interface Stacks {
  readonly client: CloudFormationClient;
  readonly signal: AbortSignal;
}

/**
 * @param stackId names its region.
 * @param signal ends every call.
 * @param credentials of a role in the stack's account, if that is another one.
 */
export function connectStacks(
  stackId: string,
  signal: AbortSignal,
  credentials?: NonNullable<CloudFormationClientConfig['credentials']>,
): Stacks {
  const region = stackId.split(':')[3] ?? '';
  return { client: credentials ? stacksIn({ region, credentials }) : ownStacks(region), signal };
}

const ownStacks = perRegion((region) => stacksIn({ region }));

const stacksIn = (settings: CloudFormationClientConfig) =>
  counted(new CloudFormationClient({ ...clientSettings, ...settings }));

/**
 * What CloudFormation shows of a resource, also while its event is in flight.
 * @returns `undefined` if the stack has no such resource.
 * @throws StackNotReadError
 * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_DescribeStackResource.html
 */
export async function describeStackResource(
  stacks: Stacks,
  stackId: string,
  logicalResourceId: string,
): Promise<ShownResource | undefined> {
  const command = new DescribeStackResourceCommand({
    StackName: stackId,
    LogicalResourceId: logicalResourceId,
  });
  try {
    const { StackResourceDetail: shown } = await ask(stacks, stackId, (client, options) =>
      client.send(command, options),
    );
    if (!shown) return undefined;
    return {
      stackId: shown.StackId ?? '',
      logicalResourceId: shown.LogicalResourceId ?? '',
      resourceType: shown.ResourceType ?? '',
      physicalResourceId: shown.PhysicalResourceId || undefined,
      status: shown.ResourceStatus ?? '',
    };
  } catch (error) {
    // "Resource X does not exist for stack Y": the same error as for a stack that is gone, except for its first word.
    const { cause } = error instanceof StackNotReadError ? error : {};
    if (cause instanceof Error && cause.message.startsWith('Resource ')) return undefined;
    throw error;
  }
}

export interface DescribedStack {
  readonly stackStatus: string;
  /** The ID of the stack that it is nested in. */
  readonly parentId: string | undefined;
}

/**
 * A stack's status.
 * @throws StackNotReadError
 * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_DescribeStacks.html
 */
export async function describeStack(stacks: Stacks, stackId: string): Promise<DescribedStack> {
  const command = new DescribeStacksCommand({ StackName: stackId });
  const { Stacks: found } = await ask(stacks, stackId, (client, options) => client.send(command, options));
  return { stackStatus: found?.[0]?.StackStatus ?? '', parentId: found?.[0]?.ParentId };
}

/** A resource as `ListStackResources` shows it. */
export interface ListedResource {
  readonly logicalResourceId: string;
  readonly resourceType: string;
  /** `undefined` while it is created. */
  readonly physicalResourceId: string | undefined;
}

/**
 * A stack's resources: 500 at most.
 * @throws StackNotReadError
 * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_ListStackResources.html
 */
export async function listStackResources(
  stacks: Stacks,
  stackId: string,
): Promise<readonly ListedResource[]> {
  const resources: ListedResource[] = [];
  let NextToken: string | undefined;
  do {
    const command = new ListStackResourcesCommand({ StackName: stackId, ...(NextToken && { NextToken }) });
    const page = await ask(stacks, stackId, (client, options) => client.send(command, options));
    for (const listed of page.StackResourceSummaries ?? []) {
      resources.push({
        logicalResourceId: listed.LogicalResourceId ?? '',
        resourceType: listed.ResourceType ?? '',
        physicalResourceId: listed.PhysicalResourceId || undefined,
      });
    }
    NextToken = page.NextToken;
  } while (NextToken);
  return resources;
}

// A page has the latest hundred events or so. A resource in flight is among them unless hundreds started after it.
const mostPages = 10;
const propertiesSchema = z.record(z.string(), z.unknown());

/**
 * A resource's own events, the latest first: those of the latest page that has one. Those of CloudFormation Hooks, which
 * have its name too, are left out.
 * @returns an empty list if the stack's latest thousand events have none.
 * @throws StackNotReadError
 * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_DescribeStackEvents.html
 */
export async function resourceEvents(
  stacks: Stacks,
  stackId: string,
  logicalResourceId: string,
): Promise<readonly ResourceEvent[]> {
  let NextToken: string | undefined;
  for (let page = 0; page < mostPages; page += 1) {
    const command = new DescribeStackEventsCommand({ StackName: stackId, ...(NextToken && { NextToken }) });
    const answer = await ask(stacks, stackId, (client, options) => client.send(command, options));
    const own = (answer.StackEvents ?? []).filter(
      (event) =>
        event.StackId === stackId &&
        event.LogicalResourceId === logicalResourceId &&
        event.HookType === undefined,
    );
    if (own.length > 0) {
      return own.map((event) => ({
        physicalResourceId: event.PhysicalResourceId || undefined,
        status: event.ResourceStatus ?? '',
        properties: readProperties(event.ResourceProperties),
      }));
    }
    NextToken = answer.NextToken;
    if (!NextToken) break;
  }
  return [];
}

/**
 * The properties that CloudFormation last gave resources of a stack, with every value resolved.
 * @param physicalResourceIds whose properties are asked for.
 * @returns by physical ID, for each that the stack has; `undefined` if its events no longer show them. AWS keeps events for 90 days.
 * @throws StackNotReadError
 * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_StackEvent.html
 */
export async function propertiesInStack(
  stacks: Stacks,
  stackId: string,
  physicalResourceIds: readonly string[],
): Promise<ReadonlyMap<string, Readonly<Record<string, unknown>> | undefined>> {
  const listed = new Set((await listStackResources(stacks, stackId)).map((one) => one.physicalResourceId));
  const missing = new Set(physicalResourceIds.filter((id) => listed.has(id)));
  const found = new Map<string, Readonly<Record<string, unknown>> | undefined>();
  for (const id of missing) found.set(id, undefined);
  let NextToken: string | undefined;
  for (let page = 0; page < mostPages && missing.size > 0; page += 1) {
    const command = new DescribeStackEventsCommand({ StackName: stackId, ...(NextToken && { NextToken }) });
    const answer = await ask(stacks, stackId, (client, options) => client.send(command, options));
    for (const event of answer.StackEvents ?? []) {
      const properties = readProperties(event.ResourceProperties);
      const id = event.PhysicalResourceId ?? '';
      // The latest event comes first.
      if (properties && missing.delete(id)) found.set(id, properties);
    }
    NextToken = answer.NextToken;
    if (!NextToken) break;
  }
  return found;
}

function readProperties(text: string | undefined): ResourceEvent['properties'] {
  try {
    const parsed = propertiesSchema.safeParse(JSON.parse(text ?? ''));
    return parsed.success ? parsed.data : undefined;
  } catch {
    return undefined;
  }
}

async function ask<T>(
  { client, signal }: Stacks,
  stackId: string,
  call: (client: CloudFormationClient, options: { readonly abortSignal: AbortSignal }) => Promise<T>,
): Promise<T> {
  try {
    return await callWithRetries((abortSignal) => call(client, { abortSignal }), signal);
  } catch (error) {
    throw new StackNotReadError(failureOf(error), stackId, error);
  }
}

/** @see https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/CommonErrors.html */
function failureOf(error: unknown): StackFailure {
  if (!(error instanceof Error)) return 'failed';
  if (error.name === 'ValidationError' && error.message.includes('does not exist')) return 'gone';
  if (error.name.startsWith('AccessDenied')) return 'denied';
  return passingKind(error) === 'throttled' ? 'throttled' : 'failed';
}
