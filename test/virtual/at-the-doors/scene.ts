import { isDeepStrictEqual } from 'node:util';
import { orgSettings } from '../../../local/okta/settings.ts';
import { journalIn } from '../../../src/federation/journal/item.ts';
import type { Journal } from '../../../src/federation/journal/journal.ts';
import { type AppClient, createAppClient } from '../../support/cognito-fake/app-clients.ts';
import { providerKey } from '../../support/cognito-fake/state.ts';
import { createUserPool, type UserPool } from '../../support/cognito-fake/user-pools.ts';
import type { Answer, CustomResourceEvent, Properties } from '../../support/custom-resource.ts';
import { answerTo, hand, run, settle } from '../../support/virtual/lambda.ts';
import type { Fault, RemoteCall } from '../../support/virtual/network.ts';
import { Resource } from '../../support/virtual/resource.ts';
import { view } from '../../support/virtual/view.ts';
import { type Snapshot, World } from '../../support/virtual/world.ts';

/** One for all tests of a file, as warm as Lambda's functions are. */
const world = new World();
const pool = createUserPool(world.cognito, { prefix: 'shop' });
const web = createAppClient(world.cognito, pool);
const mobile = createAppClient(world.cognito, pool);
const resource = new Resource('shop');

/** A moment of the world. */
interface Moment {
  readonly at: number;
  readonly state: Snapshot;
}

const now = (): Moment => ({ at: world.time.now(), state: world.snapshot() });
const beginning = now();

/** A pool with two app clients, and one resource of a stack, before anything is made; all in virtual time. */
export class Scene {
  readonly world = cleared();
  readonly pool: UserPool = this.world.cognito.pools.get(pool.id) ?? pool;
  readonly web: AppClient = this.world.cognito.clients.get(web.id) ?? web;
  readonly mobile: AppClient = this.world.cognito.clients.get(mobile.id) ?? mobile;
  readonly resource = resource;

  /** What most templates say. */
  properties(more: Properties = {}): Properties {
    return { UserPoolId: this.pool.id, UserPoolClientIds: [this.web.id], ...more };
  }

  /** Sends an event and lets time pass until it is answered. */
  send(event: CustomResourceEvent): Promise<Answer> {
    return this.world.time.run(settle(this.world, event));
  }

  create(properties = this.properties()): Promise<Answer> {
    return this.send(this.resource.create(properties));
  }

  /**
   * Makes the federation that a test begins with. If another test has done so from the same beginning, the world goes on from
   * that moment.
   * @returns its physical ID
   */
  async made(properties = this.properties()): Promise<string> {
    const { org, parameters, configuration } = this.world;
    const isUsual = !('OktaSecretId' in properties) && isDeepStrictEqual(surroundings(), usual);
    if (!isUsual || !isDeepStrictEqual(now(), beginning)) return idOf(await this.create(properties));
    const key = JSON.stringify([properties, org.settings, [...parameters], configuration]);
    const known = made.get(key);
    if (known) goTo(known);
    const id = known?.id ?? idOf(await this.create(properties));
    made.set(key, known ?? { ...now(), id });
    return id;
  }

  update(id: string, properties: Properties, old = this.properties()): Promise<Answer> {
    return this.send(this.resource.update(id, properties, old));
  }

  /** An Update while CloudFormation rolls the stack back. */
  async rollBack(id: string, to: Properties, from: Properties): Promise<Answer> {
    const { world } = this;
    const event = this.resource.update(id, to, from);
    const delivery = hand(world, event);
    world.stacks.sends(event, true);
    await world.time.run(run(world, delivery));
    return world.time.run(answerTo(world, delivery));
  }

  delete(id: string, properties = this.properties()): Promise<Answer> {
    return this.send(this.resource.delete(id, properties));
  }

  /**
   * A Delete while CloudFormation takes back what a deployment has made, because another resource of the stack has failed.
   * @param status what the stack shows.
   */
  async takeBack(
    event: CustomResourceEvent,
    status = 'UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS',
  ): Promise<Answer> {
    const { stacks, time } = this.world;
    const delivery = hand(this.world, event);
    const shown = stacks.get(event.StackId);
    if (!shown) throw new Error('There is no stack.');
    stacks.show({ ...shown, status });
    await time.run(run(this.world, delivery));
    return time.run(answerTo(this.world, delivery));
  }

  passes(seconds: number): Promise<void> {
    return this.world.time.run(this.world.time.pause(seconds * 1000));
  }

  /** Lets each call that an operation's name matches go wrong, the first `times` of them. */
  strike(operation: RegExp, fault: Fault, times = Number.POSITIVE_INFINITY): void {
    let left = times;
    this.world.network.fault = (call) => {
      if (!operation.test(`${call.service} ${call.operation}`) || left === 0) return undefined;
      left -= 1;
      return fault;
    };
  }

  /** Okta knows a new application at once: for a test of each call and each millisecond. */
  withoutLag(): void {
    this.world.org.settings.readLagMs = 0;
  }

  /** Removes every fault. */
  heal(): void {
    this.world.network.fault = () => undefined;
  }

  /** The calls that this work makes, by their names. */
  async callsOf(work: () => Promise<unknown>): Promise<string[]> {
    const before = this.world.network.calls.length;
    await work();
    return this.world.network.calls.slice(before).map(nameOf);
  }

  /** The only application that there is. */
  get application() {
    const [application, ...others] = this.world.org.applications.values();
    if (!application || others.length > 0) throw new Error(`There are ${others.length} other applications.`);
    return application;
  }

  get provider() {
    return this.world.cognito.providers.get(providerKey(this.pool.id, 'Okta'));
  }

  /** What the table has of the resource. */
  get journal(): Journal {
    const name = `resource ${this.resource.stackId} Federation`;
    return journalIn(this.world.leases.get(name) ?? {});
  }

  /** All there is in Okta and in Cognito. */
  get view() {
    return view(this.world);
  }
}

/** What a Create has left, by all that it depends on. */
const made = new Map<string, Moment & { readonly id: string }>();

/** What tests set up around a scene, and no moment holds. */
function surroundings() {
  const { network, org, oktaLimits, oktaSignIn, customDomains, roles, random, skew, troubled } = world;
  const { fault, heard, latency, mostCalls, calls } = network;
  return {
    network: { fault, heard, latency, mostCalls, calls: calls.length },
    okta: [org.otherApplications, org.authorizationServers].map(({ size }) => size),
    limits: [oktaLimits.buckets, oktaLimits.concurrent],
    signIn: { ...oktaSignIn, customDomains },
    roles: roles.length,
    chance: [random, skew, troubled],
  };
}

function goTo({ at, state }: Moment): void {
  world.time.reset(at);
  world.restore(state);
}

const noFault = () => undefined;
const unheard = () => {};
const fewMs = () => 5;
const half = () => 0.5;

/** The world as it was before the first test, and with nothing going wrong. */
function cleared(): World {
  goTo(beginning);
  world.otherOrg.reset();
  world.org.settings = orgSettings.parse({});
  world.org.authorizationServers.clear();
  world.oktaSignIn.hasCustomDomain = false;
  world.customDomains = undefined;
  world.roles.length = 0;
  world.stacks.others.clear();
  world.environment = {};
  world.network.fault = noFault;
  world.network.heard = unheard;
  world.network.latency = fewMs;
  world.random = half;
  world.network.calls.length = 0;
  world.network.mostCalls = 1_000;
  return world;
}

cleared();
const usual = surroundings();

export const nameOf = ({ service, operation }: RemoteCall) => `${service} ${operation}`;

/** Calls that change something at Okta or Cognito. */
export const isWrite = (call: string) =>
  /^(Okta (POST|PUT|DELETE)|Cognito (Create|Update|Delete))/.test(call);

/** Okta no longer knows the API token. */
export const deadToken: Fault = {
  do: 'answer',
  reply: {
    status: 401,
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ errorCode: 'E0000011', errorSummary: 'Invalid token provided' }),
  },
};

/** The physical ID that a SUCCESS gives. */
export function idOf(answer: Answer): string {
  if (answer.Status !== 'SUCCESS') throw new Error(`It fails: ${answer.Reason}`);
  return answer.PhysicalResourceId;
}
