import type { AppClient } from '../../support/cognito-fake/app-clients.ts';
import { providersOf } from '../../support/cognito-fake/state.ts';
import type { UserPool } from '../../support/cognito-fake/user-pools.ts';
import type { CustomResourceEvent } from '../../support/custom-resource.ts';
import { answerTo, type Delivery, hand, run, settle } from '../../support/virtual/lambda.ts';
import { Resource } from '../../support/virtual/resource.ts';
import { view } from '../../support/virtual/view.ts';
import type { World } from '../../support/virtual/world.ts';
import { Scene } from '../at-the-doors/scene.ts';

const hours = 3_600_000;

let world: World;
let pool: UserPool;
let web: AppClient;
let resource: Resource;

beforeEach(() => {
  ({ world, pool, web } = new Scene());
  resource = new Resource('shop');
});

const properties = (more: object = {}) => ({ UserPoolId: pool.id, UserPoolClientIds: [web.id], ...more });

/** Sends the very same event, address and all, so many milliseconds later. */
async function again(delivery: Delivery, after: number): Promise<void> {
  await world.time.run(world.time.pause(after));
  await world.time.run(run(world, delivery));
}

/** CloudFormation sends an event so many milliseconds later. */
async function later(ms: number, event: CustomResourceEvent): Promise<Delivery> {
  await world.time.run(world.time.pause(ms));
  const delivery = hand(world, event);
  await world.time.run(run(world, delivery));
  return delivery;
}

const nothingIsThere = () => {
  expect(world.org.applications.size).toBe(0);
  expect(providersOf(world.cognito, pool.id)).toEqual([]);
  expect(web.settings.SupportedIdentityProviders).toEqual(['COGNITO']);
};

test.each(['Create', 'Update', 'Delete'] as const)('the same %s twice at once is done once', async (type) => {
  const id =
    type === 'Create'
      ? ''
      : (await world.time.run(settle(world, resource.create(properties())))).PhysicalResourceId;
  const event = {
    Create: () => resource.create(properties()),
    Update: () => resource.update(id, properties({ SecretVersion: '2' }), properties()),
    Delete: () => resource.delete(id, properties()),
  }[type]();
  const delivery = hand(world, event);
  const calls = world.network.calls.length;
  await world.time.run(Promise.all([run(world, delivery), run(world, delivery)]));
  expect(delivery.url.stored).toHaveLength(2);
  expect(delivery.url.stored[1]).toBe(delivery.url.stored[0]);
  expect(await answerTo(world, delivery)).toMatchObject({ Status: 'SUCCESS' });
  const writes = world.network.calls
    .slice(calls)
    .filter(({ operation }) => /^(POST|Create|Delete)/.test(operation));
  const distinct = new Set(writes.map(({ operation }) => operation));
  expect(writes.filter(({ service }) => service !== 'Sign-in')).toHaveLength(
    [...distinct].filter((operation) => !operation.includes('oauth2')).length,
  );
});

test.each([1 / 60, 5])(
  'the same event %d hours later changes nothing, even if other events came in between',
  async (after) => {
    const create = hand(world, resource.create(properties()));
    await world.time.run(run(world, create));
    const { PhysicalResourceId: id } = await answerTo(world, create);
    const update = hand(world, resource.update(id, properties({ ApplicationLabel: 'Shop' }), properties()));
    await again(update, 10_000);
    await again(
      hand(world, resource.update(id, properties({ ApplicationLabel: 'Mall' }), properties())),
      10_000,
    );
    const now = view(world);
    await again(create, after * hours);
    await again(update, 0);
    expect(view(world)).toEqual(now);
    expect(now.applications).toMatchObject([{ label: 'Mall' }]);
    // Each repeat gets the answer that the event got.
    for (const { url } of [create, update]) expect(url.stored[1]).toBe(url.stored[0]);
  },
);

test('an answered Create that comes again after its Delete makes nothing', async () => {
  const create = hand(world, resource.create(properties()));
  await world.time.run(run(world, create));
  const { PhysicalResourceId: id } = await answerTo(world, create);
  await later(10_000, resource.delete(id, properties()));
  await again(create, 5 * hours);
  nothingIsThere();
});

test('a Create that is first delivered after CloudFormation has given up creates nothing', async () => {
  const late = hand(world, resource.create(properties()));
  await world.time.run(world.time.pause(60_000));
  // CloudFormation makes up an ID if a Create was never answered.
  await world.time.run(settle(world, resource.delete('shop-Federation-1A2B3C', properties())));
  await again(late, 60_000);
  nothingIsThere();
});

test('a Create that was killed and given up makes nothing when Lambda tries it again', async () => {
  const create = hand(world, resource.create(properties()));
  world.network.fault = ({ operation }) =>
    operation === 'CreateIdentityProvider' ? { do: 'kill after' } : undefined;
  await world.time.run(run(world, create));
  world.network.fault = () => undefined;
  expect(world.org.applications.size).toBe(1);
  await later(30_000, resource.delete('shop-Federation-1A2B3C', properties()));
  await again(create, 60_000);
  nothingIsThere();
});

test('a resource that was deleted can be created again in the same stack', async () => {
  const { PhysicalResourceId: id } = await world.time.run(settle(world, resource.create(properties())));
  await later(10_000, resource.delete(id, properties()));
  await world.time.run(world.time.pause(10_000));
  expect(await world.time.run(settle(world, resource.create(properties())))).toMatchObject({
    Status: 'SUCCESS',
  });
  expect(world.org.applications.size).toBe(1);
});
