import { createUserPool, type UserPool } from '../../support/cognito-fake/user-pools.ts';
import type { Fault } from '../../support/virtual/network.ts';
import { Resource } from '../../support/virtual/resource.ts';
import { idOf, Scene } from './scene.ts';

let scene: Scene;

beforeEach(() => {
  scene = new Scene();
});

test('a pool of another account is reached by the role that the template names, with the external ID of the resource', async () => {
  const arn = 'arn:aws:iam::222222222222:role/federation';
  const properties = scene.properties({ RoleArn: arn });
  const nothing = scene.view;
  scene.world.roles.push({ arn, externalId: '000000000000/us-east-1/mall/Federation' });
  expect(await scene.create(properties)).toMatchObject({
    Status: 'FAILED',
    Reason: expect.stringMatching(
      /^RoleArn: the provider cannot assume arn:\S+\. .* with the external ID 000000000000\/us-east-1\/shop\/Federation, and add/,
    ),
  });
  expect(scene.view).toEqual(nothing);
  scene.world.roles.push({ arn, externalId: '000000000000/us-east-1/shop/Federation' });
  expect(await scene.create(properties)).toMatchObject({ Status: 'SUCCESS' });
  expect(scene.world.network.calls.map(({ service }) => service)).toContain('STS');
});

const stsError = (status: number, code: string, message: string): Fault => ({
  do: 'answer',
  reply: {
    status,
    headers: { 'content-type': 'text/xml' },
    body: `<ErrorResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><Error><Type>Sender</Type><Code>${code}</Code><Message>${message}</Message></Error></ErrorResponse>`,
  },
});

test.each<[string, Fault, string]>([
  ['breaks each connection', { do: 'reset' }, 'read ECONNRESET'],
  ['fails', stsError(500, 'InternalFailure', 'Try later.'), 'Try later'],
  [
    'is not active in the region',
    stsError(403, 'RegionDisabledException', 'STS is not activated in this region.'),
    'STS is not activated in this region',
  ],
])('if STS %s, the reason says so and asks for no change of the trust policy', async (_, fault, why) => {
  const arn = 'arn:aws:iam::222222222222:role/federation';
  scene.world.roles.push({ arn, externalId: '000000000000/us-east-1/shop/Federation' });
  scene.world.network.fault = ({ service }) => (service === 'STS' ? fault : undefined);
  expect(await scene.create(scene.properties({ RoleArn: arn }))).toMatchObject({
    Status: 'FAILED',
    Reason: `RoleArn: the provider cannot assume ${arn}: the request to STS failed (${why}). Deploy again.`,
  });
});

test('an event of another account whose role does not trust the provider fails, and names the parameter that lists the role', async () => {
  const arn = 'arn:aws:iam::999999999999:role/ask';
  scene.world.environment = { TRUSTED_ACCOUNT_ROLES: arn };
  const event = new Resource('elsewhere').create(scene.properties());
  const StackId = event.StackId.replace(':000000000000:', ':999999999999:');
  expect(await scene.send({ ...event, StackId })).toMatchObject({
    Status: 'FAILED',
    Reason: `CloudFormation does not describe the stack ${StackId}: TrustedAccountRoleArns of the provider stack: the provider cannot assume ${arn}. Allow sts:AssumeRole in its trust policy to the provider's role with the external ID okta-cognito-idp.`,
  });
});

describe('a pool of another account and region', () => {
  const role = (name: string) => `arn:aws:iam::222222222222:role/federation/${name}`;
  const own = 'the role of the function';
  let pool: UserPool;

  beforeEach(() => {
    pool = createUserPool(scene.world.cognito, { prefix: 'abroad', region: 'eu-west-1' });
    for (const arn of ['one', 'another'].map(role))
      scene.world.roles.push({ arn, externalId: '000000000000/us-east-1/shop/Federation' });
  });

  const properties = (name?: string) => ({
    UserPoolId: pool.id,
    ...(name === undefined ? {} : { RoleArn: role(name) }),
  });

  /** Whose credentials Cognito got during this work. */
  async function askedAs(work: () => Promise<unknown>): Promise<string[]> {
    const roles = new Map<string, string>();
    const keys = new Set<string>();
    scene.world.network.heard = ({ url, headers, body }, reply) => {
      if (url.hostname.startsWith('sts.')) {
        const key = /<AccessKeyId>(\w+)</.exec(reply.body ?? '')?.[1] ?? '';
        roles.set(key, new URLSearchParams(body.toString()).get('RoleArn') ?? '');
      }
      if (url.hostname.startsWith('cognito-idp.'))
        keys.add(/Credential=(\w+)\//.exec(headers.authorization ?? '')?.[1] ?? '');
    };
    await work();
    return [...keys].map((key) => (key === 'test' ? own : (roles.get(key) ?? key)));
  }

  test('is only ever touched with the role that the template names', async () => {
    const nothing = scene.view;
    let id = '';
    expect(
      await askedAs(async () => {
        const created = await scene.create(properties('one'));
        expect(created).toMatchObject({ Data: { Domain: 'abroad.auth.eu-west-1.amazoncognito.com' } });
        id = idOf(created);
      }),
    ).toEqual([role('one')]);
    const more = { ...properties('one'), Notes: 'x' };
    expect(await askedAs(() => scene.update(id, more, properties('one')))).toEqual([role('one')]);
    const calls = await askedAs(async () => idOf(await scene.delete(id, more)));
    expect(calls).toEqual([role('one')]);
    expect(scene.view).toEqual(nothing);
  });

  test('is touched with another role, with none and with the first one again as soon as the template says so', async () => {
    const id = await scene.made(properties('one'));
    const before = scene.view;
    const change = (to: string | undefined, from: string | undefined) =>
      askedAs(async () => expect(idOf(await scene.update(id, properties(to), properties(from)))).toBe(id));
    expect(await change('another', 'one')).toEqual([role('another')]);
    expect(await change(undefined, 'another')).toEqual([own]);
    expect(await change('one', undefined)).toEqual([role('one')]);
    expect(scene.view).toEqual(before);
  });
});
