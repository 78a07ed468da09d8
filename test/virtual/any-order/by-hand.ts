import type { Application as OktaApplication } from '../../../local/okta/org.ts';
import type { AppClient as CognitoAppClient } from '../../support/cognito-fake/app-clients.ts';
import { providerKey } from '../../support/cognito-fake/state.ts';
import { addHandMadeProvider } from '../../support/virtual/hand-made.ts';
import {
  type Application,
  type ClientName,
  clientPools,
  clientsOf,
  type GroupName,
  type Model,
  type PoolName,
} from './model.ts';
import type { Stage } from './stage.ts';

/** A change that an administrator makes by hand, in the model and in the world. */
export interface HandMadeChange {
  readonly told: string;
  /** @returns whether there is anything to change. */
  readonly believe: (model: Model) => boolean;
  readonly make: (stage: Stage, before: Model) => void;
}

/** Changes the application of a stack's federation. */
function onApplication(
  what: string,
  stack: string,
  believe: (application: Application, model: Model) => void,
  make: (application: OktaApplication, stage: Stage) => void,
): HandMadeChange {
  const of = (model: Model) => {
    const application = model.federations.get(stack)?.application;
    return application && model.applications.has(application) ? application : undefined;
  };
  return {
    told: `an administrator ${what} the application of ${stack}`,
    believe(model) {
      const application = of(model);
      if (application) believe(application, model);
      return application !== undefined;
    },
    make(stage, before) {
      const application = of(before);
      const found = [...stage.world.org.applications.values()].find(({ id, document: { profile } }) =>
        application?.isHandMade
          ? id === stage.handMadeId
          : JSON.stringify(profile).includes(`:stack/${stack}/`) && id !== stage.handMadeId,
      );
      if (!found) throw new Error(`There is no application of ${stack}.`);
      make(found, stage);
    },
  };
}

export const deleteApplication = (stack: string) =>
  onApplication(
    'deletes',
    stack,
    (application, { applications }) => applications.delete(application),
    ({ id }, { world }) => world.org.applications.delete(id),
  );

export const deactivateApplication = (stack: string) =>
  onApplication(
    'deactivates',
    stack,
    (application) => {
      application.isActive = false;
    },
    (application) => {
      application.status = 'INACTIVE';
    },
  );

export const renameApplication = (stack: string) =>
  onApplication(
    'renames',
    stack,
    (application) => {
      application.label = 'By hand';
    },
    ({ document }) => {
      document.label = 'By hand';
    },
  );

export const assignGroup = (stack: string, name: GroupName) =>
  onApplication(
    `assigns ${name} to`,
    stack,
    (application) => {
      application.groups = [...new Set([...application.groups, name])];
    },
    (application, { world }) => {
      const group = [...world.org.groups.values()].find((one) => one.name === name);
      if (!group || application.groupAssignments.has(group.id)) return;
      const lastUpdated = new Date().toISOString();
      application.groupAssignments.set(group.id, {
        groupId: group.id,
        priority: 9,
        profile: {},
        lastUpdated,
      });
    },
  );

export const addRedirectUri = (stack: string) => {
  const uri = 'https://hand.example.com/callback';
  return onApplication(
    'adds a redirect URI to',
    stack,
    (application) => {
      application.uris = [...new Set([...application.uris, uri])];
    },
    ({ document: { settings } }) => {
      const { redirect_uris: uris = [] } = settings.oauthClient;
      settings.oauthClient.redirect_uris = [...new Set([...uris, uri])];
    },
  );
};

export const deleteProvider = (pool: PoolName, name: string): HandMadeChange => ({
  told: `an administrator takes the provider ${name} of ${pool} off its app clients and deletes it`,
  believe(model) {
    if (!model.providers.delete(`${pool} ${name}`)) return false;
    for (const client of clientsOf(pool)) disable(client, name).believe(model);
    return true;
  },
  make(stage) {
    stage.world.cognito.providers.delete(providerKey(stage.pools[pool].id, name));
    for (const client of clientsOf(pool)) withoutProvider(appClient(stage, client), name);
  },
});

export const takeName = (pool: PoolName, name: string): HandMadeChange => ({
  told: `an administrator makes a provider ${name} in ${pool}`,
  believe({ providers }) {
    const key = `${pool} ${name}`;
    if (providers.has(key)) return false;
    providers.set(key, { application: 'unknown', method: 'POST', othersIdentifiers: [], identifiers: [] });
    return true;
  },
  make({ world, pools }) {
    addHandMadeProvider(world, pools[pool], name, 'another-client');
    const key = providerKey(pools[pool].id, name);
    const provider = world.cognito.providers.get(key);
    if (provider) world.cognito.providers.set(key, { ...provider, IdpIdentifiers: [] });
  },
});

export const enable = (client: ClientName, name: string): HandMadeChange => ({
  told: `an administrator enables ${name} on ${client}`,
  believe({ providers, clients }) {
    const settings = clients.get(client);
    if (!settings || !providers.has(`${clientPools[client]} ${name}`)) return false;
    if (settings.providers.includes(name)) return false;
    settings.providers.push(name);
    return true;
  },
  make(stage) {
    const { settings } = appClient(stage, client);
    settings.SupportedIdentityProviders = [...(settings.SupportedIdentityProviders ?? []), name];
  },
});

export const disable = (client: ClientName, name: string): HandMadeChange => ({
  told: `an administrator disables ${name} on ${client}`,
  believe({ clients }) {
    const settings = clients.get(client);
    if (!settings?.providers.includes(name)) return false;
    settings.providers = settings.providers.filter((one) => one !== name);
    return true;
  },
  make: (stage) => withoutProvider(appClient(stage, client), name),
});

export const edit = (client: ClientName, minutes: number): HandMadeChange => ({
  told: `an administrator gives a session of ${client} ${minutes} minutes`,
  believe({ clients }) {
    const settings = clients.get(client);
    if (settings) settings.sessionMinutes = minutes;
    return true;
  },
  make(stage) {
    appClient(stage, client).settings.AuthSessionValidity = minutes;
  },
});

function withoutProvider({ settings }: CognitoAppClient, name: string): void {
  settings.SupportedIdentityProviders = (settings.SupportedIdentityProviders ?? []).filter(
    (one) => one !== name,
  );
}

function appClient({ world, clients }: Stage, name: ClientName): CognitoAppClient {
  const client = world.cognito.clients.get(clients[name]);
  if (!client) throw new Error(`There is no app client ${name}.`);
  return client;
}
