import type { AppClient } from '../../../src/cognito/app-clients.ts';
import type { IdentityProvider } from '../../../src/cognito/identity-providers.ts';
import type { Observed, ObservedForRemoval } from '../../../src/federation/observe/observe.ts';
import type { Goal, Plan, Step } from '../../../src/federation/plan/plan.ts';
import { settle } from '../../../src/federation/plan/settings.ts';
import { accessGroups } from '../../../src/federation/properties/defaults.ts';
import type { Identity } from '../../../src/federation/properties/identity.ts';
import { type Properties, parseProperties } from '../../../src/federation/properties/properties.ts';
import { type Application, clientIdOf } from '../../../src/okta/applications.ts';
import { Secret } from '../../../src/secret.ts';

/** A pool and an org in memory, on which the steps of a plan can be taken. */
export interface World {
  application: Application | undefined;
  assignedGroupIds: string[];
  provider: IdentityProvider | undefined;
  /** App client ID → the providers it supports. */
  appClients: Map<string, string[]>;
  readonly domains: readonly string[];
}

export const identity: Identity = {
  stackId: 'arn:aws:cloudformation:us-east-1:123456789012:stack/shop/1',
  logicalResourceId: 'Federation',
  userPoolId: 'us-east-1_Example1',
  providerName: 'Okta',
};

export function emptyWorld(clients: readonly string[] = ['clientA', 'clientB', 'clientC']): World {
  return {
    application: undefined,
    assignedGroupIds: [],
    provider: undefined,
    appClients: new Map(clients.map((id) => [id, ['COGNITO', 'Google']])),
    domains: ['shop.auth.us-east-1.amazoncognito.com'],
  };
}

export function properties(given: Record<string, unknown> = {}): Properties {
  return parseProperties({ UserPoolId: identity.userPoolId, ...given });
}

/** What the observation of this world gives; a group's name is its ID here. */
export function observed(world: World, wanted: Properties): Observed {
  const groupIds = accessGroups(wanted, wanted.Adopt !== undefined);
  return {
    userPool: {
      id: identity.userPoolId,
      domains: world.domains.map((host) => ({ host, state: 'ready' })),
      attributes: new Map(
        ['email', 'family_name', 'given_name'].map((name) => [name, { mutable: true, required: false }]),
      ),
    },
    appClients: new Map(wanted.UserPoolClientIds.map((id) => [id, appClient(id, world.appClients.get(id))])),
    provider: world.provider,
    application: world.application,
    formerApplication: undefined,
    assignedGroupIds: world.assignedGroupIds,
    groups: new Map(groupIds.map((id) => [id, [{ id, name: id, type: 'OKTA_GROUP' }]])),
    groupIds,
    redirectUris: world.domains.map((host) => `https://${host}/oauth2/idpresponse`),
    issuer: { url: 'https://example.okta.com', mode: 'ORG_URL', metadata: undefined },
  };
}

export function appClient(id: string, supportedIdentityProviders: string[] = []): AppClient {
  return {
    id,
    supportedIdentityProviders,
    oauthEnabled: true,
    oauthFlows: ['code'],
    oauthScopes: ['openid', 'email'],
    callbackUrls: ['https://app.example.com/callback'],
    defaultRedirectUri: undefined,
    writeAttributes: undefined,
  };
}

export function goal(wanted: Properties, world: World, previous?: Properties): Goal {
  const settings = settle(wanted, previous ? [previous] : [], 'shop Federation', world);
  return {
    identity,
    properties: wanted,
    previous,
    inForce: previous,
    settings,
    issuer: { url: 'https://example.okta.com', mode: 'ORG_URL' },
  };
}

export function forRemoval({ application, provider }: World): ObservedForRemoval {
  return { application, provider };
}

/** Takes the first so many steps of a plan, all of them unless told otherwise. */
export function take(plan: Plan, world: World, count = Number.POSITIVE_INFINITY): void {
  for (const step of plan.flat().slice(0, count)) takeStep(step, world);
}

let made = 0;

function takeStep(step: Step, world: World): void {
  switch (step.do) {
    case 'createApplication': {
      made += 1;
      const id = `0oa${String(made).padStart(17, '0')}`;
      const { credentials } = step.application;
      world.application = structuredClone({
        ...step.application,
        id,
        status: 'ACTIVE',
        credentials: { oauthClient: { ...credentials.oauthClient, client_id: id } },
      });
      return;
    }
    case 'adoptApplication':
    case 'replaceApplication':
    case 'releaseApplication':
      world.application = JSON.parse(JSON.stringify(step.application));
      return;
    case 'activateApplication':
      if (world.application) world.application = { ...world.application, status: 'ACTIVE' };
      return;
    case 'deactivateApplication':
      if (world.application) world.application = { ...world.application, status: 'INACTIVE' };
      return;
    case 'deleteApplication':
      world.application = undefined;
      world.assignedGroupIds = [];
      return;
    case 'assignGroup':
      world.assignedGroupIds = [...new Set([...world.assignedGroupIds, step.groupId])];
      return;
    case 'unassignGroup':
      world.assignedGroupIds = world.assignedGroupIds.filter((id) => id !== step.groupId);
      return;
    case 'createIdentityProvider':
      if (world.provider) throw new Error('The pool has a provider of this name.');
      world.provider = { ...step.settings, ...withClient(world), type: 'OIDC', otherDetails: {} };
      return;
    case 'updateIdentityProvider':
      if (!world.provider) throw new Error('The pool has no provider of this name.');
      world.provider = { ...world.provider, ...step.settings, ...withClient(world) };
      return;
    case 'deleteIdentityProvider':
      world.provider = undefined;
      return;
    case 'enableOnAppClient': {
      if (!world.provider) throw new Error('Cognito takes no provider that is not there.');
      const before = world.appClients.get(step.userPoolClientId) ?? [];
      world.appClients.set(step.userPoolClientId, [...new Set([...before, identity.providerName])]);
      return;
    }
    case 'disableOnAppClient': {
      const before = world.appClients.get(step.userPoolClientId) ?? [];
      world.appClients.set(
        step.userPoolClientId,
        before.filter((name) => name !== identity.providerName),
      );
      return;
    }
    default:
      step satisfies never;
  }
}

function withClient(world: World) {
  if (!world.application) throw new Error('There is no application to take the client of.');
  return { clientId: clientIdOf(world.application), clientSecret: new Secret('made up') };
}
