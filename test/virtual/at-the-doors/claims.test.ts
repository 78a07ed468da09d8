import { oktaIdentifier } from '../../../local/okta/identifiers.ts';
import type { Application } from '../../../local/okta/org.ts';
import { addHandMadeApplication, addHandMadeProvider } from '../../support/virtual/hand-made.ts';
import { isWrite, Scene } from './scene.ts';

let scene: Scene;

beforeEach(() => {
  scene = new Scene();
});

const groups = "user.getGroups({'group.profile.name': 'app-', 'operator': 'STARTS_WITH'}).![profile.name]";
const fullName = 'user.profile.displayName';

const claimsOf = ({ federatedClaims }: Application) =>
  Object.fromEntries(federatedClaims.map(({ name, expression }) => [name, expression]));

function addClaim(application: Application, name: string, expression: string): void {
  const created = new Date().toISOString();
  application.federatedClaims.push({
    id: oktaIdentifier('ofc'),
    name,
    expression,
    created,
    lastUpdated: created,
  });
}

test('claims are made, changed and removed with the template, and those of others stay', async () => {
  const id = await scene.made(scene.properties({ Claims: { groups } }));
  expect(claimsOf(scene.application)).toEqual({ groups });
  addClaim(scene.application, 'theirs', fullName);

  const changed = scene.properties({ Claims: { groups: fullName, staff: fullName } });
  await scene.update(id, changed, scene.properties({ Claims: { groups } }));
  expect(claimsOf(scene.application)).toEqual({ groups: fullName, staff: fullName, theirs: fullName });

  const dropped = await scene.update(id, scene.properties(), changed);
  expect(dropped).toMatchObject({ Status: 'SUCCESS', PhysicalResourceId: id });
  expect(claimsOf(scene.application)).toEqual({ theirs: fullName });
});

test('without Claims, no call is about claims; an Update that changes no claim writes nothing', async () => {
  let id = '';
  const calls = await scene.callsOf(async () => {
    id = await scene.made();
    await scene.update(id, scene.properties());
  });
  expect(calls.filter((call) => call.includes('federated-claims'))).toEqual([]);
  const wanted = scene.properties({ Claims: { groups } });
  await scene.update(id, wanted);
  const again = await scene.callsOf(() => scene.update(id, wanted, wanted));
  expect(again.filter(isWrite)).toEqual([]);
});

test('a claim of that name on an adopted application is changed, and put back at the end', async () => {
  const theirs = addHandMadeApplication(scene.world, scene.pool);
  addHandMadeProvider(scene.world, scene.pool, 'Okta', theirs.id);
  addClaim(theirs, 'groups', fullName);
  addClaim(theirs, 'other', fullName);
  const adopting = scene.properties({
    Adopt: { ApplicationId: theirs.id },
    Claims: { groups, staff: fullName, other: fullName },
  });
  const id = await scene.made(adopting);
  expect(claimsOf(scene.application)).toEqual({ groups, staff: fullName, other: fullName });
  expect(await scene.delete(id, adopting)).toMatchObject({ Status: 'SUCCESS' });
  expect(claimsOf(scene.application)).toEqual({ groups: fullName, other: fullName });
});

test('a claim whose expression Okta does not take any more does not keep an adopted application', async () => {
  const theirs = addHandMadeApplication(scene.world, scene.pool);
  addHandMadeProvider(scene.world, scene.pool, 'Okta', theirs.id);
  addClaim(theirs, 'groups', 'gone.attribute');
  const adopting = scene.properties({ Adopt: { ApplicationId: theirs.id }, Claims: { groups } });
  const id = await scene.made(adopting);
  expect(await scene.delete(id, adopting)).toMatchObject({ Status: 'SUCCESS' });
  expect(claimsOf(scene.application)).toEqual({ groups });
});

test('a claim of an administrator that the template takes over on an own application is put back', async () => {
  const id = await scene.made();
  addClaim(scene.application, 'groups', fullName);
  const wanted = scene.properties({ Claims: { groups } });
  await scene.update(id, wanted);
  expect(claimsOf(scene.application)).toEqual({ groups });
  await scene.update(id, scene.properties(), wanted);
  expect(claimsOf(scene.application)).toEqual({ groups: fullName });
});

test.each(['reset after', 'reset'] as const)(
  'one claim is created, although Okta does "%s" at first',
  async (what) => {
    scene.strike(/POST .*federated-claims/, { do: what }, 1);
    await scene.made(scene.properties({ Claims: { groups } }));
    expect(scene.application.federatedClaims).toHaveLength(1);
  },
);

test('an org without the feature fails the Create with the alternatives, and nothing is left', async () => {
  scene.world.org.settings.missingFeatures = ['federated-claims'];
  expect(await scene.create(scene.properties({ Claims: { groups } }))).toMatchObject({
    Status: 'FAILED',
    Reason: expect.stringMatching(
      /^Claims: the Okta org \S+ has no federated claims\. Remove Claims\..*groups claim filter.*custom authorization server/,
    ),
  });
  expect(scene.world.org.applications.size).toBe(0);
});

test('an org that loses the feature refuses an Update that wants claims before anything changes', async () => {
  const id = await scene.made();
  scene.world.org.settings.missingFeatures = ['federated-claims'];
  const calls = await scene.callsOf(async () => {
    const wanted = scene.properties({ Claims: { groups }, ApplicationLabel: 'Shop' });
    expect(await scene.update(id, wanted)).toMatchObject({
      Status: 'FAILED',
      Reason: expect.stringMatching(/^Claims: the Okta org/),
    });
  });
  expect(calls.filter(isWrite)).toEqual([]);
});

test('an expression that Okta does not take names the claim', async () => {
  expect(await scene.create(scene.properties({ Claims: { groups: 'nonsense(((' } }))).toMatchObject({
    Status: 'FAILED',
    Reason: expect.stringMatching(/^Claims: Okta rejected the expression of the claim groups\. Correct it\./),
  });
  expect(scene.world.org.applications.size).toBe(0);
});

test('an Update that fails after it made a claim is undone by its rollback', async () => {
  const id = await scene.made();
  const before = scene.view;
  const wanted = scene.properties({ Claims: { groups }, Scopes: 'openid email' });
  scene.strike(/oauth2.v1.authorize/, { do: 'answer', reply: { status: 500, body: '' } });
  expect(await scene.update(id, wanted)).toMatchObject({ Status: 'FAILED' });
  scene.heal();
  expect(await scene.update(id, scene.properties(), wanted)).toMatchObject({ Status: 'SUCCESS' });
  expect(claimsOf(scene.application)).toEqual({});
  expect(scene.view).toEqual(before);
});
