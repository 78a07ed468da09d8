import { callsOnPath } from '../../../bench/calls-on-path.ts';
import type { Properties } from '../../support/custom-resource.ts';
import { addHandMadeApplication, addHandMadeProvider } from '../../support/virtual/hand-made.ts';
import { idOf, nameOf, Scene } from './scene.ts';

/**
 * Every call of each operation, for a pool with one domain and a template that names one app client, and how many of them
 * wait for one another. One more makes every deploy longer.
 */

/** Each way. Nothing else takes time here. */
const latencyMs = 100;

let scene: Scene;

beforeEach(() => {
  scene = new Scene();
  scene.withoutLag();
  scene.world.network.latency = () => latencyMs;
});

/** The journal is written beside the calls of the path: each attempt as it begins, and what it is about to add. */
const kept = (times: number) => Array.from({ length: times }, () => 'DynamoDB UpdateItem (keep)');
const removalEvent = [
  'DynamoDB UpdateItem (acquire)',
  'Secrets Manager GetSecretValue',
  'DynamoDB UpdateItem (release)',
  'CloudFormation PUT answer',
];
const eachEvent = [...removalEvent, ...kept(1)];
/** The lease on the provider's name, and the look under it. */
const guarded = [
  'DynamoDB UpdateItem (acquire)',
  'Cognito DescribeIdentityProvider',
  'DynamoDB UpdateItem (release)',
];
const looked = [
  'Cognito DescribeUserPool',
  'Cognito DescribeUserPoolClient',
  'Cognito DescribeIdentityProvider',
  'Sign-in GET Okta /.well-known/openid-configuration',
];
const lookedForNew = [
  ...looked,
  'Sign-in GET Okta /.well-known/okta-organization',
  'Okta GET /api/v1/groups',
];
const readApplication = ['Okta GET /api/v1/apps/*', 'Okta GET /api/v1/apps/*/groups'];
const changedAppClient = [
  'DynamoDB UpdateItem (acquire)',
  'Cognito DescribeUserPoolClient',
  'Cognito UpdateUserPoolClient',
  'DynamoDB UpdateItem (release)',
];
const probed = [
  'Sign-in GET Okta /oauth2/v1/authorize',
  'Sign-in POST Okta /oauth2/v1/token',
  'Sign-in GET Cognito /oauth2/authorize',
];
const unchanged = [...eachEvent, ...lookedForNew, ...readApplication, ...probed];
const create = [
  ...eachEvent,
  ...kept(2),
  ...lookedForNew,
  'Okta POST /api/v1/apps',
  'Okta PUT /api/v1/apps/*/groups/*',
  'Cognito CreateIdentityProvider',
  ...changedAppClient,
  ...probed,
];

/** The calls of this work in the order of the alphabet, and how many there are from its first to its last. */
async function callsOf(work: () => Promise<unknown>): Promise<{ calls: string[]; path: number }> {
  const started = scene.world.time.now();
  const calls = await scene.callsOf(work);
  return {
    calls: calls.filter((call) => !isConfirmation(call)).toSorted(),
    path: Math.round((scene.world.time.now() - started) / (2 * latencyMs)),
  };
}

/** CloudFormation is asked beside the calls of the path whether it has sent the event. */
const isConfirmation = (call: string) => /^CloudFormation (Describe|List)/.test(call);

test('CloudFormation is asked once about the resource and once about its stack, unless the lease took long', async () => {
  const confirm = async (work: () => Promise<unknown>) =>
    (await scene.callsOf(work)).filter(isConfirmation).toSorted();
  const create = ['CloudFormation DescribeStackEvents', 'CloudFormation DescribeStackResource'];
  let id = '';
  expect(
    await confirm(async () => {
      id = idOf(await scene.create());
    }),
  ).toEqual(create);
  expect(await confirm(() => scene.update(id, scene.properties({ Notes: 'x' })))).toEqual([
    ...create,
    'CloudFormation DescribeStacks',
  ]);
  scene.world.network.latency = (call) => (nameOf(call) === 'DynamoDB UpdateItem (acquire)' ? 500 : 5);
  expect(await confirm(() => scene.update(id, scene.properties()))).toEqual([
    ...create,
    'CloudFormation DescribeStackResource',
    'CloudFormation DescribeStacks',
  ]);
});

const sorted = (calls: readonly string[], path: number) => ({ calls: calls.toSorted(), path });

test('a Create, and an Update that changes nothing', async () => {
  let id = '';
  expect(
    await callsOf(async () => {
      id = idOf(await scene.create());
    }),
  ).toEqual(sorted(create, callsOnPath.create));
  expect(await callsOf(() => scene.update(id, scene.properties()))).toEqual(
    sorted(unchanged, callsOnPath.unchanged),
  );
});

test('an Update in place', async () => {
  const id = await scene.made();
  const changes = { ApplicationLabel: 'Shop', Access: ['Engineering'], Scopes: 'openid profile email phone' };
  const calls = [
    ...unchanged,
    ...kept(1),
    ...guarded,
    'Okta DELETE /api/v1/apps/*/groups/*',
    'Okta PUT /api/v1/apps/*',
    'Okta PUT /api/v1/apps/*/groups/*',
    'Cognito UpdateIdentityProvider',
  ];
  expect(await callsOf(() => scene.update(id, scene.properties(changes)))).toEqual(
    sorted(calls, callsOnPath.update),
  );
});

const removal = [
  ...removalEvent,
  'Cognito DescribeIdentityProvider',
  'Okta GET /api/v1/apps/*',
  ...changedAppClient,
  // Does another app client list the provider?
  'Cognito ListUserPoolClients',
  'Cognito DescribeUserPoolClient',
  ...guarded,
  'Cognito DeleteIdentityProvider',
  'Okta POST /api/v1/apps/*/lifecycle/deactivate',
  'Okta DELETE /api/v1/apps/*',
];

test('a replacement, its rollback, and the Delete of what replaced', async () => {
  const id = await scene.made();
  const other = scene.properties({ ProviderName: 'Staff' });
  let replaced = '';
  expect(
    await callsOf(async () => {
      replaced = idOf(await scene.update(id, other));
    }),
  ).toEqual(sorted(create, callsOnPath.create));
  expect(await callsOf(() => scene.update(replaced, scene.properties(), other))).toEqual(
    sorted(unchanged, callsOnPath.unchanged),
  );
  expect(await callsOf(() => scene.delete(replaced, other))).toEqual(sorted(removal, callsOnPath.delete));
});

test('a rotation', async () => {
  const id = await scene.made();
  const calls = [
    ...unchanged,
    // That it begins, and that Cognito has the new secret; the old one stays for a minute, and the lease with it.
    ...kept(2),
    ...Array.from({ length: 6 }, () => 'DynamoDB UpdateItem (renew)'),
    'Cognito DescribeIdentityProvider',
    'Okta GET /api/v1/apps/*/credentials/secrets',
    'Okta POST /api/v1/apps/*/credentials/secrets',
    ...guarded,
    'Cognito UpdateIdentityProvider',
    'Okta POST /api/v1/apps/*/credentials/secrets/*/lifecycle/deactivate',
    'Okta DELETE /api/v1/apps/*/credentials/secrets/*',
    ...probed,
  ];
  const made = await callsOf(() => scene.update(id, scene.properties({ SecretVersion: '1' })));
  expect(made.calls).toEqual(calls.toSorted());
});

test('an adoption, an Update of it that changes nothing, and its Delete', async () => {
  const theirs = addHandMadeApplication(scene.world, scene.pool);
  addHandMadeProvider(scene.world, scene.pool, 'Okta', theirs.id);
  const adopting: Properties = scene.properties({ Adopt: { ApplicationId: theirs.id } });
  const found = [...eachEvent, ...looked, ...readApplication];
  let id = '';
  const adoption = await callsOf(async () => {
    id = idOf(await scene.create(adopting));
  });
  const adopted = [
    ...kept(1),
    'DynamoDB UpdateItem (acquire)',
    'Okta GET /api/v1/apps/*',
    'Okta PUT /api/v1/apps/*',
    'DynamoDB UpdateItem (release)',
  ];
  expect(adoption.calls).toEqual([...found, ...adopted, ...changedAppClient, ...probed].toSorted());
  expect(await callsOf(() => scene.update(id, adopting, adopting))).toEqual(
    sorted([...found, ...probed], callsOnPath.unchanged + 1),
  );
  const release = await callsOf(() => scene.delete(id, adopting));
  expect(release.calls).toEqual(
    [
      ...removalEvent,
      'Cognito DescribeIdentityProvider',
      'Okta GET /api/v1/apps/*',
      'Cognito ListUserPoolClients',
      ...changedAppClient,
      ...guarded,
      'Cognito UpdateIdentityProvider',
      'Okta PUT /api/v1/apps/*',
    ].toSorted(),
  );
});
