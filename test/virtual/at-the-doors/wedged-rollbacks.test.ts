import type { Properties } from '../../support/custom-resource.ts';
import { refusal } from '../../support/virtual/aws.ts';
import type { Fault } from '../../support/virtual/network.ts';
import { tick } from '../../support/virtual/watch.ts';
import { deadToken, Scene } from './scene.ts';

/** What was wrong before an Update is wrong in its rollback too, and must not fail it. */

let scene: Scene;

beforeEach(() => {
  scene = new Scene();
});

const cognitoRefuses: Fault = { do: 'answer', reply: refusal('InvalidParameterException', 'Not so.') };

const whole = () =>
  scene.properties({ UserPoolClientIds: [scene.web.id, scene.mobile.id], Access: ['Team'] });

function renameGroup(): void {
  for (const group of scene.world.org.groups.values()) if (group.name === 'Team') group.name = 'Crew';
}

/** What goes wrong after the Create, beside the template. */
const wrongs: [string, () => void][] = [
  ['the token is dead', () => scene.strike(/^Okta /, deadToken)],
  ['a group was renamed in Okta', renameGroup],
  ['an app client was deleted by hand', () => void scene.world.cognito.clients.delete(scene.mobile.id)],
];

const updates: [string, () => Properties][] = [
  ['a typo', () => ({ ...whole(), Acess: 'x' })],
  ['a change', () => ({ ...whole(), Notes: 'Ask Ada.' })],
];

describe.each(wrongs)('if %s', (_, goesWrong) => {
  let id: string;

  beforeEach(async () => {
    scene.world.org.addGroup('Team');
    id = await scene.made(whole());
    goesWrong();
  });

  test.each(updates)('an Update with %s fails, and its rollback makes no call', async (_, wanted) => {
    const before = scene.view;
    expect(await scene.update(id, wanted(), whole())).toMatchObject({ Status: 'FAILED' });
    const calls = await scene.callsOf(async () => {
      expect(await scene.update(id, whole(), wanted())).toMatchObject({
        Status: 'SUCCESS',
        PhysicalResourceId: id,
        Data: { ProviderName: 'Okta' },
      });
    });
    expect(calls.filter((call) => /^(Okta|Cognito|Sign-in)/.test(call))).toEqual([]);
    expect(scene.view).toEqual(before);
  });

  test('an Update that never comes is rolled back', async () => {
    const { world, resource } = scene;
    const wanted = { ...whole(), Notes: 'Ask Ada.' };
    const lost = resource.update(id, wanted, whole());
    world.stacks.sends(lost);
    // CloudFormation has waited for an hour.
    world.stacks.ends(lost, undefined);
    await scene.passes(3_600);
    const before = scene.view;
    expect(await scene.rollBack(id, whole(), wanted)).toMatchObject({
      Status: 'SUCCESS',
      PhysicalResourceId: id,
    });
    expect(scene.view).toEqual(before);
  });

  test('a second Update that fails is rolled back too', async () => {
    for (const wanted of updates.map(([, properties]) => properties())) {
      expect(await scene.update(id, wanted, whole())).toMatchObject({ Status: 'FAILED' });
      expect(await scene.update(id, whole(), wanted)).toMatchObject({ Status: 'SUCCESS' });
    }
  });
});

describe.each(wrongs.slice(1))('if %s while an Update is under way', (_, goesWrong) => {
  test('and CloudFormation takes the Update back although it succeeded, the rollback undoes it, and no more', async () => {
    scene.world.org.addGroup('Team');
    const id = await scene.made(whole());
    const changed = { ...whole(), Notes: 'Ask Ada.' };
    expect(await scene.update(id, changed, whole())).toMatchObject({ Status: 'SUCCESS' });
    goesWrong();
    const assigned = [...scene.application.groupAssignments.keys()];
    expect(assigned).toHaveLength(1);
    expect(await scene.rollBack(id, whole(), changed)).toMatchObject({ Status: 'SUCCESS' });
    expect([...scene.application.groupAssignments.keys()]).toEqual(assigned);
    expect(scene.application.document.settings.notes?.admin).toBeFalsy();
    expect(scene.web.settings.SupportedIdentityProviders).toEqual(['COGNITO', 'Okta']);
  });

  test('and CloudFormation goes to properties that were never in force, it fails', async () => {
    scene.world.org.addGroup('Team');
    const id = await scene.made(whole());
    const changed = { ...whole(), Notes: 'Ask Ada.' };
    await scene.update(id, changed, whole());
    goesWrong();
    const others = { ...whole(), Notes: 'Ask Grace.' };
    expect(await scene.rollBack(id, others, changed)).toMatchObject({ Status: 'FAILED' });
  });

  test.each<[string, Fault]>([
    ['is refused', cognitoRefuses],
    ['dies', { do: 'kill' }],
  ])('and the Update %s, the rollback undoes what it had changed, and no more', async (_, fault) => {
    scene.world.org.addGroup('Team');
    const id = await scene.made(whole());
    const changed = { ...whole(), Notes: 'Ask Ada.', AttributesRequestMethod: 'POST' };
    scene.strike(/UpdateIdentityProvider/, fault);
    expect(await scene.update(id, changed, whole())).toMatchObject({ Status: 'FAILED' });
    expect(scene.application.document.settings.notes?.admin).toBe('Ask Ada.');
    scene.heal();
    goesWrong();
    await scene.passes(60);
    expect(await scene.update(id, whole(), changed)).toMatchObject({ Status: 'SUCCESS' });
    expect(scene.application.groupAssignments.size).toBe(1);
    expect(scene.application.document.settings.notes?.admin).toBeFalsy();
    expect(scene.provider?.ProviderDetails.attributes_request_method).toBe('GET');
    expect(scene.web.settings.SupportedIdentityProviders).toEqual(['COGNITO', 'Okta']);
  });
});

test('if people cannot sign in, a rotation that died is rolled back nevertheless', async () => {
  const first = scene.properties({ SecretVersion: '1' });
  const second = scene.properties({ SecretVersion: '2' });
  const id = await scene.made(first);
  scene.strike(/POST .*credentials.secrets$/, { do: 'kill after' });
  expect(await scene.update(id, second, first)).toMatchObject({ Status: 'FAILED' });
  scene.heal();
  await scene.passes(60);
  expect(scene.application.secrets).toHaveLength(2);
  scene.world.cognito.behavior.webAcl = 403;
  expect(await scene.update(id, first, second)).toMatchObject({ Status: 'SUCCESS' });
  scene.world.cognito.behavior.webAcl = 'core rules';
  expect(scene.application.secrets).toHaveLength(1);
});

test('a repair by the watch that failed does not make a rollback ask anyone', async () => {
  scene.world.org.addGroup('Team');
  const id = await scene.made(whole());
  scene.world.environment = { REPAIR_DRIFT: 'true' };
  scene.application.document.label = 'Renamed';
  scene.strike(/UpdateIdentityProvider|PUT .api.v1.apps/, { do: 'kill' });
  const { provider } = scene;
  Object.assign(provider?.ProviderDetails ?? {}, { authorize_scopes: 'openid' });
  await scene.world.time.run(tick(scene.world));
  scene.world.environment = {};
  expect(scene.journal.open).toHaveLength(1);
  scene.strike(/^Okta /, deadToken);
  const typo = { ...whole(), Acess: 'x' };
  expect(await scene.update(id, typo, whole())).toMatchObject({ Status: 'FAILED' });
  const calls = await scene.callsOf(async () => {
    expect(await scene.rollBack(id, whole(), typo)).toMatchObject({ Status: 'SUCCESS' });
  });
  expect(calls.filter((call) => /^(Okta|Cognito|Sign-in)/.test(call))).toEqual([]);
});

test('a domain that cannot be reached any more does not fail a rollback that has undone all', async () => {
  const own = scene.properties();
  const id = await scene.made(own);
  const wanted = scene.properties({ AttributesRequestMethod: 'POST' });
  scene.strike(/Cognito .oauth2.authorize/, { do: 'reset' });
  expect(await scene.update(id, wanted, own)).toMatchObject({
    Status: 'FAILED',
    Reason: expect.stringContaining('cannot be reached'),
  });
  expect(scene.provider?.ProviderDetails.attributes_request_method).toBe('POST');
  expect(await scene.rollBack(id, own, wanted)).toMatchObject({ Status: 'SUCCESS' });
  expect(scene.provider?.ProviderDetails.attributes_request_method).toBe('GET');
});
