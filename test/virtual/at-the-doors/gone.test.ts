import { providerKey } from '../../support/cognito-fake/state.ts';
import { addHandMadeApplication, addHandMadeProvider } from '../../support/virtual/hand-made.ts';
import type { Fault, Reply } from '../../support/virtual/network.ts';
import { orgUrl, otherOrgUrl } from '../../support/virtual/okta.ts';
import { deadToken, isWrite, Scene } from './scene.ts';

let scene: Scene;

beforeEach(() => {
  scene = new Scene();
});

const html404: Fault = {
  do: 'answer',
  reply: { status: 404, headers: { 'content-type': 'text/html' }, body: '<html>Not Found</html>' },
};

/** The provider stack's secret, after another org's credentials were put into it. */
function otherOrgsSecret(): Reply {
  const SecretString = JSON.stringify({ orgUrl: otherOrgUrl, apiToken: scene.world.otherOrg.apiToken });
  return {
    status: 200,
    headers: { 'content-type': 'application/x-amz-json-1.1' },
    body: JSON.stringify({ SecretString }),
  };
}

test('an application that the event before created is not taken for gone while Okta does not show it', async () => {
  scene.world.random = () => 0.99;
  const nothing = scene.view;
  const id = await scene.made();
  // Another process has the next event.
  scene.world.configure();
  expect(await scene.update(id, scene.properties({ Notes: 'Ask Ada.' }))).toMatchObject({
    Status: 'SUCCESS',
    PhysicalResourceId: id,
  });
  await scene.delete(id);
  const other = await scene.made();
  scene.world.configure();
  await scene.delete(other);
  expect(scene.view).toEqual(nothing);
});

describe.each([false, true])('a Delete, the journal lost: %s,', (isLost) => {
  const made = async () => {
    const id = await scene.made();
    if (isLost) scene.world.leases.clear();
    return id;
  };

  test.each([/^Okta GET .api.v1.apps.\*$/, /^Okta /])(
    'does not take a 404 that is not from Okta itself for "gone": %s',
    async (calls) => {
      const nothing = scene.view;
      const id = await made();
      const before = scene.view;
      scene.strike(calls, html404);
      expect(await scene.delete(id)).toMatchObject({ Status: 'FAILED', PhysicalResourceId: id });
      expect(scene.view).toEqual(before);
      scene.heal();
      expect(await scene.delete(id)).toMatchObject({ Status: 'SUCCESS' });
      expect(scene.view).toEqual(nothing);
    },
  );

  test('does not take "not found" in another org for "gone", and names both orgs', async () => {
    const nothing = scene.view;
    const id = await made();
    const before = scene.view;
    scene.strike(/GetSecretValue/, { do: 'answer', reply: otherOrgsSecret() });
    await scene.passes(3_600);
    const calls = await scene.callsOf(async () => {
      const { Status, Reason } = await scene.delete(id);
      expect(Status).toBe('FAILED');
      expect(Reason).toContain(`in the Okta org ${orgUrl}, but the Okta secret names ${otherOrgUrl}`);
    });
    expect(calls.filter(isWrite)).toEqual([]);
    expect(scene.view).toEqual(before);
    scene.heal();
    await scene.passes(3_600);
    expect(await scene.delete(id)).toMatchObject({ Status: 'SUCCESS' });
    expect(scene.view).toEqual(nothing);
  });
});

describe('a Create that dies after it made its application, before the journal has the ID,', () => {
  const createDies = async () => {
    scene.strike(/CreateIdentityProvider/, { do: 'kill' });
    const { PhysicalResourceId } = await scene.create();
    scene.heal();
    expect(scene.world.org.applications.size).toBe(1);
    await scene.passes(3_600);
    return PhysicalResourceId;
  };

  test('leaves nothing behind unseen if the secret names another org by then', async () => {
    const nothing = scene.view;
    const id = await createDies();
    scene.strike(/GetSecretValue/, { do: 'answer', reply: otherOrgsSecret() });
    const { Status, Reason } = await scene.delete(id);
    expect(Status).toBe('FAILED');
    expect(Reason).toContain(orgUrl);
    expect(Reason).toContain(otherOrgUrl);
    scene.heal();
    await scene.passes(3_600);
    expect(await scene.delete(id)).toMatchObject({ Status: 'SUCCESS' });
    expect(scene.view).toEqual(nothing);
  });

  test('leaves nothing behind unseen if the token is revoked by then', async () => {
    const nothing = scene.view;
    const id = await createDies();
    scene.strike(/^Okta /, deadToken);
    expect(await scene.delete(id)).toMatchObject({ Status: 'FAILED' });
    scene.heal();
    expect(await scene.delete(id)).toMatchObject({ Status: 'SUCCESS' });
    expect(scene.view).toEqual(nothing);
  });
});

test('a token that is revoked between look and first step fails the Create, and its Delete has nothing to do', async () => {
  const nothing = scene.view;
  let isRevoked = false;
  scene.world.network.fault = ({ service, operation }) => {
    if (service === 'Okta' && operation === 'POST /api/v1/apps') isRevoked = true;
    return service === 'Okta' && isRevoked ? deadToken : undefined;
  };
  const { Status, PhysicalResourceId } = await scene.create();
  expect(Status).toBe('FAILED');
  expect(await scene.delete(PhysicalResourceId)).toMatchObject({ Status: 'SUCCESS' });
  expect(scene.view).toEqual(nothing);
});

describe('a provider that another stack deletes and creates again between look and step', () => {
  /** The other stack acts when this one reaches for the lease on the provider's name. */
  function recreated(acquire: number): string {
    const theirs = addHandMadeApplication(scene.world, scene.pool);
    let seen = 0;
    scene.world.network.fault = ({ operation }) => {
      if (operation !== 'UpdateItem (acquire)') return undefined;
      seen += 1;
      if (seen === acquire) {
        scene.world.cognito.providers.delete(providerKey(scene.pool.id, 'Okta'));
        addHandMadeProvider(scene.world, scene.pool, 'Okta', theirs.id);
      }
      return undefined;
    };
    return theirs.id;
  }

  test('is left by a late Delete', async () => {
    const id = await scene.made();
    const theirs = recreated(2);
    expect(await scene.delete(id)).toMatchObject({ Status: 'SUCCESS' });
    expect(scene.provider?.ProviderDetails.client_id).toBe(theirs);
    expect([...scene.world.org.applications.keys()]).toEqual([theirs]);
  });

  test('is not rewritten by a late Update', async () => {
    const id = await scene.made();
    const theirs = recreated(2);
    expect(await scene.update(id, scene.properties({ AttributesRequestMethod: 'POST' }))).toMatchObject({
      Status: 'FAILED',
      Reason: expect.stringContaining(`now has the client ID ${theirs}, which is not this resource's`),
    });
    expect(scene.provider).toMatchObject({ ProviderDetails: { client_id: theirs } });
    expect(scene.provider?.IdpIdentifiers).toEqual(['staff.example.com']);
  });

  test('is not given a client secret by a late rotation', async () => {
    const id = await scene.made(scene.properties({ SecretVersion: '1' }));
    const theirs = addHandMadeApplication(scene.world, scene.pool);
    scene.world.network.fault = ({ operation }) => {
      if (operation !== 'POST /api/v1/apps/*/credentials/secrets') return undefined;
      scene.world.cognito.providers.delete(providerKey(scene.pool.id, 'Okta'));
      addHandMadeProvider(scene.world, scene.pool, 'Okta', theirs.id);
      return undefined;
    };
    const versions = ['2', '1'].map((SecretVersion) => scene.properties({ SecretVersion }));
    expect(await scene.update(id, versions[0] ?? {}, versions[1])).toMatchObject({ Status: 'FAILED' });
    expect(scene.provider?.ProviderDetails).toMatchObject({
      client_id: theirs.id,
      client_secret: theirs.secrets[0]?.value,
    });
  });
});

describe('a provider that is gone', () => {
  test('stays on no app client after the Delete, no matter who enabled it there', async () => {
    const nothing = scene.view;
    const id = await scene.made();
    scene.mobile.settings.SupportedIdentityProviders = ['COGNITO', 'Okta'];
    expect(await scene.delete(id)).toMatchObject({ Status: 'SUCCESS' });
    expect(scene.view).toEqual(nothing);
  });

  test('and that an app client lists still is dropped from it, and the work goes on', async () => {
    scene.web.settings.SupportedIdentityProviders = ['COGNITO', 'Ghost'];
    const id = await scene.made();
    expect(scene.web.settings.SupportedIdentityProviders).toEqual(['COGNITO', 'Okta']);
    scene.web.settings.SupportedIdentityProviders = ['COGNITO', 'Ghost', 'Okta'];
    expect(await scene.delete(id)).toMatchObject({ Status: 'SUCCESS' });
    expect(scene.web.settings.SupportedIdentityProviders).toEqual(['COGNITO']);
  });
});
