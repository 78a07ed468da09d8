import { metricsIn, tick } from '../../support/virtual/watch.ts';
import { Scene } from './scene.ts';

// What docs/next-to-other-tools.md promises.

let scene: Scene;
let id: string;

beforeEach(async () => {
  scene = new Scene();
  id = await scene.made();
});

const watched = () => scene.world.time.run(tick(scene.world));
const deploysAgain = () => scene.update(id, scene.properties({ Trigger: '2' }));
const inOkta = () => scene.application.secrets.map(({ value }) => value);

/** A PUT of Terraform's Okta provider, from its state: an old client secret, and no profile. */
function terraformApplies({ redirectUris }: { readonly redirectUris?: string[] } = {}): void {
  const { application } = scene;
  const [secret] = application.secrets;
  if (!secret) throw new Error('The application has no client secret.');
  application.secrets.splice(0, 1, { ...secret, value: `${secret.value}-of-the-state` });
  delete application.document.profile;
  if (redirectUris) application.document.settings.oauthClient.redirect_uris = redirectUris;
}

test('Terraform sets an old client secret and removes the name tag: the watch reports it, the next Update repairs it', async () => {
  const whole = structuredClone(scene.application.document.profile);
  terraformApplies();
  expect(metricsIn(await watched())).toMatchObject([{ SignInWorks: 0, Drifted: 1 }]);
  expect(await deploysAgain()).toMatchObject({ Status: 'SUCCESS', PhysicalResourceId: id });
  expect([scene.provider?.ProviderDetails.client_secret]).toEqual(inOkta());
  expect(scene.application.document.profile).toEqual(whole);
  expect(metricsIn(await watched())).toMatchObject([{ SignInWorks: 1, Drifted: 0 }]);
});

test('Terraform removes the redirect URI: the watch reports it, the next Update adds it again', async () => {
  const uris = scene.application.document.settings.oauthClient.redirect_uris;
  terraformApplies({ redirectUris: ['https://staff.example.com/callback'] });
  expect(metricsIn(await watched())).toMatchObject([{ SignInWorks: 0, Drifted: 1 }]);
  expect(await deploysAgain()).toMatchObject({ Status: 'SUCCESS', PhysicalResourceId: id });
  expect(scene.application.document.settings.oauthClient.redirect_uris).toEqual([
    'https://staff.example.com/callback',
    ...(uris ?? []),
  ]);
});

test('an application without its name tag is still deleted: the journal says whose it is', async () => {
  terraformApplies();
  expect(await scene.delete(id)).toMatchObject({ Status: 'SUCCESS' });
  expect(scene.world.org.applications.size).toBe(0);
});

test('Terraform deletes the application: the next Update creates a new one, with a new client ID', async () => {
  const before = scene.application.id;
  scene.world.org.applications.clear();
  const answer = await deploysAgain();
  expect(answer).toMatchObject({ Status: 'SUCCESS' });
  expect(scene.application.id).not.toBe(before);
  expect(scene.provider?.ProviderDetails.client_id).toBe(scene.application.id);
});

test('Amplify resets the providers of an app client: an Update with another Trigger enables the provider again', async () => {
  scene.web.settings.SupportedIdentityProviders = ['COGNITO'];
  expect(await deploysAgain()).toMatchObject({ Status: 'SUCCESS' });
  expect(scene.web.settings.SupportedIdentityProviders).toEqual(['COGNITO', 'Okta']);
});
