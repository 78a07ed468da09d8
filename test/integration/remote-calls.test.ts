import { callsOnPath } from '../../bench/calls-on-path.ts';
import type { Outcome } from '../support/cloudformation.ts';
import { createAppClient } from '../support/cognito-fake/app-clients.ts';
import { createUserPool } from '../support/cognito-fake/user-pools.ts';
import { criticalPath } from '../support/relay.ts';
import { type Relayed, startRelayed } from '../support/relayed.ts';
import { type Surroundings, startSurroundings } from '../support/surroundings.ts';

/**
 * Every call of each operation, with the shipped bundle, for a pool with one domain and one app client: the table of
 * docs/how-it-works.md. One more, or one that waits for another needlessly, makes every deploy longer.
 */
const observed = [
  'Cognito DescribeIdentityProvider',
  'Cognito DescribeUserPool',
  'Cognito DescribeUserPoolClient',
  'Okta GET /.well-known/okta-organization',
  'Okta GET /.well-known/openid-configuration',
  'Okta GET /api/v1/groups',
];
const readApplication = ['Okta GET /api/v1/apps/{id}', 'Okta GET /api/v1/apps/{id}/groups'];
const changedAppClient = [
  'DynamoDB UpdateItem', // takes the lease on the app client
  'Cognito DescribeUserPoolClient',
  'Cognito UpdateUserPoolClient',
  'DynamoDB UpdateItem', // gives it up
];
const probed = [
  'Cognito GET /oauth2/authorize',
  'Okta GET /oauth2/v1/authorize',
  'Okta POST /oauth2/v1/token',
];
const eachEvent = [
  'DynamoDB UpdateItem', // takes the lease on the resource
  'Secrets Manager GetSecretValue',
  'DynamoDB UpdateItem', // keeps the answer, and gives the lease up
  'CloudFormation PUT',
];

const create = {
  path: callsOnPath.create,
  calls: [
    ...eachEvent,
    ...observed,
    'Okta GET /api/v1/apps', // what an interrupted try may have left
    'Okta POST /api/v1/apps',
    'Okta PUT /api/v1/apps/{id}/groups/{id}',
    'Cognito CreateIdentityProvider',
    ...changedAppClient,
    ...probed,
  ],
};
const unchanged = {
  path: callsOnPath.unchanged,
  calls: [...eachEvent, ...observed, ...readApplication, ...probed],
};
const update = {
  path: callsOnPath.update,
  calls: [
    ...unchanged.calls,
    'Okta DELETE /api/v1/apps/{id}/groups/{id}',
    'Okta PUT /api/v1/apps/{id}',
    'Okta PUT /api/v1/apps/{id}/groups/{id}',
    'Cognito UpdateIdentityProvider',
  ],
};
const remove = {
  path: callsOnPath.delete,
  calls: [
    ...eachEvent,
    'Cognito DescribeIdentityProvider',
    'Okta GET /api/v1/apps/{id}',
    ...changedAppClient,
    'Cognito DeleteIdentityProvider',
    'Okta POST /api/v1/apps/{id}/lifecycle/deactivate',
    'Okta DELETE /api/v1/apps/{id}',
  ],
};
const replacement = { path: create.path + remove.path, calls: [...create.calls, ...remove.calls] };

let around: Surroundings;
let relayed: Relayed;

beforeAll(async () => {
  around = await startSurroundings();
  relayed = await startRelayed(around);
  // Longer than what the function itself does between two calls: calls that overlap were sent together.
  relayed.relay.delayMs = 250;
});

afterAll(async () => {
  await relayed?.[Symbol.asyncDispose]();
  await around?.[Symbol.asyncDispose]();
});

function somePool() {
  const pool = createUserPool(around.cognito.state);
  return { UserPoolId: pool.id, UserPoolClientIds: [createAppClient(around.cognito.state, pool).id] };
}

test('each operation makes the calls that it needs and no other, and those together that need not wait', async () => {
  const { relay } = relayed;
  const stack = relayed.stackOf();
  const pool = somePool();
  const changes = { ApplicationLabel: 'Shop', Access: ['Engineering'], Scopes: 'openid profile email phone' };
  const operations: [string, { path: number; calls: string[] }, () => Promise<Outcome>][] = [
    ['Create', create, () => stack.create(pool)],
    ['Update without a change', unchanged, () => stack.update(pool)],
    ['Update in place', update, () => stack.update({ ...pool, ...changes })],
    ['replacement and Delete of the old', replacement, () => stack.update({ ...changes, ...somePool() })],
    ['Delete', remove, () => stack.delete()],
  ];
  for (const [operation, { path, calls }, run] of operations) {
    relay.calls.splice(0);
    const { reason } = await run();
    const names = relay.calls.map(({ name }) => name);
    const made = { operation, reason, path: criticalPath(relay.calls).length, calls: names.sort() };
    expect(made).toEqual({ operation, reason: undefined, path, calls: calls.toSorted() });
  }
});
