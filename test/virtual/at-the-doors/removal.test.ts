import { refusal } from '../../support/virtual/aws.ts';
import { addHandMadeApplication, addHandMadeProvider } from '../../support/virtual/hand-made.ts';
import { answerTo, hand, run } from '../../support/virtual/lambda.ts';
import type { Fault, Reply } from '../../support/virtual/network.ts';
import { orgUrl, otherOrgUrl } from '../../support/virtual/okta.ts';
import { idOf, isWrite, Scene } from './scene.ts';

let scene: Scene;

beforeEach(() => {
  scene = new Scene();
});

const cognitoRefuses: Fault = { do: 'answer', reply: refusal('InvalidParameterException', 'Not so.') };
const missingTable: Fault = { do: 'answer', reply: refusal('ResourceNotFoundException', 'No such table.') };

/** CloudFormation makes one up if a Create was never answered. */
const madeUpId = 'shop-Federation-1A2B3C';

test('a Delete removes all that the Create made, and a second one finds nothing to do', async () => {
  const before = scene.view;
  const properties = scene.properties({ UserPoolClientIds: [scene.web.id, scene.mobile.id] });
  const id = await scene.made(properties);
  expect(await scene.delete(id, properties)).toEqual(
    expect.objectContaining({ Status: 'SUCCESS', PhysicalResourceId: id }),
  );
  expect(scene.view).toEqual(before);
  const calls = await scene.callsOf(async () => {
    expect(await scene.delete(id, properties)).toMatchObject({ Status: 'SUCCESS' });
  });
  expect(calls.filter(isWrite)).toEqual([]);
});

test.each([{}, { ApplicationLabel: ' Shop ' }, { ProviderName: 'Staff' }])(
  'what an interrupted Create left is found, under an ID that CloudFormation made up: %j',
  async (more) => {
    const before = scene.view;
    const properties = scene.properties(more);
    scene.strike(/oauth2.v1.token/, { do: 'kill' });
    await scene.create(properties);
    expect(scene.world.org.applications.size).toBe(1);
    scene.heal();
    await scene.passes(60);
    expect(await scene.delete(madeUpId, properties)).toMatchObject({
      Status: 'SUCCESS',
      PhysicalResourceId: madeUpId,
    });
    expect(scene.view).toEqual(before);
  },
);

test('a Delete of a resource whose properties were never right has nothing to do', async () => {
  const wrong = [{}, { UserPoolId: 'nonsense' }, { UserPoolId: 5, UserPoolClientIds: 'all' }];
  for (const properties of wrong) {
    const calls = await scene.callsOf(async () => {
      expect(await scene.delete(madeUpId, properties)).toMatchObject({ Status: 'SUCCESS' });
    });
    expect(calls.filter((call) => /^(Okta|Cognito)/.test(call))).toEqual([]);
  }
});

test('a Delete goes by the physical ID, no matter what the properties have become', async () => {
  const before = scene.view;
  const id = await scene.made();
  const wrong = {
    ProviderName: 'Staff',
    UserPoolClientIds: 'all',
    ApplicationLabel: '',
    Adopt: 'everything',
  };
  expect(await scene.delete(id, wrong)).toMatchObject({ Status: 'SUCCESS' });
  expect(scene.view).toEqual(before);
});

test('a Delete that fails says why, and is done when it comes again', async () => {
  const before = scene.view;
  const id = await scene.made();
  scene.strike(/DeleteIdentityProvider/, cognitoRefuses);
  expect(await scene.delete(id)).toMatchObject({
    Status: 'FAILED',
    PhysicalResourceId: id,
    Reason: 'Not so.',
  });
  scene.heal();
  expect(await scene.delete(id)).toMatchObject({ Status: 'SUCCESS' });
  expect(scene.view).toEqual(before);
});

test('a Delete that runs out of time says what it was doing', async () => {
  const id = await scene.made();
  scene.strike(/DeleteIdentityProvider/, { do: 'hang' });
  expect(await scene.delete(id, scene.properties({ ServiceTimeout: '20' }))).toMatchObject({
    Status: 'FAILED',
    Reason: expect.stringContaining('ran out of time while it was removing the federation;'),
  });
});

test.each([false, true])(
  'an application without its name tag goes if the journal knows it; the journal lost: %s',
  async (isLost) => {
    const nothing = scene.view;
    const id = await scene.made();
    delete scene.application.document.profile?.okta_cognito_idp;
    const before = scene.view;
    if (isLost) scene.world.leases.clear();
    expect(await scene.delete(id)).toMatchObject({ Status: 'SUCCESS' });
    expect(scene.view).toEqual(isLost ? before : nothing);
  },
);

const deleteApplication = () => scene.world.org.applications.clear();
const deleteProvider = () => scene.world.cognito.providers.clear();

test.each([
  ['the application was', [deleteApplication]],
  ['the provider was', [deleteProvider]],
  ['both were', [deleteApplication, deleteProvider]],
])('if %s deleted by hand, the rest is still removed', async (_, deletions) => {
  const nothing = scene.view;
  const id = await scene.made();
  for (const deletion of deletions) deletion();
  expect(await scene.delete(id)).toMatchObject({ Status: 'SUCCESS' });
  expect(scene.view).toEqual(nothing);
});

test('if the pool was deleted by hand, the application is still removed', async () => {
  const id = await scene.made();
  const { cognito } = scene.world;
  for (const all of [cognito.pools, cognito.providers, cognito.clients]) all.clear();
  expect(await scene.delete(id)).toMatchObject({ Status: 'SUCCESS' });
  expect(scene.world.org.applications.size).toBe(0);
});

test('if the app clients cannot be listed for now, the Delete fails, and no name of the provider stays when it comes again', async () => {
  const nothing = scene.view;
  const id = await scene.made();
  scene.mobile.settings = { ...scene.mobile.settings, SupportedIdentityProviders: ['COGNITO', 'Okta'] };
  const reply = refusal('InternalErrorException', 'Ouch.', 500);
  scene.strike(/ListUserPoolClients/, { do: 'answer', reply });
  expect(await scene.delete(id)).toMatchObject({
    Status: 'FAILED',
    Reason: expect.stringContaining('Ouch.'),
  });
  scene.heal();
  expect(await scene.delete(id)).toMatchObject({ Status: 'SUCCESS' });
  expect(scene.view).toEqual(nothing);
});

test('a provider that others have put in the place of a deleted one stays theirs, and their bindings too', async () => {
  const id = await scene.made();
  const theirs = addHandMadeApplication(scene.world, scene.pool);
  scene.world.cognito.providers.clear();
  addHandMadeProvider(scene.world, scene.pool, 'Okta', theirs.id);
  expect(await scene.delete(id)).toMatchObject({ Status: 'SUCCESS' });
  expect(scene.provider?.ProviderDetails.client_id).toBe(theirs.id);
  expect(scene.web.settings.SupportedIdentityProviders).toEqual(['COGNITO', 'Okta']);
  expect(scene.application.id).toBe(theirs.id);
});

describe('a stack that was to be preserved when its Update failed', () => {
  const adopts = (id: string) => scene.properties({ Adopt: { ApplicationId: id, OnDelete: 'Delete' } });

  /** An administrator deletes the application, and an Update creates another one before it fails. */
  async function madeAnewInVain(refused: RegExp, isForgotten = false): Promise<string> {
    const id = await scene.made();
    if (isForgotten) scene.world.leases.clear();
    scene.world.org.applications.clear();
    scene.strike(refused, cognitoRefuses);
    expect(await scene.update(id, scene.properties({ Notes: 'x' }))).toMatchObject({ Status: 'FAILED' });
    expect(scene.application.document.settings.notes?.admin).toBe('x');
    scene.heal();
    return id;
  }

  test.each([
    [/UpdateIdentityProvider/, false],
    [/Cognito .oauth2.authorize/, false],
    [/Cognito .oauth2.authorize/, true],
  ])(
    'has nothing left after its Delete of an application created again before %s was refused; the Create forgotten: %s',
    async (refused, isForgotten) => {
      const before = scene.view;
      const id = await madeAnewInVain(refused, isForgotten);
      expect(await scene.delete(id)).toMatchObject({ Status: 'SUCCESS', PhysicalResourceId: id });
      expect(scene.view).toEqual(before);
    },
  );

  test.each([
    ['the failed properties', /UpdateIdentityProvider/],
    ['the properties before', /UpdateIdentityProvider/],
    ['the failed properties', /Cognito .oauth2.authorize/],
    ['the properties before', /Cognito .oauth2.authorize/],
  ])(
    'has restored what it adopted after its Delete with %s, with either OnDelete: %s was refused',
    async (which, refused) => {
      const theirs = addHandMadeApplication(scene.world, scene.pool);
      const before = scene.view;
      const id = await scene.made();
      scene.strike(refused, cognitoRefuses);
      expect(await scene.update(id, adopts(theirs.id))).toMatchObject({ Status: 'FAILED' });
      expect(theirs.document.profile?.okta_cognito_idp).toBeDefined();
      scene.heal();
      const properties = which === 'the failed properties' ? adopts(theirs.id) : scene.properties();
      expect(await scene.delete(id, properties)).toMatchObject({ Status: 'SUCCESS' });
      expect(scene.view).toEqual(before);
    },
  );

  test('is deleted without a look at the pool that a dead Update never came to', async () => {
    const before = scene.view;
    const id = await scene.made();
    const elsewhere = scene.properties({ UserPoolId: 'us-east-1_Elsewhere', UserPoolClientIds: [] });
    scene.strike(/UpdateItem .keep/, { do: 'kill after' });
    expect(await scene.update(id, elsewhere)).toMatchObject({ Status: 'FAILED' });
    scene.heal();
    await scene.passes(60);
    const asked: string[] = [];
    scene.world.network.heard = ({ url, body }) => {
      if (url.hostname.startsWith('cognito-idp')) asked.push(body.toString());
    };
    expect(await scene.delete(id)).toMatchObject({ Status: 'SUCCESS' });
    expect(asked.length).toBeGreaterThan(0);
    expect(asked.filter((body) => body.includes('us-east-1_Elsewhere'))).toEqual([]);
    expect(scene.view).toEqual(before);
  });

  test('and that was then updated keeps what it has when the Delete of what it had before comes', async () => {
    const id = await madeAnewInVain(/UpdateIdentityProvider/);
    const updated = idOf(await scene.update(id, scene.properties({ Notes: 'y' })));
    const before = scene.view;
    // Another one that fails.
    expect(await scene.update(updated, { UserPoolId: 'nonsense' })).toMatchObject({ Status: 'FAILED' });
    expect(await scene.delete(id)).toMatchObject({ Status: 'SUCCESS' });
    expect(scene.view).toEqual(before);
    // Nor do these two, once more.
    expect(await scene.update(updated, { UserPoolId: 'nonsense' })).toMatchObject({ Status: 'FAILED' });
    expect(await scene.delete(id)).toMatchObject({ Status: 'SUCCESS' });
    expect(scene.view).toEqual(before);
  });

  test('and that was then updated, which could not be written down, keeps what it has as well', async () => {
    const id = await madeAnewInVain(/UpdateIdentityProvider/);
    scene.strike(/UpdateItem .release/, { do: 'answer', reply: { status: 500 } });
    const updated = idOf(await scene.update(id, scene.properties({ Notes: 'y' })));
    expect(updated).not.toBe(id);
    scene.heal();
    await scene.passes(60);
    const before = scene.view;
    // The Delete of what it had before fails first, and comes again.
    scene.strike(/DescribeIdentityProvider/, cognitoRefuses);
    expect(await scene.delete(id)).toMatchObject({ Status: 'FAILED' });
    scene.heal();
    expect(await scene.delete(id)).toMatchObject({ Status: 'SUCCESS' });
    expect(scene.view).toEqual(before);
  });
});

test('a Delete of a Create that left nothing succeeds also if the table is gone', async () => {
  scene.strike(/DynamoDB/, missingTable);
  expect(await scene.delete('nothing-made|1234')).toMatchObject({ Status: 'SUCCESS' });
  const id = `${scene.pool.id}|Okta|0oa00000000000000001`;
  expect(await scene.delete(id)).toMatchObject({
    Status: 'FAILED',
    Reason: expect.stringMatching(/^The provider's lease table leases cannot be used \(No such table\.\)/),
  });
});

test('a repeated Create creates nothing, even if its answer could not be recorded', async () => {
  const before = scene.view;
  scene.strike(/Cognito .oauth2.authorize|UpdateItem .release/, { do: 'answer', reply: { status: 500 } });
  const event = scene.resource.create(scene.properties());
  const answer = await scene.send(event);
  expect(answer.PhysicalResourceId).toBe(`nothing-made|${event.RequestId}`);
  scene.heal();
  await scene.passes(60);
  const calls = await scene.callsOf(async () => {
    expect(await scene.send(event)).toMatchObject({ Status: 'FAILED' });
  });
  expect(calls.filter(isWrite)).toEqual([]);
  expect(await scene.delete(answer.PhysicalResourceId)).toMatchObject({ Status: 'SUCCESS' });
  expect(scene.view).toEqual(before);
});

describe('another org', () => {
  const there = () => scene.properties({ OktaSecretId: 'other-okta', IdpIdentifiers: ['example.com'] });
  const here = () => scene.properties({ IdpIdentifiers: ['example.com'] });
  const applications = () => [scene.world.org.applications.size, scene.world.otherOrg.applications.size];

  /** The handler of an Update to the other org dies right after it has opened its attempt. It may have made something there, or not. */
  async function diedBeforeMoving(id: string): Promise<void> {
    scene.strike(/UpdateItem .keep/, { do: 'kill after' });
    expect(await scene.update(id, there(), here())).toMatchObject({ Status: 'FAILED' });
    scene.heal();
    await scene.passes(60);
  }

  test('is the org in which the federation is made, and removed', async () => {
    let id = '';
    const calls = await scene.callsOf(async () => {
      id = await scene.made(there());
    });
    expect(calls.filter((call) => call === 'Secrets Manager GetSecretValue')).toHaveLength(1);
    expect(scene.provider?.ProviderDetails.oidc_issuer).toBe(otherOrgUrl);
    expect(applications()).toEqual([0, 1]);
    await scene.delete(id, there());
    expect(applications()).toEqual([0, 0]);
    expect(scene.provider).toBeUndefined();
  });

  test('is moved to and back, and nothing stays in the one that is left', async () => {
    const id = await scene.made(here());
    const answer = await scene.update(id, there(), here());
    expect(answer).toMatchObject({ Status: 'SUCCESS', Data: { Issuer: otherOrgUrl } });
    expect(scene.provider).toMatchObject({
      IdpIdentifiers: ['example.com'],
      ProviderDetails: { oidc_issuer: otherOrgUrl, client_id: answer.Data?.ClientId },
    });
    await scene.delete(id, here());
    expect(applications()).toEqual([0, 1]);
    const back = await scene.update(answer.PhysicalResourceId, here(), there());
    expect(back).toMatchObject({ Status: 'SUCCESS', Data: { Issuer: orgUrl } });
    await scene.delete(answer.PhysicalResourceId, there());
    expect(applications()).toEqual([1, 0]);
    await scene.delete(back.PhysicalResourceId, here());
    expect(applications()).toEqual([0, 0]);
    // What was added before the moves is still known to be this resource's own.
    expect(scene.provider).toBeUndefined();
    expect(scene.web.settings.SupportedIdentityProviders).toEqual(['COGNITO']);
  });

  test('is moved to, and what the template drops after that goes, although the application before had added it', async () => {
    const id = await scene.made(here());
    const moved = idOf(await scene.update(id, there(), here()));
    await scene.delete(id, here());
    const bare = scene.properties({ OktaSecretId: 'other-okta', UserPoolClientIds: [] });
    expect(idOf(await scene.update(moved, bare, there()))).toBe(moved);
    expect(scene.web.settings.SupportedIdentityProviders).toEqual(['COGNITO']);
    expect(scene.provider?.IdpIdentifiers).toEqual([]);
  });

  const wrongSecret: Fault = { do: 'answer', reply: { status: 401, body: '{"error":"invalid_client"}' } };

  test.each<[RegExp, Fault]>([
    [/UpdateIdentityProvider/, { do: 'kill' }],
    [/Okta .oauth2.v1.token/, { do: 'kill' }],
    [/UpdateIdentityProvider/, cognitoRefuses],
    [/Okta .oauth2.v1.token/, wrongSecret],
  ])(
    'that could not be moved to (%s: %j) keeps nothing when the Update is rolled back',
    async (call, fault) => {
      const id = await scene.made(here());
      const before = scene.view;
      scene.strike(call, fault);
      expect(await scene.update(id, there(), here())).toMatchObject({ Status: 'FAILED' });
      expect(applications()).toEqual([1, 1]);
      scene.heal();
      await scene.passes(60);
      expect(await scene.update(id, here(), there())).toMatchObject({
        Status: 'SUCCESS',
        PhysicalResourceId: id,
      });
      expect(applications()).toEqual([1, 0]);
      expect(scene.view).toEqual(before);
    },
  );

  test.each([
    ['whose token was revoked', secretOf({ orgUrl: otherOrgUrl, apiToken: 'revoked' })],
    ['whose secret is not there', refusal('ResourceNotFoundException', 'No such secret.')],
  ])('%s was never moved to, and does not keep the rollback from succeeding', async (_, reply) => {
    const id = await scene.made(here());
    const before = scene.view;
    await diedBeforeMoving(id);
    let reads = 0;
    scene.world.network.fault = ({ operation }) => {
      if (operation !== 'GetSecretValue') return undefined;
      reads += 1;
      // The first one is of the org that the resource goes back to.
      return reads === 1 ? undefined : { do: 'answer', reply };
    };
    expect(await scene.update(id, here(), there())).toMatchObject({
      Status: 'SUCCESS',
      PhysicalResourceId: id,
    });
    expect(reads).toBeGreaterThan(1);
    expect(scene.view).toEqual(before);
  });

  test('that refuses to be read was never moved to either, and the rollback succeeds', async () => {
    const id = await scene.made(here());
    await diedBeforeMoving(id);
    let reads = 0;
    scene.world.network.fault = ({ operation }) => {
      if (operation === 'GetSecretValue') reads += 1;
      return operation === 'GET /api/v1/apps' && reads > 1
        ? { do: 'answer', reply: { status: 403, body: '{}' } }
        : undefined;
    };
    expect(await scene.update(id, here(), there())).toMatchObject({ Status: 'SUCCESS' });
  });

  test.each([
    ['with a token that it refuses', { orgUrl: otherOrgUrl, apiToken: 'not-the-token' }],
    ['with a secret that is none', 'not a secret'],
  ])('is not moved to %s, and nothing changes', async (_, credentials) => {
    const id = await scene.made(here());
    const before = scene.view;
    scene.strike(/GetSecretValue/, { do: 'answer', reply: secretOf(credentials) });
    expect(await scene.update(id, there(), here())).toMatchObject({
      Status: 'FAILED',
      PhysicalResourceId: id,
      Reason: expect.stringContaining('Okta secret'),
    });
    scene.heal();
    expect(idOf(await scene.update(id, here(), there()))).toBe(id);
    expect(applications()).toEqual([1, 0]);
    expect(scene.view).toEqual(before);
  });

  test('that was moved to and is left again keeps its application until CloudFormation deletes it', async () => {
    const id = await scene.made(here());
    const before = scene.view;
    const moved = idOf(await scene.update(id, there(), here()));
    expect(idOf(await scene.update(moved, here(), there()))).toBe(id);
    expect(applications()).toEqual([1, 1]);
    await scene.delete(moved, there());
    expect(applications()).toEqual([1, 0]);
    expect(scene.view).toEqual(before);
  });

  test('is not asked for because of a provider that others have made under the name since', async () => {
    const id = await scene.made(there());
    idOf(await scene.delete(id, there()));
    addHandMadeProvider(scene.world, scene.pool, 'Okta', 'another-client');
    const theirs = scene.provider;
    expect(await scene.delete(id, there())).toMatchObject({ Status: 'SUCCESS' });
    expect(scene.provider).toEqual(theirs);
  });

  test('is moved to without a question to the one that is left', async () => {
    const id = await scene.made(here());
    const calls = await scene.callsOf(async () => {
      expect(await scene.update(id, there(), here())).toMatchObject({ Status: 'SUCCESS' });
    });
    expect(calls.filter((call) => call === 'Secrets Manager GetSecretValue')).toHaveLength(1);
    expect(scene.provider?.ProviderDetails.oidc_issuer).toBe(otherOrgUrl);
  });

  test('that does not say whether anything was left is what the time ran out with', async () => {
    const id = await scene.made(here());
    await diedBeforeMoving(id);
    let reads = 0;
    scene.world.network.fault = ({ operation }) => {
      if (operation === 'GetSecretValue') reads += 1;
      return operation === 'GET /api/v1/apps' && reads > 1 ? { do: 'hang' } : undefined;
    };
    expect(await scene.update(id, { ...here(), ServiceTimeout: '20' }, there())).toMatchObject({
      Status: 'FAILED',
      Reason: expect.stringContaining(
        'ran out of time while it was removing what an earlier attempt had left;',
      ),
    });
  });

  test('that cannot be asked whether anything was left fails the rollback, which is tried again', async () => {
    const id = await scene.made(here());
    await diedBeforeMoving(id);
    let reads = 0;
    scene.world.network.fault = ({ operation }) => {
      if (operation === 'GetSecretValue') reads += 1;
      return operation === 'GET /api/v1/apps' && reads > 1
        ? { do: 'answer', reply: { status: 400 } }
        : undefined;
    };
    expect(await scene.update(id, here(), there())).toMatchObject({
      Status: 'FAILED',
      PhysicalResourceId: id,
    });
  });
});

function secretOf(credentials: unknown): Reply {
  return {
    status: 200,
    headers: { 'content-type': 'application/x-amz-json-1.1' },
    body: JSON.stringify({ SecretString: JSON.stringify(credentials) }),
  };
}

test('a federation whose Create is answered too late is forgotten once its Delete has removed it', async () => {
  const delivery = hand(scene.world, scene.resource.create(scene.properties()));
  // CloudFormation never gets the SUCCESS, and the failsafe answers.
  scene.strike(/PUT answer/, { do: 'reset' });
  await scene.world.time.run(run(scene.world, delivery));
  scene.heal();
  const { Status, PhysicalResourceId } = await scene.world.time.run(answerTo(scene.world, delivery));
  expect(Status).toBe('FAILED');
  expect(scene.journal.standing).toHaveLength(1);
  expect(await scene.delete(PhysicalResourceId)).toMatchObject({ Status: 'SUCCESS' });
  expect(scene.world.org.applications.size).toBe(0);
  expect(scene.journal.standing).toEqual([]);
});

test("an adopted application whose last redirect URI is the resource's own keeps it", async () => {
  const theirs = addHandMadeApplication(scene.world, scene.pool);
  const adopting = scene.properties({ Adopt: { ApplicationId: theirs.id } });
  theirs.document.settings.oauthClient.redirect_uris = ['https://old.example.com/callback'];
  const id = idOf(await scene.create(adopting));
  const { redirect_uris: uris = [] } = theirs.document.settings.oauthClient;
  // Only Cognito uses it by now.
  theirs.document.settings.oauthClient.redirect_uris = uris.filter((uri) => !uri.startsWith('https://old'));
  expect(await scene.delete(id, adopting)).toMatchObject({ Status: 'SUCCESS' });
  expect(theirs.document.settings.oauthClient.redirect_uris).toHaveLength(1);
  expect(scene.provider).toBeUndefined();
});
