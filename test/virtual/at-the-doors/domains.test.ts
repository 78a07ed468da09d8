import type { Domain } from '../../support/cognito-fake/user-pools.ts';
import { metricsIn, tick } from '../../support/virtual/watch.ts';
import { isWrite, Scene } from './scene.ts';

let scene: Scene;

beforeEach(() => {
  scene = new Scene();
});

const custom = (name: string, status: Domain['status'] = 'ACTIVE'): Domain => ({
  name,
  custom: true,
  status,
});
const prefix = (name: string): Domain => ({ name, custom: false, status: 'ACTIVE' });
const has = (...domains: Domain[]) => scene.pool.domains.splice(0, Number.POSITIVE_INFINITY, ...domains);
const uriOf = (host: string) => `https://${host}/oauth2/idpresponse`;
const prefixUri = uriOf('shop.auth.us-east-1.amazoncognito.com');
const registered = () => scene.application.document.settings.oauthClient.redirect_uris?.toSorted();
// The local network has no custom domain to probe.
const of = (UserPoolDomain: string) => scene.properties({ UserPoolDomain, Verify: 'OktaOnly' });

test.each<[string, Domain[], string, string[]]>([
  [
    'from a prefix to a custom one',
    [custom('login.example.com')],
    'login.example.com',
    [uriOf('login.example.com')],
  ],
  [
    'one added',
    [custom('login.example.com'), prefix('shop')],
    'login.example.com',
    [uriOf('login.example.com'), prefixUri],
  ],
  ['one replaced', [prefix('store')], 'store', [uriOf('store.auth.us-east-1.amazoncognito.com')]],
])('a changed domain reaches Okta in one Update: %s', async (_what, domains, named, uris) => {
  const id = await scene.made(of('shop'));
  expect(registered()).toEqual([prefixUri]);
  has(...domains);
  expect(await scene.update(id, of(named), of('shop'))).toMatchObject({
    Status: 'SUCCESS',
    PhysicalResourceId: id,
    Data: { RedirectUri: uris[0] },
  });
  expect(registered()).toEqual(uris.toSorted());
});

describe('while CloudFormation still has to delete the old domain', () => {
  const domain = (logicalId: string, physicalId: string) => ({
    type: 'AWS::Cognito::UserPoolDomain',
    logicalId,
    physicalId,
    status: 'UPDATE_COMPLETE',
  });
  const customUri = uriOf('login.example.com');
  /** The stack's domain resource, by the IDs that it has had. */
  function replaces(...ids: string[]): void {
    const { stacks } = scene.world;
    const { stackId } = scene.resource;
    for (const id of ids) stacks.changes(stackId, domain('Domain', id), {});
    stacks.others.set(stackId, [domain('Domain', ids.at(-1) ?? '')]);
  }

  test('a prefix that becomes a custom domain: only the custom one is registered, and the rollback goes back', async () => {
    const id = await scene.made(of('shop'));
    has(custom('login.example.com'), prefix('shop'));
    replaces('shop', 'login.example.com');
    expect(await scene.update(id, of('login.example.com'), of('shop'))).toMatchObject({
      Status: 'SUCCESS',
      Data: { RedirectUri: customUri, Domain: 'login.example.com' },
    });
    expect(registered()).toEqual([customUri]);

    replaces('shop');
    expect(await scene.update(id, of('shop'), of('login.example.com'))).toMatchObject({
      Status: 'SUCCESS',
      Data: { RedirectUri: prefixUri },
    });
    expect(registered()).toEqual([prefixUri]);
  });

  test('a domain that the pool keeps beside the one named now stays', async () => {
    const id = await scene.made(of('shop'));
    has(custom('login.example.com'), prefix('shop'));
    const { stacks } = scene.world;
    const both = [domain('Prefix', 'shop'), domain('Custom', 'login.example.com')];
    for (const one of both) stacks.changes(scene.resource.stackId, one, {});
    stacks.others.set(scene.resource.stackId, both);
    await scene.update(id, of('login.example.com'), of('shop'));
    expect(registered()).toEqual([customUri, prefixUri]);
  });

  test('if CloudFormation does not tell, the old redirect URI stays and the Update succeeds', async () => {
    const id = await scene.made(of('shop'));
    has(custom('login.example.com'), prefix('shop'));
    replaces('shop', 'login.example.com');
    const body =
      '<ErrorResponse><Error><Code>AccessDenied</Code><Message>No.</Message></Error></ErrorResponse>';
    scene.strike(/ListStackResources/, { do: 'answer', reply: { status: 403, body } });
    expect(await scene.update(id, of('login.example.com'), of('shop'))).toMatchObject({ Status: 'SUCCESS' });
    expect(registered()).toEqual([customUri, prefixUri]);
  });

  test('no other Update asks for the resources of the stack', async () => {
    const id = await scene.made(of('shop'));
    const calls = await scene.callsOf(() => scene.update(id, { ...of('shop'), Notes: 'Ours.' }, of('shop')));
    expect(calls.filter((call) => call.includes('ListStackResources'))).toEqual([]);
  });
});

test.each([false, true])(
  'the redirect URI of a domain that was deleted is not drift, and a repair removes it: %p',
  async (repairs) => {
    scene.world.environment = repairs ? { REPAIR_DRIFT: 'true' } : {};
    const id = await scene.made(of('shop'));
    has(custom('login.example.com'), prefix('shop'));
    await scene.update(id, of('login.example.com'), of('shop'));
    expect(registered()).toEqual([uriOf('login.example.com'), prefixUri]);
    has(custom('login.example.com'));
    const output = await scene.world.time.run(tick(scene.world));
    expect(registered()).toEqual([uriOf('login.example.com'), ...(repairs ? [] : [prefixUri])]);
    expect(metricsIn(output)).toMatchObject([{ Drifted: 0 }]);
    expect(output).not.toContain('has drifted');
  },
);

test('the watch leaves every redirect URI if the pool has no domain', async () => {
  await scene.made(of('shop'));
  has();
  const output = await scene.world.time.run(tick(scene.world));
  expect(registered()).toEqual([prefixUri]);
  expect(metricsIn(output)).toMatchObject([{ Drifted: 1 }]);
});

test('a redirect URI that an administrator added stays, with any domain of the pool', async () => {
  const id = await scene.made(of('shop'));
  scene.application.document.settings.oauthClient.redirect_uris?.push('https://staff.example.com/callback');
  has(prefix('store'));
  await scene.update(id, of('store'), of('shop'));
  expect(registered()).toEqual([
    'https://staff.example.com/callback',
    uriOf('store.auth.us-east-1.amazoncognito.com'),
  ]);
});

test('a UserPoolDomain that the pool does not have is refused before anything is made', async () => {
  const calls = await scene.callsOf(async () => {
    expect(await scene.create(of('store'))).toMatchObject({
      Status: 'FAILED',
      Reason: expect.stringMatching(/^UserPoolDomain: .* has no domain "store"; it has shop\.auth/),
    });
  });
  expect(calls.filter(isWrite)).toEqual([]);
});

test('a custom domain that is being created is waited for after every other check', async () => {
  has(custom('login.example.com', 'CREATING'));
  const started = scene.world.time.now();
  expect(await scene.create({ ...of('login.example.com'), Access: ['Nowhere'] })).toMatchObject({
    Status: 'FAILED',
    Reason: expect.stringMatching(/^Access: Okta has no group "Nowhere"/),
  });
  expect(scene.world.time.now() - started).toBeLessThan(4_000);

  const { world } = scene;
  const create = scene.create(of('login.example.com'));
  world.network.fault = ({ at }) => {
    if (at - started > 60_000) has(custom('login.example.com'));
    return undefined;
  };
  expect(await create).toMatchObject({ Status: 'SUCCESS', Data: { Domain: 'login.example.com' } });
  expect(registered()).toEqual([uriOf('login.example.com')]);
});

test('what an administrator changes while a custom domain is waited for stays', async () => {
  const id = await scene.made(of('shop'));
  has(custom('login.example.com', 'CREATING'), prefix('shop'));
  const { world } = scene;
  const started = world.time.now();
  const update = scene.update(id, of('login.example.com'), of('shop'));
  world.network.fault = ({ at }) => {
    if (at - started < 60_000) return undefined;
    has(custom('login.example.com'), prefix('shop'));
    scene.application.document.label = 'Renamed meanwhile';
    scene.heal();
    return undefined;
  };
  expect(await update).toMatchObject({ Status: 'SUCCESS', Data: { Domain: 'login.example.com' } });
  expect(registered()).toContain(uriOf('login.example.com'));
  expect(scene.application.document.label).toBe('Renamed meanwhile');
});
