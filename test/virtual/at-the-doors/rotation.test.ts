import { newSecret } from '../../../local/okta/management/apps.ts';
import { providerKey } from '../../support/cognito-fake/state.ts';
import { refusal } from '../../support/virtual/aws.ts';
import type { Fault } from '../../support/virtual/network.ts';
import { oldSecretsUnaccepted } from '../slow-cognito.ts';
import { idOf, isWrite, Scene } from './scene.ts';

let scene: Scene;
let id: string;

const version = (SecretVersion: string) => scene.properties({ SecretVersion });

beforeEach(async () => {
  scene = new Scene();
  id = await scene.made(version('1'));
});

const rotate = () => scene.update(id, version('2'), version('1'));
const rollBack = () => scene.update(id, version('1'), version('2'));

const standing = () => scene.journal.standing[0];
const isUnderWay = () => scene.journal.open.some(({ federation }) => federation?.secret.predecessorIds);
const inCognito = () => scene.provider?.ProviderDetails.client_secret;
const inOkta = () => scene.application.secrets.map(({ status, value }) => [status, value]);

/** One secret, which Cognito has, and nothing under way. */
function expectOneSecret(noted: string): void {
  expect(inOkta()).toEqual([['ACTIVE', inCognito()]]);
  expect(standing()?.secret.version).toBe(noted);
  expect(standing()?.secret.predecessorIds).toBeUndefined();
  expect(isUnderWay()).toBe(false);
}

const okta500: Fault = { do: 'answer', reply: { status: 500, body: '' } };
const wrongSecret: Fault = { do: 'answer', reply: { status: 401, body: '{"error":"invalid_client"}' } };
const cognitoRefuses: Fault = { do: 'answer', reply: refusal('InvalidParameterException', 'Not so.') };

test('another SecretVersion puts another secret in use, and the old one goes only after a while', async () => {
  const old = inCognito();
  const before = scene.view;
  const started = scene.world.time.now();
  const calls = await scene.callsOf(async () => {
    expect(await rotate()).toMatchObject({ Status: 'SUCCESS', PhysicalResourceId: id });
  });
  expect(inCognito()).not.toBe(old);
  expectOneSecret('2');
  // Nothing but the secret is another one.
  expect(scene.view).toEqual(before);
  expect(scene.world.time.now() - started).toBeGreaterThanOrEqual(60_000);
  expect(calls.filter(isWrite)).toEqual([
    'Okta POST /api/v1/apps/*/credentials/secrets',
    'Cognito UpdateIdentityProvider',
    'Okta POST /api/v1/apps/*/credentials/secrets/*/lifecycle/deactivate',
    'Okta DELETE /api/v1/apps/*/credentials/secrets/*',
  ]);
  // Probed before Cognito has it, and after.
  const update = calls.indexOf('Cognito UpdateIdentityProvider');
  const probes = calls.flatMap((call, index) =>
    call === 'Sign-in POST Okta /oauth2/v1/token' ? [index] : [],
  );
  expect(probes.map((index) => index < update)).toEqual([true, false]);
});

test('the old secret works until the new one has been in use for a minute', async () => {
  let [updatedAt, deactivatedAt] = [0, 0];
  scene.world.network.fault = ({ operation, at }) => {
    if (operation === 'UpdateIdentityProvider') updatedAt = at;
    if (operation.endsWith('/deactivate')) deactivatedAt = at;
    return undefined;
  };
  await rotate();
  expect(deactivatedAt - updatedAt).toBeGreaterThanOrEqual(60_000);
  expect(deactivatedAt - updatedAt).toBeLessThan(61_000);
});

test('no server of Cognito keeps a secret that Okta rejects, even if it uses the old one for a minute', async () => {
  const unaccepted = oldSecretsUnaccepted(scene);
  await rotate();
  // The rotation is given up, and Cognito is given the first one again.
  scene.strike(/Cognito .oauth2.authorize/, okta500);
  await scene.update(id, version('3'), version('2'));
  scene.heal();
  await scene.update(id, version('2'), version('3'));
  expect(unaccepted()).toEqual([]);
  expectOneSecret('2');
});

test('a rotation does not begin without the time that it takes, and the reason names the property to change', async () => {
  const before = scene.view;
  const short = { ...version('2'), ServiceTimeout: '60' };
  const calls = await scene.callsOf(async () => {
    expect(await scene.update(id, short, version('1'))).toMatchObject({
      Status: 'FAILED',
      Reason: expect.stringMatching(/^SecretVersion: a rotation waits 60 seconds.*Set ServiceTimeout to 180/),
    });
  });
  expect(calls.filter(isWrite)).toEqual([]);
  expect(scene.view).toEqual(before);
  expect(await scene.update(id, { ...version('2'), ServiceTimeout: '180' }, short)).toMatchObject({
    Status: 'SUCCESS',
  });
});

test.each(['1', undefined])('with SecretVersion %s there is nothing to rotate', async (SecretVersion) => {
  const before = scene.view;
  const calls = await scene.callsOf(() =>
    scene.update(id, scene.properties(SecretVersion ? { SecretVersion } : {}), version('1')),
  );
  expect(calls.filter(isWrite)).toEqual([]);
  expect(scene.view).toEqual(before);
});

test('a rotation that Cognito then does not sign people in with is undone, with the reason', async () => {
  const before = scene.view;
  const old = inCognito();
  scene.strike(/Cognito .oauth2.authorize/, okta500);
  // The first probe of a rotation asks Cognito too: it has to work with the old secret before.
  let updates = 0;
  const strike = scene.world.network.fault;
  scene.world.network.fault = (call, sender) => {
    if (call.operation === 'UpdateIdentityProvider') updates += 1;
    return updates === 1 ? strike(call, sender) : undefined;
  };
  const started = scene.world.time.now();
  expect(await rotate()).toMatchObject({
    Status: 'FAILED',
    PhysicalResourceId: id,
    Reason: expect.stringMatching(
      /^The rotation failed, and the old client secret is in use again: Cognito at shop/,
    ),
  });
  // The return to the old one is given time to spread.
  expect(scene.world.time.now() - started).toBeGreaterThan(60_000);
  expect(updates).toBe(2);
  expect(inCognito()).toBe(old);
  expect(scene.view).toEqual(before);
});

test('a new secret that Okta itself does not take is never given to Cognito', async () => {
  const before = scene.view;
  scene.strike(/oauth2.v1.token/, wrongSecret);
  const calls = await scene.callsOf(async () => {
    expect(await rotate()).toMatchObject({
      Status: 'FAILED',
      Reason: expect.stringMatching(/^The rotation failed, .*: Okta rejected the client secret/),
    });
  });
  expect(calls).not.toContain('Cognito UpdateIdentityProvider');
  expect(scene.view).toEqual(before);
});

test('if the old secret cannot be put back, both go on working, and the next Update ends it', async () => {
  scene.strike(/oauth2.v1.token|secrets.*deactivate/, wrongSecret);
  expect(await rotate()).toMatchObject({
    Status: 'FAILED',
    Reason: expect.stringMatching(/^Okta rejected the client secret/),
  });
  expect(inOkta().map(([status]) => status)).toEqual(['ACTIVE', 'ACTIVE']);
  expect(isUnderWay()).toBe(true);
  scene.heal();
  expect(await rollBack()).toMatchObject({ Status: 'SUCCESS' });
  expectOneSecret('1');
});

test('a second secret whose create got no answer is found and used', async () => {
  const old = inCognito();
  scene.strike(/POST .*credentials.secrets$/, { do: 'reset after' }, 1);
  expect(await rotate()).toMatchObject({ Status: 'SUCCESS' });
  expect(inCognito()).not.toBe(old);
  expectOneSecret('2');
});

test('a create of the second secret that fails is tried three times', async () => {
  scene.strike(/POST .*credentials.secrets$/, okta500);
  const calls = await scene.callsOf(async () => {
    expect(await rotate()).toMatchObject({ Status: 'FAILED', Reason: expect.stringContaining('500') });
  });
  expect(calls.filter((call) => /POST .*credentials.secrets$/.test(call))).toHaveLength(3);
  scene.heal();
  expect(await rotate()).toMatchObject({ Status: 'SUCCESS' });
  expectOneSecret('2');
});

test('two secrets in use leave no room: the one to deactivate is named', async () => {
  const other = newSecret();
  scene.application.secrets.push(other);
  const before = scene.view;
  expect(await rotate()).toMatchObject({
    Status: 'FAILED',
    Reason: expect.stringMatching(
      new RegExp(`^SecretVersion: .*Deactivate ${other.id} \\(created ${other.created}\\)`),
    ),
  });
  expect(scene.view).toEqual(before);
});

test('a secret that was left inactive makes room', async () => {
  scene.application.secrets.push({ ...newSecret(), status: 'INACTIVE' });
  expect(await rotate()).toMatchObject({ Status: 'SUCCESS' });
  expectOneSecret('2');
});

test('a secret that was changed in Cognito by hand is replaced by the new one, and one is left', async () => {
  const key = providerKey(scene.pool.id, 'Okta');
  const { provider } = scene;
  if (!provider) throw new Error('There is no provider.');
  const ProviderDetails = { ...provider.ProviderDetails, client_secret: 'not-the-right-one' };
  scene.world.cognito.providers.set(key, { ...provider, ProviderDetails });
  expect(await rotate()).toMatchObject({ Status: 'SUCCESS' });
  expectOneSecret('2');
});

test('the secret of an application that loses its name tag meanwhile is still rotated', async () => {
  scene.world.network.fault = ({ operation }) => {
    if (operation.endsWith('/deactivate')) delete scene.application.document.profile?.okta_cognito_idp;
    return undefined;
  };
  expect(await rotate()).toMatchObject({ Status: 'SUCCESS' });
  expectOneSecret('2');
});

test('a rotation that runs out of time gives Cognito the old secret again in the time that is kept for that', async () => {
  const before = scene.view;
  const old = inCognito();
  const short = { ...version('2'), ServiceTimeout: '130' };
  let probes = 0;
  scene.world.network.fault = ({ operation }) => {
    if (!operation.endsWith('Okta /oauth2/v1/token')) return undefined;
    probes += 1;
    // The first probe goes well. Once Cognito has the new secret, Okta gives no answer any more.
    return probes === 1 ? undefined : { do: 'hang' };
  };
  const given: unknown[] = [];
  scene.world.network.heard = ({ headers, body }) => {
    if (!headers['x-amz-target']?.endsWith('.UpdateIdentityProvider')) return;
    given.push(Object(JSON.parse(body.toString())).ProviderDetails.client_secret);
  };
  expect(await scene.update(id, short, version('1'))).toMatchObject({
    Status: 'FAILED',
    PhysicalResourceId: id,
    Reason: expect.stringMatching(/ran out of time while it was rotating the client secret/),
  });
  expect(given).toEqual([expect.not.stringMatching(`^${old}$`), old]);
  scene.heal();
  expect(await scene.update(id, version('1'), short)).toMatchObject({ Status: 'SUCCESS' });
  expect(inCognito()).toBe(old);
  expectOneSecret('1');
  expect(scene.view).toEqual(before);
});

test('a provider that is deleted on the way fails the rotation', async () => {
  let looks = 0;
  scene.world.network.fault = ({ operation }) => {
    if (operation !== 'DescribeIdentityProvider') return undefined;
    looks += 1;
    if (looks === 2) scene.world.cognito.providers.clear();
    return undefined;
  };
  expect(await rotate()).toMatchObject({
    Status: 'FAILED',
    Reason: 'The provider Okta was deleted during the deployment. Deploy again to create it.',
  });
});

/** Every call of a rotation that changes something, and when the function dies: before it takes effect, or after. */
const moments = [
  ['the record that it begins', /UpdateItem .keep/, 2],
  ['the making of the second secret', /POST .*credentials.secrets$/, 1],
  ['the provider taking it', /UpdateIdentityProvider/, 1],
  ['the deactivation of the first', /deactivate$/, 1],
  ['the deletion of the first', /DELETE .*credentials/, 1],
  ['the record that it is done', /UpdateItem .release/, 1],
] as const;

/** Kills the function at the nth such call. */
async function killedAt(call: RegExp, nth: number, fault: 'kill' | 'kill after'): Promise<void> {
  let seen = 0;
  scene.world.network.fault = ({ service, operation }) => {
    if (!call.test(`${service} ${operation}`)) return undefined;
    seen += 1;
    return seen === nth ? { do: fault } : undefined;
  };
  expect(await rotate()).toMatchObject({ Status: 'FAILED' });
  scene.heal();
  // The lease of the dead one runs out.
  await scene.passes(60);
}

describe.each(['kill', 'kill after'] as const)('interrupted (%s) at', (fault) => {
  test.each(moments)('%s, it goes on when the Update comes again', async (_, call, nth) => {
    const old = inCognito();
    await killedAt(call, nth, fault);
    expect(await rotate()).toMatchObject({ Status: 'SUCCESS' });
    expect(inCognito()).not.toBe(old);
    expectOneSecret('2');
  });

  test.each(moments)('%s, one secret that works stays when it is rolled back', async (_, call, nth) => {
    await killedAt(call, nth, fault);
    expect(await rollBack()).toMatchObject({ Status: 'SUCCESS' });
    expectOneSecret('1');
  });
});

test('interrupted before Cognito could get the new secret, the rollback keeps the old one', async () => {
  const old = inCognito();
  scene.strike(/UpdateIdentityProvider|secrets.*deactivate/, cognitoRefuses);
  expect(await rotate()).toMatchObject({ Status: 'FAILED', Reason: 'Not so.' });
  scene.heal();
  const started = scene.world.time.now();
  const calls = await scene.callsOf(rollBack);
  expect(calls).not.toContain('Cognito UpdateIdentityProvider');
  expect(inCognito()).toBe(old);
  expectOneSecret('1');
  expect(scene.world.time.now() - started).toBeGreaterThanOrEqual(60_000);
});

describe('interrupted when the first secret was already switched off', () => {
  beforeEach(() => killedAt(/DELETE .*credentials/, 1, 'kill'));

  test('the rollback keeps the new one, and does not wait', async () => {
    const current = inCognito();
    const started = scene.world.time.now();
    expect(await rollBack()).toMatchObject({ Status: 'SUCCESS' });
    expect(scene.world.time.now() - started).toBeLessThan(5_000);
    expect(inCognito()).toBe(current);
    expectOneSecret('1');
  });

  test('a probe that fails then leaves the new one: there is nothing to go back to', async () => {
    const current = inCognito();
    scene.strike(/oauth2.v1.token/, wrongSecret);
    expect(await rotate()).toMatchObject({
      Status: 'FAILED',
      Reason: expect.stringMatching(/^Okta rejected the client secret/),
    });
    expect(inCognito()).toBe(current);
    expect(inOkta()).toContainEqual(['ACTIVE', current]);
  });

  test('an application that lost both gets another one, also if the answer to that is lost', async () => {
    for (const secret of scene.application.secrets) secret.status = 'INACTIVE';
    scene.application.secrets.length = 1;
    scene.strike(/POST .*credentials.secrets$/, { do: 'reset after' }, 1);
    expect(await rollBack()).toMatchObject({ Status: 'SUCCESS' });
    expect(inOkta()).toContainEqual(['ACTIVE', inCognito()]);
  });
});

test('an inactive secret is deleted as it is', async () => {
  scene.application.secrets.push({ ...newSecret(), status: 'INACTIVE' });
  const calls = await scene.callsOf(rotate);
  expect(calls.filter((call) => call.endsWith('/deactivate'))).toHaveLength(1);
});

test('what others change of the provider meanwhile stays if the rotation is given up', async () => {
  const old = inCognito();
  const key = providerKey(scene.pool.id, 'Okta');
  let isGiven = false;
  scene.world.network.fault = ({ operation }) => {
    isGiven ||= operation === 'UpdateIdentityProvider';
    if (!isGiven || operation !== 'POST Okta /oauth2/v1/token') return undefined;
    const { provider } = scene;
    if (provider)
      scene.world.cognito.providers.set(key, { ...provider, IdpIdentifiers: ['theirs.example.com'] });
    return wrongSecret;
  };
  expect(await rotate()).toMatchObject({ Status: 'FAILED' });
  expect(inCognito()).toBe(old);
  expect(scene.provider?.IdpIdentifiers).toEqual(['theirs.example.com']);
});

test('a rotation that died does not fail a rollback that has no time to end it, and the next Update ends it', async () => {
  const short = { ...version('1'), ServiceTimeout: '60' };
  idOf(await scene.update(id, short, version('1')));
  const wanted = { ...version('2'), ServiceTimeout: '180' };
  scene.strike(/Okta .oauth2.v1.token/, { do: 'kill' });
  expect(await scene.update(id, wanted, short)).toMatchObject({ Status: 'FAILED' });
  scene.heal();
  await scene.passes(60);
  expect(inOkta()).toHaveLength(2);
  expect(await scene.rollBack(id, short, wanted)).toMatchObject({
    Status: 'SUCCESS',
    PhysicalResourceId: id,
  });
  expect(await scene.update(id, version('1'), short)).toMatchObject({ Status: 'SUCCESS' });
  expectOneSecret('1');
});

test('a rotation that went well is not repeated by the rollback of its Update, which may have no time for one', async () => {
  const short = { ...version('1'), ServiceTimeout: '60' };
  idOf(await scene.update(id, short, version('1')));
  const wanted = { ...version('2'), ServiceTimeout: '180' };
  expect(await scene.update(id, wanted, short)).toMatchObject({ Status: 'SUCCESS' });
  const fresh = inCognito();
  expect(await scene.rollBack(id, short, wanted)).toMatchObject({
    Status: 'SUCCESS',
    PhysicalResourceId: id,
  });
  expectOneSecret('1');
  expect(inCognito()).toBe(fresh);
  const noted = { ...short, Notes: 'x' };
  expect(await scene.update(id, noted, short)).toMatchObject({ Status: 'SUCCESS' });
  expect(inCognito()).toBe(fresh);
  expect(await scene.update(id, wanted, noted)).toMatchObject({ Status: 'SUCCESS' });
  expect(inCognito()).not.toBe(fresh);
});
