import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { someInCheck } from '../support/random-runs.ts';
import { consume, drain } from '../support/virtual/watch.ts';
import { Scene } from './at-the-doors/scene.ts';

const days = 24 * 60 * 60;
/** With the 25 items that the table has on a page, three pages. */
const copies = 60;

const messageSchema = z.looseObject({ do: z.enum(['scan', 'check']), stackId: z.string().optional() });

let scene: Scene;

beforeEach(async () => {
  scene = new Scene();
  scene.world.environment = {};
  scene.world.queue.waiting.length = 0;
  scene.world.queue.dead.length = 0;
  await scene.made(scene.properties({ SecretRotation: { AutomaticallyAfterDays: '90' } }));
  await scene.passes(90 * days);
});

/** Fills the journal with federations of other stacks. @returns the IDs of all stacks that have one */
function fillJournal(): Set<string> {
  const { leases } = scene.world;
  const { stackId } = scene.resource;
  const name = `resource ${stackId} Federation`;
  const item = JSON.stringify(leases.get(name));
  const others = Array.from({ length: copies }, () => stackId.replace(/[^/]+$/, randomUUID()));
  for (const other of others) {
    leases.set(name.replace(stackId, other), JSON.parse(item.replaceAll(stackId, other)));
  }
  return new Set([stackId, ...others]);
}

/** Runs the scan to its end, and holds back what it sends for each federation. */
async function scanned(): Promise<string[]> {
  const { world } = scene;
  const checks: string[] = [];
  world.queue.send(JSON.stringify({ do: 'scan' }));
  while (world.queue.waiting.length > 0) {
    await world.time.run(consume(world));
    for (const message of world.queue.waiting.splice(0)) {
      if (messageSchema.parse(JSON.parse(message.body)).do === 'scan') world.queue.waiting.push(message);
      else checks.push(message.body);
    }
  }
  expect(world.queue.dead).toEqual([]);
  return checks;
}

const stackIdOf = (body: string) => messageSchema.parse(JSON.parse(body)).stackId;

test('a scan sends one message for each federation of every page', async () => {
  const all = fillJournal();
  const sent = (await scanned()).map(stackIdOf);
  expect(sent).toHaveLength(all.size);
  expect(new Set(sent)).toEqual(all);
});

test.each(['kill', 'kill after'] as const)(
  'a scan that dies at any call of any page misses no federation, and what is sent again is done once (%s)',
  async (death) => {
    const { world } = scene;
    const all = fillJournal();
    const whole = world.snapshot();
    const calls = await scene.callsOf(scanned);
    // Each page is read, and sent ten at a time with the message for the next one.
    expect(calls.filter((call) => call === 'DynamoDB Scan')).toHaveLength(3);
    const batches = calls.flatMap((call, index) => (call === 'SQS SendMessageBatch' ? [index + 1] : []));
    expect(batches.length).toBeGreaterThanOrEqual(6);
    const moments = calls.map((_, index) => index + 1);
    let repeats = 0;
    // After the second batch of a page, the first one is sent again.
    for (const at of new Set([...batches.slice(1, 2), ...someInCheck(moments, 4)])) {
      world.restore(whole);
      const first = world.network.calls.length;
      world.network.fault = ({ n }) => (n === first + at ? { do: death } : undefined);
      const checks = await scanned();
      scene.heal();
      expect([at, new Set(checks.map(stackIdOf))]).toEqual([at, all]);
      const own = checks.filter((body) => stackIdOf(body) === scene.resource.stackId);
      repeats = Math.max(repeats, checks.length - all.size);
      const old = scene.provider?.ProviderDetails.client_secret;
      for (const body of own) world.queue.send(body);
      const made = await scene.callsOf(() => world.time.run(drain(world, 2)));
      const rotations = made.filter((call) => call === 'Okta POST /api/v1/apps/*/credentials/secrets');
      expect([at, rotations.length]).toEqual([at, 1]);
      const inCognito = scene.provider?.ProviderDetails.client_secret;
      expect(inCognito).not.toBe(old);
      expect(scene.application.secrets.map(({ value }) => value)).toEqual([inCognito]);
    }
    expect(repeats).toBeGreaterThan(0);
  },
);
