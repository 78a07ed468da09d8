import { bundleOf } from '../support/bundles.ts';
import { compileBundle } from '../support/virtual/process.ts';
import { drain, metricsIn, tick } from '../support/virtual/watch.ts';
import { isWrite, Scene } from './at-the-doors/scene.ts';

let scene: Scene;
let id: string;

const dayS = 24 * 60 * 60;

beforeEach(async () => {
  scene = new Scene();
  scene.world.environment = {};
  scene.world.queue.waiting.length = 0;
  scene.world.queue.dead.length = 0;
  id = await scene.made();
});

const watched = () => scene.world.time.run(tick(scene.world));

test('a federation that is whole is reported so, and nothing is changed', async () => {
  const before = scene.view;
  let output = '';
  const calls = await scene.callsOf(async () => {
    output = await watched();
  });
  expect(metricsIn(output)).toMatchObject([
    { Federation: `${scene.pool.id}/Okta`, SignInWorks: 1, Drifted: 0, SecretAgeDays: expect.any(Number) },
  ]);
  expect(calls.filter(isWrite)).toEqual([]);
  // Without a lease.
  expect(calls.filter((call) => call.startsWith('DynamoDB'))).toEqual(['DynamoDB Scan', 'DynamoDB GetItem']);
  expect(scene.view).toEqual(before);
});
