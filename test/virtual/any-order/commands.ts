import { isDeepStrictEqual } from 'node:util';
import type * as fc from 'fast-check';
import type { StackStatus } from '../../support/cloudformation.ts';
import { hand, run } from '../../support/virtual/lambda.ts';
import type { HandMadeChange } from './by-hand.ts';
import { type Deployments, propertiesOf } from './deployments.ts';
import { lookAt, lookOf } from './look.ts';
import { isSamePlace, keyOf, type Model } from './model.ts';
import { foresee, type Operation } from './operations.ts';

/** What is believed to be there; exchanged for what came true. */
export interface Belief {
  now: Model;
}

export type Command = fc.AsyncCommand<Belief, Deployments, true>;

/** One operation, or two of different stacks at the same time. */
export class Operate implements Command {
  readonly #operations: readonly Operation[];

  constructor(...operations: readonly Operation[]) {
    this.#operations = operations;
  }

  async check({ now }: Readonly<Belief>): Promise<boolean> {
    if (new Set(this.#operations.map(({ stack }) => stack)).size < this.#operations.length) return false;
    if (this.#operations.some((one) => one.isRolledBack && this.#maySqueezeOut(one, now))) return false;
    return this.#ways(now).every((way) => {
      const model = structuredClone(now);
      return way.every((operation) => {
        return foresee(model, operation) !== undefined;
      });
    });
  }

  async run(belief: Belief, deployments: Deployments): Promise<void> {
    await deployments.stage.world.time.pause(10_000);
    // Each comes to its end even if another one fails: none must go on in the next sequence.
    const ended = await allEnded(
      this.#operations.map(
        async (operation) =>
          [operation.stack, await deployments.of(operation.stack).play(operation)] as const,
      ),
    );
    await expectOneOf(this.#ways(belief.now), belief, deployments, Object.fromEntries(ended));
  }

  /** Every way in which this may come about: in any order, and with a refusal or without one that mattered. */
  #ways(now: Model): Operation[][] {
    const [first = [], second] = this.#operations.map((operation): Operation[] => {
      if (!operation.wish) return [operation];
      const failed = { ...operation, wish: { ...operation.wish, isWrong: true } };
      const mayFail = isLeftRefused(operation, now) || this.#isInTheWay(operation, now);
      if (!mayFail)
        return this.#isRace() ? [operation, { ...failed, isBegun: true, isLoser: true }] : [operation];
      return [
        { ...operation, refused: undefined },
        failed,
        { ...failed, isBegun: true },
        ...(this.#maySqueezeOut(operation, now) ? [{ ...failed, isStuck: true }] : []),
      ];
    });
    if (!second) return first.map((one) => [one]);
    return first.flatMap((one) =>
      // Of two that want the same, one has it.
      second.flatMap((other) =>
        one.isLoser && other.isLoser
          ? []
          : [
              [one, other],
              [other, one],
            ],
      ),
    );
  }

  /** Whether all want the same provider, so that one may find that out when it has begun. */
  #isRace(): boolean {
    const [first, second] = this.#operations.map(({ wish }) => wish);
    return first && second && !first.isWrong && !second.isWrong ? isSamePlace(first, second) : false;
  }

  /** Whether another operation has for a while what this one wants, and gives it up. */
  #isInTheWay({ stack, wish }: Operation, { federations }: Model): boolean {
    return this.#operations.some((other) => {
      const before = federations.get(other.stack)?.wish;
      // A replacement has its old place until that is cleaned up.
      const movesOut = wish && before && isSamePlace(wish, before);
      return other.stack !== stack && (other.isRolledBack || movesOut);
    });
  }

  /** Whether another operation has, for a while, the name of this stack's own deleted provider. */
  #maySqueezeOut({ stack }: Operation, { federations, providers }: Model): boolean {
    const own = federations.get(stack)?.wish;
    if (!own || providers.has(keyOf(own))) return false;
    return this.#operations.some(
      ({ wish, ...other }) => other.stack !== stack && other.isRolledBack && wish && isSamePlace(wish, own),
    );
  }

  toString(): string {
    return this.#operations.map(told).join(', and at the same time ');
  }
}

/** An event that Lambda delivers once more, after other events. */
export class DeliverAgain implements Command {
  readonly #which: number;

  constructor(which: number) {
    this.#which = which;
  }

  async check(): Promise<boolean> {
    return true;
  }

  async run(belief: Belief, deployments: Deployments): Promise<void> {
    const { world } = deployments.stage;
    const { exchanges } = deployments;
    const exchange = exchanges[this.#which % exchanges.length];
    if (!exchange) return;
    await world.time.pause(3_600_000);
    await expectNoChange(deployments, () => world.invoke('provider', exchange.event));
    const [first, latest] = [exchange.url.stored[0] ?? '', exchange.url.stored.at(-1) ?? ''];
    // The first answer is the one that CloudFormation took. If it took none, because the handler died, the words may differ.
    if (exchange.answer) expect(latest).toBe(first);
    else expect(outcomeOf(latest)).toEqual(outcomeOf(first));
    await expectOneOf([[]], belief, deployments);
  }

  toString(): string {
    return `event ${this.#which} of those so far comes again`;
  }
}

function outcomeOf(body: string) {
  const { Status, PhysicalResourceId } = JSON.parse(body);
  return { Status, PhysicalResourceId };
}

/** An event that Lambda delivers only when CloudFormation has given it up and gone back. */
export class DeliverTooLate implements Command {
  readonly #operation: Operation;

  constructor(operation: Operation) {
    this.#operation = operation;
  }

  async check({ now }: Readonly<Belief>): Promise<boolean> {
    const back = this.#back(now);
    if (!back) return true;
    // Played as an Update to the same properties, which must do what a rollback does: test/virtual/at-the-doors/wedged-rollbacks.test.ts
    // has the rollbacks of what would be refused.
    const status = foresee(structuredClone(now), back);
    return status === 'UPDATE_COMPLETE' || status === 'DELETE_COMPLETE';
  }

  async run(belief: Belief, deployments: Deployments): Promise<void> {
    const { stage } = deployments;
    const { world } = stage;
    const { wish } = this.#operation;
    const deployment = deployments.of(this.#operation.stack);
    const { stack } = deployment;
    await world.time.pause(10_000);
    const id = stack.physicalResourceId;
    const type = id === undefined ? 'Create' : wish ? 'Update' : 'Delete';
    const properties = wish ? propertiesOf(stage, wish) : stack.properties;
    const late = hand(
      world,
      stack.event(type, properties, {
        ...(id !== undefined && { PhysicalResourceId: id }),
        ...(type === 'Update' && { OldResourceProperties: stack.properties }),
      }),
    );
    await world.time.pause(3_600_000);
    const back = this.#back(belief.now);
    const ended = back && { [back.stack]: await deployment.play(back) };
    // CloudFormation makes up an ID if a Create was never answered.
    const PhysicalResourceId = `${stack.name}-Federation-1A2B3C`;
    if (!back) await stack.send(stack.event('Delete', properties, { PhysicalResourceId }));
    await expectNoChange(deployments, () => run(world, late));
    expect(late.url.stored).toHaveLength(1);
    await expectOneOf([back ? [back] : []], belief, deployments, ended);
  }

  /** What CloudFormation does when it has waited long enough, if there is something to go back to. */
  #back({ federations }: Model): Operation | undefined {
    const { stack, wish } = this.#operation;
    const before = federations.get(stack);
    return before && { stack, wish: wish && before.wish, isRolledBack: false, isTwice: false };
  }

  toString(): string {
    return `${told(this.#operation)}, delivered only when CloudFormation has given it up`;
  }
}

/** An administrator changes something by hand. */
export class ChangeByHand implements Command {
  readonly #change: HandMadeChange;

  constructor(change: HandMadeChange) {
    this.#change = change;
  }

  async check({ now }: Readonly<Belief>): Promise<boolean> {
    return this.#change.believe(structuredClone(now));
  }

  async run(belief: Belief, deployments: Deployments): Promise<void> {
    const before = structuredClone(belief.now);
    this.#change.believe(belief.now);
    this.#change.make(deployments.stage, before);
    await expectOneOf([[]], belief, deployments);
  }

  toString(): string {
    return this.#change.told;
  }
}

async function allEnded<T>(plays: readonly Promise<T>[]): Promise<T[]> {
  await Promise.allSettled(plays);
  return Promise.all(plays);
}

/** Whether a call is refused to it that no code repeats. */
function isLeftRefused(
  { stack, refused, preserved, isRolledBack }: Operation,
  { federations }: Model,
): boolean {
  const comesAgain = federations.has(stack) && !isRolledBack && preserved?.startsWith('update again');
  return refused !== undefined && !comesAgain;
}

/** Holds what is there, and how each stack has ended, against the ways in which it may have come about. */
async function expectOneOf(
  ways: readonly (readonly Operation[])[],
  belief: Belief,
  deployments: Deployments,
  ended: Readonly<Record<string, StackStatus>> = {},
): Promise<void> {
  const { stage } = deployments;
  deployments.commands += 1;
  // The leases of app clients are given up beside the answer; those of a killed function run out.
  await stage.world.time.pause(40_000);
  const found = plain({ ended, ...lookAt(stage) });
  const expected: unknown[] = [];
  for (const way of ways) {
    const model = structuredClone(belief.now);
    const statuses = Object.fromEntries(way.map((one) => [one.stack, foresee(model, one)]));
    const should = plain({ ended: statuses, ...lookOf(model) });
    if (isDeepStrictEqual(found, should)) {
      belief.now = model;
      return;
    }
    // The report shows the difference from a path with the same end, if there is one.
    if (isDeepStrictEqual(statuses, ended)) expected.unshift(should);
    else expected.push(should);
  }
  expect(found).toEqual(expected[0]);
}

async function expectNoChange({ stage }: Deployments, deliver: () => Promise<unknown>): Promise<void> {
  const stateOf = () => {
    const { cognito, org } = stage.world.snapshot();
    return { cognito, org };
  };
  const before = stateOf();
  await deliver();
  expect(stateOf()).toEqual(before);
}

function told({
  stack,
  wish,
  isRolledBack,
  isTwice,
  refused,
  fault = 'refused',
  preserved,
}: Operation): string {
  return [
    `${stack} ${wish ? `deploys ${JSON.stringify(wish)}` : 'deletes its federation'}`,
    isTwice && 'each event twice at once',
    refused && `${refused}: ${fault}`,
    isRolledBack && 'rolled back for another resource',
    preserved && `if it fails ${preserved}`,
  ]
    .filter(Boolean)
    .join(', ');
}

/** Out of one realm, and without what is not set. */
const plain = (value: unknown): unknown => JSON.parse(JSON.stringify(value));
