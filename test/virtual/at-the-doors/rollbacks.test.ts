import type { Application } from '../../../local/okta/org.ts';
import { providerKey } from '../../support/cognito-fake/state.ts';
import type { Properties } from '../../support/custom-resource.ts';
import { refusal } from '../../support/virtual/aws.ts';
import { addHandMadeApplication, addHandMadeProvider } from '../../support/virtual/hand-made.ts';
import type { Fault } from '../../support/virtual/network.ts';
import { idOf, Scene } from './scene.ts';

let scene: Scene;

beforeEach(() => {
  scene = new Scene();
});

const okta500: Fault = { do: 'answer', reply: { status: 500, body: '' } };
const cognitoRefuses: Fault = { do: 'answer', reply: refusal('InvalidParameterException', 'Not so.') };

const own = (more: Properties = {}) => scene.properties(more);
const staff = (more: Properties = {}) => scene.properties({ ProviderName: 'Staff', ...more });
const providerOf = (name: string) => scene.world.cognito.providers.get(providerKey(scene.pool.id, name));
const isThere = ({ id }: Application) => scene.world.org.applications.has(id);
const markerOf = ({ document }: Application) => document.profile?.okta_cognito_idp;

/** An application that this resource does not have, and a template that adopts it, and says that it goes with the resource. */
function handMade(): { theirs: Application; adopting: (more?: Properties) => Properties } {
  const theirs = addHandMadeApplication(scene.world, scene.pool);
  const Adopt = { ApplicationId: theirs.id, OnDelete: 'Delete' };
  return { theirs, adopting: (more) => scene.properties({ Adopt, ...more }) };
}

describe('an adoption in place of an own federation', () => {
  test('that succeeded and is rolled back gives back what it adopted, before its Delete could take it', async () => {
    const { theirs, adopting } = handMade();
    // So both are found in the resource's own search.
    theirs.document.label = 'shop Federation';
    const id = await scene.made();
    const before = scene.view;
    const adopted = idOf(await scene.update(id, adopting(), own()));
    expect(adopted).toBe(`${scene.pool.id}|Okta|${theirs.id}`);
    const calls = await scene.callsOf(async () => {
      expect(idOf(await scene.update(adopted, own(), adopting()))).toBe(id);
    });
    // The groups of the application that it goes back to count, not those of the one that it leaves.
    expect(calls).not.toContain('Okta PUT /api/v1/apps/*/groups/*');
    expect(await scene.delete(adopted, adopting())).toMatchObject({ Status: 'SUCCESS' });
    expect(scene.view).toEqual(before);
  });

  test('that was killed goes on when the Update comes again', async () => {
    const { theirs, adopting } = handMade();
    const id = await scene.made();
    scene.strike(/UpdateIdentityProvider/, { do: 'kill' });
    await scene.update(id, adopting(), own());
    expect(markerOf(theirs)).toBeDefined();
    scene.heal();
    await scene.passes(60);
    expect(await scene.update(id, adopting(), own())).toMatchObject({
      Status: 'SUCCESS',
      PhysicalResourceId: `${scene.pool.id}|Okta|${theirs.id}`,
    });
  });

  test('that was refused before it began leaves the other application alone in the rollback', async () => {
    const { theirs, adopting } = handMade();
    const id = await scene.made();
    const before = scene.view;
    const refused = adopting({ Access: ['No such group'] });
    expect(await scene.update(id, refused, own())).toMatchObject({ Status: 'FAILED' });
    expect(markerOf(theirs)).toBeUndefined();
    const calls = await scene.callsOf(async () => {
      expect(idOf(await scene.update(id, own(), refused))).toBe(id);
    });
    // It goes back to what still stands, and makes no call.
    expect(calls.filter((call) => /^(Okta|Cognito|Sign-in)/.test(call))).toEqual([]);
    expect(scene.view).toEqual(before);
  });
});

describe('an adopted application that gives way to another one', () => {
  test('goes with the Delete of its physical ID if the template says so', async () => {
    const [first, second] = [handMade(), handMade()];
    const id = await scene.made(first.adopting());
    idOf(await scene.update(id, second.adopting(), first.adopting()));
    expect(isThere(first.theirs)).toBe(true);
    await scene.delete(id, first.adopting());
    expect(isThere(first.theirs)).toBe(false);
    expect(isThere(second.theirs)).toBe(true);
  });

  test('is gone back to, and the other one is given back, even if the template says otherwise', async () => {
    const [first, second] = [handMade(), handMade()];
    const id = await scene.made(first.adopting());
    const before = scene.view;
    const other = idOf(await scene.update(id, second.adopting(), first.adopting()));
    expect(idOf(await scene.update(other, first.adopting(), second.adopting()))).toBe(id);
    await scene.delete(other, second.adopting());
    expect(isThere(second.theirs)).toBe(true);
    expect(scene.view).toEqual(before);
  });

  test('is known to have the provider also if an administrator chose its client ID', async () => {
    const [first, second] = [handMade(), handMade()];
    first.theirs.clientId = 'staff-portal';
    const created = await scene.create(first.adopting());
    expect(created.Data).toMatchObject({ ApplicationId: first.theirs.id, ClientId: 'staff-portal' });
    const id = idOf(created);
    expect(scene.provider?.ProviderDetails.client_id).toBe('staff-portal');
    expect(await scene.update(id, second.adopting(), first.adopting())).toMatchObject({ Status: 'SUCCESS' });
    expect(scene.provider?.ProviderDetails.client_id).toBe(second.theirs.id);
  });
});

describe('a replacement', () => {
  test('on its way forward does not look for what it replaces: the Delete of that physical ID does', async () => {
    const { theirs, adopting } = handMade();
    const id = await scene.made(adopting());
    const calls = await scene.callsOf(() => scene.update(id, staff(), adopting()));
    expect(calls.filter((call) => call === 'Cognito DescribeIdentityProvider')).toHaveLength(1);
    expect(calls).not.toContain('Okta GET /api/v1/apps/*');
    expect(markerOf(theirs)).toBeDefined();
    await scene.delete(id, adopting());
    expect(isThere(theirs)).toBe(false);
  });

  test('that adopted and is rolled back gives back what it adopted, before its Delete could take it', async () => {
    const { theirs, adopting } = handMade();
    const id = await scene.made();
    const before = scene.view;
    const replacement = adopting({ ProviderName: 'Staff' });
    const replaced = idOf(await scene.update(id, replacement, own()));
    expect(idOf(await scene.update(replaced, own(), replacement))).toBe(id);
    await scene.delete(replaced, replacement);
    expect(isThere(theirs)).toBe(true);
    expect(scene.view).toEqual(before);
  });

  test('that adopts and fails gives back what it had adopted', async () => {
    const { adopting } = handMade();
    const id = await scene.made();
    const before = scene.view;
    scene.strike(/CreateIdentityProvider/, cognitoRefuses);
    expect(await scene.update(id, adopting({ ProviderName: 'Staff' }), own())).toMatchObject({
      Status: 'FAILED',
      PhysicalResourceId: id,
      Reason: 'Not so.',
    });
    expect(scene.view).toEqual(before);
  });

  test('that is refused before it begins is not undone: there is nothing of it', async () => {
    const id = await scene.made();
    const before = scene.view;
    const calls = await scene.callsOf(async () => {
      const refused = staff({ Access: ['No such group'] });
      expect(await scene.update(id, refused)).toMatchObject({ Status: 'FAILED', PhysicalResourceId: id });
    });
    expect(calls.filter((call) => call === 'Cognito DescribeIdentityProvider')).toHaveLength(1);
    expect(scene.view).toEqual(before);
  });

  test('that fails, and can then not be removed, is reported in the failure', async () => {
    const id = await scene.made();
    const before = scene.view;
    scene.strike(/Cognito .oauth2.authorize|DeleteIdentityProvider/, okta500);
    expect(await scene.update(id, staff())).toMatchObject({
      Status: 'FAILED',
      PhysicalResourceId: id,
      Reason: expect.stringMatching(/^Cognito at shop/),
    });
    expect(providerOf('Staff')).toBeDefined();
    scene.heal();
    idOf(await scene.update(id, own(), staff()));
    expect(scene.view).toEqual(before);
  });

  test('is gone back from although the sign-in of what it goes back to fails: it failed before', async () => {
    const id = await scene.made();
    const replaced = idOf(await scene.update(id, staff()));
    const before = scene.view;
    scene.strike(/Cognito .oauth2.authorize/, okta500);
    expect(await scene.update(replaced, own(), staff())).toMatchObject({
      Status: 'SUCCESS',
      PhysicalResourceId: id,
    });
    expect(scene.view).toEqual(before);
  });

  test('whose old application was deleted meanwhile is gone back from: the old provider is its own', async () => {
    const id = await scene.made();
    const { id: old } = scene.application;
    const replaced = idOf(await scene.update(id, staff()));
    scene.world.org.applications.delete(old);
    expect(await scene.update(replaced, own(), staff())).toMatchObject({ Status: 'SUCCESS' });
    await scene.delete(replaced, staff());
    expect(scene.provider?.ProviderDetails.client_id).toBe(scene.application.id);
    expect(scene.web.settings.SupportedIdentityProviders).toEqual(['COGNITO', 'Okta']);
  });

  test('is gone back from although an administrator removed the name tag of the old application', async () => {
    const id = await scene.made();
    const { document } = scene.application;
    const before = scene.view;
    const replaced = idOf(await scene.update(id, staff()));
    delete document.profile?.okta_cognito_idp;
    expect(await scene.update(replaced, own(), staff())).toMatchObject({
      Status: 'SUCCESS',
      PhysicalResourceId: id,
    });
    await scene.delete(replaced, staff());
    expect(scene.view).toEqual(before);
  });
});

test('an Update whose old properties were never valid has nothing to remove', async () => {
  const id = await scene.made();
  expect(await scene.update(id, own(), { UserPoolId: 'nonsense' })).toMatchObject({
    Status: 'SUCCESS',
    PhysicalResourceId: id,
  });
});

test('under an ID that CloudFormation made up, the Delete after a replacement knows it by its properties', async () => {
  await scene.made(staff());
  expect(await scene.update('shop-Federation-1A2B3C', own(), staff())).toMatchObject({ Status: 'SUCCESS' });
  expect(providerOf('Staff')).toBeDefined();
  expect(await scene.delete('shop-Federation-1A2B3C', staff())).toMatchObject({ Status: 'SUCCESS' });
  expect(providerOf('Staff')).toBeUndefined();
  expect(scene.web.settings.SupportedIdentityProviders).toEqual(['COGNITO', 'Okta']);
  expect(scene.provider?.ProviderDetails.client_id).toBe(scene.application.id);
});

test('under an ID that CloudFormation made up, what was adopted is found by its marker', async () => {
  const { theirs, adopting } = handMade();
  addHandMadeProvider(scene.world, scene.pool, 'Okta', theirs.id);
  await scene.made(adopting());
  const named = own({ ApplicationLabel: theirs.document.label });
  expect(await scene.update('shop-Federation-1A2B3C', named, adopting())).toMatchObject({
    Status: 'SUCCESS',
    PhysicalResourceId: `${scene.pool.id}|Okta|${theirs.id}`,
  });
});

test.each(['knows', 'has forgotten'])(
  'if the application was deleted by hand, the rollback counts what was there before, not what the failed Update named, if the table %s the Create',
  async (memory) => {
    const id = await scene.made();
    if (memory === 'has forgotten') scene.world.leases.clear();
    // Another resource has it there.
    scene.mobile.settings.SupportedIdentityProviders = ['COGNITO', 'Okta'];
    scene.world.org.applications.clear();
    const failed = own({ UserPoolClientIds: [scene.web.id, scene.mobile.id], Access: ['No such group'] });
    expect(await scene.update(id, failed)).toMatchObject({ Status: 'FAILED' });
    expect(await scene.update(id, own(), failed)).toMatchObject({ Status: 'SUCCESS' });
    expect(scene.mobile.settings.SupportedIdentityProviders).toEqual(['COGNITO', 'Okta']);
  },
);

test('a success is rolled back although the pool has lost its domain since', async () => {
  const id = await scene.made();
  const changed = own({ Notes: 'x' });
  idOf(await scene.update(id, changed, own()));
  const { redirect_uris: uris } = scene.application.document.settings.oauthClient;
  scene.pool.domains.splice(0);
  expect(await scene.rollBack(id, own(), changed)).toMatchObject({ Status: 'SUCCESS' });
  // Okta takes no application without one.
  expect(scene.application.document.settings.oauthClient.redirect_uris).toEqual(uris);
  scene.pool.domains.push({ name: 'mall', custom: false, status: 'ACTIVE' });
  idOf(await scene.update(id, changed, own()));
  expect(scene.application.document.settings.oauthClient.redirect_uris).toEqual([
    'https://mall.auth.us-east-1.amazoncognito.com/oauth2/idpresponse',
  ]);
});
