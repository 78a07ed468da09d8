import type { PlayedEvent, PlayedResource, PlayedStack, PlayedStacks } from '../../support/played-stacks.ts';

type Events = PlayedStack['events'];

interface Part {
  readonly resource: PlayedResource;
  readonly events: Events;
}

/** More events than the function reads. */
const manyEvents = 1_001;
const hundredDays = 100 * 24 * 3_600_000;

const parentId =
  'arn:aws:cloudformation:us-east-1:000000000000:stack/parent/11111111-2222-4333-8444-555555555555';

/** What CloudFormation shows of stacks of which several resources are played, each for itself. */
export class ShownStacks {
  /** What the stack is doing if it does more than delete one resource. */
  during: string | undefined;
  /** `old`: AWS no longer shows the first events. `busy`: there are more than the function reads. */
  history: 'whole' | 'old' | 'busy' = 'whole';
  readonly #stacks: PlayedStacks;
  readonly #parts = new Map<string, Map<string, Part>>();
  readonly #nested = new Set<string>();

  constructor(stacks: PlayedStacks) {
    this.#stacks = stacks;
  }

  clear(): void {
    this.during = undefined;
    this.#parts.clear();
    this.#nested.clear();
    this.#stacks.others.clear();
  }

  /** A stack that another stack has made, which goes back when that one does. */
  nest(stackId: string): void {
    this.#nested.add(stackId);
  }

  /** Begins to play a resource, which the stack may have had before. @returns what shows it from now on. */
  part(stackId: string, logicalId: string): (stack: PlayedStack) => void {
    const earlier = this.#parts.get(stackId)?.get(logicalId)?.events ?? [];
    return ({ id, status, resource, events }) => {
      this.#part(id, { resource, events: [...earlier, ...events] });
      const isNested = this.#nested.has(id);
      if (isNested) this.#showParent(status, resource, events);
      const shown = status.startsWith('DELETE') && !isNested ? this.during : undefined;
      this.#stacks.show({
        id,
        status: shown ?? status,
        resource,
        events: this.#eventsOf(id),
        ...(this.history === 'old' ? { createdAt: new Date(Date.now() - hundredDays) } : {}),
        ...(isNested ? { parentId } : {}),
      });
    };
  }

  /** A resource has left the template, and DeletionPolicy is Retain. */
  skip(stackId: string, logicalId: string): void {
    const part = this.#parts.get(stackId)?.get(logicalId);
    if (part) this.#part(stackId, { ...part, resource: { ...part.resource, status: 'DELETE_SKIPPED' } });
  }

  #part(stackId: string, part: Part): void {
    const parts = this.#parts.get(stackId) ?? new Map<string, Part>();
    this.#parts.set(stackId, parts.set(part.resource.logicalId, part));
    this.#stacks.others.set(
      stackId,
      [...parts.values()].map(({ resource }) => resource),
    );
  }

  #eventsOf(stackId: string): Events {
    const own = [...(this.#parts.get(stackId)?.values() ?? [])]
      .flatMap(({ events }) => events)
      .toSorted((one, other) => one.at.getTime() - other.at.getTime());
    const [first] = own;
    return first && this.history === 'busy' ? [...others(first), ...own] : own;
  }

  #showParent(status: string, resource: PlayedResource, events: Events): void {
    const doing = this.during ?? status.replace('DELETE', 'UPDATE');
    this.#stacks.show({ id: parentId, status: doing, resource, events });
  }
}

function others({ at }: PlayedEvent): PlayedEvent[] {
  const one = { type: 'AWS::SNS::Topic', logicalId: 'Topic', physicalId: 'topic', properties: {} };
  return Array.from({ length: manyEvents }, () => ({ ...one, status: 'UPDATE_COMPLETE', at }));
}
