import { createAppClient } from '../../support/cognito-fake/app-clients.ts';
import { budgeted } from '../../support/random-runs.ts';
import type { RemoteCall } from '../../support/virtual/network.ts';
import { idOf, Scene } from './scene.ts';

let scene: Scene;

beforeEach(() => {
  scene = new Scene();
  scene.world.network.mostCalls = 10_000;
});

/** Their limits hold for a whole account or org. */
const isBounded = ({ service }: RemoteCall) => ['Okta', 'Sign-in', 'Cognito'].includes(service);

/** The most calls that this work has under way at any moment. */
async function mostAtOnceOf(work: () => Promise<unknown>): Promise<number> {
  const { calls } = scene.world.network;
  const before = calls.length;
  await work();
  const made = calls.slice(before).filter(isBounded);
  const underWayAt = (moment: number) =>
    made.filter(({ at, ended = Number.POSITIVE_INFINITY }) => at <= moment && moment < ended).length;
  return Math.max(...made.map(({ at }) => underWayAt(at)));
}

test('an event with many app clients and groups has at most eight calls under way at once', async () => {
  const { cognito } = scene.world;
  const many = budgeted(100, 40);
  const clients = Array.from({ length: many - 1 }, () => createAppClient(cognito, scene.pool).id);
  const groups = Array.from({ length: many }, (_, index) => `Team ${index}`);
  for (const name of groups) scene.world.org.addGroup(name);
  const properties = scene.properties({ UserPoolClientIds: [scene.web.id, ...clients], Access: groups });
  let id = '';
  const created = await mostAtOnceOf(async () => {
    id = idOf(await scene.create(properties));
  });
  expect(created).toBe(8);
  expect(scene.application.groupAssignments.size).toBe(many);
  const updated = await mostAtOnceOf(() => scene.update(id, scene.properties(), properties));
  expect(updated).toBe(8);
  expect(await mostAtOnceOf(() => scene.delete(id))).toBeLessThanOrEqual(8);
  expect(scene.world.org.applications.size).toBe(0);
});
