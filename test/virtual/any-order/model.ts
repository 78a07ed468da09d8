/**
 * The state that should result, as simply as possible: no journal, no plan, no order of calls, nothing that can be interrupted.
 * A federation matches its template, what others did stays, and only what was added is removed.
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
  /** Adopts the one hand-made application and the pool's provider `Staff`; the value is `OnDelete`. */
  readonly adopts?: 'Retain' | 'Delete' | undefined;
  /** It names a group that does not exist. */
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
  /** The groups that its owner assigned. */
  addedGroups: string[];
  /** The previous values of what its owner changed, if it is adopted. */
  found?: Found | undefined;
}

interface Found {
  readonly isActive: boolean;
  label?: string;
  notes?: string | undefined;
}

export interface Provider {
  application: Application | 'unknown';
  method: string;
  /** Identifiers that no template names. */
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

/** How a federation is made. */
interface Making {
  readonly stack: string;
  readonly wish: Wish;
  /** The stack's own federation before, if there is one. */
  readonly current?: Federation | undefined;
  /** The application to go on with; default: the current one's. */
  readonly kept?: Application | undefined;
  /** A rollback: what is wrong was wrong before, and fails nothing. */
  readonly isTolerant?: boolean;
}

/**
 * A federation as the template says, made or changed.
 * @returns `undefined` if it is refused, and nothing has changed.
 */
export function make(
  model: Model,
  { stack, wish, current, kept = current?.application, isTolerant = false }: Making,
): Federation | undefined {
  const before = current && isSamePlace(current.wish, wish) ? current : undefined;
  const owner = `${stack} ${keyOf(wish)}`;
  const handMade = [...model.applications].find(({ isHandMade }) => isHandMade);
  const provider = model.providers.get(keyOf(wish));
  const own = before && kept && model.applications.has(kept) ? kept : undefined;
  if (wish.isWrong) return undefined;
  if (wish.adopts && !handMade && !isTolerant) return undefined;
  if (wish.adopts && handMade && ![owner, 'by hand'].includes(handMade.owner)) return undefined;
  const application = (wish.adopts ? handMade : own) ?? newApplication();
  // Deactivated by hand it stays, and only a rollback goes on with it.
  if (!application.isActive && !isTolerant) return undefined;
  const isOurs = [application, before?.application, own].some((one) => one === provider?.application);
  const isAdopted = application.isHandMade;
  const settings = () =>
    isAdopted ? adoptedSettings(application, wish) : ownSettings(application, wish, stack, before);
  if (provider && !isOurs) {
    // A rollback whose provider another stack has by now: the application alone goes back.
    if (isTolerant && own === application) set(application, settings());
    return undefined;
  }

  model.applications.add(application);
  if (isAdopted) application.found ??= { isActive: application.isActive };
  if (provider && wish.adopts && before === undefined) provider.foundMethod ??= provider.method;
  const wanted = provider ?? newProvider(application);
  model.providers.set(keyOf(wish), wanted);
  const { groups, addedGroups } = application;
  const othersGroups = groups.filter((name) => !addedGroups.includes(name));
  set(application, settings());
  application.owner = owner;
  // Okta changes no group of an inactive application.
  if (application.isActive) {
    application.groups = [...new Set([...othersGroups, ...wish.groups])];
    application.addedGroups = wish.groups.filter((name) => !othersGroups.includes(name));
  }
  wanted.method = wish.method ?? (isAdopted ? wanted.foundMethod : undefined) ?? 'GET';
  wanted.application = application;
  wanted.identifiers = [...wanted.othersIdentifiers, ...wish.identifiers];
  return { stack, wish, application, added: enable(model, wish, before?.added ?? []) };
}

type Settings = Partial<Pick<Application, 'label' | 'notes'>>;

/** What the template no longer names is as it was found. */
function adoptedSettings({ found }: Application, { label, notes }: Wish): Settings {
  return {
    ...found,
    ...(label === undefined ? {} : { label }),
    ...(notes === undefined ? {} : { notes }),
  };
}

/** What the template no longer names is unset, unless an administrator has changed it. */
function ownSettings(
  application: Application,
  wish: Wish,
  stack: string,
  before: Federation | undefined,
): Settings {
  const isAsBefore = (name: 'label' | 'notes') =>
    application.label === '' || (before?.wish[name] !== undefined && before.wish[name] === application[name]);
  return {
    label: wish.label ?? (isAsBefore('label') ? `${stack} Federation` : application.label),
    notes: wish.notes ?? (isAsBefore('notes') ? undefined : application.notes),
  };
}

function set(application: Application, settings: Settings): void {
  const { found } = application;
  if ('label' in settings && settings.label !== undefined && settings.label !== application.label) {
    if (found && !('label' in found)) found.label = application.label;
    application.label = settings.label;
  }
  if ('notes' in settings && settings.notes !== application.notes) {
    if (found && !('notes' in found)) found.notes = application.notes;
    application.notes = settings.notes;
  }
}

/**
 * A federation gone: what it made, and of what it adopted what it added.
 * @param isReturned a rollback has left it: what it adopted is given back, even if the template says otherwise.
 */
export function remove(model: Model, { wish, application, added }: Federation, isReturned = false): void {
  const deletesAdopted = wish.adopts === 'Delete' && !isReturned;
  removeApplication(model, application, deletesAdopted);
  const provider = model.providers.get(keyOf(wish));
  if (provider?.application !== application) return;
  if (provider.foundMethod === undefined || deletesAdopted) {
    model.providers.delete(keyOf(wish));
    disable(model, wish.provider, clientsOf(wish.pool));
    return;
  }
  disable(model, wish.provider, added);
  Object.assign(provider, {
    method: provider.foundMethod,
    identifiers: [...provider.othersIdentifiers],
    foundMethod: undefined,
  });
}

/** An application that its federation no longer uses. */
export function removeApplication(model: Model, application: Application, deletesAdopted: boolean): void {
  const { found, groups, addedGroups } = application;
  if (!found || deletesAdopted) {
    model.applications.delete(application);
    return;
  }
  const { isActive, ...settings } = found;
  Object.assign(application, {
    ...settings,
    // An administrator may have deactivated it meanwhile.
    isActive: application.isActive && isActive,
    owner: 'by hand',
    groups: application.isActive ? groups.filter((name) => !addedGroups.includes(name)) : groups,
    addedGroups: [],
    found: undefined,
  });
}

export function clientsOf(pool: PoolName): ClientName[] {
  return (['web', 'mobile', 'kiosk'] as const).filter((name) => clientPools[name] === pool);
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
