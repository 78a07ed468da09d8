import type { Answer, CustomResourceEvent, Properties } from './custom-resource.ts';

/** What CloudFormation shows of a resource; without a physical ID while it is created. */
export interface PlayedResource {
  readonly type: string;
  readonly logicalId: string;
  readonly physicalId: string | undefined;
  readonly status: string;
}

/** One of a stack's events. */
export interface PlayedEvent extends PlayedResource {
  readonly at: Date;
  readonly properties: Properties | undefined;
  /** What went wrong. */
  readonly reason?: string | undefined;
  /** Of an event of a CloudFormation Hook, which has the resource's name and status and none of the rest. */
  readonly hookType?: string;
}

/** What CloudFormation shows of a stack that is played, with its one custom resource. */
export interface PlayedStack {
  readonly id: string;
  readonly status: string;
  readonly resource: PlayedResource;
  /** The oldest first. AWS shows those of 90 days. */
  readonly events: readonly PlayedEvent[];
  /** Default: when its first event was. */
  readonly createdAt?: Date;
  /** Of a nested stack: the stack that has it as a resource. */
  readonly parentId?: string;
}

/** AWS shows a custom resource by this type in a clean-up, and without its properties. */
const generalType = 'AWS::CloudFormation::CustomResource';

/**
 * The stacks whose events a test plays, as CloudFormation shows them meanwhile. CloudFormation does not know an event that
 * is not sent through this class. It follows recordings of real stacks: a resource has no physical ID until a
 * Create is answered, and in a clean-up the resource keeps the ID that stays.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/view-stack-events.html
 */
export class PlayedStacks {
  readonly #stacks = new Map<string, PlayedStack>();
  /** Resources of a stack that no event is played of, by the stack's ID. */
  readonly others = new Map<string, readonly PlayedResource[]>();
  /** A CloudFormation Hook that looks at each resource. Its event comes after the resource's own. */
  hookType: string | undefined;
  /** Requests that are over: Lambda may deliver their events once more, and CloudFormation has gone on. */
  readonly #over = new Set<string>();

  get(stackIdOrName: string): PlayedStack | undefined {
    const byName = [...this.#stacks.values()].filter(({ id }) => id.split('/')[1] === stackIdOrName);
    return this.#stacks.get(stackIdOrName) ?? byName.at(-1);
  }

  /** Shows a stack that is played elsewhere. */
  show(stack: PlayedStack): void {
    this.#stacks.set(stack.id, stack);
  }

  /** The stack, or a resource in it, is gone, and CloudFormation does not show it any more. */
  forget(stackId: string): void {
    this.#stacks.delete(stackId);
  }

  /**
   * CloudFormation sends an event.
   * @param rollsBack an Update that takes one back.
   * @returns what it shows from now on.
   */
  sends(event: CustomResourceEvent, rollsBack = false): PlayedStack {
    const before = this.#stacks.get(event.StackId);
    if (before && this.#over.has(event.RequestId)) return before;
    const cleansUp = isCleanUp(event, before);
    const resource: PlayedResource = {
      type: cleansUp ? generalType : event.ResourceType,
      logicalId: event.LogicalResourceId,
      physicalId: event.PhysicalResourceId,
      status: `${doing[event.RequestType]}_IN_PROGRESS`,
    };
    const status = cleansUp ? cleanUpOf(before) : rollsBack ? 'UPDATE_ROLLBACK_IN_PROGRESS' : resource.status;
    const shown = cleansUp && before ? before.resource : resource;
    const properties = cleansUp ? undefined : event.ResourceProperties;
    const stack = this.#show(event, status, shown, { ...resource, properties });
    if (this.hookType === undefined) return stack;
    const { hookType } = this;
    return this.#show(event, status, shown, {
      ...resource,
      physicalId: undefined,
      properties: undefined,
      hookType,
    });
  }

  /** CloudFormation takes an answer, or gives up waiting for one. */
  ends(event: CustomResourceEvent, answer: Answer | undefined): PlayedStack {
    const before = this.#stacks.get(event.StackId);
    if (!before) throw new Error(`CloudFormation has sent no event of ${event.StackId}.`);
    if (this.#over.has(event.RequestId)) return before;
    this.#over.add(event.RequestId);
    const succeeded = answer?.Status === 'SUCCESS';
    const cleansUp = before.status.includes('CLEANUP');
    const failedUpdate = event.RequestType === 'Update' && !succeeded;
    const resource: PlayedResource = {
      type: before.events.at(-1)?.type ?? event.ResourceType,
      logicalId: event.LogicalResourceId,
      physicalId: failedUpdate
        ? event.PhysicalResourceId
        : (answer?.PhysicalResourceId ?? event.PhysicalResourceId),
      status: `${doing[event.RequestType]}_${succeeded ? 'COMPLETE' : 'FAILED'}`,
    };
    const rolledBack = before.status === 'UPDATE_ROLLBACK_IN_PROGRESS';
    const status = cleansUp
      ? before.status.replace('_CLEANUP_IN_PROGRESS', '')
      : rolledBack
        ? `UPDATE_ROLLBACK_${succeeded ? 'COMPLETE' : 'FAILED'}`
        : resource.status;
    return this.#show(event, status, cleansUp ? before.resource : resource, {
      ...resource,
      properties: cleansUp ? undefined : event.ResourceProperties,
      reason: answer?.Reason,
    });
  }

  /** CloudFormation has changed another resource of the stack, which the tests play themselves. */
  changes(stackId: string, resource: PlayedResource, properties: Properties): void {
    const before = this.#stacks.get(stackId);
    if (!before) throw new Error(`CloudFormation has sent no event of ${stackId}.`);
    const events = [...before.events, { ...resource, properties, at: new Date() }];
    this.#stacks.set(stackId, { ...before, events });
  }

  /** AWS shows events of the last 90 days only. */
  forgetsEvents(stackId: string): void {
    const before = this.#stacks.get(stackId);
    if (before) this.#stacks.set(stackId, { ...before, events: [] });
  }

  /** All of it at this moment, for `restore`. */
  snapshot(): {
    readonly stacks: readonly (readonly [string, PlayedStack])[];
    readonly over: readonly string[];
  } {
    return { stacks: [...this.#stacks], over: [...this.#over] };
  }

  restore({ stacks, over }: ReturnType<PlayedStacks['snapshot']>): void {
    this.#stacks.clear();
    this.#over.clear();
    for (const [id, stack] of stacks) this.#stacks.set(id, stack);
    for (const requestId of over) this.#over.add(requestId);
  }

  #show(
    { StackId: id }: CustomResourceEvent,
    status: string,
    resource: PlayedResource,
    event: Omit<PlayedEvent, 'at'>,
  ): PlayedStack {
    const events = [...(this.#stacks.get(id)?.events ?? []), { ...event, at: new Date() }];
    const stack: PlayedStack = { ...this.#stacks.get(id), id, status, resource, events };
    this.#stacks.set(id, stack);
    return stack;
  }
}

const doing = { Create: 'CREATE', Update: 'UPDATE', Delete: 'DELETE' } as const;

/** A Delete of another ID than the one that the last Update left. */
function isCleanUp(event: CustomResourceEvent, before: PlayedStack | undefined): boolean {
  return (
    event.RequestType === 'Delete' &&
    before?.resource.status.startsWith('UPDATE_') === true &&
    before.resource.physicalId !== event.PhysicalResourceId
  );
}

function cleanUpOf(before: PlayedStack | undefined): string {
  const rolledBack = before?.status.startsWith('UPDATE_ROLLBACK') || before?.status === 'UPDATE_FAILED';
  return rolledBack ? 'UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS' : 'UPDATE_COMPLETE_CLEANUP_IN_PROGRESS';
}
