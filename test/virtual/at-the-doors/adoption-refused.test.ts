import type { Application } from '../../../local/okta/org.ts';
import type { Properties } from '../../support/custom-resource.ts';
import { addHandMadeApplication, addHandMadeProvider } from '../../support/virtual/hand-made.ts';
import { settle } from '../../support/virtual/lambda.ts';
import { Resource } from '../../support/virtual/resource.ts';
import { Scene } from './scene.ts';

let scene: Scene;
let theirs: Application;

beforeEach(() => {
  scene = new Scene();
  theirs = addHandMadeApplication(scene.world, scene.pool);
  addHandMadeProvider(scene.world, scene.pool, 'Okta', theirs.id);
});

const adopting = (more: Properties = {}) =>
  scene.properties({ Adopt: { ApplicationId: theirs.id }, ...more });

describe('an application that cannot be adopted is refused:', () => {
  const refusedFor = async (id: string, properties: Properties, old = adopting()) => {
    const before = scene.view;
    const answer = await scene.update(id, properties, old);
    expect(answer.Status).toBe('FAILED');
    expect(scene.view).toEqual(before);
    return answer.Reason;
  };

  test('one that is not there, also if the resource has another one', async () => {
    const id = await scene.made(adopting());
    const nowhere = '0oa00000000000000001';
    expect(await refusedFor(id, scene.properties({ Adopt: { ApplicationId: nowhere } }))).toMatch(
      new RegExp(`^Adopt\\.ApplicationId: Okta has no application ${nowhere}\\.`),
    );
  });

  test('one that is not there, also if the resource made its own', async () => {
    scene.world.cognito.providers.clear();
    const id = await scene.made();
    const nowhere = scene.properties({ Adopt: { ApplicationId: '0oa00000000000000001' } });
    expect(await refusedFor(id, nowhere, scene.properties())).toMatch(
      /^Adopt\.ApplicationId: Okta has no application 0oa00000000000000001\. Check/,
    );
  });

  test('one that serves another provider of this resource', async () => {
    const id = await scene.made(adopting());
    expect(await refusedFor(id, adopting({ ProviderName: 'Staff' }))).toMatch(
      /^Adopt\.ApplicationId: this resource already uses the Okta application 0oa\w+ for the identity provider Okta of user pool/,
    );
  });

  test('one that is of another resource', async () => {
    const other = new Resource('mall');
    await scene.send(other.create(adopting()));
    const answer = await scene.create(adopting());
    expect(answer).toMatchObject({
      Status: 'FAILED',
      Reason: expect.stringContaining(
        `belongs to the resource Federation of the stack ${other.stackId}. Remove`,
      ),
    });
  });

  test('one that is not the application of the pool’s provider, which another owner made', async () => {
    const other = addHandMadeApplication(scene.world, scene.pool);
    const before = scene.view;
    const answer = await scene.create(scene.properties({ Adopt: { ApplicationId: other.id } }));
    expect(answer).toMatchObject({
      Status: 'FAILED',
      Reason: `ProviderName: user pool ${scene.pool.id} already has an identity provider Okta that this resource did not make, and its client is ${theirs.id}, not the application ${other.id} of Adopt. Set Adopt.ApplicationId to the application with that client ID, or choose another ProviderName.`,
    });
    expect(scene.view).toEqual(before);
  });

  test('one that wants a proof of possession', async () => {
    theirs.document.settings.oauthClient.dpop_bound_access_tokens = true;
    const { Reason } = await scene.create(adopting());
    expect(Reason).toBe(
      `Adopt.ApplicationId: the Okta application ${theirs.id} requires DPoP, which Cognito does not support. Turn off "Require Demonstrating Proof of Possession" on its General page in Okta.`,
    );
  });

  test('one that another stack adopts at the same moment', async () => {
    const other = new Resource('mall');
    const both = [other, scene.resource].map((resource) =>
      settle(
        scene.world,
        resource.create(adopting({ UserPoolClientIds: [], AttributesRequestMethod: 'GET' })),
      ),
    );
    const answers = await scene.world.time.run(Promise.all(both));
    expect(answers.map(({ Status }) => Status).toSorted()).toEqual(['FAILED', 'SUCCESS']);
    expect(answers.find(({ Status }) => Status === 'FAILED')?.Reason).toMatch(
      /belongs to the resource Federation of the stack \S+\. Remove/,
    );
    // The one that was too late takes nothing back from the other.
    const winner = answers.find(({ Status }) => Status === 'SUCCESS');
    expect(theirs.document.profile?.okta_cognito_idp).toMatchObject({ stackId: winner?.StackId });
    expect(theirs.document.credentials.oauthClient.pkce_required).toBe(false);
    expect(scene.provider?.ProviderDetails.attributes_request_method).toBe('GET');
  });

  test.each(['private_key_jwt', 'client_secret_jwt'] as const)(
    'one that authenticates with %s, or is no web application',
    async (method) => {
      theirs.document.credentials.oauthClient.token_endpoint_auth_method = method;
      theirs.document.settings.oauthClient.application_type = 'native';
      const { Reason } = await scene.create(adopting());
      expect(Reason).toContain(
        'has the application type native, but only an OIDC Web application can be adopted',
      );
      expect(Reason).toContain(`uses ${method}; Cognito supports only client-secret authentication`);
    },
  );
});
