import type { Properties } from '../../support/custom-resource.ts';
import { refusal } from '../../support/virtual/aws.ts';
import { deadToken, idOf, Scene } from './scene.ts';

/** A template no longer names the resource, and DeletionPolicy is Retain: no event comes. A later Create goes on with it. */

let scene: Scene;

beforeEach(() => {
  scene = new Scene();
});

const probe = /Okta .oauth2.v1.token/;

/** What the later Create asks for. */
const wanted = () =>
  scene.properties({ Access: ['Finance'], UserPoolClientIds: [scene.web.id, scene.mobile.id] });

async function retained() {
  const id = idOf(await scene.create(scene.properties({ Access: ['Engineering'] })));
  return { id, before: scene.view };
}

test.each<[string, () => void]>([
  ['fails', () => scene.strike(probe, { do: 'answer', reply: { status: 400, body: '{}' } })],
  ['dies', () => scene.strike(probe, { do: 'kill' })],
  [
    'fails, and cannot give it back at once',
    () => {
      let isDead = false;
      scene.world.network.fault = ({ service, operation }) => {
        isDead ||= probe.test(operation);
        if (probe.test(operation)) return { do: 'answer', reply: { status: 400, body: '{}' } };
        return isDead && service === 'Okta' ? deadToken : undefined;
      };
    },
  ],
])('a Create that goes on with a retained federation, and %s, leaves it as it was', async (_, goesWrong) => {
  const { before } = await retained();
  goesWrong();
  const { Status, PhysicalResourceId } = await scene.create(wanted());
  expect(Status).toBe('FAILED');
  scene.heal();
  await scene.passes(60);
  idOf(await scene.delete(PhysicalResourceId, wanted()));
  expect(scene.view).toEqual(before);
});

test('a retained federation goes on in its own org only, and stays as it is if the template names another', async () => {
  const id = idOf(await scene.create());
  const before = scene.view;
  const { Status, Reason } = await scene.create(scene.properties({ OktaSecretId: 'other-okta' }));
  expect(Status).toBe('FAILED');
  expect(Reason).toMatch(
    /^ProviderName: the identity provider Okta of user pool \S+ was retained with the Okta application 0oa\w+\. Deploy with the OktaSecretId and Adopt of before/,
  );
  expect(scene.view).toEqual(before);
  expect(idOf(await scene.create())).toBe(id);
});

const takenBack = (id: string, properties: Properties) =>
  scene.takeBack(scene.resource.delete(id, properties));

test('a federation whose clean-up has failed was not retained: the next rollback removes it', async () => {
  const nothing = scene.view;
  const id = idOf(await scene.create());
  scene.strike(/^Okta /, deadToken);
  expect(await takenBack(id, scene.properties())).toMatchObject({ Status: 'FAILED' });
  scene.heal();
  await scene.passes(60);
  expect(idOf(await scene.create())).toBe(id);
  idOf(await takenBack(id, scene.properties()));
  expect(scene.view).toEqual(nothing);
  expect(scene.journal.standing).toEqual([]);
});

test('a retained federation that is given back in two tries is known whole', async () => {
  const { id, before } = await retained();
  const posting = { ...wanted(), AttributesRequestMethod: 'POST' };
  idOf(await scene.create(posting));
  const refused = refusal('InvalidParameterException', 'Not so.');
  scene.strike(/UpdateIdentityProvider/, { do: 'answer', reply: refused });
  expect(await takenBack(id, posting)).toMatchObject({ Status: 'FAILED' });
  // Half of it is done.
  const assigned = () =>
    [...scene.application.groupAssignments.keys()].map((group) => scene.world.org.groups.get(group)?.name);
  expect(assigned()).toEqual(['Engineering']);
  scene.heal();
  await scene.passes(60);
  idOf(await takenBack(id, posting));
  expect(scene.view).toEqual(before);
  expect(scene.journal.standing[0]?.application.groupIds).toHaveLength(1);
});

test('a Create that goes on with a retained federation, and is rolled back, leaves it as it was', async () => {
  const { id, before } = await retained();
  for (const _ of ['once', 'twice']) {
    expect(idOf(await scene.create(wanted()))).toBe(id);
    idOf(await takenBack(id, wanted()));
    expect(scene.view).toEqual(before);
  }
  // It is this resource's own still.
  expect(idOf(await scene.create(wanted()))).toBe(id);
  idOf(await scene.delete(id, wanted()));
  expect(scene.world.org.applications.size).toBe(0);
  expect(scene.journal.standing).toEqual([]);
});

test('a retained federation whose later Updates are in force is not set back to what it was while it was retained', async () => {
  const { id } = await retained();
  idOf(await scene.create(wanted()));
  const later = { ...wanted(), Notes: 'x' };
  idOf(await scene.update(id, later, wanted()));
  scene.strike(/^Okta /, deadToken);
  expect(await scene.delete(id, later)).toMatchObject({ Status: 'FAILED' });
  scene.heal();
  await scene.passes(60);
  expect(idOf(await scene.create(later))).toBe(id);
  // Its removal had failed: so it goes.
  idOf(await takenBack(id, later));
  expect(scene.world.org.applications.size).toBe(0);
});

describe('a replacement that goes on with a retained federation', () => {
  const staff = () => scene.properties({ ProviderName: 'Staff' });
  let id: string;
  let other: string;
  let before: typeof scene.view;

  beforeEach(async () => {
    ({ id } = await retained());
    other = idOf(await scene.create(staff()));
    before = scene.view;
  });

  test('and whose rollback cannot look at first, leaves it as it was, and the next Update too', async () => {
    expect(idOf(await scene.update(other, wanted(), staff()))).toBe(id);
    scene.strike(/Cognito DescribeUserPool$/, {
      do: 'answer',
      reply: refusal('InvalidParameterException', 'Not now.'),
    });
    expect(idOf(await scene.rollBack(id, staff(), wanted()))).toBe(other);
    scene.heal();
    idOf(await takenBack(id, wanted()));
    expect(scene.view).toEqual(before);
    idOf(await scene.update(other, { ...staff(), Notes: 'x' }, staff()));
    idOf(await scene.update(other, staff(), { ...staff(), Notes: 'x' }));
    expect(scene.view).toEqual(before);
  });

  test('and fails, as does all that sets it back, does not keep the other one from its rollback and its Delete', async () => {
    const posting = { ...wanted(), AttributesRequestMethod: 'POST' };
    const refused = refusal('InvalidParameterException', 'Not so.');
    let hasFailed = false;
    scene.world.network.fault = ({ operation }) => {
      if (probe.test(`Okta ${operation}`)) hasFailed = true;
      if (probe.test(`Okta ${operation}`)) return { do: 'answer', reply: { status: 400, body: '{}' } };
      return hasFailed && operation === 'UpdateIdentityProvider'
        ? { do: 'answer', reply: refused }
        : undefined;
    };
    expect(await scene.update(other, posting, staff())).toMatchObject({ Status: 'FAILED' });
    scene.strike(/UpdateIdentityProvider/, { do: 'answer', reply: refused });
    idOf(await scene.rollBack(other, staff(), posting));
    expect(scene.journal.open).toHaveLength(1);
    idOf(await scene.delete(other, staff()));
    expect(scene.journal.open).toHaveLength(1);
    scene.heal();
    idOf(await scene.create(staff()));
    expect(scene.view).toEqual(before);
    expect(scene.journal.open).toEqual([]);
  });

  test('and is rolled back leaves it as it was', async () => {
    for (const _ of ['once', 'twice']) {
      expect(idOf(await scene.update(other, wanted(), staff()))).toBe(id);
      expect(idOf(await scene.rollBack(id, staff(), wanted()))).toBe(other);
      idOf(await takenBack(id, wanted()));
      expect(scene.view).toEqual(before);
    }
  });
});
