import { version } from '../../src/version.ts';
import { everyone, json } from '../support/in-process/okta-stub.ts';
import { goodEvent, goodProperties, send } from '../support/in-process/send.ts';
import { startWorld, type World } from '../support/in-process/world.ts';

let world: World;

beforeAll(async () => {
  world = await startWorld();
});

beforeEach(() => {
  world.okta.forget();
  world.cognito.providers.clear();
});

const numbers = (log: string) => {
  const lines = log
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line));
  return lines.filter((line) => '_aws' in line);
};

test('each event leaves one line of metrics, which counts every request that left', async () => {
  const { outgoing, log } = await send(world, goodEvent(world));
  const [metrics, ...more] = numbers(log);
  expect(more).toEqual([]);
  expect(metrics).toMatchObject({
    service: 'okta-cognito-idp',
    RequestType: 'Create',
    Success: 1,
    Failure: 0,
    RemoteCalls: outgoing.length,
    Retries: 0,
  });
  expect(metrics.Duration).toBeGreaterThan(0);
  expect(metrics._aws.CloudWatchMetrics).toMatchObject([
    {
      Namespace: 'OktaCognitoIdp',
      Dimensions: [
        ['service', 'Provider'],
        ['service', 'Provider', 'RequestType'],
      ],
    },
  ]);
});

test('metrics name the provider stack, so that two of them in one account count apart', async () => {
  const { log } = await send(world, goodEvent(world));
  expect(numbers(log)).toMatchObject([{ Provider: 'provider-of-this-world' }]);
});

test('each line of the log names the version', async () => {
  const { log } = await send(world, goodEvent(world));
  const versions = log
    .split('\n')
    .filter((line) => line.includes('"level"'))
    .map((line) => JSON.parse(line).version);
  expect(versions.length).toBeGreaterThan(0);
  expect(new Set(versions)).toEqual(new Set([version]));
});

test('a warm function starts each event at nought', async () => {
  const count = async () => {
    world.okta.forget();
    world.cognito.providers.clear();
    const { outgoing, log } = await send(world, goodEvent(world));
    expect(numbers(log)).toMatchObject([{ RemoteCalls: outgoing.length, Success: 1 }]);
    return outgoing.length;
  };
  await count();
  // A second one finds the lease and the clients ready: the same calls, counted from the start.
  expect(await count()).toBe(await count());
});

test('a FAILED answer counts as a failure', async () => {
  const ResourceProperties = { ...goodProperties(world), Access: 7 };
  const { log } = await send(world, { ...goodEvent(world, 'Update'), ResourceProperties });
  expect(numbers(log)).toMatchObject([{ RequestType: 'Update', Success: 0, Failure: 1 }]);
});

test('a repeated request counts as a retry', async () => {
  let refusals = 2;
  world.okta.instead('/api/v1/groups', () => {
    refusals -= 1;
    return refusals < 0 ? json([everyone]) : json({}, 503);
  });
  const { log } = await send(world, goodEvent(world));
  expect(numbers(log)).toMatchObject([{ Retries: 2, Success: 1 }]);
});

test('a made-up request type makes no metric of its own', async () => {
  const { log } = await send(world, { ...goodEvent(world), RequestType: 'Ωmega'.repeat(50) });
  expect(numbers(log)).toMatchObject([{ RequestType: 'Unknown', Failure: 1 }]);
});

test('lines of an event without names carry nothing of the event before', async () => {
  await send(world, goodEvent(world));
  const { log } = await send(world, { hello: 'world' });
  expect(log).toContain('no ResponseURL');
  expect(log).not.toContain('Federation');
  expect(numbers(log)).toMatchObject([{ RefusedEvents: 1, Provider: 'provider-of-this-world' }]);
});
