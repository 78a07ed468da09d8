import { createAppClient } from '../../support/cognito-fake/app-clients.ts';
import { providersOf } from '../../support/cognito-fake/state.ts';
import { createUserPool } from '../../support/cognito-fake/user-pools.ts';
import type { Answer, CustomResourceEvent } from '../../support/custom-resource.ts';
import { budgeted } from '../../support/random-runs.ts';
import { seededRandom } from '../../support/virtual/chance.ts';
import { settle } from '../../support/virtual/lambda.ts';
import { publishedLimits } from '../../support/virtual/okta-limits.ts';
import { Resource } from '../../support/virtual/resource.ts';
import { World } from '../../support/virtual/world.ts';

const size = budgeted(200, 10);
/** Calls a second; of its user-pool writes Cognito takes more by default, and the account has other users. */
const updatesPerSecond = 5;

test(`${size} federations on one pool and the same two app clients, created and deleted at once`, async () => {
  const world = new World();
  world.random = seededRandom(1);
  world.oktaLimits.buckets = publishedLimits;
  world.throttles.throttle('UpdateUserPoolClient', updatesPerSecond);
  world.throttles.throttle('CreateIdentityProvider', updatesPerSecond);
  world.throttles.throttle('DeleteIdentityProvider', updatesPerSecond);
  const pool = createUserPool(world.cognito);
  const clients = [createAppClient(world.cognito, pool), createAppClient(world.cognito, pool)];
  const members = Array.from({ length: size }, (_, n) => ({
    resource: new Resource(`member-${n}`),
    properties: {
      UserPoolId: pool.id,
      UserPoolClientIds: clients.map(({ id }) => id),
      ProviderName: `Partner-${n}`,
    },
  }));

  const created = await atOnce(
    world,
    'created',
    members.map(({ resource, properties }) => resource.create(properties)),
  );
  const names = members.map(({ properties }) => properties.ProviderName).sort();
  for (const { settings } of clients) {
    expect(settings.SupportedIdentityProviders?.toSorted()).toEqual(['COGNITO', ...names].sort());
  }
  expect(providersOf(world.cognito, pool.id)).toHaveLength(size);
  expect(world.org.applications.size).toBe(size);
  expect(heldLeases(world)).toEqual([]);

  await atOnce(
    world,
    'deleted',
    members.map(({ resource, properties }, n) =>
      resource.delete(created[n]?.PhysicalResourceId ?? '', properties),
    ),
  );
  for (const { settings } of clients) expect(settings.SupportedIdentityProviders).toEqual(['COGNITO']);
  expect(providersOf(world.cognito, pool.id)).toEqual([]);
  expect(world.org.applications.size).toBe(0);
  expect(heldLeases(world)).toEqual([]);
});

/** Sends all events at the same moment, and reports how long it took beside the least that the limits allow. */
async function atOnce(world: World, done: string, events: CustomResourceEvent[]): Promise<Answer[]> {
  const calls = world.network.calls.length;
  const refused = world.oktaLimits.refused;
  const started = world.time.now();
  const answers = await world.time.run(Promise.all(events.map((event) => settle(world, event))));
  const seconds = (world.time.now() - started) / 1000;
  const made = world.network.calls.slice(calls);
  const answered = made.filter(({ status }) => status !== undefined && status < 400);
  const updates = answered.filter(({ operation }) => operation === 'UpdateUserPoolClient').length;
  const minutes = publishedLimits.map(({ path, perMinute }) => {
    const counted = answered.filter(
      ({ service, operation }) =>
        service === 'Okta' &&
        publishedLimits.find((bucket) => bucket.path.test(pathOf(operation)))?.path === path,
    );
    // The first minute's worth goes at once.
    return Math.max(0, Math.ceil(counted.length / perMinute) - 1);
  });
  // The minute that the crowd comes in is half over on average; here it begins with it.
  const bound = Math.max(...minutes) * 60;
  process.stdout.write(
    `${size} federations ${done} at once: ${seconds.toFixed(0)} s; Okta's limits allow no less than ${bound} s, Cognito's ${(updates / updatesPerSecond).toFixed(0)} s; ${made.length} calls, ${world.oktaLimits.refused - refused} refused by Okta's limit\n`,
  );
  expect(answers.filter(({ Status }) => Status !== 'SUCCESS').map(({ Reason }) => Reason)).toEqual([]);
  return answers;
}

const pathOf = (operation: string) => operation.split(' ')[1] ?? '';

function heldLeases(world: World): string[] {
  return [...world.leases].filter(([, item]) => item.holder !== undefined).map(([name]) => name);
}
