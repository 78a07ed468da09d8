import { createAppClient } from '../support/cognito-fake/app-clients.ts';
import { createUserPool } from '../support/cognito-fake/user-pools.ts';
import { answerTo, hand, run } from '../support/virtual/lambda.ts';
import { Resource } from '../support/virtual/resource.ts';
import { World } from '../support/virtual/world.ts';

test.each([0, 40])(
  'a Create that Okta does not answer, %d s in Lambda’s queue, is answered within its ServiceTimeout',
  async (queued) => {
    const world = new World();
    const pool = createUserPool(world.cognito);
    const web = createAppClient(world.cognito, pool);
    world.network.fault = ({ service }) => (service === 'Okta' ? { do: 'hang' } : undefined);
    const properties = { UserPoolId: pool.id, UserPoolClientIds: [web.id], ServiceTimeout: '60' };
    const delivery = hand(world, new Resource('shop').create(properties));
    const sent = world.time.now();
    await world.time.run(world.time.pause(queued * 1_000));
    await world.time.run(run(world, delivery));
    expect((world.time.now() - sent) / 1_000).toBeLessThan(60);
    const answer = await answerTo(world, delivery);
    expect(answer).toMatchObject({ Status: 'FAILED' });
    expect(answer.Reason).toMatch(/ran out of time .*raise ServiceTimeout/);
  },
);
