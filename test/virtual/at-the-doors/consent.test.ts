import type { Application } from '../../../local/okta/org.ts';
import type { Properties } from '../../support/custom-resource.ts';
import { addHandMadeApplication, addHandMadeProvider } from '../../support/virtual/hand-made.ts';
import { idOf, Scene } from './scene.ts';

let scene: Scene;
let theirs: Application;

beforeEach(() => {
  scene = new Scene();
  scene.world.configure({ ADOPTION: 'WithConsent' });
  theirs = addHandMadeApplication(scene.world, scene.pool);
  addHandMadeProvider(scene.world, scene.pool, 'Okta', theirs.id);
});

afterAll(() => scene.world.configure());

const adopting = (more: Properties = {}, adopt: Properties = {}) =>
  scene.properties({ Adopt: { ApplicationId: theirs.id, ...adopt }, ...more });

const note = () => theirs.document.settings.notes?.admin;

function consents(line: string): void {
  theirs.document.settings.notes = { admin: `Ask Ada.\n${line}` };
}

async function refusalOf(properties: Properties): Promise<string | undefined> {
  const before = scene.view;
  const answer = await scene.create(properties);
  expect(answer.Status).toBe('FAILED');
  expect(scene.view).toEqual(before);
  return answer.Reason;
}

describe('an application that an administrator made is adopted', () => {
  test('only with the line that the refusal states', async () => {
    const reason = await refusalOf(adopting());
    const [, line = ''] = /add the line "([^"]+)" to the application/.exec(reason ?? '') ?? [];
    expect(line).toBe('okta-cognito-idp: adopt shop');
    consents(line);
    idOf(await scene.create(adopting()));
  });

  test.each(['okta-cognito-idp: adopt mall', 'okta-cognito-idp: adopt 111111111111'])(
    'not with the consent to another: %s',
    async (line) => {
      consents(line);
      expect(await refusalOf(adopting())).toMatch(
        /may not adopt the Okta application \S+ without the consent/,
      );
    },
  );

  test('by the account that a line names', async () => {
    consents('okta-cognito-idp: adopt 000000000000');
    idOf(await scene.create(adopting()));
  });

  test('not if the operator says Never, with any note', async () => {
    scene.world.configure({ ADOPTION: 'Never' });
    consents('okta-cognito-idp: adopt shop');
    expect(await refusalOf(adopting())).toMatch(/parameter Adoption is Never/);
  });

  test('not with consent only if it is no OIDC Web application, such as the Okta Admin Console', async () => {
    consents('okta-cognito-idp: adopt shop');
    Reflect.set(theirs.document, 'name', 'saasure');
    expect(await refusalOf(adopting())).toMatch(/only an OIDC Web application can be adopted/);
  });

  test('not if it says nothing of its type', async () => {
    consents('okta-cognito-idp: adopt shop');
    Reflect.deleteProperty(theirs.document.settings.oauthClient, 'application_type');
    expect(await refusalOf(adopting())).toMatch(/has the application type none/);
  });
});

describe('its client secret', () => {
  test.each([[{ SecretVersion: '2' }], [{ SecretRotation: { AutomaticallyAfterDays: '90' } }]])(
    'is rotated only with the word rotate: %j',
    async (rotation) => {
      consents('okta-cognito-idp: adopt shop');
      expect(await refusalOf(adopting(rotation))).toMatch(
        /may not rotate the client secret of the Okta application \S+ .*"okta-cognito-idp: adopt shop rotate"/,
      );
      consents('okta-cognito-idp: adopt shop rotate');
      idOf(await scene.create(adopting(rotation)));
    },
  );

  test('is not rotated by a later Update either', async () => {
    consents('okta-cognito-idp: adopt shop');
    const id = await scene.made(adopting());
    const answer = await scene.update(id, adopting({ SecretVersion: '2' }), adopting());
    expect(answer).toMatchObject({
      Status: 'FAILED',
      Reason: expect.stringContaining('may not rotate the client secret of'),
    });
  });
});

describe('it is deleted with the resource', () => {
  const deleting = () => adopting({}, { OnDelete: 'Delete' });

  test('only with the word delete', async () => {
    consents('okta-cognito-idp: adopt shop');
    expect(await refusalOf(deleting())).toMatch(/"okta-cognito-idp: adopt shop delete"/);
    consents('okta-cognito-idp: adopt shop delete');
    const id = await scene.made(deleting());
    idOf(await scene.delete(id, deleting()));
    expect(scene.world.org.applications.size).toBe(0);
  });

  test('not if the Update that asked for it was refused and not rolled back', async () => {
    consents('okta-cognito-idp: adopt shop');
    const id = await scene.made(adopting());
    expect(await scene.update(id, deleting(), adopting())).toMatchObject({ Status: 'FAILED' });
    consents('okta-cognito-idp: adopt shop delete');
    idOf(await scene.delete(id, deleting()));
    expect(scene.world.org.applications.size).toBe(1);
  });

  test('not if an administrator has withdrawn the consent', async () => {
    consents('okta-cognito-idp: adopt shop delete');
    const id = await scene.made(deleting());
    consents('okta-cognito-idp: adopt shop');
    idOf(await scene.delete(id, deleting()));
    expect(scene.world.org.applications.size).toBe(1);
    expect(theirs.document.profile).toEqual({ costCentre: '4711' });
  });
});

describe('Notes of a template', () => {
  const line = 'okta-cognito-idp: adopt shop';

  test('cannot give consent', async () => {
    const id = await scene.made(scene.properties({ ProviderName: 'Own', Notes: 'Ours.' }));
    const sly = scene.properties({ ProviderName: 'Own', Notes: 'Ours.\n okta-cognito-idp:  ADOPT *' });
    expect(
      await scene.update(id, sly, scene.properties({ ProviderName: 'Own', Notes: 'Ours.' })),
    ).toMatchObject({
      Status: 'FAILED',
      Reason: expect.stringContaining('Notes must not contain "okta-cognito-idp: adopt"'),
    });
  });

  test('cannot remove it, and neither can the Delete that puts the notes back', async () => {
    consents(line);
    const id = await scene.made(adopting({ Notes: 'Ours.' }));
    expect(note()).toBe(`Ours.\n${line}`);
    consents('okta-cognito-idp: adopt mall');
    theirs.document.settings.notes = { admin: 'Ours.\nokta-cognito-idp: adopt mall' };
    idOf(await scene.delete(id, adopting({ Notes: 'Ours.' })));
    expect(note()).toBe('Ask Ada.\nokta-cognito-idp: adopt mall');
  });

  test('are unset without it', async () => {
    const own = scene.properties({ ProviderName: 'Own' });
    const noted = { ...own, Notes: 'Ours.' };
    theirs.document.label = 'Theirs';
    const id = await scene.made(noted);
    const [ours] = [...scene.world.org.applications.values()].filter((one) => one !== theirs);
    if (!ours) throw new Error('There is no application.');
    ours.document.settings.notes = { admin: `Ours.\n${line}` };
    idOf(await scene.update(id, own, noted));
    expect(ours.document.settings.notes?.admin).toBe(line);
  });
});
