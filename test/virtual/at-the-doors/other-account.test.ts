import { createUserPool, type UserPool } from '../../support/cognito-fake/user-pools.ts';
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
