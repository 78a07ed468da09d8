import { Resource } from '../../support/virtual/resource.ts';
import { idOf, Scene } from './scene.ts';

/** Two resources want the provider of one name in one pool. Only one gets it, and the other takes nothing from it. */

let scene: Scene;

beforeEach(() => {
  scene = new Scene();
});

const both = () => [
  ['of another stack', new Resource('mall')] as const,
  ['of the same stack', new Resource('shop', 'Second', scene.resource)] as const,
];

test.each([0, 1])(
  'a second resource is refused, and its Delete leaves the first one whole',
  async (which) => {
    const [, second] = both()[which] ?? both()[0] ?? [];
    if (!second) throw new Error('There is no second resource.');
    const id = await scene.made();
    const before = scene.view;
    const refused = await scene.send(second.create(scene.properties()));
    expect(refused).toMatchObject({ Status: 'FAILED', Reason: expect.stringContaining('Okta') });
    expect(await scene.send(second.delete(refused.PhysicalResourceId, scene.properties()))).toMatchObject({
      Status: 'SUCCESS',
    });
    // By the first one's own ID.
    expect(await scene.send(second.delete(id, scene.properties()))).toMatchObject({
      PhysicalResourceId: id,
    });
    expect(scene.view).toEqual(before);
  },
);

test('an Update whose physical ID is of another resource changes nothing of that one', async () => {
  const id = await scene.made();
  const second = new Resource('shop', 'Second', scene.resource);
  const other = scene.properties({ ProviderName: 'Other' });
  idOf(await scene.send(second.create(other)));
  const before = scene.view;
  const answer = await scene.send(second.update(id, scene.properties({ Notes: 'taken' }), other));
  expect(answer.Status).toBe('FAILED');
  expect(scene.view).toEqual(before);
});

test('an owner that has handed its federation over and lost its journal does not take it back', async () => {
  const id = await scene.made();
  const [ApplicationId] = scene.world.org.applications.keys();
  const renamed = new Resource('shop', 'Renamed', scene.resource);
  idOf(await scene.send(renamed.create(scene.properties({ Adopt: { ApplicationId } }))));
  scene.world.leases.delete(`resource ${scene.resource.stackId} Federation`);
  const before = scene.view;
  const { Status, Reason } = await scene.update(id, scene.properties({ Notes: 'mine again' }));
  expect(Status).toBe('FAILED');
  expect(Reason).toContain('name tag of the resource Renamed');
  expect(scene.view).toEqual(before);
  expect(await scene.delete(id)).toMatchObject({ Status: 'SUCCESS' });
  expect(scene.view).toEqual(before);
});

test('a resource that is renamed, retained and replaced at once leaves one federation, which works', async () => {
  const id = await scene.made();
  const [application] = scene.world.org.applications.keys();
  const renamed = new Resource('shop', 'Renamed', scene.resource);
  const Adopt = { ApplicationId: application };
  // The template has the resource under another logical ID; the old one is retained: no Delete comes.
  const taken = idOf(await scene.send(renamed.create(scene.properties({ Adopt }))));
  // Next, another name: a replacement, under which the application that was taken over has another provider.
  const moved = { ...scene.properties({ Adopt }), ProviderName: 'Staff' };
  const answer = await scene.send(renamed.update(taken, moved, scene.properties({ Adopt })));
  const live = answer.Status === 'SUCCESS' ? answer.PhysicalResourceId : taken;
  if (live !== taken) await scene.send(renamed.delete(taken, scene.properties({ Adopt })));
  expect(scene.world.cognito.providers.size).toBe(1);
  // A late Delete of the old owner takes nothing.
  const before = scene.view;
  expect(await scene.delete(id)).toMatchObject({ Status: 'SUCCESS' });
  expect(scene.view).toEqual(before);
  const properties = answer.Status === 'SUCCESS' ? moved : scene.properties({ Adopt });
  expect(await scene.send(renamed.delete(live, properties))).toMatchObject({ Status: 'SUCCESS' });
  expect(scene.world.cognito.providers.size).toBe(0);
  expect(scene.world.org.applications.size).toBe(0);
});
