import type { AppClient } from '../../support/cognito-fake/app-clients.ts';
import type { UserPool } from '../../support/cognito-fake/user-pools.ts';
import { refusal } from '../../support/virtual/aws.ts';
import { answerTo, hand, run, settle } from '../../support/virtual/lambda.ts';
import type { RemoteCall } from '../../support/virtual/network.ts';
import { Resource } from '../../support/virtual/resource.ts';
import type { World } from '../../support/virtual/world.ts';
import { Scene } from '../at-the-doors/scene.ts';

let world: World;
let pool: UserPool;
let web: AppClient;

beforeEach(() => {
  ({ world, pool, web } = new Scene());
});

const federation = (name: string) => ({
  resource: new Resource(name),
  properties: { UserPoolId: pool.id, UserPoolClientIds: [web.id], ProviderName: name },
});

const isLeaseCall = ({ service }: RemoteCall) => service === 'DynamoDB';

test('a lease whose holder was killed is taken over when it has run out', async () => {
  const dead = federation('Dead');
  world.network.fault = ({ operation }) =>
    operation === 'UpdateUserPoolClient' ? { do: 'kill' } : undefined;
  const delivery = hand(world, dead.resource.create(dead.properties));
  expect((await world.time.run(run(world, delivery))).ended).toBe('killed');
  world.network.fault = () => undefined;

  const next = federation('Next');
  const started = world.time.now();
  const answer = await world.time.run(settle(world, next.resource.create(next.properties)));
  expect(answer).toMatchObject({ Status: 'SUCCESS' });
  expect((world.time.now() - started) / 1000).toBeGreaterThan(30);
  expect((world.time.now() - started) / 1000).toBeLessThan(40);
  expect(web.settings.SupportedIdentityProviders).toEqual(['COGNITO', 'Next']);
});

test('a throttled table only costs time', async () => {
  const until = world.time.now() + 120_000;
  world.network.fault = (call) =>
    isLeaseCall(call) && world.time.now() < until
      ? { do: 'answer', reply: refusal('ProvisionedThroughputExceededException', 'Rate exceeded') }
      : undefined;
  const { resource, properties } = federation('Okta');
  const answer = await world.time.run(settle(world, resource.create(properties)));
  expect(answer).toMatchObject({ Status: 'SUCCESS' });
});

test('a missing table fails the Create at once, and its Delete does not get stuck on it', async () => {
  world.network.fault = (call) =>
    isLeaseCall(call)
      ? { do: 'answer', reply: refusal('ResourceNotFoundException', 'Requested resource not found') }
      : undefined;
  const { resource, properties } = federation('Okta');
  const started = world.time.now();
  const answer = await world.time.run(settle(world, resource.create(properties)));
  expect(answer).toMatchObject({ Status: 'FAILED', Reason: expect.stringMatching(/lease table/i) });
  expect(world.time.now() - started).toBeLessThan(2_000);
  const undone = await world.time.run(settle(world, resource.delete(answer.PhysicalResourceId, properties)));
  expect(undone.Status).toBe('SUCCESS');
  expect(world.org.applications.size).toBe(0);
});

test('a holder that loses its lease stops, and its answer still comes', async () => {
  const { resource, properties } = federation('Okta');
  world.network.latency = ({ service }) => (service === 'CloudFormation' ? 5 : 3_000);
  world.network.fault = ({ operation }) =>
    operation === 'UpdateItem (renew)'
      ? { do: 'answer', reply: refusal('ConditionalCheckFailedException', 'The conditional request failed') }
      : undefined;
  const delivery = hand(world, resource.create(properties));
  await world.time.run(run(world, delivery));
  expect(await world.time.run(answerTo(world, delivery))).toMatchObject({
    Status: 'FAILED',
    Reason: expect.stringContaining('lease'),
  });
  expect(delivery.invocations).toMatchObject([{ ended: 'returned' }]);
});
