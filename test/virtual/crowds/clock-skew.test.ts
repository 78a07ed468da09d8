import { createAppClient } from '../../support/cognito-fake/app-clients.ts';
import { createUserPool } from '../../support/cognito-fake/user-pools.ts';
import { someInCheck } from '../../support/random-runs.ts';
import { seededRandom } from '../../support/virtual/chance.ts';
import { settle } from '../../support/virtual/lambda.ts';
import { Resource } from '../../support/virtual/resource.ts';
import { World } from '../../support/virtual/world.ts';

test.each(someInCheck([1, 2, 3], 1))(
  'no update is lost if clocks differ by seconds (chance %i)',
  async (seed) => {
    const world = new World();
    const pool = createUserPool(world.cognito);
    const web = createAppClient(world.cognito, pool);
    const federation = (name: string) => ({
      resource: new Resource(name),
      properties: { UserPoolId: pool.id, UserPoolClientIds: [web.id], ProviderName: name },
    });
    const random = seededRandom(seed);
    world.random = random;
    world.skew = () => Math.round((random() - 0.5) * 5_000);
    // Slow enough that leases are held for longer than the clocks differ.
    world.network.latency = () => 5 + random() * 2_000;
    const all = Array.from({ length: 12 }, (_, n) => federation(`Partner-${n}`));
    const answers = await world.time.run(
      Promise.all(all.map(({ resource, properties }) => settle(world, resource.create(properties)))),
    );
    expect(answers.map(({ Status, Reason }) => Reason ?? Status)).toEqual(all.map(() => 'SUCCESS'));
    expect(web.settings.SupportedIdentityProviders?.toSorted()).toEqual(
      ['COGNITO', ...all.map(({ properties }) => properties.ProviderName)].sort(),
    );
  },
);
