import { addHandMadeApplication, addHandMadeProvider } from '../../support/virtual/hand-made.ts';
import type { Fault } from '../../support/virtual/network.ts';
import { Resource } from '../../support/virtual/resource.ts';
import { idOf, isWrite, Scene } from './scene.ts';

let scene: Scene;

beforeEach(() => {
  scene = new Scene();
});

const broker = { Access: 'FederationBrokerMode' };
const isBrokerMode = () => scene.application.document.settings.implicitAssignment;
const groups = () =>
  [...scene.application.groupAssignments.keys()].map((id) => scene.world.org.groups.get(id)?.name);

describe('Federation Broker Mode', () => {
  test('is set at the Create, without a group, and unset when the template leaves it', async () => {
    const calls = await scene.callsOf(() => scene.made(scene.properties(broker)));
    expect(calls.filter((call) => /PUT .*groups/.test(call))).toEqual([]);
    expect(isBrokerMode()).toBe(true);
  });

  test('is entered from groups and left to Everyone', async () => {
    const engineers = scene.properties({ Access: ['Engineering'] });
    const id = await scene.made(engineers);
    const before = scene.view;
    await scene.update(id, scene.properties(broker), engineers);
    expect([isBrokerMode(), groups()]).toEqual([true, []]);
    await scene.update(id, engineers, scene.properties(broker));
    expect(scene.view).toEqual(before);
    await scene.update(id, scene.properties(broker), engineers);
    expect(await scene.update(id, scene.properties(), scene.properties(broker))).toMatchObject({
      Status: 'SUCCESS',
    });
    expect([isBrokerMode(), groups()]).toEqual([false, ['Everyone']]);
  });

  test('that an administrator set stays: Everyone needs no call, and no group is assigned', async () => {
    const id = await scene.made(scene.properties({ Access: 'Nobody' }));
    scene.application.document.settings.implicitAssignment = true;
    const calls = await scene.callsOf(async () => {
      expect(
        await scene.update(id, scene.properties(), scene.properties({ Access: 'Nobody' })),
      ).toMatchObject({ Status: 'SUCCESS' });
    });
    expect(calls.filter(isWrite)).toEqual([]);
    expect(isBrokerMode()).toBe(true);
  });

  test.each<[string, string | string[]]>([
    ['groups', ['Engineering']],
    ['Nobody', 'Nobody'],
  ])('that an administrator set refuses %s before anything changes', async (_what, Access) => {
    const theirs = addHandMadeApplication(scene.world, scene.pool);
    theirs.document.settings.implicitAssignment = true;
    const calls = await scene.callsOf(async () => {
      expect(
        await scene.create(scene.properties({ Adopt: { ApplicationId: theirs.id }, Access })),
      ).toMatchObject({
        Status: 'FAILED',
        Reason: expect.stringMatching(
          /^Access: the Okta application "Staff portal" is in Federation Broker Mode/,
        ),
      });
    });
    expect(calls.filter(isWrite)).toEqual([]);
  });

  test.each([true, false])('of an adopted application is put back to %s', async (before) => {
    const theirs = addHandMadeApplication(scene.world, scene.pool);
    addHandMadeProvider(scene.world, scene.pool, 'Okta', theirs.id);
    theirs.document.settings.implicitAssignment = before;
    const adopting = scene.properties({ Adopt: { ApplicationId: theirs.id } });
    const id = await scene.made({ ...adopting, ...broker });
    expect(isBrokerMode()).toBe(true);
    await scene.update(id, adopting, { ...adopting, ...broker });
    expect(isBrokerMode()).toBe(before);
    await scene.update(id, { ...adopting, ...broker }, adopting);
    await scene.delete(id, { ...adopting, ...broker });
    expect(isBrokerMode()).toBe(before);
  });
});

describe('groups', () => {
  const idOfGroup = (wanted: string) =>
    [...scene.world.org.groups.values()].find(({ name }) => name === wanted)?.id ?? '';

  test('by names and IDs: the difference is applied, and what an administrator assigned stays', async () => {
    scene.withoutLag();
    scene.world.org.addGroup('Contractors');
    const [engineering, finance, everyone] = ['Engineering', 'Finance', 'Everyone'].map(idOfGroup);
    const first = scene.properties({ Access: ['Engineering', finance] });
    const id = await scene.made(first);
    expect(groups().toSorted()).toEqual(['Engineering', 'Finance']);
    const assignment = { groupId: everyone ?? '', priority: 0, profile: {}, lastUpdated: '' };
    scene.application.groupAssignments.set(assignment.groupId, assignment);
    const second = scene.properties({ Access: ['Finance', 'Contractors'] });
    const calls = await scene.callsOf(async () => idOf(await scene.update(id, second, first)));
    expect(groups().toSorted()).toEqual(['Contractors', 'Everyone', 'Finance']);
    expect(calls.filter((call) => isWrite(call) && call.includes('/groups/')).toSorted()).toEqual([
      'Okta DELETE /api/v1/apps/*/groups/*',
      'Okta PUT /api/v1/apps/*/groups/*',
    ]);
    // Named now, and there by hand before: the template does not remove it.
    const third = scene.properties({ Access: ['Everyone', engineering] });
    idOf(await scene.update(id, third, second));
    idOf(await scene.update(id, scene.properties({ Access: [engineering] }), third));
    expect(groups().toSorted()).toEqual(['Engineering', 'Everyone']);
  });
});

describe('an inactive application', () => {
  const inactive = /^Active: the Okta application .* is inactive, .* Set Active to true/;

  test('fails an Update, and nothing changes, unless the template says Active: true', async () => {
    const id = await scene.made();
    scene.application.status = 'INACTIVE';
    const before = scene.view;
    const changed = scene.properties({ ApplicationLabel: 'Shop', Access: ['Engineering'] });
    expect(await scene.update(id, changed)).toMatchObject({
      Status: 'FAILED',
      Reason: expect.stringMatching(inactive),
    });
    expect(scene.view).toEqual(before);
    expect(await scene.update(id, { ...changed, Active: 'true' })).toMatchObject({ Status: 'SUCCESS' });
    expect(scene.application.status).toBe('ACTIVE');
    expect(groups()).toEqual(['Engineering']);
  });

  test('is not adopted without Active: true, and is inactive again at the end', async () => {
    const theirs = addHandMadeApplication(scene.world, scene.pool);
    addHandMadeProvider(scene.world, scene.pool, 'Okta', theirs.id);
    theirs.status = 'INACTIVE';
    const before = scene.view;
    const adopting = scene.properties({ Adopt: { ApplicationId: theirs.id } });
    expect(await scene.create(adopting)).toMatchObject({
      Status: 'FAILED',
      Reason: expect.stringMatching(inactive),
    });
    expect(scene.view).toEqual(before);
    const other = new Resource('other');
    const activating = { ...adopting, Active: 'true' };
    const id = idOf(await scene.send(other.create(activating)));
    expect(theirs.status).toBe('ACTIVE');
    expect(await scene.send(other.delete(id, activating))).toMatchObject({ Status: 'SUCCESS' });
    expect(theirs.status).toBe('INACTIVE');
  });

  test('is tolerated by a rollback, which does not activate it', async () => {
    const id = await scene.made();
    const wanted = scene.properties({ Scopes: 'openid email', Access: ['Engineering'] });
    scene.strike(/oauth2.v1.authorize/, { do: 'answer', reply: { status: 500, body: '' } });
    expect(await scene.update(id, wanted)).toMatchObject({ Status: 'FAILED' });
    scene.heal();
    scene.application.status = 'INACTIVE';
    expect(await scene.update(id, scene.properties(), wanted)).toMatchObject({
      Status: 'SUCCESS',
      PhysicalResourceId: id,
    });
    expect(scene.application.status).toBe('INACTIVE');
  });

  test('that an undo left so, when it died, is activated by the next Create', async () => {
    const refused = { status: 400, body: '{"__type":"InvalidParameterException","message":"Not so."}' };
    const faults = new Map<RegExp, Fault>([
      [/CreateIdentityProvider/, { do: 'answer', reply: refused }],
      [/DELETE .*apps/, { do: 'kill' }],
    ]);
    scene.world.network.fault = ({ operation }) => {
      const [met] = [...faults].filter(([name]) => name.test(operation));
      if (met) faults.delete(met[0]);
      return met?.[1];
    };
    expect(await scene.create()).toMatchObject({ Status: 'FAILED' });
    expect([faults.size, scene.application.status]).toEqual([0, 'INACTIVE']);
    await scene.passes(60);
    expect(await scene.create()).toMatchObject({ Status: 'SUCCESS' });
    expect(scene.application.status).toBe('ACTIVE');
  });
});

describe('what Cognito cannot meet', () => {
  test.each<[string, (document: Scene['application']['document']) => void, RegExp]>([
    [
      'DPoP',
      ({ settings }) => Object.assign(settings.oauthClient, { dpop_bound_access_tokens: true }),
      /requires DPoP, which Cognito does not support/,
    ],
    [
      'a network zone',
      ({ settings }) =>
        Object.assign(settings.oauthClient, { network: { connection: 'ZONE', include: ['nzo1'] } }),
      /only from a network zone/,
    ],
    [
      'private_key_jwt',
      ({ credentials }) =>
        Object.assign(credentials.oauthClient, { token_endpoint_auth_method: 'private_key_jwt' }),
      /uses private_key_jwt/,
    ],
  ])('%s is refused before the probe, own or adopted', async (_what, set, reason) => {
    const refused = { Status: 'FAILED', Reason: expect.stringMatching(reason) };
    const id = await scene.made();
    set(scene.application.document);
    const calls = await scene.callsOf(async () => {
      expect(await scene.update(id, scene.properties({ Notes: 'Ours.' }))).toMatchObject(refused);
    });
    expect(calls.filter((call) => isWrite(call) || call.includes('oauth2'))).toEqual([]);

    const theirs = addHandMadeApplication(scene.world, scene.pool);
    set(theirs.document);
    const other = { ...scene.properties({ Adopt: { ApplicationId: theirs.id }, ProviderName: 'Staff' }) };
    expect(await scene.update(id, other)).toMatchObject(refused);
  });
});
