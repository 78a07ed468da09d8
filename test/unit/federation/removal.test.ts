import type { Removal } from '../../../src/federation/plan/plan-removal.ts';
import { emptyWorld, properties, reach, removalFrom, type World } from './world.ts';

/** A federation of this resource, on app client A. */
function made(): World {
  const world = emptyWorld();
  reach(world, properties({ UserPoolClientIds: ['clientA'] }));
  return world;
}

function removal(world: World, changes: Partial<Removal> = {}): string[][] {
  return removalFrom(world, changes).map((stage) =>
    stage.map((step) =>
      step.do === 'disableOnAppClient' ? `${step.do} ${step.userPoolClientId}` : String(step.do),
    ),
  );
}

const everywhere = ['disableOnAppClient clientA', 'disableOnOtherAppClients'];
const everything = [everywhere, ['deleteIdentityProvider', 'deactivateApplication'], ['deleteApplication']];

test('what was added last goes first', () => {
  expect(removal(made())).toEqual(everything);
});

test('all app clients that list the provider are read, except those that are disabled one by one', () => {
  expect(removalFrom(made())[0]).toEqual([
    { do: 'disableOnAppClient', userPoolClientId: 'clientA' },
    { do: 'disableOnOtherAppClients', except: ['clientA'] },
  ]);
});

test('a provider that was deleted by hand leaves its name on app clients and its application', () => {
  expect(removal({ ...made(), provider: undefined })).toEqual([
    everywhere,
    ['deactivateApplication'],
    ['deleteApplication'],
  ]);
});

test('a provider whose application was deleted by hand is ours by the client that the journal names', () => {
  const gone = { ...made(), application: undefined };
  expect(removal(gone)).toEqual([everywhere, ['deleteIdentityProvider']]);
  expect(removal(gone, { clientIds: new Set() })).toEqual([]);
});

test('the provider is deleted only if its client is still the one that was looked at', () => {
  const world = made();
  expect(removalFrom(world).flat()).toContainEqual({
    do: 'deleteIdentityProvider',
    clientId: world.provider?.clientId,
  });
});

test('a foreign provider that took the name stays, with its app clients; the application goes', () => {
  const world = made();
  const foreign = { ...world, provider: world.provider && { ...world.provider, clientId: 'another' } };
  expect(removal(foreign)).toEqual([['deactivateApplication'], ['deleteApplication']]);
});

test('what another federation of this resource has stays', () => {
  expect(removal(made(), { application: undefined })).toEqual([everywhere, ['deleteIdentityProvider']]);
  expect(removal(made(), { provider: undefined })).toEqual([
    ['deactivateApplication'],
    ['deleteApplication'],
  ]);
});

test('if nothing is left, only the app clients are looked at', () => {
  const gone = { ...made(), application: undefined, provider: undefined };
  expect(removal(gone)).toEqual([everywhere]);
});

describe('of a federation that was adopted', () => {
  const adopted = (active: boolean) => {
    const world = made();
    const { standing } = world.past;
    if (!standing) throw new Error('Nothing stands.');
    const { application, provider } = standing;
    world.past = {
      ...world.past,
      standing: {
        ...standing,
        application: { ...application, groupIds: ['Staff'], found: { active } },
        provider: { ...provider, found: {} },
      },
    };
    return world;
  };

  test('nothing is deleted, and the name tag goes last', () => {
    expect(removal(adopted(true))).toEqual([
      ['disableOnAppClient clientA'],
      ['updateIdentityProvider', 'unassignGroup'],
      ['releaseApplication'],
    ]);
  });

  test('an application that was found inactive is inactive again', () => {
    expect(removal(adopted(false))).toEqual([
      ['disableOnAppClient clientA'],
      ['updateIdentityProvider', 'unassignGroup'],
      ['deactivateApplication'],
      ['releaseApplication'],
    ]);
  });

  test('everything is deleted if the template says OnDelete: Delete', () => {
    expect(removal(adopted(true), { deletesAdopted: true })).toEqual(everything);
  });
});
