import type { OutgoingRequest } from '../../support/virtual/network.ts';
import { drain } from '../../support/virtual/watch.ts';
import { Scene } from './scene.ts';

let scene: Scene;

beforeEach(() => {
  scene = new Scene();
  scene.world.queue.waiting.length = 0;
});

test('every request says who sends it: to Okta, to the APIs of AWS, to a pool’s domain and to CloudFormation', async () => {
  const { world } = scene;
  const requests: OutgoingRequest[] = [];
  world.network.heard = (request) => requests.push(request);
  world.parameters.set(
    '/rules',
    JSON.stringify({ rules: [{ stacks: ['*'], accounts: ['*'], allow: 'Everything' }] }),
  );
  world.configure({ POLICY_PARAMETER: '/rules' });
  const rotating = scene.properties({ SecretRotation: { AutomaticallyAfterDays: '90' } });
  const id = await scene.made(rotating);
  await scene.update(id, { ...rotating, Notes: 'x' }, rotating);
  world.queue.send(JSON.stringify({ do: 'scan' }));
  await world.time.run(drain(world));
  await scene.delete(id, rotating);
  world.configure();
  const asked = new Set(world.network.calls.map(({ service }) => service));
  const services = [
    'Cognito',
    'CloudFormation',
    'DynamoDB',
    'Okta',
    'SQS',
    'SSM',
    'Secrets Manager',
    'Sign-in',
  ];
  expect([...asked].toSorted()).toEqual(services.toSorted());
  const nameless = requests.filter(
    ({ headers }) => !/(^| )okta-cognito-idp\/\S/.test(headers['user-agent'] ?? ''),
  );
  expect([...new Set(nameless.map(({ url }) => url.host))]).toEqual([]);
  expect(requests.length).toBeGreaterThan(50);
});

test('a PUT for which Okta takes 30 seconds is waited for, and sent once', async () => {
  const id = await scene.made();
  const slow = 'PUT /api/v1/apps/*';
  scene.world.network.latency = ({ operation }) => (operation === slow ? 15_000 : 5);
  const calls = await scene.callsOf(async () => {
    const answer = await scene.update(id, scene.properties({ Notes: 'x' }));
    expect(answer).toMatchObject({ Status: 'SUCCESS' });
  });
  expect(calls.filter((call) => call === `Okta ${slow}`)).toHaveLength(1);
  expect(scene.application.document.settings.notes.admin).toBe('x');
});

test('a GET for which Okta takes 30 seconds is asked again: only a PUT has been seen to take that long', async () => {
  const id = await scene.made();
  const slow = 'GET /api/v1/apps/*';
  let asked = 0;
  scene.world.network.latency = ({ operation }) => {
    if (operation !== slow) return 5;
    asked += 1;
    // Asked for each way of the first request.
    return asked <= 2 ? 15_000 : 5;
  };
  expect(await scene.update(id, scene.properties({ Notes: 'x' }))).toMatchObject({ Status: 'SUCCESS' });
  expect(asked).toBeGreaterThan(2);
});
