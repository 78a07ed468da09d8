import { createAppClient } from '../support/cognito-fake/app-clients.ts';
import { providerKey } from '../support/cognito-fake/state.ts';
import { createUserPool } from '../support/cognito-fake/user-pools.ts';
import { budgeted, someInCheck } from '../support/random-runs.ts';
import { addHandMadeApplication } from '../support/virtual/hand-made.ts';
import { settle } from '../support/virtual/lambda.ts';
import type { Fault } from '../support/virtual/network.ts';
import { tooMany } from '../support/virtual/okta-limits.ts';
import { Resource } from '../support/virtual/resource.ts';
import { consume, drain, metricsIn, tick } from '../support/virtual/watch.ts';
import { isWrite, Scene } from './at-the-doors/scene.ts';
import { oldSecretsUnaccepted } from './slow-cognito.ts';

let scene: Scene;
let id: string;

const dayS = 24 * 60 * 60;
const rotating = () => scene.properties({ SecretRotation: { AutomaticallyAfterDays: '90' } });

beforeEach(async () => {
  scene = new Scene();
  scene.world.environment = {};
  scene.world.queue.waiting.length = 0;
  scene.world.queue.dead.length = 0;
  id = await scene.made(rotating());
});

const watched = () => scene.world.time.run(tick(scene.world));
const secrets = () => scene.application.secrets.map(({ status, value }) => [status, value]);
const inCognito = () => scene.provider?.ProviderDetails.client_secret;
const name = () => `${scene.pool.id}/Okta`;

/** The message of this federation, as the scan sends it. */
const checkMessage = (more: object = {}) =>
  JSON.stringify({
    do: 'check',
    stackId: scene.resource.stackId,
    logicalResourceId: 'Federation',
    physicalResourceId: id,
    ...more,
  });

test('a federation that is whole is reported so, and nothing is changed', async () => {
  const before = scene.view;
  let output = '';
  const calls = await scene.callsOf(async () => {
    output = await watched();
  });
  expect(metricsIn(output)).toMatchObject([
    { Federation: name(), SignInWorks: 1, Drifted: 0, SecretAgeDays: expect.any(Number) },
  ]);
  expect(calls.filter(isWrite)).toEqual([]);
  // Without a lease.
  expect(calls.filter((call) => call.startsWith('DynamoDB'))).toEqual(['DynamoDB Scan', 'DynamoDB GetItem']);
  expect(scene.view).toEqual(before);
});

test('a provider name outside ASCII is escaped for CloudWatch, and stands in the log as it is', async () => {
  const pool = createUserPool(scene.world.cognito, { prefix: 'abroad' });
  const properties = { UserPoolId: pool.id, ProviderName: 'Größe-100%-𝒜' };
  const { world } = scene;
  expect(await world.time.run(settle(world, new Resource('abroad').create(properties)))).toMatchObject({
    Status: 'SUCCESS',
  });
  const output = await watched();
  expect(
    metricsIn(output)
      .map(({ Federation }) => Federation)
      .toSorted(),
  ).toEqual([name(), `${pool.id}/Gr%C3%B6%C3%9Fe-100%-%F0%9D%92%9C`].toSorted());
  expect(output).toContain(`"federation":"${pool.id}/Größe-100%-𝒜"`);
});

const oktaEndpoints = [
  ['the discovery document', /Okta .*openid-configuration/],
  ['the authorize endpoint', /Okta .oauth2.v1.authorize/],
  ['the token endpoint', /Okta .oauth2.v1.token/],
] as const;
const busy = (seconds: number) =>
  ({ do: 'answer', reply: tooMany(Math.ceil(scene.world.time.now() / 1000) + seconds, 1200) }) as const;
const whole = { Federation: expect.any(String), SignInWorks: 1, Drifted: 0 };

describe.each(oktaEndpoints)('%s', (_, call) => {
  test('has a rate limit that is waited for, and a due rotation takes place', async () => {
    await scene.passes(90 * dayS);
    const old = inCognito();
    scene.strike(call, busy(30), 1);
    const output = await watched();
    expect(metricsIn(output)).toEqual(metricsIn(output).map(() => expect.objectContaining(whole)));
    expect(inCognito()).not.toBe(old);
  });

  test('has a rate limit that does not end: nothing is reported, and the message comes again', async () => {
    const endsAt = scene.world.time.now() + 30 * 60_000;
    scene.world.network.fault = ({ operation }) =>
      call.test(operation) && scene.world.time.now() < endsAt ? busy(60) : undefined;
    const output = await watched();
    expect(metricsIn(output)).toEqual([expect.objectContaining(whole)]);
    expect(output).toContain('has too many requests (HTTP 429 from');
    expect(output).not.toMatch(/cannot sign in|has drifted/);
    expect(scene.world.queue.dead).toEqual([]);
  });

  test('that cannot be reached for some seconds is looked at again before it is reported', async () => {
    await scene.passes(90 * dayS);
    const old = inCognito();
    const endsAt = scene.world.time.now() + 15_000;
    scene.world.network.fault = ({ operation }) =>
      call.test(operation) && scene.world.time.now() < endsAt ? { do: 'reset' } : undefined;
    const output = await watched();
    expect(metricsIn(output)).toEqual(metricsIn(output).map(() => expect.objectContaining(whole)));
    expect(output).not.toMatch(/cannot sign in|has drifted/);
    expect(inCognito()).not.toBe(old);
  });

  test('that cannot be reached is reported', async () => {
    scene.strike(call, { do: 'reset' });
    const asked: number[] = [];
    const { fault } = scene.world.network;
    scene.world.network.fault = (made, sender) => {
      if (call.test(made.operation)) asked.push(made.at);
      return fault(made, sender);
    };
    const output = await watched();
    expect(metricsIn(output)).toMatchObject([{ SignInWorks: 0 }]);
    expect(output).toMatch(/People cannot sign in.*cannot be reached/);
    expect((asked.at(-1) ?? 0) - (asked[0] ?? 0)).toBeGreaterThan(25_000);
  });
});

test.each<[string, RegExp, Fault]>([
  ['Okta rejects the client secret', /Okta .oauth2.v1.token/, { do: 'answer', reply: { status: 401 } }],
  ['the domain of the pool was asked for two minutes', /Cognito .oauth2.authorize/, { do: 'reset' }],
])('if %s, one look is enough to report it', async (_, call, fault) => {
  scene.strike(call, fault);
  let output = '';
  const calls = await scene.callsOf(async () => {
    output = await watched();
  });
  expect(metricsIn(output)).toMatchObject([{ SignInWorks: 0, Drifted: 0 }]);
  expect(calls.filter((made) => made.includes('openid-configuration'))).toHaveLength(1);
});

function otherScopes(): void {
  const { provider, world } = scene;
  if (!provider) throw new Error('There is no provider.');
  const ProviderDetails = { ...provider.ProviderDetails, authorize_scopes: 'openid' };
  world.cognito.providers.set(providerKey(scene.pool.id, 'Okta'), { ...provider, ProviderDetails });
}

const handMade: [string, () => void, number, RegExp][] = [
  [
    'a renamed redirect URI',
    () => void scene.application.document.settings.oauthClient.redirect_uris?.splice(0),
    0,
    /redirect_uris/,
  ],
  [
    'a removed group',
    () => scene.application.groupAssignments.clear(),
    1,
    /the Okta group Everyone.*not assigned/,
  ],
  ['other scopes in Cognito', otherScopes, 1, /authorize_scopes/],
  [
    'a provider that was deleted',
    () => scene.world.cognito.providers.clear(),
    0,
    /the identity provider Okta.*none/,
  ],
];

test.each(handMade)(
  '%s is found by the metric and named in the log, and stays',
  async (_name, change, signInWorks, words) => {
    change();
    const before = scene.view;
    const output = await watched();
    expect(metricsIn(output)).toMatchObject([{ Federation: name(), Drifted: 1, SignInWorks: signInWorks }]);
    expect(output).toMatch(words);
    expect(scene.view).toEqual(before);
  },
);

test('with REPAIR_DRIFT a hand-made change is set back, and the next deployment finds nothing to do', async () => {
  const whole = scene.view;
  scene.application.groupAssignments.clear();
  scene.world.environment = { REPAIR_DRIFT: 'true' };
  const output = await watched();
  scene.world.environment = {};
  expect(metricsIn(output)).toMatchObject([{ Drifted: 0, SignInWorks: 1 }]);
  expect(scene.view).toEqual(whole);
  const calls = await scene.callsOf(() => scene.update(id, { ...rotating(), Trigger: '2' }, rotating()));
  expect(calls.filter(isWrite)).toEqual([]);
});

test('a client secret that is old enough is rotated once, and not again before its time', async () => {
  const old = inCognito();
  await scene.passes(89 * dayS);
  await watched();
  expect(inCognito()).toBe(old);
  await scene.passes(dayS);
  await watched();
  const fresh = inCognito();
  expect(fresh).not.toBe(old);
  expect(secrets()).toEqual([['ACTIVE', fresh]]);
  expect(metricsIn(await watched())).toMatchObject([
    { SignInWorks: 1, Drifted: 0, SecretAgeDays: expect.closeTo(0, 0) },
  ]);
  expect(inCognito()).toBe(fresh);
});

test('sign-ins work at each moment of a rotation', async () => {
  await scene.passes(90 * dayS);
  let looked = 0;
  const old = inCognito();
  scene.world.network.heard = () => {
    looked += 1;
    const inUse = scene.provider?.ProviderDetails.client_secret;
    expect(secrets()).toContainEqual(['ACTIVE', inUse]);
  };
  await watched();
  scene.world.network.heard = () => {};
  expect(looked).toBeGreaterThan(10);
  expect(inCognito()).not.toBe(old);
});

test('a rotation keeps the old secret for a minute in which some of Cognito still uses it, and no function waits for that', async () => {
  await scene.passes(90 * dayS);
  const old = inCognito();
  const unaccepted = oldSecretsUnaccepted(scene);
  scene.world.queue.send(checkMessage());
  const first = await scene.world.time.run(consume(scene.world));
  expect(first?.output).toContain('the old one goes in a minute');
  expect(first?.took).toBeLessThan(5_000);
  const fresh = inCognito();
  expect(secrets()).toEqual([
    ['ACTIVE', old],
    ['ACTIVE', fresh],
  ]);
  expect(scene.world.queue.hiddenForMs).toBeGreaterThan(55_000);
  await scene.world.time.run(drain(scene.world));
  expect(secrets()).toEqual([['ACTIVE', fresh]]);
  expect(unaccepted()).toEqual([]);
});

test('a rotation whose last message is lost is finished by the next check', async () => {
  await scene.passes(90 * dayS);
  scene.world.queue.send(checkMessage());
  await scene.world.time.run(consume(scene.world));
  const fresh = inCognito();
  scene.world.queue.waiting.length = 0;
  await scene.passes(dayS);
  await watched();
  expect(secrets()).toEqual([['ACTIVE', fresh]]);
});

test('a deployment between the two halves of a rotation ends it, and the next check does not begin another', async () => {
  await scene.passes(90 * dayS);
  scene.world.queue.send(checkMessage());
  await scene.world.time.run(consume(scene.world));
  const fresh = inCognito();
  const unaccepted = oldSecretsUnaccepted(scene);
  const answer = await scene.update(id, { ...rotating(), Trigger: '2' }, rotating());
  expect(answer).toMatchObject({ Status: 'SUCCESS', PhysicalResourceId: id });
  expect(unaccepted()).toEqual([]);
  expect(secrets()).toEqual([['ACTIVE', fresh]]);
  await watched();
  await scene.passes(dayS);
  await watched();
  expect(secrets()).toEqual([['ACTIVE', fresh]]);
});

test('a rotation that dies at any call is completed when the message comes again', async () => {
  await scene.passes(90 * dayS);
  scene.world.network.mostCalls = Number.POSITIVE_INFINITY;
  const start = scene.world.snapshot();
  const total = (await scene.callsOf(watched)).length;
  const moments = Array.from({ length: total }, (_, index) => index + 1);
  for (const at of someInCheck(moments, 5)) {
    scene.world.restore(start);
    const old = inCognito();
    const first = scene.world.network.calls.length;
    scene.world.network.fault = ({ n }) => (n === first + at ? { do: 'kill after' } : undefined);
    await watched();
    scene.heal();
    expect(scene.world.queue.dead).toEqual([]);
    expect(inCognito()).not.toBe(old);
    expect([at, secrets()]).toEqual([at, [['ACTIVE', inCognito()]]]);
  }
});

test('a rotation that is asked for happens once, however often its message comes', async () => {
  const old = inCognito();
  const body = checkMessage({ rotationAskedAt: scene.world.time.now() });
  for (let copy = 0; copy < 3; copy += 1) scene.world.queue.send(body);
  await scene.world.time.run(drain(scene.world));
  const fresh = inCognito();
  expect(fresh).not.toBe(old);
  scene.world.queue.send(body);
  await scene.world.time.run(drain(scene.world));
  expect(inCognito()).toBe(fresh);
  expect(secrets()).toEqual([['ACTIVE', fresh]]);
});

test('the watch waits for a deployment in between, and does not report it as drift', async () => {
  const item = [...scene.world.leases].find(([name]) => name.startsWith('resource '));
  if (!item) throw new Error('There is no journal.');
  const [key, value] = item;
  scene.world.leases.set(key, {
    ...value,
    holder: { S: 'a deployment' },
    expiresAt: { N: String(scene.world.time.now() + 60_000) },
  });
  scene.application.groupAssignments.clear();
  scene.world.queue.send(JSON.stringify({ do: 'scan' }));
  const output = await scene.world.time.run(drain(scene.world));
  expect(output).toContain('A deployment is at work on this federation');
  // It comes again an hour later, when the dead deployment's lease has expired.
  expect(metricsIn(output)).toMatchObject([{ Drifted: 1 }]);
});

test('each of many federations is checked, even if functions die, and half of Okta’s limits stays free', async () => {
  const { world } = scene;
  world.network.mostCalls = Number.POSITIVE_INFINITY;
  const templates = Array.from({ length: budgeted(200, 20) }, (_, index) => `shop-${index}`);
  const item = [...world.leases].find(([name]) => name.startsWith('resource '));
  if (!item) throw new Error('There is no journal.');
  const names = new Set<string>();
  for (const stackName of templates) {
    const pool = createUserPool(world.cognito, { prefix: stackName });
    const web = createAppClient(world.cognito, pool);
    const answer = await world.time.run(
      settle(world, new Resource(stackName).create({ UserPoolId: pool.id, UserPoolClientIds: [web.id] })),
    );
    expect(answer.Status).toBe('SUCCESS');
    names.add(`${pool.id}/Okta`);
  }
  names.add(name());
  const refusedBefore = world.oktaLimits.refused;
  const least = new Map<string, number>();
  world.network.heard = ({ url }, { headers }) => {
    const [limit, remaining] = [
      Number(headers?.['x-rate-limit-limit']),
      Number(headers?.['x-rate-limit-remaining']),
    ];
    if (url.pathname.startsWith('/api/')) {
      const share = remaining / limit;
      least.set(
        url.pathname.split('/')[3] ?? '',
        Math.min(share, least.get(url.pathname.split('/')[3] ?? '') ?? 1),
      );
    }
  };
  // Okta's limits count by the minute: what the Creates used up is over then.
  await world.time.run(world.time.pause(61_000));
  least.clear();
  let deaths = 0;
  let cognitoCalls = 0;
  world.network.fault = ({ service }) => {
    if (service === 'Cognito') cognitoCalls += 1;
    if (deaths === 3 || cognitoCalls < 31 * (deaths + 1)) return undefined;
    deaths += 1;
    return { do: 'kill' };
  };
  const output = await world.time.run(tick(world, 2));
  world.network.heard = () => {};
  const seen = metricsIn(output).map(({ Federation }) => Federation);
  expect(new Set(seen)).toEqual(names);
  expect(deaths).toBe(3);
  expect(world.queue.dead).toEqual([]);
  expect(world.oktaLimits.refused).toBe(refusedBefore);
  // Two functions of five lookers each may find the same last free call.
  for (const share of least.values()) expect(share).toBeGreaterThanOrEqual(0.48);
});

test.each([
  ['false', 0],
  ['true', 1],
] as const)(
  'with REPAIR_DRIFT=%s, %i of the changes by hand is undone at each call that may die, and nothing else is written',
  async (repairs, undone) => {
    scene.world.environment = { REPAIR_DRIFT: repairs };
    scene.world.network.mostCalls = Number.POSITIVE_INFINITY;
    const whole = scene.view;
    scene.application.groupAssignments.clear();
    const drifted = scene.view;
    const start = scene.world.snapshot();
    const calls = await scene.callsOf(watched);
    expect(calls.filter(isWrite)).toEqual(
      Array.from({ length: undone }, () => expect.stringMatching(/^Okta PUT .*groups/)),
    );
    const moments = calls.map((_, index) => index + 1);
    for (const at of someInCheck(moments, 4)) {
      scene.world.restore(start);
      const first = scene.world.network.calls.length;
      scene.world.network.fault = ({ n }) => (n === first + at ? { do: 'kill after' } : undefined);
      const output = await watched();
      scene.heal();
      expect(scene.world.queue.dead).toEqual([]);
      expect(new Set(metricsIn(output).map(({ Federation }) => Federation))).toEqual(new Set([name()]));
      expect([at, scene.view]).toEqual([at, undone > 0 ? whole : drifted]);
      expect(scene.journal.open).toEqual([]);
    }
    scene.world.environment = {};
  },
);

test('without REPAIR_DRIFT, a due rotation is the only thing that is written to a drifted federation', async () => {
  otherScopes();
  scene.application.document.label = 'Renamed by hand';
  await scene.passes(90 * dayS);
  const calls = await scene.callsOf(watched);
  expect(calls.filter(isWrite)).toEqual([
    'Okta POST /api/v1/apps/*/credentials/secrets',
    'Cognito UpdateIdentityProvider',
    expect.stringMatching(/^Okta POST .*deactivate$/),
    expect.stringMatching(/^Okta DELETE .*credentials/),
  ]);
  // Also what was changed by hand in the provider that gets the secret.
  expect(scene.provider?.ProviderDetails.authorize_scopes).toBe('openid');
});

describe('an adopted application, if consent is needed', () => {
  const adopting = (more = {}) => ({ ...scene.properties(), ProviderName: 'Staff', ...more });
  let staffId: string;
  const staff = () => scene.world.org.applications.get(staffId);

  beforeEach(async () => {
    scene.world.configure({ ADOPTION: 'WithConsent' });
    const application = addHandMadeApplication(scene.world, scene.pool);
    staffId = application.id;
    application.document.settings.notes.admin = 'okta-cognito-idp: adopt staff rotate';
    const resource = new Resource('staff');
    const Adopt = { ApplicationId: staffId };
    const SecretRotation = { AutomaticallyAfterDays: '90' };
    const answer = await scene.send(resource.create(adopting({ Adopt, SecretRotation })));
    expect(answer).toMatchObject({ Status: 'SUCCESS' });
    id = answer.PhysicalResourceId;
    scene.world.queue.send(
      JSON.stringify({
        do: 'check',
        stackId: resource.stackId,
        logicalResourceId: 'Federation',
        physicalResourceId: id,
        rotationAskedAt: Date.now() + 1,
      }),
    );
  });

  afterEach(() => scene.world.configure());

  test.each([
    ['rotates with that consent', 'okta-cognito-idp: adopt staff rotate', true],
    ['does not rotate after an administrator has withdrawn it', 'okta-cognito-idp: adopt staff', false],
  ])('%s', async (_, note, isRotated) => {
    const document = staff()?.document;
    if (document) document.settings.notes.admin = note;
    const value = () => staff()?.secrets.map((secret) => secret.value);
    const before = value();
    await scene.passes(60);
    const output = await scene.world.time.run(drain(scene.world));
    expect(isRotated).toBe(value()?.join() !== before?.join());
    expect(output.includes(`add the line \\"okta-cognito-idp: adopt staff rotate\\"`)).toBe(!isRotated);
  });
});

describe('with REPAIR_DRIFT, a repair that cannot be', () => {
  beforeEach(() => {
    scene.world.environment = { REPAIR_DRIFT: 'true' };
  });

  test('is not begun if a precondition does not hold, and the drift is reported', async () => {
    scene.world.org.addGroup('Team');
    const properties = scene.properties({ Access: ['Team'] });
    await scene.update(id, properties, rotating());
    for (const group of scene.world.org.groups.values()) if (group.name === 'Team') group.name = 'Crew';
    const assigned = [...scene.application.groupAssignments.keys()];
    const output = await watched();
    expect(metricsIn(output)).toMatchObject([{ Federation: name(), Drifted: 1, SignInWorks: 1 }]);
    expect(output).toContain('The drift is not repaired.');
    expect(scene.journal.open).toEqual([]);
    expect([...scene.application.groupAssignments.keys()]).toEqual(assigned);
  });

  test('end because people cannot sign in is reported with that', async () => {
    scene.application.document.label = 'Renamed by hand';
    scene.application.groupAssignments.clear();
    scene.strike(/Okta .oauth2.v1.token/, { do: 'answer', reply: { status: 401, body: '{}' } });
    // Each time that the message comes.
    const reports = metricsIn(await watched()).map(({ SignInWorks }) => SignInWorks);
    expect(new Set(reports)).toEqual(new Set([0]));
    scene.heal();
    expect(metricsIn(await watched())).toMatchObject([{ SignInWorks: 1, Drifted: 0 }]);
  });
});

test('with REPAIR_DRIFT, an older federation that could not be removed does not take the provider back', async () => {
  const moved = { ...rotating(), OktaSecretId: 'other-okta' };
  const next = await scene.update(id, moved, rotating());
  scene.strike(/^Okta DELETE/, { do: 'answer', reply: { status: 403, body: '{"errorCode":"E0000006"}' } });
  expect(await scene.delete(id, rotating())).toMatchObject({ Status: 'FAILED' });
  scene.heal();
  await scene.passes(60);
  scene.world.environment = { REPAIR_DRIFT: 'true' };
  const output = await watched();
  expect(output).toContain('An older federation of this resource has the same identity provider');
  expect(scene.provider?.ProviderDetails.client_id).toBe(next.Data?.ClientId);
});
