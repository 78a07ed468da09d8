import { orgSettings } from '../../../local/okta/settings.ts';
import { type Journal, journalIn } from '../../../src/federation/journal/journal.ts';
import { type AppClient, createAppClient } from '../../support/cognito-fake/app-clients.ts';
import { providerKey } from '../../support/cognito-fake/state.ts';
import { createUserPool, type UserPool } from '../../support/cognito-fake/user-pools.ts';
import type { Answer, CustomResourceEvent, Properties } from '../../support/custom-resource.ts';
import { settle } from '../../support/virtual/lambda.ts';
import type { Fault, RemoteCall } from '../../support/virtual/network.ts';
import { Resource } from '../../support/virtual/resource.ts';
import { view } from '../../support/virtual/view.ts';
import { World } from '../../support/virtual/world.ts';

/** One for all tests of a file, as warm as Lambda's functions are. */
const world = new World();
const nothing = world.snapshot();

/** A pool with two app clients, and one resource of a stack, before anything is made; all in virtual time. */
export class Scene {
  readonly world = cleared();
  readonly pool: UserPool = createUserPool(this.world.cognito, { prefix: 'shop' });
  readonly web: AppClient = createAppClient(this.world.cognito, this.pool);
  readonly mobile: AppClient = createAppClient(this.world.cognito, this.pool);
  readonly resource = new Resource('shop');

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

  /** Makes the federation that a test begins with. @returns its physical ID */
  async made(properties = this.properties()): Promise<string> {
    return idOf(await this.create(properties));
  }

  update(id: string, properties: Properties, old = this.properties()): Promise<Answer> {
    return this.send(this.resource.update(id, properties, old));
  }

  delete(id: string, properties = this.properties()): Promise<Answer> {
    return this.send(this.resource.delete(id, properties));
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

  /** Nothing goes wrong any more. */
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

/** The world as it was before the first test, and with nothing going wrong. */
function cleared(): World {
  world.restore(nothing);
  world.otherOrg.reset();
  world.org.settings = orgSettings.parse({});
  world.org.authorizationServers.clear();
  world.oktaSignIn.hasCustomDomain = false;
  world.customDomains = undefined;
  world.roles.length = 0;
  world.environment = {};
  world.network.fault = () => undefined;
  world.network.heard = () => {};
  world.network.latency = () => 5;
  world.random = () => 0.5;
  world.network.calls.length = 0;
  world.network.mostCalls = 1_000;
  return world;
}

export const nameOf = ({ service, operation }: RemoteCall) => `${service} ${operation}`;

/** Calls that change something at Okta or Cognito. */
export const isWrite = (call: string) =>
  /^(Okta (POST|PUT|DELETE)|Cognito (Create|Update|Delete))/.test(call);

/** The physical ID that a SUCCESS gives. */
export function idOf(answer: Answer): string {
  if (answer.Status !== 'SUCCESS') throw new Error(`It fails: ${answer.Reason}`);
  return answer.PhysicalResourceId;
}
