import { type AfterFailure, Stack, type StackStatus } from '../../support/cloudformation.ts';
import { createAppClient } from '../../support/cognito-fake/app-clients.ts';
import { providerKey } from '../../support/cognito-fake/state.ts';
import { createUserPool, domainHost } from '../../support/cognito-fake/user-pools.ts';
import type { CustomResourceEvent, Properties } from '../../support/custom-resource.ts';
import type { Invocation } from '../../support/invocation.ts';
import type { ResponseUrl } from '../../support/response-url.ts';
import { seededRandom } from '../../support/virtual/chance.ts';
import { faultKinds } from '../../support/virtual/fault-kinds.ts';
import { addHandMadeApplication, addHandMadeProvider } from '../../support/virtual/hand-made.ts';
import type { LeaseItems } from '../../support/virtual/lease-items.ts';
import type { Sender } from '../../support/virtual/network.ts';
import { type Snapshot, World } from '../../support/virtual/world.ts';
import { ShownStacks } from './lives-shown.ts';

/** What a template asks for. */
export interface Asked {
  readonly pool: 'north' | 'south';
  readonly provider: string;
  readonly org: 'own' | 'other';
  /** Some of the pool's two. */
  readonly clients: readonly ('web' | 'mobile')[];
  readonly access: string;
  readonly notes: string | undefined;
  readonly secretVersion: string | undefined;
  readonly isWrong: boolean;
}

/** What goes wrong with an event's first delivery. */
export interface Trouble {
  /** The event of the operation that it happens to; default: the first. */
  readonly event?: 'the next' | undefined;
  /** Each later call of that operation meets it too, until the delivery is over. */
  readonly lasts?: boolean | undefined;
  /** The call of the event that it happens to, from 1. */
  readonly at: number;
  readonly kind: string;
  /**
   * What Lambda does if the function dies of it; `refused`: Okta refuses the token when the event comes again. `lost`: the event
   * itself never comes.
   */
  readonly afterwards: string;
}

/** A retained federation that a resource goes on with, and as it was. */
interface Resumed {
  readonly life: Life;
  readonly before: unknown;
}

interface Undone extends Attempted {
  /** What the stack is doing when it goes back. */
  readonly undo?: string;
}

interface Deploy {
  readonly asked: Asked;
  readonly trouble?: Trouble | undefined;
  readonly isRolledBack?: boolean;
  readonly preserved?: AfterFailure | undefined;
  /** To the place of a federation of this resource that was retained, if there is one. */
  readonly goesBack?: boolean;
}

/** A Create that may not last. */
interface Attempted {
  readonly trouble?: Trouble | undefined;
  /** Another resource of the stack fails. */
  readonly isRolledBack?: boolean;
}

/** What happens to a resource that gets another logical ID. */
interface Renaming extends Attempted {
  /** Of the Delete of the old one. */
  readonly later?: Trouble | undefined;
  /** The old one is not deleted. */
  readonly isRetained?: boolean;
  /** Then the new one is deleted for good, and the old one added again. */
  readonly isBack?: boolean;
}

interface AddedAgain {
  /** How the resource has left the template. */
  readonly left: 'retained' | 'its Deletes failed';
  /** Until one lasts. */
  readonly tries: readonly (Attempted & { readonly asked: Asked })[];
}

/** A stack with one federation. */
interface Life {
  readonly stack: Stack;
  asked: Asked | undefined;
  /** The application that it has taken over. */
  adopts: string | undefined;
  /** Its journal was lost or is an older one: it leaves what it can no longer know. */
  isTampered: boolean;
  /** Others have made a provider of its name. */
  isRobbed: boolean;
  /** Its last event did not end well, and half of it may be gone: it can no longer be taken over. */
  isBroken: boolean;
  /** A Delete has failed: CloudFormation can only delete it again. */
  mustGo: boolean;
  /** Deletes have failed, and no template names it any more. */
  isGivenUp: boolean;
}

const cleanUp = {
  ofUpdate: 'UPDATE_COMPLETE_CLEANUP_IN_PROGRESS',
  ofRollback: 'UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS',
};

const invalidToken = JSON.stringify({ errorCode: 'E0000011', errorSummary: 'Invalid token provided' });

const refusesToken: World['network']['fault'] = ({ service }) =>
  service === 'Okta' ? { do: 'answer', reply: { status: 401, body: invalidToken } } : undefined;

type LeaseItem = LeaseItems extends Map<string, infer Item> ? Item : never;

const endedWell: readonly StackStatus[] = ['CREATE_COMPLETE', 'UPDATE_COMPLETE'];
const mayEnd: readonly StackStatus[] = [
  ...endedWell,
  'ROLLBACK_COMPLETE',
  'UPDATE_ROLLBACK_COMPLETE',
  'UPDATE_FAILED',
  'DELETE_COMPLETE',
];

/** Stacks with federations in two pools and two orgs, and what is promised of them. */
export class Lives {
  readonly world = new World();
  /** How many events were sent. */
  events = 0;
  readonly #pools = { north: createUserPool(this.world.cognito), south: createUserPool(this.world.cognito) };
  readonly #clients = { north: this.#twoClients('north'), south: this.#twoClients('south') };
  readonly #nothing: Snapshot;
  readonly #handMadeId: string;
  readonly #lives = new Map<string, Life>();
  readonly #shownStacks = new ShownStacks(this.world.stacks);
  /** Federations of resources that are in no template. */
  readonly #retained = new Set<Life>();
  /** Applications that were retained, or of a stack whose journal was tampered with: what it cannot prove to be its own stays. */
  readonly #mayStay = new Set<string>();
  /** Providers of others by key, and what they were made of. */
  readonly #others = new Map<string, string>();
  /** Stacks that may no longer know what an Update made that was not rolled back. */
  readonly #tampered = new Set<string>();
  readonly #olderItems = new Map<string, LeaseItem[]>();
  #trouble: Trouble | undefined;
  #answered: ResponseUrl | undefined;

  constructor() {
    const { north } = this.#pools;
    this.#handMadeId = addHandMadeApplication(this.world, north).id;
    addHandMadeProvider(this.world, north, 'Staff', this.#handMadeId);
    this.#nothing = this.world.snapshot();
  }

  begin(chance: number, history: ShownStacks['history'] = 'whole'): void {
    const { world } = this;
    this.#shownStacks.clear();
    this.#shownStacks.history = history;
    world.random = seededRandom(chance);
    world.network.latency = () => 1 + 40 * world.random();
    world.network.fault = () => undefined;
    world.network.calls.length = 0;
    world.restore(this.#nothing);
    world.otherOrg.reset();
    world.bucket.clear();
    for (const memory of [
      this.#lives,
      this.#retained,
      this.#mayStay,
      this.#others,
      this.#olderItems,
      this.#tampered,
    ])
      memory.clear();
    this.events = 0;
    this.#others.set(providerKey(this.#pools.north.id, 'Staff'), this.#provider('north', 'Staff'));
  }

  async deploy(name: string, deployed: Deploy): Promise<void> {
    const life = this.#lives.get(name) ?? this.#newLife(name);
    if (life.mustGo) return;
    const { trouble, isRolledBack = false, preserved, goesBack } = deployed;
    const left = goesBack && [...this.#retained].findLast((one) => isOfSameResource(one, life))?.asked;
    const asked = left
      ? { ...deployed.asked, pool: left.pool, provider: left.provider, org: left.org }
      : deployed.asked;
    const resumed = this.#resumedBy(life, asked);
    const wasThere = life.stack.physicalResourceId !== undefined;
    const isSamePlace = life.asked !== undefined && placeOf(life.asked) === placeOf(asked);
    if (!isSamePlace || life.asked?.org !== asked.org) life.adopts = undefined;
    const mustSucceed =
      !(trouble || asked.isWrong || isRolledBack || life.isTampered || life.isRobbed) &&
      (isSamePlace || !this.#providerOf(asked));
    const properties = this.#properties(asked, life.adopts);
    const work = async () => {
      if (!wasThere) return this.#created(life, properties, { isRolledBack });
      if (preserved && !isRolledBack) return (await life.stack.updatePreserved(properties, preserved)).status;
      return (await life.stack.update(properties, isRolledBack ? 'fail' : 'clean up')).status;
    };
    const status = await this.#watched([name], trouble, work, resumed?.life);
    if (!life.isTampered && !life.isRobbed) expect(mayEnd).toContain(status);
    if (mustSucceed)
      expect(whyNot(wasThere ? 'UPDATE_COMPLETE' : 'CREATE_COMPLETE', status, life)).toBeUndefined();
    if (life.stack.physicalResourceId === undefined) this.#lives.delete(name);
    this.#resumed(
      resumed,
      endedWell.includes(status) && !isRolledBack,
      status === 'UPDATE_ROLLBACK_COMPLETE',
    );
    life.isBroken = !endedWell.includes(status) && status !== 'UPDATE_ROLLBACK_COMPLETE';
    // What was interrupted, now or before, is gone.
    const isTidy = status === 'UPDATE_ROLLBACK_COMPLETE' || (endedWell.includes(status) && !trouble);
    const own = this.#applicationIds().filter(
      (id) =>
        this.#isTaggedBy(id, life.stack.id) &&
        (id === life.stack.attributes.ApplicationId || !this.#mayStay.has(id)),
    );
    if (isTidy && !life.isTampered) expect(own).toEqual([life.stack.attributes.ApplicationId]);
    const isKnown = !life.isTampered && !life.isRobbed;
    if (status === 'UPDATE_ROLLBACK_COMPLETE' && life.asked && isKnown) {
      expect(this.#obstacle(life.asked)).toBeUndefined();
      expect(this.#excess(life.asked)).toEqual([]);
    }
    if (!endedWell.includes(status) || isRolledBack) return;
    life.asked = asked;
    if (!isSamePlace) life.isRobbed = false;
    expect(this.#obstacle(asked)).toBeUndefined();
    if (isKnown) expect(this.#excess(asked)).toEqual([]);
  }

  async remove(name: string, trouble?: Trouble): Promise<void> {
    const life = this.#lives.get(name);
    if (!life || life.stack.physicalResourceId === undefined) return;
    const status = await this.#watched([name], trouble, async () => (await life.stack.delete()).status);
    if (!trouble && !life.isTampered) expect(whyNot('DELETE_COMPLETE', status, life)).toBeUndefined();
    if (status === 'DELETE_COMPLETE') this.#lives.delete(name);
    else life.mustGo = true;
  }

  /** The stack goes, its federation is retained, and a new stack of the same name takes it over. */
  async rebuild(name: string, { isNested, ...how }: Attempted & { readonly isNested?: boolean } = {}) {
    const life = this.#left(name);
    if (!life?.asked) return;
    this.#leave(life);
    this.world.stacks.forget(life.stack.id);
    this.#lives.delete(name);
    const next = this.#newLife(name);
    if (isNested) this.#shownStacks.nest(next.stack.id);
    await this.#takeOver(name, life, next, how);
  }

  /** The template gives the resource another logical ID, which takes the federation over; then the old one is deleted. */
  async rename(name: string, { later, isRetained = false, isBack = false, ...how }: Renaming = {}) {
    const life = this.#standing(name);
    if (!life?.asked) return;
    const { id, logicalResourceId } = life.stack;
    const isSecond = logicalResourceId.endsWith('V2');
    const next = this.#newLife(name, {
      id,
      logicalResourceId: isSecond ? logicalResourceId.slice(0, -2) : `${logicalResourceId}V2`,
    });
    if (!(await this.#takeOver(name, life, next, { ...how, undo: cleanUp.ofRollback }))) {
      this.#lives.set(name, life);
      return;
    }
    if (isRetained) this.#shownStacks.skip(id, logicalResourceId);
    else await this.#cleanedUp([], life, later);
    if (!life.isTampered) expect(this.#obstacle(life.asked)).toBeUndefined();
    if (!isRetained || !isBack) return;
    await this.#cleanedUp([name], next, later);
    const again = this.#newLife(name, { id, logicalResourceId });
    again.isTampered = life.isTampered;
    const properties = this.#properties({ ...life.asked, isWrong: false }, undefined);
    const status = await this.#watched([name], undefined, () => this.#created(again, properties));
    if (!life.isTampered) expect(whyNot('CREATE_COMPLETE', status, again)).toBeUndefined();
    if (status !== 'CREATE_COMPLETE') this.#lives.delete(name);
    else again.asked = life.asked;
  }

  /**
   * A template no longer names the resource; later ones name it again. If such a Create does not last, all is as before.
   */
  async addAgain(name: string, { left, tries }: AddedAgain): Promise<void> {
    const life = this.#left(name);
    if (!life?.asked || life.adopts !== undefined || !this.world.stacks.get(life.stack.id)) return;
    const { id, logicalResourceId } = life.stack;
    if (left === 'its Deletes failed' && this.#lives.has(name) && !(await this.#failsToGo(name, life)))
      return;
    this.#leave(life);
    this.#lives.delete(name);
    this.#shownStacks.skip(id, logicalResourceId);
    for (const { asked, ...how } of tries) {
      const next = this.#newLife(name, { id, logicalResourceId });
      next.isTampered = life.isTampered;
      const resumed = this.#resumedBy(next, asked);
      const properties = this.#properties(asked, undefined);
      const undo = cleanUp.ofRollback;
      const status = await this.#watched(
        [name],
        how.trouble,
        () => this.#created(next, properties, { ...how, undo }),
        resumed?.life,
      );
      // What was to go is gone on with by the next event, or not at all.
      if (life.isGivenUp) this.#retained.delete(life);
      if (status === 'CREATE_COMPLETE') {
        next.asked = asked;
        this.#resumed(resumed, true, false);
        expect(this.#obstacle(asked)).toBeUndefined();
        if (!next.isTampered) expect(this.#excess(asked)).toEqual([]);
        return;
      }
      this.#lives.delete(name);
      // If CloudFormation hears nothing of a Create, it makes an ID up, and only other properties tell it from the first Create.
      const isTold =
        how.trouble?.event !== undefined || !['no answer', 'lost'].includes(how.trouble?.afterwards ?? '');
      const isOther = JSON.stringify(asked) !== JSON.stringify(life.asked);
      this.#resumed(resumed, false, status === 'ROLLBACK_COMPLETE' && (isTold || isOther));
    }
  }

  /** A first deployment adopts what an administrator has made, is to delete it with the stack, and goes back. */
  async adopt({ isNested, ...how }: Attempted & { readonly isNested?: boolean }): Promise<void> {
    const life = this.#newLife('staff');
    if (isNested) this.#shownStacks.nest(life.stack.id);
    const properties = {
      UserPoolId: this.#pools.north.id,
      ProviderName: 'Staff',
      UserPoolClientIds: [this.#clients.north.web],
      Access: ['Finance'],
      Adopt: { ApplicationId: this.#handMadeId, OnDelete: 'Delete' },
    };
    const status = await this.#watched(['staff'], how.trouble, () =>
      this.#created(life, properties, { ...how, isRolledBack: true }),
    );
    this.#lives.delete('staff');
    expect(whyNot('ROLLBACK_COMPLETE', status, life)).toBeUndefined();
  }

  async tamper(name: string, how: 'lost' | 'older'): Promise<void> {
    const life = this.#lives.get(name);
    if (!life) return;
    const item = this.#itemOf(life);
    const older = this.#olderItems.get(item)?.at(-2);
    if (how === 'lost' || older === undefined) this.world.leases.delete(item);
    else this.world.leases.set(item, structuredClone(older));
    life.isTampered = true;
    for (const left of this.#retained) if (isOfSameResource(left, life)) left.isTampered = true;
    this.#tampered.add(life.stack.id);
  }

  /** Another team deletes the provider and makes one of its own with that name. */
  async takeName(name: string): Promise<void> {
    const life = this.#standing(name);
    if (!life?.asked) return;
    const { pool, provider } = life.asked;
    const { id } = this.#pools[pool];
    const { cognito } = this.world;
    cognito.providers.delete(providerKey(id, provider));
    for (const clientId of Object.values(this.#clients[pool])) {
      const settings = cognito.clients.get(clientId)?.settings;
      const names = settings?.SupportedIdentityProviders?.filter((one) => one !== provider);
      if (settings) Object.assign(settings, { SupportedIdentityProviders: names });
    }
    addHandMadeProvider(this.world, this.#pools[pool], provider, 'another-client');
    const made = cognito.providers.get(providerKey(id, provider));
    if (made) Object.assign(made, { IdpIdentifiers: [] });
    this.#others.set(providerKey(id, provider), this.#provider(pool, provider));
    life.isRobbed = true;
  }

  /** Every stack is deleted, and nothing is left but what others have. */
  async end(): Promise<void> {
    for (const name of [...this.#lives.keys()]) await this.remove(name);
    const kept = new Set([this.#handMadeId, ...this.#mayStay]);
    const left = this.#applicationIds().filter((id) => !kept.has(id));
    expect(left.map((id) => this.#application(id)?.document.label)).toEqual([]);
    const strange = [...this.world.cognito.providers].filter(
      ([
        key,
        {
          ProviderDetails: { client_id: id = '' },
        },
      ]) => !this.#others.has(key) && !kept.has(id),
    );
    expect(strange.map(([, { ProviderName }]) => ProviderName)).toEqual([]);
  }

  async #takeOver(name: string, from: Life, to: Life, how: Undone): Promise<boolean> {
    const { asked } = from;
    if (!asked) return false;
    const { trouble, isRolledBack } = how;
    const applicationId = String(from.stack.attributes.ApplicationId);
    to.isTampered = from.isTampered;
    to.adopts = applicationId;
    const properties = this.#properties({ ...asked, isWrong: false }, applicationId);
    const before = structuredClone(this.#shown(from));
    const work = () => this.#created(to, properties, how);
    const status = await this.#watched([name], trouble, work, from);
    const isKnown = !from.isTampered && !from.isRobbed;
    if (isKnown && !trouble && !isRolledBack) expect(whyNot('CREATE_COMPLETE', status, to)).toBeUndefined();
    if (status !== 'CREATE_COMPLETE') {
      this.#lives.delete(name);
      if (isKnown) expect(whyNot('ROLLBACK_COMPLETE', status, to)).toBeUndefined();
      if (isKnown) expect(withoutAppLinks(this.#shown(from))).toEqual(withoutAppLinks(before));
      return false;
    }
    to.asked = asked;
    this.#retained.delete(from);
    if (!to.isTampered) this.#mayStay.delete(applicationId);
    expect(this.#obstacle(asked)).toBeUndefined();
    return true;
  }

  async #created(
    { stack }: Life,
    properties: Properties,
    { isRolledBack = false, undo = 'ROLLBACK_IN_PROGRESS', trouble }: Undone = {},
  ): Promise<StackStatus> {
    this.#shownStacks.during = undo;
    const { status, exchanges } = await stack.create(properties);
    if (status === 'CREATE_COMPLETE' && !isRolledBack) return status;
    const undone = exchanges[1]?.event;
    const isGone = status === 'ROLLBACK_COMPLETE' || (await this.#deleted(stack, trouble, undone));
    return isGone ? 'ROLLBACK_COMPLETE' : 'ROLLBACK_FAILED';
  }

  /** CloudFormation tries a clean-up three times. @param failed the first of them, if that was sent. */
  async #deleted(stack: Stack, trouble?: Trouble, failed?: CustomResourceEvent): Promise<boolean> {
    const { PhysicalResourceId = stack.physicalResourceId ?? '', ResourceProperties = stack.properties } =
      failed ?? {};
    // A Delete that meets no trouble must succeed at once.
    for (let tries = failed ? 1 : 0; tries < (trouble ? 3 : 1); tries += 1) {
      const event = stack.event('Delete', ResourceProperties, { PhysicalResourceId });
      if ((await stack.send(event)).answer?.Status === 'SUCCESS') {
        stack.physicalResourceId = undefined;
        return true;
      }
    }
    return false;
  }

  /** The Update that has taken a resource out of the template deletes it. */
  async #cleanedUp(names: readonly string[], life: Life, trouble?: Trouble): Promise<void> {
    const isGone = await this.#watched(names, trouble, () => {
      this.#shownStacks.during = cleanUp.ofUpdate;
      return this.#deleted(life.stack, trouble);
    });
    if (!life.isTampered)
      expect(whyNot('DELETE_COMPLETE', isGone ? 'DELETE_COMPLETE' : 'DELETE_FAILED', life)).toBeUndefined();
  }

  /** Its credentials do not work when CloudFormation deletes it, and it is given up. */
  async #failsToGo(name: string, life: Life): Promise<boolean> {
    const isGone = await this.#watched([name], undefined, async () => {
      this.#shownStacks.during = cleanUp.ofUpdate;
      this.world.network.fault = refusesToken;
      const isGone = await this.#deleted(life.stack, { at: 1, kind: 'refused', afterwards: 'lost' });
      this.world.network.fault = () => undefined;
      return isGone;
    });
    if (isGone) this.#lives.delete(name);
    else life.isGivenUp = true;
    return !isGone;
  }

  /** A federation that is to be gone on with: of a stack, or of one that no template names. */
  #left(name: string): Life | undefined {
    if (this.#lives.has(name)) return this.#standing(name);
    return [...this.#retained].findLast(({ stack }) => stack.name === name);
  }

  #leave(life: Life): void {
    this.#retained.add(life);
    this.#mayStay.add(String(life.stack.attributes.ApplicationId));
  }

  /** If this resource has retained a federation at the place that is asked for, it goes on with that one. */
  #resumedBy(life: Life, asked: Asked): Resumed | undefined {
    const left = [...this.#retained].findLast(
      (one) => isOfSameResource(one, life) && one.asked && isSame(one.asked, asked),
    );
    return left && { life: left, before: structuredClone(this.#shown(left)) };
  }

  /** What was gone on with is this resource's own again, or as before. */
  #resumed(resumed: Resumed | undefined, lasts: boolean, mustBeBack: boolean): void {
    if (!resumed) return;
    const { life, before } = resumed;
    const applicationId = String(life.stack.attributes.ApplicationId);
    if (lasts || !mustBeBack) this.#retained.delete(life);
    if (lasts) this.#mayStay.delete(applicationId);
    if (lasts || !mustBeBack || life.isTampered) return;
    // What was to be deleted may also be gone, but whole.
    const mayBeGone = life.isGivenUp && !this.#application(applicationId);
    if (mayBeGone) this.#retained.delete(life);
    if (mayBeGone) expect(this.#shown(life)).toMatchObject({ provider: undefined });
    else {
      // A rollback does not take a rotation back.
      expect(withoutSecrets(this.#shown(life))).toEqual(withoutSecrets(before));
      expect(life.asked && this.#obstacle(life.asked)).toBeUndefined();
    }
  }

  /** Does something with some stacks, and looks whether any other one, or others' things, have changed. */
  async #watched<T>(
    names: readonly string[],
    trouble: Trouble | undefined,
    work: () => Promise<T>,
    but?: Life,
  ): Promise<T> {
    await this.world.time.pause(60_000);
    for (const id of this.#applicationIds())
      if ([...this.#tampered].some((stackId) => this.#isTaggedBy(id, stackId))) this.#mayStay.add(id);
    const before = this.#bystanders(names, but);
    this.#trouble = trouble;
    const done = await work();
    this.#trouble = undefined;
    this.#shownStacks.during = undefined;
    await this.world.time.pause(40_000);
    expect(this.#bystanders(names, but)).toEqual(before);
    return done;
  }

  #bystanders(names: readonly string[], but?: Life): unknown {
    const others = [...this.#others.keys()].map((key) => {
      const { CreationDate, LastModifiedDate, ...provider } = this.world.cognito.providers.get(key) ?? {};
      return [key, provider];
    });
    const staff = this.world.org.applications.get(this.#handMadeId);
    const lives = [...this.#lives].filter(([name]) => !names.includes(name));
    return structuredClone({
      others,
      staff: [
        withoutAppLinks(staff?.document),
        staff?.status,
        staff?.secrets,
        [...(staff?.groupAssignments.keys() ?? [])],
      ],
      lives: lives.map(([name, life]) => [name, this.#shown(life)]),
      retained: [...this.#retained]
        .filter((life) => life !== but && !life.isTampered && !life.isGivenUp)
        .map((life) => this.#shown(life)),
      clients: [...this.world.cognito.clients.values()].map(
        ({ settings: { SupportedIdentityProviders, ...rest } }) => [
          rest,
          SupportedIdentityProviders?.includes('Staff'),
        ],
      ),
    });
  }

  #shown({ asked, stack }: Life): unknown {
    if (!asked) return undefined;
    const applicationId = String(stack.attributes.ApplicationId);
    const application = this.#application(applicationId);
    const details = this.#providerOf(asked)?.ProviderDetails;
    // A Delete that died may have freed the name for another stack.
    const provider = details?.client_id === applicationId ? details : undefined;
    const clients = Object.values(this.#clients[asked.pool]);
    return {
      document: application?.document,
      status: application?.status,
      secrets: application?.secrets,
      groups: [...(application?.groupAssignments.keys() ?? [])],
      provider,
      clients:
        provider &&
        clients.map((id) =>
          this.world.cognito.clients.get(id)?.settings.SupportedIdentityProviders?.includes(asked.provider),
        ),
    };
  }

  /** Why people cannot sign in as asked; `undefined` if they can. */
  #obstacle(asked: Asked): string | undefined {
    const { pool, provider: name, access } = asked;
    const provider = this.#providerOf(asked);
    if (!provider) return 'there is no provider';
    const { client_id: id = '', client_secret: secret, oidc_issuer: issuer } = provider.ProviderDetails;
    const org = this.#org(asked);
    const application = org.applications.get(id);
    if (application?.status !== 'ACTIVE') return `the application is not active in its org (${issuer})`;
    if (!application.secrets.some(({ status, value }) => status === 'ACTIVE' && value === secret))
      return 'Okta does not take the client secret';
    const [domain] = this.#pools[pool].domains;
    const uri = domain && `https://${domainHost(this.#pools[pool], domain)}/oauth2/idpresponse`;
    if (!uri || !application.document.settings.oauthClient.redirect_uris?.includes(uri))
      return 'the redirect URI is missing';
    const groups = [...application.groupAssignments.keys()].map((group) => org.groups.get(group)?.name);
    if (!groups.includes(access)) return `the group ${access} is not assigned`;
    const missing = asked.clients.filter((client) => {
      const { settings } = this.world.cognito.clients.get(this.#clients[pool][client]) ?? {};
      return !settings?.SupportedIdentityProviders?.includes(name);
    });
    return missing.length > 0 ? `${missing.join(' and ')} do not list the provider` : undefined;
  }

  /** What is open to more people, or through more app clients, than was asked for. */
  #excess({ pool, org, provider: name, access, clients }: Asked): string[] {
    const provider = this.#providerOf({ pool, provider: name });
    const { groups } = this.#org({ org });
    const application = this.#application(provider?.ProviderDetails.client_id ?? '');
    const assigned = [...(application?.groupAssignments.keys() ?? [])].map(
      (group) => groups.get(group)?.name,
    );
    const listing = (['web', 'mobile'] as const).filter((client) =>
      this.world.cognito.clients
        .get(this.#clients[pool][client])
        ?.settings.SupportedIdentityProviders?.includes(name),
    );
    return [
      ...assigned.filter((group) => group !== access).map((group) => `the group ${group}`),
      ...listing.filter((client) => !clients.includes(client)),
    ];
  }

  #newLife(name: string, more: { readonly id?: string; readonly logicalResourceId?: string } = {}): Life {
    let show: ReturnType<ShownStacks['part']> | undefined;
    const stack = new Stack({
      stackName: name,
      bucket: { open: (event) => (this.#answered = this.world.bucket.open(event)) },
      invoke: (event) => this.#deliver(event),
      show: async (played) => show?.(played),
      ...more,
    });
    show = this.#shownStacks.part(stack.id, stack.logicalResourceId);
    const life = {
      stack,
      asked: undefined,
      adopts: undefined,
      isTampered: false,
      isRobbed: false,
      isBroken: false,
      mustGo: false,
      isGivenUp: false,
    };
    this.#lives.set(name, life);
    return life;
  }

  async #deliver(event: unknown): Promise<Invocation> {
    const { world } = this;
    const next = this.#trouble;
    const trouble = next?.event === undefined ? next : undefined;
    this.#trouble = next?.event === undefined ? undefined : { ...next, event: undefined };
    this.events += 1;
    this.#remember();
    if (!trouble) return world.invoke('provider', event);
    if (trouble.afterwards === 'lost') {
      await world.time.pause(3_600_000);
      return { ended: 'timed out', result: undefined, output: '', took: 0 };
    }
    const processes = new Set<Sender>();
    let calls = 0;
    world.troubled = true;
    let struck: string | undefined;
    world.network.fault = ({ service, operation }, sender) => {
      if (!processes.has(sender)) return undefined;
      calls += 1;
      if (calls === trouble.at) struck = operation;
      const isHit = calls === trouble.at || (trouble.lasts === true && operation === struck);
      return isHit
        ? faultKinds(service)
            .find(({ name }) => name === trouble.kind)
            ?.fault()
        : undefined;
    };
    const invocation = await world.invoke('provider', event, (process) => processes.add(process));
    world.troubled = false;
    world.network.fault = () => undefined;
    if (invocation.ended === 'returned') return invocation;
    // Lambda hands on each event that ends in an error. Nothing may rely on it after a death.
    if (invocation.ended !== 'threw' && trouble.afterwards === 'no answer') {
      await world.time.pause(3_600_000);
      return invocation;
    }
    await world.time.pause(60_000);
    if (trouble.afterwards === 'refused') {
      world.network.fault = refusesToken;
    }
    const again =
      trouble.afterwards !== 'failsafe'
        ? await world.invoke('provider', event)
        : await world.invoke('failsafe', {
            version: '1.0',
            timestamp: new Date().toISOString(),
            requestContext: { condition: 'RetriesExhausted', approximateInvokeCount: 2 },
            requestPayload: event,
            responsePayload: { errorMessage: 'RequestId: 1 Error: Runtime exited' },
          });
    world.network.fault = () => undefined;
    // If the function died after its answer, CloudFormation has taken that one long ago.
    this.#answered?.stored.splice(1);
    return again;
  }

  /** The journals as they are now. */
  #remember(): void {
    for (const [name, item] of this.world.leases) {
      if (name.startsWith('resource '))
        this.#olderItems.set(name, [...(this.#olderItems.get(name) ?? []), structuredClone(item)]);
    }
  }

  #properties(asked: Asked, adopts: string | undefined): Properties {
    return {
      UserPoolId: this.#pools[asked.pool].id,
      ProviderName: asked.provider,
      UserPoolClientIds: asked.clients.map((name) => this.#clients[asked.pool][name]),
      Access: asked.isWrong ? ['No such group'] : asked.access === 'Everyone' ? 'Everyone' : [asked.access],
      Notes: asked.notes,
      SecretVersion: asked.secretVersion,
      OktaSecretId: asked.org === 'other' ? 'other-okta' : undefined,
      Adopt: adopts && { ApplicationId: adopts },
    };
  }

  #twoClients(pool: 'north' | 'south') {
    const client = () =>
      createAppClient(this.world.cognito, this.#pools[pool], {
        SupportedIdentityProviders: ['COGNITO', ...(pool === 'north' ? ['Staff'] : [])],
      }).id;
    return { web: client(), mobile: client() };
  }

  #standing(name: string): Life | undefined {
    const life = this.#lives.get(name);
    const stands = life?.stack.physicalResourceId !== undefined;
    return stands && !life.isRobbed && !life.isBroken && !life.mustGo ? life : undefined;
  }

  #org({ org }: Pick<Asked, 'org'>) {
    return org === 'own' ? this.world.org : this.world.otherOrg;
  }

  #application(id: string) {
    return this.world.org.applications.get(id) ?? this.world.otherOrg.applications.get(id);
  }

  #applicationIds(): string[] {
    return [...this.world.org.applications.keys(), ...this.world.otherOrg.applications.keys()];
  }

  #isTaggedBy(id: string, stackId: string): boolean {
    return JSON.stringify(this.#application(id)?.document.profile ?? {}).includes(stackId);
  }

  #providerOf({ pool, provider }: Pick<Asked, 'pool' | 'provider'>) {
    return this.world.cognito.providers.get(providerKey(this.#pools[pool].id, provider));
  }

  #provider(pool: 'north' | 'south', provider: string): string {
    return JSON.stringify(this.#providerOf({ pool, provider })?.ProviderDetails);
  }

  #itemOf({ stack }: Life): string {
    return `resource ${stack.id} ${stack.logicalResourceId}`;
  }
}

/** Okta shows this one only once an application was written a second time. */
const withoutAppLinks = (value: unknown) => without(['appLinks'], value);

const withoutSecrets = (value: unknown) =>
  without(['appLinks', 'client_secret', 'id', 'value', 'created', 'lastUpdated'], value);

function without(names: readonly string[], value: unknown): unknown {
  return JSON.parse(
    JSON.stringify(value ?? null, (name, inner) => (names.includes(name) ? undefined : inner)),
  );
}

const isOfSameResource = ({ stack: one }: Life, { stack: other }: Life) =>
  one.id === other.id && one.logicalResourceId === other.logicalResourceId;

const isSame = (one: Asked, other: Asked) => placeOf(one) === placeOf(other) && one.org === other.org;

const placeOf = ({ pool, provider }: Asked) => `${pool} ${provider}`;

/** Why a stack did not end as it must: one of the last two events failed, and the second may undo the first. */
function whyNot(wanted: StackStatus, status: StackStatus, { stack }: Life): string | undefined {
  if (status === wanted) return undefined;
  const failed = stack.exchanges.slice(-2).find(({ answer }) => answer?.Status === 'FAILED');
  return `${status}: ${failed?.answer?.Reason}`;
}
