import { type AfterFailure, Stack, type StackStatus } from '../../support/cloudformation.ts';
import { createAppClient } from '../../support/cognito-fake/app-clients.ts';
import { providerKey } from '../../support/cognito-fake/state.ts';
import { createUserPool, domainHost } from '../../support/cognito-fake/user-pools.ts';
import type { Properties } from '../../support/custom-resource.ts';
import type { Invocation } from '../../support/invocation.ts';
import type { ResponseUrl } from '../../support/response-url.ts';
import { seededRandom } from '../../support/virtual/chance.ts';
import { faultKinds } from '../../support/virtual/fault-kinds.ts';
import { addHandMadeApplication, addHandMadeProvider } from '../../support/virtual/hand-made.ts';
import type { LeaseItems } from '../../support/virtual/lease-items.ts';
import type { Sender } from '../../support/virtual/network.ts';
import { type Snapshot, World } from '../../support/virtual/world.ts';

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
  /** The call of the event that it happens to, from 1. */
  readonly at: number;
  readonly kind: string;
  /**
   * What Lambda does if the function dies of it; `refused`: Okta refuses the token when the event comes again. `lost`: the event
   * itself never comes.
   */
  readonly afterwards: string;
}

interface Deploy {
  readonly asked: Asked;
  readonly trouble?: Trouble | undefined;
  readonly isRolledBack?: boolean;
  readonly preserved?: AfterFailure | undefined;
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
}

const invalidToken = JSON.stringify({ errorCode: 'E0000011', errorSummary: 'Invalid token provided' });

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

  begin(chance: number): void {
    const { world } = this;
    world.random = seededRandom(chance);
    world.network.latency = () => 1 + 40 * world.random();
    world.network.fault = () => undefined;
    world.network.calls.length = 0;
    world.restore(this.#nothing);
    world.stacks.others.clear();
    world.otherOrg.reset();
    world.bucket.clear();
    for (const memory of [this.#lives, this.#mayStay, this.#others, this.#olderItems, this.#tampered])
      memory.clear();
    this.events = 0;
    this.#others.set(providerKey(this.#pools.north.id, 'Staff'), this.#provider('north', 'Staff'));
  }

  async deploy(name: string, { asked, trouble, isRolledBack = false, preserved }: Deploy): Promise<void> {
    const life = this.#lives.get(name) ?? this.#newLife(name);
    if (life.mustGo) return;
    const wasThere = life.stack.physicalResourceId !== undefined;
    const isSamePlace = life.asked !== undefined && placeOf(life.asked) === placeOf(asked);
    if (!isSamePlace || life.asked?.org !== asked.org) life.adopts = undefined;
    const mustSucceed =
      !(trouble || asked.isWrong || isRolledBack || life.isTampered || life.isRobbed) &&
      (isSamePlace || !this.#providerOf(asked));
    const properties = this.#properties(asked, life.adopts);
    const status = await this.#watched([name], trouble, async () => {
      if (!wasThere) return this.#created(life, properties, isRolledBack);
      if (preserved && !isRolledBack) return (await life.stack.updatePreserved(properties, preserved)).status;
      return (await life.stack.update(properties, isRolledBack ? 'fail' : 'clean up')).status;
    });
    if (!life.isTampered && !life.isRobbed) expect(mayEnd).toContain(status);
    if (mustSucceed)
      expect(whyNot(wasThere ? 'UPDATE_COMPLETE' : 'CREATE_COMPLETE', status, life)).toBeUndefined();
    if (life.stack.physicalResourceId === undefined) this.#lives.delete(name);
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
  async rebuild(name: string): Promise<void> {
    const life = this.#standing(name);
    if (!life?.asked) return;
    const applicationId = String(life.stack.attributes.ApplicationId);
    this.#mayStay.add(applicationId);
    this.world.stacks.forget(life.stack.id);
    this.#lives.delete(name);
    const next = this.#newLife(name);
    next.isTampered = life.isTampered;
    await this.#takeOver(name, life, next, applicationId);
  }

  /** The template gives the resource another logical ID, which takes the federation over; then the old one is deleted. */
  async rename(name: string): Promise<void> {
    const life = this.#standing(name);
    if (!life?.asked) return;
    const applicationId = String(life.stack.attributes.ApplicationId);
    const { id, logicalResourceId, physicalResourceId: physicalId } = life.stack;
    const shown = { type: 'Custom::OktaCognitoIdp', logicalId: logicalResourceId, physicalId };
    this.world.stacks.others.set(id, [{ ...shown, status: 'CREATE_COMPLETE' }]);
    const next = this.#newLife(name, { id, logicalResourceId: `${logicalResourceId}V2` });
    next.isTampered = life.isTampered;
    if (!(await this.#takeOver(name, life, next, applicationId))) {
      this.#lives.set(name, life);
      return;
    }
    const status = await this.#watched([], undefined, async () => (await life.stack.delete()).status);
    if (!life.isTampered) expect(whyNot('DELETE_COMPLETE', status, life)).toBeUndefined();
    this.world.stacks.others.set(id, [{ ...shown, status: 'DELETE_COMPLETE' }]);
    if (!life.isTampered) expect(this.#obstacle(life.asked)).toBeUndefined();
  }

  /**
   * A template no longer names the resource and retains it; a later one names it again. If that Create fails, all is as before.
   */
  async addAgain(name: string, { asked, trouble }: Pick<Deploy, 'asked' | 'trouble'>): Promise<void> {
    const life = this.#standing(name);
    if (!life?.asked || life.adopts !== undefined) return;
    const before = structuredClone(this.#shown(life));
    const { id, logicalResourceId } = life.stack;
    const isSamePlace = placeOf(life.asked) === placeOf(asked) && life.asked.org === asked.org;
    this.#mayStay.add(String(life.stack.attributes.ApplicationId));
    const next = this.#newLife(name, { id, logicalResourceId });
    next.isTampered = life.isTampered;
    const status = await this.#watched([name], trouble, () =>
      this.#created(next, this.#properties(asked, undefined), false),
    );
    if (status === 'CREATE_COMPLETE') {
      next.asked = asked;
      expect(this.#obstacle(asked)).toBeUndefined();
      if (!next.isTampered) expect(this.#excess(asked)).toEqual([]);
      if (isSamePlace) this.#mayStay.delete(String(life.stack.attributes.ApplicationId));
      return;
    }
    this.#lives.delete(name);
    // If CloudFormation hears nothing of a Create, it makes an ID up, and only other properties tell it from the first Create.
    const isTold = !['no answer', 'lost'].includes(trouble?.afterwards ?? '');
    const isOther = JSON.stringify(asked) !== JSON.stringify(life.asked);
    if (!life.isTampered && status === 'ROLLBACK_COMPLETE' && (isTold || isOther))
      expect(withoutAppLinks(this.#shown(life))).toEqual(withoutAppLinks(before));
  }

  async tamper(name: string, how: 'lost' | 'older'): Promise<void> {
    const life = this.#lives.get(name);
    if (!life) return;
    const item = this.#itemOf(life);
    const older = this.#olderItems.get(item)?.at(-2);
    if (how === 'lost' || older === undefined) this.world.leases.delete(item);
    else this.world.leases.set(item, structuredClone(older));
    life.isTampered = true;
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

  async #takeOver(name: string, from: Life, to: Life, applicationId: string): Promise<boolean> {
    const { asked } = from;
    if (!asked) return false;
    to.adopts = applicationId;
    const properties = this.#properties({ ...asked, isWrong: false }, applicationId);
    const status = await this.#watched([name], undefined, () => this.#created(to, properties, false));
    const isThere = status === 'CREATE_COMPLETE';
    if (!from.isTampered && !from.isRobbed) expect(whyNot('CREATE_COMPLETE', status, to)).toBeUndefined();
    if (!isThere) {
      this.#lives.delete(name);
      return false;
    }
    to.asked = asked;
    if (!to.isTampered) this.#mayStay.delete(applicationId);
    expect(this.#obstacle(asked)).toBeUndefined();
    return true;
  }

  async #created({ stack }: Life, properties: Properties, isRolledBack: boolean): Promise<StackStatus> {
    const { status } = await stack.create(properties);
    if (status !== 'CREATE_COMPLETE' || !isRolledBack) return status;
    return (await stack.delete()).status === 'DELETE_COMPLETE' ? 'ROLLBACK_COMPLETE' : 'ROLLBACK_FAILED';
  }

  /** Does something with some stacks, and looks whether any other one, or others' things, have changed. */
  async #watched<T>(
    names: readonly string[],
    trouble: Trouble | undefined,
    work: () => Promise<T>,
  ): Promise<T> {
    await this.world.time.pause(60_000);
    for (const id of this.#applicationIds())
      if ([...this.#tampered].some((stackId) => this.#isTaggedBy(id, stackId))) this.#mayStay.add(id);
    const before = this.#bystanders(names);
    this.#trouble = trouble;
    const done = await work();
    this.#trouble = undefined;
    await this.world.time.pause(40_000);
    expect(this.#bystanders(names)).toEqual(before);
    return done;
  }

  #bystanders(names: readonly string[]): unknown {
    const others = [...this.#others.keys()].map((key) => [
      key,
      JSON.stringify(this.world.cognito.providers.get(key)?.ProviderDetails),
    ]);
    const staff = this.world.org.applications.get(this.#handMadeId);
    const lives = [...this.#lives].filter(([name]) => !names.includes(name));
    return structuredClone({
      others,
      staff: [staff?.document, staff?.status, staff?.secrets, [...(staff?.groupAssignments.keys() ?? [])]],
      lives: lives.map(([name, life]) => [name, this.#shown(life)]),
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
    const stack = new Stack({
      stackName: name,
      bucket: { open: (event) => (this.#answered = this.world.bucket.open(event)) },
      invoke: (event) => this.#deliver(event),
      show: async (played) => this.world.stacks.show(played),
      ...more,
    });
    const life = {
      stack,
      asked: undefined,
      adopts: undefined,
      isTampered: false,
      isRobbed: false,
      isBroken: false,
      mustGo: false,
    };
    this.#lives.set(name, life);
    return life;
  }

  async #deliver(event: unknown): Promise<Invocation> {
    const { world } = this;
    const trouble = this.#trouble;
    this.#trouble = undefined;
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
    world.network.fault = ({ service }, sender) => {
      if (!processes.has(sender)) return undefined;
      calls += 1;
      return calls === trouble.at
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
      world.network.fault = ({ service }) =>
        service === 'Okta' ? { do: 'answer', reply: { status: 401, body: invalidToken } } : undefined;
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
function withoutAppLinks(value: unknown): unknown {
  return JSON.parse(
    JSON.stringify(value ?? null, (name, inner) => (name === 'appLinks' ? undefined : inner)),
  );
}

const placeOf = ({ pool, provider }: Asked) => `${pool} ${provider}`;

/** Why a stack did not end as it must: one of the last two events failed, and the second may undo the first. */
function whyNot(wanted: StackStatus, status: StackStatus, { stack }: Life): string | undefined {
  if (status === wanted) return undefined;
  const failed = stack.exchanges.slice(-2).find(({ answer }) => answer?.Status === 'FAILED');
  return `${status}: ${failed?.answer?.Reason}`;
}
