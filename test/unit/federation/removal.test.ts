import { planFederation } from '../../../src/federation/plan/plan.ts';
import { planRemoval, type Removal } from '../../../src/federation/plan/plan-removal.ts';
import { emptyWorld, forRemoval, goal, identity, observed, properties, take, type World } from './world.ts';

/** A federation of this resource, on app client A. */
function made(): World {
  const world = emptyWorld();
  const wanted = properties({ UserPoolClientIds: ['clientA'] });
  take(planFederation(goal(wanted, world), observed(world, wanted)), world);
  return world;
}

function removal(world: World, changes: Partial<Removal> = {}): string[][] {
  const order: Removal = {
    identity,
    applicationId: world.application?.id,
    namedClientIds: ['clientA'],
    isAdoption: false,
    deletesAdopted: false,
    ...changes,
  };
  return planRemoval(order, forRemoval(world)).map((stage) =>
    stage.map((step) =>
      step.do === 'disableOnAppClient' ? `${step.do} ${step.userPoolClientId}` : String(step.do),
    ),
  );
}

const everything = [
  ['disableOnAppClient clientA'],
  ['deleteIdentityProvider', 'deactivateApplication'],
  ['deleteApplication'],
];

test('what was added last goes first', () => {
  expect(removal(made())).toEqual(everything);
});

test('an app client that the template no longer names is let go by the marker', () => {
  expect(removal(made(), { namedClientIds: [] })).toEqual(everything);
});

test('a provider that somebody deleted leaves its name on app clients and its application', () => {
  expect(removal({ ...made(), provider: undefined })).toEqual([
    ['disableOnAppClient clientA'],
    ['deactivateApplication'],
    ['deleteApplication'],
  ]);
});

test('an application that somebody deleted leaves the provider, which the physical ID tells is ours', () => {
  const world = made();
  const applicationId = world.application?.id;
  const gone = { ...world, application: undefined };
  expect(removal(gone, { applicationId })).toEqual([
    ['disableOnAppClient clientA'],
    ['deleteIdentityProvider'],
  ]);
});

test('an adopted application that somebody deleted leaves the provider, which others may have made', () => {
  const world = made();
  const applicationId = world.application?.id;
  const gone = { ...world, application: undefined };
  expect(removal(gone, { applicationId, isAdoption: true })).toEqual([]);
  expect(removal(gone, { applicationId, isAdoption: true, deletesAdopted: true })).toEqual([
    ['disableOnAppClient clientA'],
    ['deleteIdentityProvider'],
  ]);
});

test('an application that another resource adopted first stays, with all that is about it', () => {
  const other = { ...made(), provider: undefined };
  expect(removal(other, { identity: { ...identity, stackId: `${identity.stackId}2` } })).toEqual([]);
});

test('a Create that found a foreign provider takes nothing of it, nor of the app clients that use it', () => {
  const { provider } = made();
  const foreign = { ...emptyWorld(), provider: provider && { ...provider, clientId: 'somebody else’s' } };
  expect(removal(foreign)).toEqual([]);
});

test('a foreign provider that took the name stays, with its app clients; the application goes', () => {
  const world = made();
  const foreign = { ...world, provider: world.provider && { ...world.provider, clientId: 'another' } };
  expect(removal(foreign)).toEqual([['deactivateApplication'], ['deleteApplication']]);
});

test.each([
  ['another resource', { logicalResourceId: 'Other' }],
  ['another stack', { stackId: `${identity.stackId}2` }],
  ['another provider', { providerName: 'Other' }],
  ['another pool', { userPoolId: 'us-east-1_Other' }],
])('the application and provider of %s stay', (_whose, changes) => {
  expect(removal(made(), { identity: { ...identity, ...changes } })).toEqual([]);
});

test('an application whose marker somebody took away is theirs now, and so is its provider', () => {
  const world = made();
  const unmarked = { ...world, application: world.application && { ...world.application, profile: {} } };
  expect(removal(unmarked)).toEqual([]);
});

test('where nothing is left there is nothing but the name on the app clients', () => {
  expect(removal(emptyWorld(), { namedClientIds: [] })).toEqual([]);
  expect(removal(emptyWorld())).toEqual([['disableOnAppClient clientA']]);
});
