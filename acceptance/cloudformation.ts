/** Stacks of a run: created, updated and deleted by CloudFormation's own calls. */
import { setTimeout as pause } from 'node:timers/promises';
import {
  CloudFormationClient,
  CreateStackCommand,
  DeleteStackCommand,
  DescribeStackEventsCommand,
  DescribeStackResourcesCommand,
  DescribeStacksCommand,
  type StackEvent,
  UpdateStackCommand,
} from '@aws-sdk/client-cloudformation';
import type { AcceptanceSettings } from './settings.ts';
import type { Undo } from './undo.ts';

/** A stack did not end as it should; the message has CloudFormation's reason. */
export class StackFailedError extends Error {
  override readonly name = 'StackFailedError';
}

/** Text of a template, or the address of an uploaded one. */
export type Template = { readonly body: string } | { readonly url: string };

/** Finds the physical ID of a stack's resource by its logical ID. */
type PhysicalId = (logicalId: string) => Promise<string | undefined>;

type Parameters = Readonly<Record<string, string>>;

// CloudFormation waits an hour for a custom resource that does not answer.
const WITHIN_MS = 75 * 60_000;

/** A stack that this run created; all calls name it by its ID. */
export interface Stack {
  readonly name: string;
  readonly outputs: Readonly<Record<string, string>>;
  update(template: Template, parameters?: Parameters): Promise<Stack>;
  remove(): Promise<void>;
}

/** Creates stacks, and registers each one with the run's `undo`. */
export class Stacks {
  readonly #client: CloudFormationClient;
  readonly #settings: AcceptanceSettings;
  readonly #undo: Undo;
  readonly #signal: AbortSignal;

  /** @param signal - ends the waiting of what the run does, but not of what it removes */
  constructor(settings: AcceptanceSettings, undo: Undo, signal: AbortSignal) {
    this.#client = new CloudFormationClient({ region: settings.region });
    this.#settings = settings;
    this.#undo = undo;
    this.#signal = signal;
  }

  /**
   * Creates a stack.
   *
   * @param name - what follows the run's prefix in its name
   * @param beforeRemoval - removes what the stack would keep; is given a finder of the physical IDs
   * @throws StackFailedError with the reason of the first resource that failed
   */
  async create(
    name: string,
    template: Template,
    parameters: Parameters = {},
    beforeRemoval?: (physicalId: PhysicalId) => Promise<void>,
  ): Promise<Stack> {
    this.#signal.throwIfAborted();
    const StackName = `${this.#settings.prefix}-${name}`;
    const { StackId = StackName } = await this.#client.send(
      new CreateStackCommand({
        StackName,
        ...request(template, parameters),
        Tags: [{ Key: 'okta-cognito-idp:acceptance', Value: this.#settings.prefix }],
      }),
    );
    this.#undo.add(`the stack ${StackName}`, async () => {
      if ((await this.#settle(StackId)) === 'DELETE_COMPLETE') return;
      await beforeRemoval?.((logicalId) => this.#physicalId(StackId, logicalId));
      await this.#remove(StackId);
    });
    return this.#ended(StackId, StackName, 'CREATE_COMPLETE');
  }

  async #update(id: string, name: string, template: Template, parameters: Parameters): Promise<Stack> {
    this.#signal.throwIfAborted();
    await this.#client.send(new UpdateStackCommand({ StackName: id, ...request(template, parameters) }));
    return this.#ended(id, name, 'UPDATE_COMPLETE');
  }

  async #ended(id: string, name: string, wanted: string): Promise<Stack> {
    const status = await this.#settle(id, this.#signal);
    if (status !== wanted) throw new StackFailedError(`${name} is ${status}: ${await this.#reason(id)}`);
    const { Outputs = [] } = (await this.#describe(id)) ?? {};
    return {
      name,
      outputs: Object.fromEntries(
        Outputs.map(({ OutputKey = '', OutputValue = '' }) => [OutputKey, OutputValue]),
      ),
      update: (template, parameters = {}) => this.#update(id, name, template, parameters),
      remove: () => this.#remove(id),
    };
  }

  async #physicalId(StackName: string, LogicalResourceId: string): Promise<string | undefined> {
    const command = new DescribeStackResourcesCommand({ StackName, LogicalResourceId });
    const { StackResources: [resource] = [] } = await this.#client.send(command);
    return resource?.PhysicalResourceId || undefined;
  }

  /** A stack that is busy is not deleted: an update has to end first. */
  async #remove(id: string): Promise<void> {
    const status = await this.#settle(id);
    if (status === 'DELETE_COMPLETE') return;
    await this.#client.send(new DeleteStackCommand({ StackName: id }));
    const end = await this.#settle(id);
    if (end !== 'DELETE_COMPLETE') throw new StackFailedError(`it is ${end}: ${await this.#reason(id)}`);
  }

  /** Waits until a stack is in no state of progress. */
  async #settle(id: string, signal?: AbortSignal): Promise<string> {
    const deadline = Date.now() + WITHIN_MS;
    const paceMs = this.#settings.local ? 300 : 5_000;
    for (;;) {
      const status = (await this.#describe(id))?.StackStatus ?? 'DELETE_COMPLETE';
      if (!status.endsWith('_IN_PROGRESS')) return status;
      if (Date.now() > deadline) throw new StackFailedError(`it is still ${status} after 75 minutes`);
      await pause(paceMs, undefined, { ...(signal && { signal }) });
    }
  }

  async #describe(id: string) {
    try {
      const { Stacks: [stack] = [] } = await this.#client.send(new DescribeStacksCommand({ StackName: id }));
      return stack;
    } catch (error) {
      if (error instanceof Error && /does not exist/.test(error.message)) return undefined;
      throw error;
    }
  }

  /** Why the first resource of the latest operation failed. */
  async #reason(id: string): Promise<string> {
    const { StackEvents = [] } = await this.#client.send(new DescribeStackEventsCommand({ StackName: id }));
    const latest = StackEvents.slice(0, StackEvents.findIndex(isStart(id)) + 1);
    const first = latest.filter(({ ResourceStatus = '' }) => ResourceStatus.endsWith('_FAILED')).at(-1);
    return first
      ? `${first.LogicalResourceId}: ${first.ResourceStatusReason}`
      : 'CloudFormation gives no reason';
  }
}

/** The event with which the latest operation of a stack begins, in its events from the newest back. */
const isStart =
  (id: string) =>
  (event: StackEvent): boolean =>
    event.PhysicalResourceId === id &&
    /^(CREATE|UPDATE|DELETE)_IN_PROGRESS$/.test(event.ResourceStatus ?? '');

function request(template: Template, parameters: Parameters) {
  return {
    ...('url' in template ? { TemplateURL: template.url } : { TemplateBody: template.body }),
    Capabilities: ['CAPABILITY_IAM' as const],
    Parameters: Object.entries(parameters).map(([ParameterKey, ParameterValue]) => ({
      ParameterKey,
      ParameterValue,
    })),
  };
}
