import type { Domain } from '../../support/cognito-fake/user-pools.ts';
import { refusal } from '../../support/virtual/aws.ts';
import { hand, run, settle } from '../../support/virtual/lambda.ts';
import type { Fault } from '../../support/virtual/network.ts';
import { Resource } from '../../support/virtual/resource.ts';
import { idOf, isWrite, Scene } from './scene.ts';

let scene: Scene;

beforeEach(() => {
  scene = new Scene();
  scene.withoutLag();
});

/** How many seconds the work takes. */
async function secondsOf(work: () => Promise<unknown>): Promise<number> {
  const started = scene.world.time.now();
  await work();
  return (scene.world.time.now() - started) / 1000;
}

const created = async () => idOf(await scene.create());
const acquire = /UpdateItem .acquire/;
const renew = /UpdateItem .renew/;
const release = /UpdateItem .release/;

test('a table that does not answer is asked again after eight seconds, and a lease whose answer was lost is held', async () => {
  scene.strike(acquire, { do: 'hang' }, 1);
  expect(await secondsOf(created)).toBeCloseTo(8, 0);
  scene.strike(acquire, { do: 'reset after' }, 1);
  expect(await secondsOf(() => scene.create(scene.properties({ ProviderName: 'Staff' })))).toBeLessThan(1);
});

test('a table to which every connection breaks is given up after nine tries', async () => {
  scene.strike(acquire, { do: 'reset' });
  const calls = await scene.callsOf(async () => {
    expect(await scene.create()).toMatchObject({
      Status: 'FAILED',
      Reason: expect.stringMatching(/^The provider's lease table leases cannot be used \(.*ECONNRESET/),
    });
  });
  expect(calls.filter((call) => acquire.test(call))).toHaveLength(9);
  scene.strike(acquire, { do: 'reset' }, 8);
  expect(await scene.create()).toMatchObject({ Status: 'SUCCESS' });
});

/** A Create that has its lease for minutes: it waits for a domain to come up. */
function busy(seconds: number) {
  const domain: Domain = { name: 'sign-in.amazoncognito.com', custom: true, status: 'CREATING' };
  scene.pool.domains.push(domain);
  scene.world.time.after(seconds * 1000, () => {
    domain.status = 'ACTIVE';
  });
  return scene.world.time.run.bind(scene.world.time);
}

test('a lease is kept for as long as the work takes: the next event waits, and asks now and then', async () => {
  const timed = busy(100);
  // Jitter makes it half as long at the least, and one and a half times at the most.
  scene.world.random = () => 0;
  const polls: number[] = [];
  scene.world.network.fault = ({ operation, at }) => {
    if (operation === 'UpdateItem (acquire)') polls.push(at);
    return undefined;
  };
  const seconds = await secondsOf(() =>
    timed(
      Promise.all([
        settle(scene.world, scene.resource.create(scene.properties())).then(idOf),
        settle(scene.world, scene.resource.create(scene.properties())).then((answer) => {
          // CloudFormation has had an answer by then.
          expect(answer.Reason).toContain('CloudFormation does not confirm this event');
        }),
      ]),
    ),
  );
  expect(seconds).toBeGreaterThan(100);
  expect(seconds).toBeLessThan(110);
  const gaps = polls.slice(2).map((at, index) => at - (polls[index + 1] ?? 0));
  // Twice as long each time, up to two seconds.
  const waits = gaps.slice(0, 6).map((gap) => Math.round((gap - 10) / 25) * 25);
  expect(waits).toEqual([25, 50, 100, 200, 400, 800]);
  expect(gaps[10]).toBeCloseTo(1_010, -2);
  expect(scene.world.org.applications.size).toBe(1);
});

test.each<[string, Fault, number]>([
  ['fails', { do: 'answer', reply: refusal('AccessDeniedException', 'Not you.') }, 1],
  ['is throttled', { do: 'answer', reply: refusal('ThrottlingException', 'Rate exceeded') }, 3],
  ['is not answered, because its connection is dead', { do: 'hang' }, 1],
])('after one renewal that %s, the next one is in time', async (_, fault, times) => {
  const timed = busy(60);
  scene.strike(renew, fault, times);
  expect(await timed(settle(scene.world, scene.resource.create(scene.properties())))).toMatchObject({
    Status: 'SUCCESS',
  });
});

test('so it is after a later renewal that fails: time counts from the last one that succeeded', async () => {
  const timed = busy(60);
  let renewals = 0;
  scene.world.network.fault = ({ operation }) => {
    if (operation !== 'UpdateItem (renew)') return undefined;
    renewals += 1;
    return renewals === 3 ? { do: 'answer', reply: refusal('AccessDeniedException', 'Not you.') } : undefined;
  };
  expect(await timed(settle(scene.world, scene.resource.create(scene.properties())))).toMatchObject({
    Status: 'SUCCESS',
  });
});

test('the function does not return before its leases are released', async () => {
  const { world } = scene;
  // The app client's goes first, and nothing else waits for it.
  let first: number | undefined;
  world.network.latency = ({ operation, n }) => {
    if (operation === 'UpdateItem (release)') first ??= n;
    return n === first ? 3_000 : 5;
  };
  const event = scene.resource.create(scene.properties());
  const delivery = hand(world, event);
  expect(await world.time.run(run(world, delivery))).toMatchObject({ ended: 'returned' });
  expect([...world.leases.values()].filter(({ holder }) => holder !== undefined)).toEqual([]);
});

test('a holder that cannot renew stops before another may take over', async () => {
  const timed = busy(120);
  scene.strike(renew, { do: 'hang' });
  const seconds = await secondsOf(async () => {
    expect(await timed(settle(scene.world, scene.resource.create(scene.properties())))).toMatchObject({
      Status: 'FAILED',
      Reason: expect.stringMatching(
        /^The lease on resource \S+ Federation could not be renewed\. Deploy again\.$/,
      ),
    });
  });
  expect(seconds).toBeGreaterThan(15);
  expect(seconds).toBeLessThan(30);
});

test('an event that does not get its lease in time says so', async () => {
  const timed = busy(100);
  const first = hand(scene.world, scene.resource.create(scene.properties()));
  const second = scene.resource.create(scene.properties({ ServiceTimeout: '30' }));
  const later = scene.world.time.pause(1_000).then(() => settle(scene.world, second));
  const [, answer] = await timed(Promise.all([run(scene.world, first), later]));
  expect(answer).toMatchObject({
    Status: 'FAILED',
    PhysicalResourceId: `nothing-made|${second.RequestId}`,
    Reason: expect.stringContaining('ran out of time while it was waiting for its turn;'),
  });
});

test.each<[string, Fault]>([
  ['fails', { do: 'answer', reply: refusal('AccessDeniedException', 'Not you.') }],
  ['does not answer', { do: 'hang' }],
])('a lease whose release %s only makes the next holder wait', async (_, fault) => {
  scene.strike(release, fault);
  const neighbor = new Resource('neighbor');
  expect(await secondsOf(created)).toBeLessThan(17);
  scene.heal();
  const properties = scene.properties({ ProviderName: 'Partner' });
  const seconds = await secondsOf(async () => idOf(await scene.send(neighbor.create(properties))));
  expect(seconds).toBeLessThan(35);
  expect(scene.web.settings.SupportedIdentityProviders).toEqual(['COGNITO', 'Okta', 'Partner']);
});

test('the same event once more, or one that was overtaken, is answered and does nothing', async () => {
  const late = hand(scene.world, scene.resource.create(scene.properties()));
  await scene.passes(60);
  const id = await created();
  const calls = await scene.callsOf(() => scene.world.time.run(run(scene.world, late)));
  expect(calls.filter(isWrite)).toEqual([]);
  expect(late.url.stored.join()).toContain('"Status":"FAILED"');
  expect(late.url.stored.join()).toContain(
    'CloudFormation has sent a later event for this resource, so this one came too late. Check the latest event of the stack.',
  );
  const update = hand(scene.world, scene.resource.update(id, scene.properties({ Notes: 'Mine.' }), {}));
  await scene.passes(60);
  idOf(await scene.update(id, scene.properties({ Notes: 'Ours.' })));
  await scene.world.time.run(run(scene.world, update));
  expect(update.url.stored.join()).toContain(`"PhysicalResourceId":"${id}"`);
  expect(scene.application.document.settings.notes).toEqual({ admin: 'Ours.' });
});
