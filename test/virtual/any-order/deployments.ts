import { type Exchange, Stack, type StackStatus } from '../../support/cloudformation.ts';
import type { Properties } from '../../support/custom-resource.ts';
import type { Invocation } from '../../support/invocation.ts';
import { faultKinds } from '../../support/virtual/fault-kinds.ts';
import type { Sender } from '../../support/virtual/network.ts';
import type { Wish } from './model.ts';
import type { Operation } from './operations.ts';
import type { Stage } from './stage.ts';

/** The stacks of one sequence. */
export class Deployments {
  readonly stage: Stage;
  /** How many commands were run. */
  commands = 0;
  readonly #all = new Map<string, Deployment>();

  constructor(stage: Stage) {
    this.stage = stage;
  }

  of(stack: string): Deployment {
    const deployment = this.#all.get(stack) ?? new Deployment(this.stage, stack);
    this.#all.set(stack, deployment);
    return deployment;
  }

  /** Every event so far, stack by stack. */
  get exchanges(): Exchange[] {
    return [...this.#all.values()].flatMap(({ stack }) => stack.exchanges);
  }
}

/** A stack with one federation, as CloudFormation and Lambda play it. */
class Deployment {
  readonly stack: Stack;
  readonly #stage: Stage;
  #isTwice = false;
  #refused: string | undefined;
  #fault: Operation['fault'];

  constructor(stage: Stage, stackName: string) {
    this.#stage = stage;
    this.stack = new Stack({
      stackName,
      bucket: stage.world.bucket,
      invoke: (event) => this.#deliver(event),
      show: async (played) => stage.world.stacks.show(played),
    });
  }

  async play({ wish, isRolledBack, isTwice, refused, fault, preserved }: Operation): Promise<StackStatus> {
    this.#isTwice = isTwice;
    this.#refused = refused;
    this.#fault = fault;
    const { stack } = this;
    if (!wish) return (await stack.delete()).status;
    const properties = propertiesOf(this.#stage, wish);
    if (stack.physicalResourceId !== undefined && preserved && !isRolledBack) {
      return (await stack.updatePreserved(properties, preserved)).status;
    }
    if (stack.physicalResourceId !== undefined) {
      return (await stack.update(properties, isRolledBack ? 'fail' : 'clean up')).status;
    }
    const { status } = await stack.create(properties);
    if (status !== 'CREATE_COMPLETE' || !isRolledBack) return status;
    return (await stack.delete()).status === 'DELETE_COMPLETE' ? 'ROLLBACK_COMPLETE' : 'ROLLBACK_FAILED';
  }

  async #deliver(event: unknown): Promise<Invocation> {
    const { world } = this.#stage;
    const processes = new Set<Sender>();
    const refused = this.#refused;
    this.#refused = undefined;
    if (refused) {
      world.troubled = true;
      world.network.fault = ({ service, operation }, sender) =>
        operation === refused && processes.has(sender)
          ? faultKinds(service)
              .find(({ name }) => name === (this.#fault ?? 'refused'))
              ?.fault()
          : undefined;
    }
    const deliveries = Array.from({ length: this.#isTwice ? 2 : 1 }, () =>
      world.invoke('provider', event, (process) => processes.add(process)),
    );
    const ended = await Promise.all(deliveries);
    if (refused) {
      world.troubled = false;
      world.network.fault = () => undefined;
    }
    const [first] = ended;
    const worst = ended.find((one) => one.ended !== 'returned') ?? first;
    if (!worst) throw new Error('The event was not delivered.');
    return worst;
  }
}

export function propertiesOf({ pools, clients, handMadeId }: Stage, wish: Wish): Properties {
  const { pool, provider, groups, label, method, notes, identifiers, secretVersion, adopts } = wish;
  return {
    UserPoolId: pools[pool].id,
    ProviderName: provider,
    UserPoolClientIds: wish.clients.map((name) => clients[name]),
    Access: wish.isWrong ? ['No such group'] : groups.length > 0 ? groups : 'Nobody',
    ApplicationLabel: label,
    AttributesRequestMethod: method,
    Notes: notes,
    IdpIdentifiers: identifiers,
    SecretVersion: secretVersion,
    Adopt: adopts && { ApplicationId: handMadeId, OnDelete: adopts },
  };
}
