import type { CustomResourceEvent } from '../../support/custom-resource.ts';
import { leaks } from '../../support/leaks.ts';
import { refusal } from '../../support/virtual/aws.ts';
import { hand, run } from '../../support/virtual/lambda.ts';
import { Resource } from '../../support/virtual/resource.ts';
import { isWrite, nameOf, Scene } from './scene.ts';

// Events that are sent by hand, not by CloudFormation. Which of them are forged: test/unit/cloudformation.

let scene: Scene;
let id: string;

beforeEach(async () => {
  scene = new Scene();
  scene.withoutLag();
  id = await scene.made();
});

/** Invokes the function with an event that CloudFormation has not sent. */
async function forge(event: CustomResourceEvent, change: Partial<CustomResourceEvent> = {}) {
  const url = scene.world.bucket.open(event);
  const forged = { ...event, ResponseURL: url.href, ...change };
  const { output, ended } = await scene.world.time.run(scene.world.invoke('provider', forged));
  return { output, ended, answers: url.stored.map((body): unknown => JSON.parse(body)) };
}

const update = (more = {}) => scene.resource.update(id, scene.properties(more), scene.properties());

test.each<[string, string, () => CustomResourceEvent]>([
  ['a Create', 'status', () => scene.resource.create(scene.properties())],
  ['an Update', 'status', () => update({ Notes: 'x' })],
  ['a Delete', 'status', () => scene.resource.delete(id, scene.properties())],
  [
    'a Delete under the name of a stack in another account',
    'account',
    () => {
      const event = scene.resource.delete(id, scene.properties());
      return { ...event, StackId: event.StackId.replace(':000000000000:', ':999999999999:') };
    },
  ],
])('%s that CloudFormation has not sent does nothing, is logged and counted', async (_, rule, event) => {
  const [before, journal] = [scene.view, scene.journal];
  const { output, answers } = await forge(event());
  expect(answers).toMatchObject([{ Status: 'FAILED', Reason: expect.stringContaining(`(${rule})`) }]);
  expect(output).toContain(`"rule":"${rule}"`);
  expect(output).toContain('"RefusedEvents":1');
  expect(scene.view).toEqual(before);
  expect(scene.journal).toEqual(journal);
});

test('a Create for a stack that does not exist makes nothing', async () => {
  const before = scene.view;
  const event = new Resource('nowhere').create(scene.properties({ ProviderName: 'Another' }));
  const { answers } = await forge(event);
  expect(answers).toMatchObject([{ Status: 'FAILED' }]);
  expect(scene.view).toEqual(before);
});

test.each(['Update', 'Delete'] as const)(
  'a request that CloudFormation has ended (%s) during the wait for the lease changes nothing',
  async (type) => {
    const before = scene.view;
    const { world, resource } = scene;
    const event = type === 'Update' ? update({ Notes: 'x' }) : resource.delete(id, scene.properties());
    const delivery = hand(world, event);
    let looks = 0;
    world.network.latency = (call) => (nameOf(call) === 'DynamoDB UpdateItem (acquire)' ? 500 : 5);
    world.network.fault = (call) => {
      if (nameOf(call) !== 'CloudFormation DescribeStackResource') return undefined;
      looks += 1;
      // Between the first look and the second one.
      if (looks === 2) world.stacks.ends(event, undefined);
      return undefined;
    };
    const calls = await scene.callsOf(async () => {
      await world.time.run(run(world, delivery));
    });
    expect(looks).toBe(2);
    expect(calls.filter(isWrite)).toEqual([]);
    expect(JSON.parse(delivery.url.stored[0] ?? '')).toMatchObject({ Status: 'FAILED' });
    expect(scene.view).toEqual(before);
  },
);

test('a ResponseURL that is refused is not remembered as a secret, which would blot out words of others', async () => {
  await forge(update(), { ResponseURL: 'user pool' });
  const { Reason } = await scene.update(id, { UserPoolId: 'us-east-1_Missing1' });
  expect(Reason).toMatch(/user pool us-east-1_Missing1/);
  expect(Reason).not.toContain('[redacted]');
});

test('the ResponseURL of a real event is redacted if it comes back in an error', async () => {
  const delivery = hand(scene.world, update({ AttributesRequestMethod: 'POST' }));
  const { href, signature } = delivery.url;
  scene.strike(/UpdateIdentityProvider/, {
    do: 'answer',
    reply: refusal('InvalidParameterException', `Value '${href}' is not valid.`),
  });
  const { output } = await scene.world.time.run(run(scene.world, delivery));
  expect(JSON.parse(delivery.url.stored[0] ?? '')).toMatchObject({
    Reason: expect.stringContaining("Value '[redacted]' is not valid."),
  });
  const places = new Map([
    ['the answer', delivery.url.stored.join()],
    ['the log', output],
  ]);
  expect(leaks(new Map([['the signature', signature]]), places)).toEqual([]);
});

test('CloudFormation in another account is asked with the role of that account, and of no other', async () => {
  const role = (account: string) => `arn:aws:iam::${account}:role/read`;
  const others = ['888888888888', '999999999999'];
  scene.world.environment = { TRUSTED_ACCOUNT_ROLES: others.map(role).join() };
  const asked: (string | null)[] = [];
  scene.world.network.heard = ({ url, body }) => {
    if (url.hostname.startsWith('sts.')) asked.push(new URLSearchParams(String(body)).get('RoleArn'));
  };
  const event = update({ Notes: 'x' });
  const StackId = event.StackId.replace(':000000000000:', ':999999999999:');
  await forge({ ...event, StackId });
  expect([...new Set(asked)]).toEqual([role('999999999999')]);
});

test('an event in the form of CDK’s Provider framework fails the invocation', async () => {
  const { ended, answers } = await forge(update(), { ResponseURL: '...' });
  expect([ended, answers]).toEqual(['threw', []]);
});

test('a Create in an account that is not trusted is refused, and its Delete does not block the rollback', async () => {
  const resource = new Resource('elsewhere');
  const other = (event: CustomResourceEvent) => ({
    ...event,
    StackId: event.StackId.replace(':000000000000:', ':999999999999:'),
  });
  const properties = scene.properties({ ProviderName: 'Another' });
  const created = await scene.send(other(resource.create(properties)));
  expect(created).toMatchObject({ Status: 'FAILED', Reason: expect.stringContaining('(account)') });
  const deleted = await scene.send(other(resource.delete(created.PhysicalResourceId, properties)));
  expect(deleted).toMatchObject({ Status: 'SUCCESS' });
});
