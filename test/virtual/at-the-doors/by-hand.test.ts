import { newSecret } from '../../../local/okta/management/apps.ts';
import { providerKey } from '../../support/cognito-fake/state.ts';
import type { Domain } from '../../support/cognito-fake/user-pools.ts';
import type { Properties } from '../../support/custom-resource.ts';
import { addHandMadeApplication } from '../../support/virtual/hand-made.ts';
import { idOf, isWrite, Scene } from './scene.ts';

/** What administrators do between two events, or during one. */

let scene: Scene;

beforeEach(() => {
  scene = new Scene();
});

const inCognito = () => scene.provider?.ProviderDetails.client_secret;

/** Changes the provider in Cognito. */
function changeProvider(change: object, details: Readonly<Record<string, string>>): void {
  const { provider } = scene;
  if (!provider) throw new Error('There is no provider.');
  const ProviderDetails = { ...provider.ProviderDetails, ...details };
  const changed = { ...provider, ...change, ProviderDetails };
  scene.world.cognito.providers.set(providerKey(scene.pool.id, 'Okta'), changed);
}
const active = () =>
  scene.application.secrets.filter(({ status }) => status === 'ACTIVE').map(({ value }) => value);

describe.each([
  ['was replaced in Okta', () => scene.application.secrets.splice(0, 1, newSecret())],
  [
    'was deactivated in Okta, and another one was made',
    () => {
      for (const secret of scene.application.secrets) secret.status = 'INACTIVE';
      scene.application.secrets.push(newSecret());
    },
  ],
  ['was changed in Cognito', () => changeProvider({}, { client_secret: 'not-the-right-one' })],
])('a client secret that %s', (_, changeSecret) => {
  test.each<[string, Properties]>([
    ['changes nothing', {}],
    ['changes the notes', { Notes: 'x' }],
    ['changes the provider', { AttributesRequestMethod: 'POST' }],
    ['rotates the client secret', { SecretVersion: '2' }],
  ])('is replaced in Cognito by the next Update, which %s', async (_, change) => {
    const id = await scene.made();
    changeSecret();
    expect(active()).not.toContain(inCognito());
    expect(await scene.update(id, scene.properties(change))).toMatchObject({
      Status: 'SUCCESS',
      PhysicalResourceId: id,
    });
    expect(active()).toContain(inCognito());
  });

  test('does not fail a rollback either', async () => {
    const id = await scene.made();
    changeSecret();
    const wrong = scene.properties({ UserPoolClientIds: ['nobody'] });
    expect(await scene.update(id, wrong)).toMatchObject({ Status: 'FAILED' });
    expect(await scene.update(id, scene.properties(), wrong)).toMatchObject({ Status: 'SUCCESS' });
    expect(await scene.update(id, scene.properties({ Notes: 'x' }))).toMatchObject({ Status: 'SUCCESS' });
    expect(active()).toContain(inCognito());
  });
});

describe('while a domain of the pool is being created', () => {
  beforeEach(() => {
    const domain: Domain = { name: 'sign-in.example.com', custom: true, status: 'CREATING' };
    scene.pool.domains.push(domain);
  });

  const revoked = JSON.stringify({ errorCode: 'E0000011', errorSummary: 'Invalid token provided' });

  test.each<[string, () => Properties, RegExp]>([
    [
      'a revoked token',
      () => {
        const headers = { 'content-type': 'application/json' };
        scene.strike(/^Okta /, { do: 'answer', reply: { status: 401, headers, body: revoked } });
        return scene.properties();
      },
      /E0000011/,
    ],
    [
      'a group that Okta lacks',
      () => scene.properties({ Access: ['No such group'] }),
      /^Access: Okta has no group "No such group"\./,
    ],
    [
      'an app client that is not there',
      () => scene.properties({ UserPoolClientIds: ['nobody'] }),
      /^UserPoolClientIds: user pool \S+ has no app client nobody\./,
    ],
  ])('%s is reported at once', async (_, properties, reason) => {
    const started = scene.world.time.now();
    const { Status, Reason } = await scene.create(properties());
    expect([Status, Reason]).toEqual(['FAILED', expect.stringMatching(reason)]);
    expect(Reason).not.toContain('domain');
    expect(scene.world.time.now() - started).toBeLessThan(10_000);
  });
});

describe('an application that is adopted', () => {
  const adopting = (ApplicationId: string) => scene.properties({ Adopt: { ApplicationId } });

  test('is written as it is under the lease, not as it was looked at before', async () => {
    const theirs = addHandMadeApplication(scene.world, scene.pool);
    let acquired = 0;
    scene.world.network.fault = ({ operation }) => {
      if (operation === 'UpdateItem (acquire)') acquired += 1;
      // The second lease is the application's.
      if (acquired === 2) theirs.document.label = 'Renamed a moment ago';
      return undefined;
    };
    idOf(await scene.create(adopting(theirs.id)));
    expect(theirs.document.label).toBe('Renamed a moment ago');
    expect(theirs.document.profile?.okta_cognito_idp).toBeDefined();
  });

  test('is not written any more after the lease on it was lost', async () => {
    const theirs = addHandMadeApplication(scene.world, scene.pool);
    const before = structuredClone(theirs.document);
    // Another resource adopts it meanwhile.
    const stackId = 'arn:aws:cloudformation:us-east-1:000000000000:stack/mall/1';
    const place = { userPoolId: scene.pool.id, providerName: 'Staff' };
    const otherTag = { stackId, logicalResourceId: 'Federation', ...place, adopted: true };
    let tagged = {};
    let reads = 0;
    scene.world.network.latency = ({ operation }) => (operation === slow && reads === 2 ? 6_000 : 5);
    const slow = 'GET /api/v1/apps/*';
    scene.world.network.fault = ({ operation }) => {
      if (operation !== slow) return undefined;
      reads += 1;
      if (reads !== 2) return undefined;
      for (const [name, item] of scene.world.leases) {
        if (name.startsWith('application ')) item.holder = { S: 'another handler' };
      }
      // Okta has answered the read by then, and the answer is on its way.
      scene.world.time.after(7_000, () => {
        tagged = { ...theirs.document.profile, okta_cognito_idp: otherTag };
        theirs.document.profile = tagged;
      });
      return undefined;
    };
    const calls = await scene.callsOf(async () => {
      expect(await scene.create(adopting(theirs.id))).toMatchObject({
        Status: 'FAILED',
        Reason: expect.stringMatching(/lease on application \S+ \S+ could not be renewed/),
      });
    });
    expect(calls.filter(isWrite)).toEqual([]);
    expect(theirs.document).toEqual({ ...before, profile: tagged });
  });

  test('for a second time after its name tag was wiped loses the provider that this resource made', async () => {
    const theirs = addHandMadeApplication(scene.world, scene.pool);
    const nothing = scene.view;
    const id = await scene.made(adopting(theirs.id));
    delete theirs.document.profile?.okta_cognito_idp;
    const again = { ...adopting(theirs.id), Notes: 'x' };
    expect(await scene.update(id, again, adopting(theirs.id))).toMatchObject({
      Status: 'SUCCESS',
      PhysicalResourceId: id,
    });
    expect(theirs.document.profile?.okta_cognito_idp).toBeDefined();
    expect(await scene.delete(id, again)).toMatchObject({ Status: 'SUCCESS' });
    expect(scene.view).toEqual(nothing);
  });
});

describe('what an administrator set in what no template names', () => {
  beforeEach(() => scene.made());

  /** Settings of each kind. */
  function byHand(): void {
    const { document } = scene.application;
    const { oauthClient } = document.settings;
    document.profile = { ...document.profile, owner: 'the shop team' };
    document.visibility.autoLaunch = true;
    document.settings.notes = { admin: 'By hand.', enduser: 'Hello.' };
    oauthClient.redirect_uris?.push('https://hand.example.com/callback');
    Object.assign(oauthClient, {
      tos_uri: 'https://hand.example.com/terms',
      logo_uri: 'https://hand.example.com/logo.png',
      post_logout_redirect_uris: ['https://hand.example.com/bye'],
    });
    changeProvider({ IdpIdentifiers: ['hand.example.com'] }, { attributes_url_add_attributes: 'true' });
  }

  const id = () => `${scene.pool.id}|Okta|${scene.application.id}`;

  test('stays, also if the template sets and removes other things beside it', async () => {
    byHand();
    const before = scene.view;
    const named = scene.properties({
      ApplicationLabel: 'Shop',
      AttributesRequestMethod: 'POST',
      IdpIdentifiers: ['example.com'],
      PostLogoutRedirectUris: ['https://shop.example.com/bye'],
      InitiateLoginUri: 'https://shop.example.com/start',
    });
    idOf(await scene.update(id(), named));
    expect(scene.view).toMatchObject({
      applications: [
        {
          profile: { owner: 'the shop team' },
          visibility: { autoLaunch: true },
          settings: {
            notes: { admin: 'By hand.', enduser: 'Hello.' },
            oauthClient: {
              tos_uri: 'https://hand.example.com/terms',
              logo_uri: 'https://hand.example.com/logo.png',
              redirect_uris: ['https://hand.example.com/callback', expect.stringContaining('idpresponse')],
              post_logout_redirect_uris: ['https://hand.example.com/bye', 'https://shop.example.com/bye'],
            },
          },
        },
      ],
      providers: [
        {
          IdpIdentifiers: ['example.com', 'hand.example.com'],
          ProviderDetails: { attributes_url_add_attributes: 'true' },
        },
      ],
    });
    idOf(await scene.update(id(), scene.properties(), named));
    expect(scene.view).toEqual(before);
  });

  test('stays when the template drops it, if it was there before the template named it', async () => {
    byHand();
    const before = scene.view;
    const named = scene.properties({
      PostLogoutRedirectUris: ['https://hand.example.com/bye', 'https://shop.example.com/bye'],
      IdpIdentifiers: ['hand.example.com'],
    });
    idOf(await scene.update(id(), named));
    idOf(await scene.update(id(), scene.properties(), named));
    expect(scene.view).toEqual(before);
  });
});

test('an application that was renamed in Okta keeps its name', async () => {
  const id = await scene.made();
  scene.application.document.label = 'Our shop';
  await scene.update(id, scene.properties({ Notes: 'x' }));
  expect(scene.application.document.label).toBe('Our shop');
  await scene.update(id, scene.properties(), scene.properties({ Notes: 'x' }));
  expect(scene.application.document.label).toBe('Our shop');
});

test('an Update that changes only app clients or groups does not write the application', async () => {
  const id = await scene.made();
  const both = { UserPoolClientIds: [scene.web.id, scene.mobile.id], Access: ['Engineering'] };
  const calls = await scene.callsOf(async () => {
    idOf(await scene.update(id, scene.properties(both)));
    idOf(await scene.update(id, scene.properties({ UserPoolClientIds: [] }), scene.properties(both)));
  });
  expect(calls).toContain('Okta PUT /api/v1/apps/*/groups/*');
  expect(calls).not.toContain('Okta PUT /api/v1/apps/*');
});
