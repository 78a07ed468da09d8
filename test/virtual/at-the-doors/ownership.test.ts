import type { Application } from '../../../local/okta/org.ts';
import { providerKey } from '../../support/cognito-fake/state.ts';
import type { Properties } from '../../support/custom-resource.ts';
import { refusal } from '../../support/virtual/aws.ts';
import { addHandMadeApplication } from '../../support/virtual/hand-made.ts';
import type { Fault } from '../../support/virtual/network.ts';
import { idOf, Scene } from './scene.ts';

let scene: Scene;

beforeEach(() => {
  scene = new Scene();
});

const cognitoRefuses: Fault = { do: 'answer', reply: refusal('InvalidParameterException', 'Not so.') };

const markerOf = ({ document }: Application) => document.profile?.okta_cognito_idp;

/** A hand-made application without a provider, and a template that adopts it. */
function handMade(): { theirs: Application; adopting: (more?: Properties) => Properties } {
  const theirs = addHandMadeApplication(scene.world, scene.pool);
  return { theirs, adopting: (more) => scene.properties({ Adopt: { ApplicationId: theirs.id }, ...more }) };
}

/** An administrator deletes every other application. */
function deleteAllBut({ id }: Application): void {
  for (const other of scene.world.org.applications.keys()) {
    if (other !== id) scene.world.org.applications.delete(other);
  }
}

describe('a provider that this resource made for an adopted application', () => {
  test('has what the template names and nothing of a failed Update', async () => {
    const { adopting } = handMade();
    const id = await scene.made(adopting());
    const before = scene.view;
    const next = adopting({ Scopes: 'openid email profile phone', AttributesRequestMethod: 'POST' });
    scene.strike(/Cognito .oauth2.authorize/, cognitoRefuses);
    expect(await scene.update(id, next, adopting())).toMatchObject({ Status: 'FAILED' });
    expect(scene.provider?.ProviderDetails.attributes_request_method).toBe('POST');
    scene.heal();
    idOf(await scene.update(id, adopting(), next));
    expect(scene.view).toEqual(before);
  });

  test('has another issuer only for as long as the template names it', async () => {
    const { adopting } = handMade();
    const id = await scene.made(adopting());
    const before = scene.view;
    const { provider } = scene;
    if (!provider) throw new Error('There is no provider.');
    // As an Update leaves it that names another issuer, and fails.
    const ProviderDetails = { ...provider.ProviderDetails, oidc_issuer: 'https://elsewhere.example.com' };
    scene.world.cognito.providers.set(providerKey(scene.pool.id, 'Okta'), { ...provider, ProviderDetails });
    idOf(await scene.update(id, adopting(), adopting()));
    expect(scene.view).toEqual(before);
  });

  test('goes with it also if an administrator deleted the application that it was made for', async () => {
    const { theirs, adopting } = handMade();
    const before = scene.view;
    const id = await scene.made();
    deleteAllBut(theirs);
    const adopted = idOf(await scene.update(id, adopting()));
    idOf(await scene.delete(id));
    idOf(await scene.delete(adopted, adopting()));
    expect(scene.view).toEqual(before);
  });
});

test('an adoption in place of a deleted application is given back if it fails', async () => {
  const { theirs, adopting } = handMade();
  const id = await scene.made();
  deleteAllBut(theirs);
  scene.strike(/Cognito .oauth2.authorize/, cognitoRefuses);
  expect(await scene.update(id, adopting())).toMatchObject({ Status: 'FAILED' });
  expect(markerOf(theirs)).toBeDefined();
  scene.heal();
  const back = idOf(await scene.update(id, scene.properties(), adopting()));
  expect(markerOf(theirs)).toBeUndefined();
  const [own] = [...scene.world.org.applications.values()].filter((one) => one !== theirs);
  expect(back).toBe(`${scene.pool.id}|Okta|${own?.id}`);
  expect(scene.provider?.ProviderDetails.client_id).toBe(own?.id);
});

describe('an Update after one that failed and was not rolled back', () => {
  const noted = (Notes: string, more: Properties = {}) => scene.properties({ Notes, ...more });
  const wrong = { Access: ['No such group'] };

  test.each(['n1', 'n2'])('removes the notes if the one before is said to be %s', async (old) => {
    const id = await scene.made(noted('n1'));
    expect(await scene.update(id, noted('n2', wrong), noted('n1'))).toMatchObject({ Status: 'FAILED' });
    idOf(await scene.update(id, scene.properties(), noted(old)));
    expect(scene.application.document.settings.notes?.admin).toBeFalsy();
  });

  test('removes an identifier also if the application was deleted by hand', async () => {
    const before = scene.properties({ IdpIdentifiers: ['a.example.com'] });
    const next = scene.properties({ IdpIdentifiers: ['b.example.com'] });
    const id = await scene.made(before);
    scene.world.org.applications.clear();
    expect(await scene.update(id, { ...next, ...wrong }, before)).toMatchObject({ Status: 'FAILED' });
    idOf(await scene.update(id, next, { ...next, ...wrong }));
    expect(scene.provider?.IdpIdentifiers).toEqual(['b.example.com']);
  });

  test('goes by its old properties if the table has nothing of the one before', async () => {
    const one = scene.properties();
    const two = scene.properties({ UserPoolClientIds: [scene.web.id, scene.mobile.id] });
    const id = await scene.made(one);
    scene.strike(/UpdateItem .release/, { do: 'answer', reply: { status: 500 } });
    idOf(await scene.update(id, two, one));
    scene.heal();
    await scene.passes(60);
    scene.world.org.applications.clear();
    idOf(await scene.update(id, one, two));
    expect(scene.mobile.settings.SupportedIdentityProviders).not.toContain('Okta');
  });
});
