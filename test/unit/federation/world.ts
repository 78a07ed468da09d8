import type { AppClient } from '../../../src/cognito/app-clients.ts';
import type { IdentityProvider } from '../../../src/cognito/identity-providers.ts';
import { knownAt, type Past } from '../../../src/federation/journal/past.ts';
import type { Attempt, FederationRecord, Standing } from '../../../src/federation/journal/records.ts';
import type { Observed } from '../../../src/federation/observe/observed.ts';
import {
  recordOf,
  relationOfApplication,
  relationOfProvider,
} from '../../../src/federation/ownership/whose.ts';
import { alignApplication } from '../../../src/federation/plan/application.ts';
import type { Goal } from '../../../src/federation/plan/goal.ts';
import { nextRecords } from '../../../src/federation/plan/next-record.ts';
import { planFederation } from '../../../src/federation/plan/plan.ts';
import { planRemoval, type Removal } from '../../../src/federation/plan/plan-removal.ts';
import { settle } from '../../../src/federation/plan/settings.ts';
import type { Plan, Step } from '../../../src/federation/plan/steps.ts';
import { accessGroups } from '../../../src/federation/properties/defaults.ts';
import type { Identity } from '../../../src/federation/properties/identity.ts';
import { type Properties, parseProperties } from '../../../src/federation/properties/properties.ts';
import { type Application, clientIdOf } from '../../../src/okta/applications.ts';
import { Secret } from '../../../src/secret.ts';

/** A pool and an org in memory, on which the steps of a plan can be taken, and what the journal has of them. */
export interface World {
  application: Application | undefined;
  assignedGroupIds: string[];
  provider: IdentityProvider | undefined;
  /** App client ID → the providers it supports. */
  appClients: Map<string, string[]>;
  readonly domains: readonly string[];
  past: Past;
}

export const identity: Identity = {
  stackId: 'arn:aws:cloudformation:us-east-1:123456789012:stack/shop/1',
  logicalResourceId: 'Federation',
  userPoolId: 'us-east-1_Example1',
  providerName: 'Okta',
};

export const nothingBefore: Past = {
  standing: undefined,
  others: [],
  open: [],
  latest: undefined,
  died: [],
  isUpToDate: true,
};

export function emptyWorld(clients: readonly string[] = ['clientA', 'clientB', 'clientC']): World {
  return {
    application: undefined,
    assignedGroupIds: [],
    provider: undefined,
    appClients: new Map(clients.map((id) => [id, ['COGNITO', 'Google']])),
    domains: ['shop.auth.us-east-1.amazoncognito.com'],
    past: nothingBefore,
  };
}

export function properties(given: Record<string, unknown> = {}): Properties {
  return parseProperties({ UserPoolId: identity.userPoolId, ...given });
}

/** What the observation of this world gives; a group's name is its ID here. */
export function observed(world: World, wanted: Properties): Observed {
  const known = knownAt(world.past, identity);
  const { application: document, provider } = world;
  const record = document && recordOf(document, identity, known.applications);
  const application = document && {
    document,
    record,
    relation: relationOfApplication(document, identity, record),
  };
  const groupIds = accessGroups(wanted, wanted.Adopt !== undefined || application?.relation === 'adopted');
  const claims = { known: known.provider, clientIds: known.clientIds, application };
  return {
    orgUrl: 'https://example.okta.com',
    userPool: {
      id: identity.userPoolId,
      tags: {},
      domains: world.domains.map((host) => ({ host, state: 'ready' })),
      attributes: new Map(
        ['email', 'family_name', 'given_name'].map((name) => [name, { mutable: true, required: false }]),
      ),
    },
    appClients: new Map(wanted.UserPoolClientIds.map((id) => [id, appClient(id, world.appClients.get(id))])),
    provider: provider && { ...provider, relation: relationOfProvider(provider, claims) },
    application,
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

export function goal(wanted: Properties, world: World): Goal {
  const known = knownAt(world.past, identity);
  const seen = observed(world, wanted);
  const settings = settle(wanted, known, 'shop Federation', seen);
  // An adopted federation keeps the issuer mode that it has.
  const mode = wanted.Adopt || seen.application?.relation === 'adopted' ? undefined : 'ORG_URL';
  return {
    identity,
    properties: wanted,
    known,
    settings,
    issuer: { url: 'https://example.okta.com', mode },
  };
}

export function planTo(world: World, wanted: Properties): Plan {
  return planFederation(goal(wanted, world), observed(world, wanted));
}

export function steps(plan: Plan): string[][] {
  return plan.map((stage) => stage.map((step) => step.do));
}

/** The record that the journal keeps if the template is reached from here. */
export function recordAfter(world: World, wanted: Properties): FederationRecord {
  return nextRecords(goal(wanted, world), observed(world, wanted)).after;
}

/**
 * Takes the plan for a template, with the journal written as an event writes it.
 * @param count of the steps; if it is less than the plan has, the attempt dies there.
 * @param isIdLost whether it dies before it records the ID of an application that it has made.
 */
export function reach(
  world: World,
  wanted: Properties,
  count = Number.POSITIVE_INFINITY,
  isIdLost = false,
): void {
  const asked = goal(wanted, world);
  const seen = observed(world, wanted);
  const plan = planFederation(asked, seen);
  const { during, after } = nextRecords(asked, seen);
  take(plan, world, count);
  const federation = isIdLost ? during : withId(during, world.application);
  const attempt: Attempt = {
    requestId: `attempt ${world.past.open.length + 1}`,
    requestType: 'Update',
    properties: stored(wanted),
    federation,
  };
  world.past =
    count < plan.flat().length
      ? { ...world.past, open: [...world.past.open, attempt] }
      : standsIn(world, wanted, after);
}

/** The application gone well: what the journal has then. */
export function standsIn(world: World, wanted: Properties, record: FederationRecord): Past {
  const standing: Standing = {
    ...withId(record, world.application),
    physicalResourceId: 'the physical ID',
    properties: stored(wanted),
    attributes: {},
  };
  return { ...nothingBefore, standing };
}

/** As a template gives them. */
export function stored(wanted: Properties): Record<string, unknown> {
  return JSON.parse(JSON.stringify(wanted));
}

function withId(record: FederationRecord, application: Application | undefined): FederationRecord {
  if (!application) return record;
  return {
    ...record,
    application: { ...record.application, id: application.id },
    provider: { ...record.provider, clientId: clientIdOf(application) },
  };
}

/** Plans the removal of all that the journal has of this provider. */
export function removalFrom(world: World, changes: Partial<Removal> = {}): Plan {
  const { applications, provider, clientIds } = knownAt(world.past, identity);
  const removal: Removal = {
    application: applications[0],
    provider,
    clientIds,
    deletesAdopted: false,
    ...changes,
  };
  return planRemoval(removal, { application: world.application, provider: world.provider });
}

/** Takes the first so many steps of a plan, or all. */
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
      world.application =
        world.application && sent(alignApplication(world.application, step.wanted) ?? world.application);
      return;
    case 'replaceApplication':
    case 'releaseApplication':
      world.application = sent(step.application);
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
      if (world.provider?.clientId === step.clientId) world.provider = undefined;
      return;
    case 'enableOnAppClient': {
      if (!world.provider) throw new Error('Cognito takes no provider that is not there.');
      const before = world.appClients.get(step.userPoolClientId) ?? [];
      world.appClients.set(step.userPoolClientId, [...new Set([...before, identity.providerName])]);
      return;
    }
    case 'disableOnAppClient':
      disable(world, step.userPoolClientId);
      return;
    case 'disableOnOtherAppClients':
      for (const id of world.appClients.keys()) if (!step.except.includes(id)) disable(world, id);
      return;
    case 'createClaim':
    case 'replaceClaim':
    case 'deleteClaim':
    case 'assignAccessPolicy':
      throw new Error('No template of this world names claims or a policy.');
    default:
      step satisfies never;
  }
}

function disable(world: World, userPoolClientId: string): void {
  const before = world.appClients.get(userPoolClientId);
  if (!before) return;
  world.appClients.set(
    userPoolClientId,
    before.filter((name) => name !== identity.providerName),
  );
}

/** As Okta is sent it. */
function sent(application: Application): Application {
  return JSON.parse(JSON.stringify(application));
}

function withClient(world: World) {
  if (!world.application) throw new Error('There is no application to take the client of.');
  return { clientId: clientIdOf(world.application), clientSecret: new Secret('made up') };
}
