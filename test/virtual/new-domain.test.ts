import { createAppClient } from '../support/cognito-fake/app-clients.ts';
import { createUserPool } from '../support/cognito-fake/user-pools.ts';
import { settle } from '../support/virtual/lambda.ts';
import { Resource } from '../support/virtual/resource.ts';
import { World } from '../support/virtual/world.ts';

/** A Create that finds the pool's domain out of reach for so many seconds after it has begun. */
async function createWith(secondsUntilReached: number) {
  const world = new World();
  const pool = createUserPool(world.cognito);
  const web = createAppClient(world.cognito, pool);
  const started = world.time.now();
  world.network.fault = ({ operation, at }) =>
    operation.startsWith('GET Cognito') && at - started < secondsUntilReached * 1_000
      ? { do: 'reset' }
      : undefined;
  const create = new Resource('shop').create({ UserPoolId: pool.id, UserPoolClientIds: [web.id] });
  const answer = await world.time.run(settle(world, create));
  return { answer, took: (world.time.now() - started) / 1_000, applications: world.org.applications };
}

test('a domain that was made just now is waited for until the DNS has it', async () => {
  const { answer, took } = await createWith(60);
  expect(answer).toMatchObject({ Status: 'SUCCESS' });
  expect(took).toBeLessThan(90);
});

test('a domain that is never reached is given up after two minutes, and nothing stays', async () => {
  const { answer, took, applications } = await createWith(Number.POSITIVE_INFINITY);
  expect(answer).toMatchObject({ Status: 'FAILED' });
  expect(answer.Reason).toMatch(/^https:\/\/\S+\.amazoncognito\.com cannot be reached: /);
  expect(took).toBeGreaterThan(90);
  expect(took).toBeLessThan(150);
  expect([...applications.keys()]).toEqual([]);
});
