import type { Domain } from '../../support/cognito-fake/user-pools.ts';
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

test('UserPoolDomain that is no domain of the pool is refused before anything is made', async () => {
  const calls = await scene.callsOf(async () => {
    expect(await scene.create(of('store'))).toMatchObject({
      Status: 'FAILED',
      Reason: expect.stringMatching(/^UserPoolDomain: .* has no domain store; it has shop\.auth/),
    });
  });
  expect(calls.filter(isWrite)).toEqual([]);
});

test('a custom domain that is being created is waited for after every other check', async () => {
  has(custom('login.example.com', 'CREATING'));
  const started = scene.world.time.now();
  expect(await scene.create({ ...of('login.example.com'), Access: ['Nowhere'] })).toMatchObject({
    Status: 'FAILED',
    Reason: expect.stringMatching(/^Access: Okta has no group Nowhere/),
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
