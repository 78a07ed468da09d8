/**
 * What there should be, as simply as it can be said: no marker, no plan, no order of calls, nothing that can break off. A
 * federation is there as its template says, what others did stays, and what is taken away is what was added.
 */

export const clientPools = { web: 'north', mobile: 'north', kiosk: 'south' } as const;
export type ClientName = keyof typeof clientPools;
export type PoolName = (typeof clientPools)[ClientName];
export type GroupName = 'Everyone' | 'Engineering' | 'Finance';

/** What a template asks for. */
export interface Wish {
  readonly pool: PoolName;
  readonly provider: string;
  readonly clients: readonly ClientName[];
  readonly groups: readonly GroupName[];
  readonly label?: string | undefined;
  readonly method?: 'GET' | 'POST' | undefined;
  readonly notes?: string | undefined;
  readonly identifiers: readonly string[];
  readonly secretVersion?: string | undefined;
  /** Of the one application that somebody made by hand, and the pool's provider `Staff`: what becomes of them in the end. */
  readonly adopts?: 'Retain' | 'Delete' | undefined;
  /** It names a group that there is none of. */
  readonly isWrong?: boolean | undefined;
}

export interface Application {
  /** The stack and the provider, or `by hand`. */
  owner: string;
  readonly isHandMade: boolean;
  label: string;
  notes: string | undefined;
  isActive: boolean;
  groups: string[];
  uris: string[];
  /** Of the groups, those that its owner assigned. */
  addedGroups: string[];
  found?:
    | { readonly label: string; readonly notes: string | undefined; readonly isActive: boolean }
    | undefined;
}

export interface Provider {
  application: Application | 'somebody’s';
  method: string;
  /** That nobody's template names. */
  readonly othersIdentifiers: readonly string[];
  identifiers: string[];
  /** How an adoption found it. */
  foundMethod?: string | undefined;
}

export interface Federation {
  readonly stack: string;
  readonly wish: Wish;
  readonly application: Application;
  /** App clients that it enabled its provider on. */
  readonly added: readonly ClientName[];
}

export interface AppClient {
  providers: string[];
  sessionMinutes: number;
}

/** Plain data: a copy is a `structuredClone`. */
export interface Model {
  readonly applications: Set<Application>;
  /** By pool and name. */
  readonly providers: Map<string, Provider>;
  readonly clients: Map<ClientName, AppClient>;
  /** By stack. */
  readonly federations: Map<string, Federation>;
}

export const keyOf = ({ pool, provider }: Pick<Wish, 'pool' | 'provider'>) => `${pool} ${provider}`;

export const isSamePlace = (one: Wish, other: Wish) => keyOf(one) === keyOf(other);

/**
 * A federation as the template says, made or changed.
 * @param current the stack's own before, if there is one.
 * @param kept the application to go on with.
 * @returns `undefined` where it is refused, and nothing has changed.
 */
export function make(
  model: Model,
  stack: string,
  wish: Wish,
  current?: Federation,
  kept = current?.application,
): Federation | undefined {
  const before = current && isSamePlace(current.wish, wish) ? current : undefined;
  const owner = `${stack} ${keyOf(wish)}`;
  const handMade = [...model.applications].find(({ isHandMade }) => isHandMade);
  const provider = model.providers.get(keyOf(wish));
  const own = before && kept && model.applications.has(kept) ? kept : undefined;
  if (wish.isWrong) return undefined;
  if (wish.adopts && (!handMade || ![owner, 'by hand'].includes(handMade.owner))) return undefined;
  const application = (wish.adopts ? handMade : own) ?? newApplication();
  const isOurs = [application, before?.application, own].some((one) => one === provider?.application);
  if (provider && !isOurs) return undefined;

  model.applications.add(application);
  const { label, notes, isActive, groups, addedGroups } = application;
  const othersGroups = groups.filter((name) => !addedGroups.includes(name));
  if (wish.adopts) application.found ??= { label, notes, isActive };
  const { found } = application;
  if (provider && wish.adopts && before === undefined) provider.foundMethod ??= provider.method;
  const wanted = provider ?? newProvider(application);
  model.providers.set(keyOf(wish), wanted);
  Object.assign(application, {
    owner,
    isActive: true,
    label: wish.label ?? found?.label ?? `${stack} Federation`,
    notes: wish.notes ?? found?.notes,
    groups: [...new Set([...othersGroups, ...wish.groups])],
    addedGroups: wish.groups.filter((name) => !othersGroups.includes(name)),
  });
  // A provider whose adopted application somebody deleted belongs to a new one now, and no longer to whoever made it.
  if (!found) wanted.foundMethod = undefined;
  wanted.method = wish.method ?? wanted.foundMethod ?? 'GET';
  wanted.application = application;
  wanted.identifiers = [...wanted.othersIdentifiers, ...wish.identifiers];
  return { stack, wish, application, added: enable(model, wish, before?.added ?? []) };
}

/** A federation gone: what it made, and of what it adopted what it added. */
export function remove(model: Model, { wish, application, added }: Federation): void {
  const { adopts, clients, provider: name } = wish;
  const provider = model.providers.get(keyOf(wish));
  const isThere = model.applications.has(application);
  // With the application it is gone who made the provider that it was adopted with: then it may be somebody else's.
  if (!isThere && adopts === 'Retain') return;
  const isGivenBack = application.found !== undefined && isThere && adopts !== 'Delete';
  const isOurs = provider === undefined || provider.application === application;
  if (isGivenBack) giveBack(application);
  else model.applications.delete(application);
  if (!isOurs) return;
  disable(model, name, added);
  if (provider && isGivenBack && provider.foundMethod) {
    Object.assign(provider, {
      method: provider.foundMethod,
      identifiers: [...provider.othersIdentifiers],
      foundMethod: undefined,
    });
    return;
  }
  model.providers.delete(keyOf(wish));
  if (!isGivenBack) disable(model, name, clients);
}

/** An application that a rolled back update, or a completed one, leaves behind. */
export function leave(model: Model, application: Application): void {
  if (application.found) giveBack(application);
  else model.applications.delete(application);
}

/** Somebody deletes an application. What it was told is added is forgotten with it: the template's word stands for it. */
export function deleteByHand(model: Model, application: Application): void {
  model.applications.delete(application);
  for (const [stack, federation] of model.federations) {
    if (federation.application !== application) continue;
    const { adopts, clients } = federation.wish;
    model.federations.set(stack, { ...federation, added: adopts ? [] : clients });
  }
}

/** App clients that list a provider that is gone: those that somebody enabled it on by hand. */
export function deadNames({ clients, providers }: Model): { client: ClientName; name: string }[] {
  return [...clients].flatMap(([client, { providers: names }]) =>
    names
      .filter((name) => name !== 'COGNITO' && !providers.has(`${clientPools[client]} ${name}`))
      .map((name) => ({ client, name })),
  );
}

function giveBack(application: Application): void {
  const { found, groups, addedGroups } = application;
  Object.assign(application, {
    ...found,
    // Whoever has deactivated it by hand meanwhile is not undone.
    isActive: application.isActive && found?.isActive,
    owner: 'by hand',
    groups: groups.filter((name) => !addedGroups.includes(name)),
    addedGroups: [],
    found: undefined,
  });
}

function enable(model: Model, { clients, provider }: Wish, addedBefore: readonly ClientName[]) {
  const dropped = addedBefore.filter((name) => !clients.includes(name));
  disable(model, provider, dropped);
  const added: ClientName[] = [];
  for (const name of clients) {
    const client = model.clients.get(name);
    if (!client) continue;
    if (addedBefore.includes(name) || !client.providers.includes(provider)) added.push(name);
    client.providers = [...new Set([...client.providers, provider])];
  }
  return added;
}

function disable(model: Model, provider: string, names: readonly ClientName[]): void {
  for (const name of names) {
    const client = model.clients.get(name);
    if (client) client.providers = client.providers.filter((other) => other !== provider);
  }
}

function newApplication(): Application {
  return {
    owner: '',
    isHandMade: false,
    label: '',
    notes: undefined,
    isActive: true,
    groups: [],
    uris: ['the pool’s'],
    addedGroups: [],
  };
}

function newProvider(application: Application): Provider {
  return { application, method: 'GET', othersIdentifiers: [], identifiers: [] };
}
