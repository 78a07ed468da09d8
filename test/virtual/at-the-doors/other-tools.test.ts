import { z } from 'zod';
import { bundleOf } from '../../support/bundles.ts';
import { addHandMadeApplication, addHandMadeProvider } from '../../support/virtual/hand-made.ts';
import { orgUrl } from '../../support/virtual/okta.ts';
import { compileBundle } from '../../support/virtual/process.ts';
import { metricsIn, tick } from '../../support/virtual/watch.ts';
import { idOf, Scene } from './scene.ts';

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

const doctor = compileBundle(bundleOf('diagnosis'));
const checks = z.array(z.object({ name: z.string(), problems: z.array(z.string()) }));

/** What the doctor has to say. */
async function diagnosed(): Promise<string[]> {
  const secret = JSON.stringify({ orgUrl, apiToken: scene.world.org.apiToken });
  const asked = { userPoolId: scene.pool.id, providerName: 'Okta', okta: { secret } };
  const { result } = await scene.world.time.run(scene.world.start(doctor).invoke(asked, 200_000));
  return checks.parse(JSON.parse(JSON.stringify(result))).flatMap(({ problems }) => problems);
}

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

test('the doctor says what is wrong after Terraform has set an old client secret and removed the redirect URI', async () => {
  expect(await diagnosed()).toEqual([]);
  terraformApplies({ redirectUris: ['https://staff.example.com/callback'] });
  expect(await diagnosed()).toEqual(
    expect.arrayContaining([
      expect.stringMatching(/^Add it to the application's sign-in redirect URIs; it has https:\/\/staff/),
    ]),
  );
  terraformApplies({ redirectUris: [`https://shop.auth.us-east-1.amazoncognito.com/oauth2/idpresponse`] });
  expect(await diagnosed()).toEqual([
    expect.stringMatching(/^Okta rejected the client secret of client \w+\. .*SecretVersion/),
  ]);
});

describe('a tool that sets the providers of an app client', () => {
  const listed = (...names: string[]) => {
    scene.web.settings = { ...scene.web.settings, SupportedIdentityProviders: ['COGNITO', ...names] };
  };

  test('loses Okta if it does not name it: the watch reports it', async () => {
    listed();
    expect(metricsIn(await watched())).toMatchObject([{ SignInWorks: 0, Drifted: 1 }]);
  });

  test('names it itself, with a template that lists no app clients: nothing is to repair', async () => {
    idOf(await scene.update(id, { UserPoolId: scene.pool.id }));
    listed('Okta');
    expect(metricsIn(await watched())).toMatchObject([{ SignInWorks: 1, Drifted: 0 }]);
    expect(await diagnosed()).toEqual([]);
    expect(scene.web.settings.SupportedIdentityProviders).toEqual(['COGNITO', 'Okta']);
  });
});

describe('AWS::Cognito::UserPoolIdentityProvider', () => {
  test('is adopted after DeletionPolicy: Retain, removed from the template, and stays as it was found', async () => {
    scene = new Scene();
    scene.world.configure();
    const theirs = addHandMadeApplication(scene.world, scene.pool);
    addHandMadeProvider(scene.world, scene.pool, 'Okta', theirs.id);
    const found = structuredClone(scene.provider);
    const { stackId } = scene.resource;
    const native = {
      type: 'AWS::Cognito::UserPoolIdentityProvider',
      logicalId: 'OktaProvider',
      physicalId: 'Okta',
      status: 'CREATE_COMPLETE',
    };
    scene.world.stacks.others.set(stackId, [native]);
    const properties = scene.properties({ Adopt: { ApplicationId: theirs.id } });
    expect(await scene.create(properties)).toMatchObject({
      Status: 'FAILED',
      Reason: expect.stringMatching(
        /^Adopt: this stack has the identity provider Okta as an AWS::Cognito::UserPoolIdentityProvider, .* Add DeletionPolicy: Retain to that resource and deploy; then remove it from the template and deploy; then add Adopt\.$/,
      ),
    });
    // CloudFormation keeps the provider, and forgets the resource.
    scene.world.stacks.others.delete(stackId);
    const adopted = await scene.made(properties);
    expect(scene.provider?.ProviderDetails.client_id).toBe(theirs.id);
    expect(metricsIn(await watched())).toMatchObject([{ SignInWorks: 1, Drifted: 0 }]);
    expect(await diagnosed()).toEqual([]);
    expect(await scene.delete(adopted, properties)).toMatchObject({ Status: 'SUCCESS' });
    expect(scene.provider).toMatchObject({
      AttributeMapping: found?.AttributeMapping,
      ProviderDetails: { client_id: theirs.id },
    });
  });
});
