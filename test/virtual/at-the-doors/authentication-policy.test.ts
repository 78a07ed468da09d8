import { addHandMadeApplication, addHandMadeProvider } from '../../support/virtual/hand-made.ts';
import { isWrite, Scene } from './scene.ts';

let scene: Scene;

beforeEach(() => {
  scene = new Scene();
  // Left by an earlier test.
  for (const [id, { name }] of scene.world.org.policies) {
    if (name === twin) scene.world.org.policies.delete(id);
  }
});

const twin = 'Twin';
const policyId = (name: string) =>
  [...scene.world.org.policies.values()].find((policy) => policy.name === name)?.id ?? '';
const reads = (calls: readonly string[]) => calls.filter((call) => call.includes('GET /api/v1/policies'));

test('a policy is given by its name, changed, and the org’s default comes back when the property goes', async () => {
  const { defaultAccessPolicyId } = scene.world.org;
  const strict = scene.properties({ AuthenticationPolicy: 'Password only' });
  const id = await scene.made(strict);
  expect(scene.application.accessPolicyId).toBe(policyId('Password only'));
  const other = scene.properties({ AuthenticationPolicy: 'Okta Dashboard' });
  await scene.update(id, other, strict);
  expect(scene.application.accessPolicyId).toBe(policyId('Okta Dashboard'));
  await scene.update(id, scene.properties(), other);
  expect(scene.application.accessPolicyId).toBe(defaultAccessPolicyId);
});

test('policies are read for a name only, and an Update that changes nothing writes nothing', async () => {
  const byId = scene.properties({ AuthenticationPolicy: policyId('Password only') });
  let id = '';
  const calls = await scene.callsOf(async () => {
    id = await scene.made(byId);
    await scene.update(id, scene.properties(), byId);
    await scene.update(id, byId);
  });
  expect(reads(calls)).toEqual([]);
  expect(scene.application.accessPolicyId).toBe(byId.AuthenticationPolicy);
  const byName = scene.properties({ AuthenticationPolicy: 'Password only' });
  const again = await scene.callsOf(() => scene.update(id, byName, byId));
  expect(reads(again)).toHaveLength(1);
  expect(again.filter(isWrite)).toEqual([]);
});

test('an adopted application gets its own policy back, unless an administrator has chosen another since', async () => {
  for (const isChosen of [false, true]) {
    scene = new Scene();
    const theirs = addHandMadeApplication(scene.world, scene.pool);
    addHandMadeProvider(scene.world, scene.pool, 'Okta', theirs.id);
    theirs.accessPolicyId = policyId('Okta Dashboard');
    const adopting = scene.properties({
      Adopt: { ApplicationId: theirs.id },
      AuthenticationPolicy: 'Password only',
    });
    const id = await scene.made(adopting);
    expect(theirs.accessPolicyId).toBe(policyId('Password only'));
    if (isChosen) theirs.accessPolicyId = policyId('Any two factors');
    expect(await scene.delete(id, adopting)).toMatchObject({ Status: 'SUCCESS' });
    expect(theirs.accessPolicyId).toBe(policyId(isChosen ? 'Any two factors' : 'Okta Dashboard'));
  }
});

test('a policy of before that is gone does not keep an adopted application', async () => {
  const theirs = addHandMadeApplication(scene.world, scene.pool);
  addHandMadeProvider(scene.world, scene.pool, 'Okta', theirs.id);
  theirs.accessPolicyId = scene.world.org.addPolicy({ type: 'ACCESS_POLICY', name: twin, system: false }).id;
  const adopting = scene.properties({
    Adopt: { ApplicationId: theirs.id },
    AuthenticationPolicy: 'Password only',
  });
  const id = await scene.made(adopting);
  scene.world.org.policies.delete(policyId(twin));
  expect(await scene.delete(id, adopting)).toMatchObject({ Status: 'SUCCESS' });
  expect(theirs.accessPolicyId).toBe(policyId('Password only'));
});

test.each([
  [
    'a name that Okta does not have',
    'Strict',
    /^AuthenticationPolicy: Okta has no authentication policy "Strict"\./,
  ],
  [
    'an ID that Okta does not have',
    `rst${'0'.repeat(17)}`,
    /^AuthenticationPolicy: Okta has no .* "rst0+"\./,
  ],
  [
    'a name that two have',
    twin,
    /^AuthenticationPolicy: Okta has 2 authentication policies named "Twin": rst.*Use the ID/,
  ],
])('%s is refused, and nothing is left', async (_what, asked, reason) => {
  for (let made = 0; made < 2; made += 1) {
    scene.world.org.addPolicy({ type: 'ACCESS_POLICY', name: twin, system: false });
  }
  expect(await scene.create(scene.properties({ AuthenticationPolicy: asked }))).toMatchObject({
    Status: 'FAILED',
    Reason: expect.stringMatching(reason),
  });
  expect(scene.world.org.applications.size).toBe(0);
});

test('an org on Classic Engine has none', async () => {
  scene.world.org.settings.pipeline = 'v1';
  const answer = await scene.create(scene.properties({ AuthenticationPolicy: 'Password only' }));
  expect(answer).toMatchObject({
    Status: 'FAILED',
    Reason: expect.stringMatching(
      /^AuthenticationPolicy: the Okta org \S+ has no .* Classic Engine\. Remove/,
    ),
  });
});

test('if it is not known what was before, the org’s default is set', async () => {
  const { defaultAccessPolicyId } = scene.world.org;
  const strict = scene.properties({ AuthenticationPolicy: 'Password only' });
  const id = await scene.made(strict);
  for (const item of scene.world.leases.values()) {
    const standing = Object(item).standing;
    if (standing) standing.S = standing.S.replaceAll(`"found":"${defaultAccessPolicyId}"`, '"lost":""');
  }
  await scene.update(id, scene.properties(), strict);
  expect(scene.application.accessPolicyId).toBe(defaultAccessPolicyId);
});

test('a rollback to a policy that is gone, and that was given by its ID, keeps the one that is set', async () => {
  const gone = scene.world.org.addPolicy({ type: 'ACCESS_POLICY', name: 'Gone', system: false });
  const first = scene.properties({ AuthenticationPolicy: gone.id });
  const id = await scene.made(first);
  const second = scene.properties({ AuthenticationPolicy: policyId('Password only') });
  expect(await scene.update(id, second, first)).toMatchObject({ Status: 'SUCCESS' });
  scene.world.org.policies.delete(gone.id);
  expect(await scene.rollBack(id, first, second)).toMatchObject({ Status: 'SUCCESS' });
  expect(scene.application.accessPolicyId).toBe(policyId('Password only'));
});
