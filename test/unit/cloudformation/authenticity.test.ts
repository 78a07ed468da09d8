import fc from 'fast-check';
import {
  type AuthenticityRule,
  authenticate,
  type Evidence,
  type Trusted,
} from '../../../src/cloudformation/authenticity.ts';
import type { CustomResourceRequest } from '../../../src/cloudformation/request.ts';
import { assertAtRandom } from '../../support/random-runs.ts';

const stackId =
  'arn:aws:cloudformation:us-west-2:111122223333:stack/shop/5d0c5c10-0000-11f0-8000-0e3f4d1c5a6b';
const [oldId, newId] = ['us-west-2_Old|Okta|0oaOLD', 'us-west-2_New|Okta|0oaNEW'];
const [umlautId, shownUmlautId] = ['us-west-2_Old|Büro|0oaOLD', 'us-west-2_Old|B?ro|0oaOLD'];
const now = { ServiceToken: 'arn:aws:lambda:…', UserPoolId: 'us-west-2_Old', Access: ['Staff'] };
const before = { ...now, Access: 'Nobody' };
const foreignStack = stackId.replace('111122223333', '444455556666');

const origin = {
  requestId: 'r-1',
  stackId,
  stackName: 'shop',
  logicalResourceId: 'Federation',
  issuedAt: 0,
  properties: now,
};
const create: CustomResourceRequest = { ...origin, requestType: 'Create' };
const update: CustomResourceRequest = {
  ...origin,
  requestType: 'Update',
  physicalResourceId: oldId,
  oldProperties: before,
};
const remove: CustomResourceRequest = { ...origin, requestType: 'Delete', physicalResourceId: oldId };

/** What CloudFormation shows; by default a resource of ours that has been created and is at rest. */
interface Shown {
  readonly status?: string;
  readonly id?: string | undefined;
  readonly type?: string;
  readonly stack?: string;
  readonly stackId?: string;
  readonly logicalId?: string;
  readonly events?: Evidence['events'];
}

const event = (status: string, properties?: Record<string, unknown>, id?: string) => ({
  status,
  properties,
  physicalResourceId: id,
});

function shown(given: Shown): Evidence {
  return {
    resource: {
      stackId: given.stackId ?? stackId,
      logicalResourceId: given.logicalId ?? 'Federation',
      resourceType: given.type ?? 'Custom::OktaCognitoIdp',
      physicalResourceId: 'id' in given ? given.id : oldId,
      status: given.status ?? 'CREATE_COMPLETE',
    },
    stackStatus: given.stack,
    events: given.events ?? [],
  };
}

const trusting = (given: Partial<Trusted> = {}): Trusted => ({
  accountId: '111122223333',
  trustedAccounts: [],
  knownPhysicalIds: [],
  standingProperties: [],
  ...given,
});

const creating = shown({
  status: 'CREATE_IN_PROGRESS',
  id: undefined,
  stack: 'CREATE_IN_PROGRESS',
  events: [event('CREATE_IN_PROGRESS', now)],
});
const updating = shown({
  status: 'UPDATE_IN_PROGRESS',
  stack: 'UPDATE_IN_PROGRESS',
  events: [event('UPDATE_IN_PROGRESS', now, oldId), event('CREATE_COMPLETE', before, oldId)],
});
const rollingBack = { ...updating, stackStatus: 'UPDATE_ROLLBACK_IN_PROGRESS' };
const deleting = shown({ status: 'DELETE_IN_PROGRESS', stack: 'DELETE_IN_PROGRESS' });
const cleaningUp = shown({
  status: 'UPDATE_COMPLETE',
  id: newId,
  stack: 'UPDATE_COMPLETE_CLEANUP_IN_PROGRESS',
});
const cleaningUpAfterRollback = shown({
  status: 'UPDATE_COMPLETE',
  id: oldId,
  stack: 'UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS',
});
const removeNew = { ...remove, physicalResourceId: newId };
const nothingShown: Evidence = { resource: undefined, stackStatus: undefined, events: [] };

const real: [string, CustomResourceRequest, Evidence, Partial<Trusted>?][] = [
  ['a Create', create, creating],
  ['a Create of a resource that an Update adds', create, { ...creating, stackStatus: 'UPDATE_IN_PROGRESS' }],
  [
    'a Create after one that failed and was preserved',
    create,
    shown({
      status: 'CREATE_IN_PROGRESS',
      id: 'nothing-made|r-0',
      events: [event('CREATE_IN_PROGRESS', now)],
    }),
  ],
  ['an Update', update, updating],
  ['an Update that rolls an Update back, as the stack shows it', update, rollingBack],
  [
    'an Update that rolls back to what stands, with any events',
    { ...update, properties: before },
    rollingBack,
    { standingProperties: [before] },
  ],
  [
    'an Update that rolls back, with the journal lost, to what older events show',
    { ...update, properties: before },
    rollingBack,
  ],
  [
    'an Update that rolls a replacement back, while the stack shows the old ID',
    { ...update, physicalResourceId: newId },
    rollingBack,
    { knownPhysicalIds: [oldId, newId] },
  ],
  [
    'an Update that rolls back, by a status of its own',
    update,
    shown({
      status: 'UPDATE_ROLLBACK_IN_PROGRESS',
      events: [event('UPDATE_ROLLBACK_IN_PROGRESS', now)],
    }),
  ],
  ['a Delete', remove, deleting],
  ['a Delete that rolls a Create back', remove, { ...deleting, stackStatus: 'ROLLBACK_IN_PROGRESS' }],
  [
    'a Delete after a Create that was never answered',
    { ...remove, physicalResourceId: 'shop-Federation-1ABCDEFGHIJK' },
    shown({ status: 'DELETE_IN_PROGRESS', id: undefined }),
  ],
  ['the Delete after a replacement', remove, cleaningUp, { knownPhysicalIds: [oldId, newId] }],
  [
    'the Delete after a replacement, with the journal lost',
    remove,
    { ...cleaningUp, events: [event('DELETE_IN_PROGRESS', undefined, oldId)] },
  ],
  [
    'the Delete after a replacement that was rolled back',
    removeNew,
    cleaningUpAfterRollback,
    { knownPhysicalIds: [oldId, newId] },
  ],
  [
    'the Delete of what a rolled-back Update created, under the type that AWS shows then',
    remove,
    shown({
      status: 'DELETE_IN_PROGRESS',
      type: 'AWS::CloudFormation::CustomResource',
      stack: 'UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS',
    }),
  ],
  [
    'the Delete in a clean-up of a resource that is no longer shown',
    remove,
    { ...nothingShown, stackStatus: 'UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS' },
    { knownPhysicalIds: [oldId] },
  ],
  [
    'an Update with an ID that is not all ASCII',
    { ...update, physicalResourceId: umlautId },
    {
      ...updating,
      resource: { ...shown({ status: 'UPDATE_IN_PROGRESS', id: shownUmlautId }).resource },
    } as Evidence,
  ],
  [
    'a Delete of an ID that is not all ASCII',
    { ...remove, physicalResourceId: umlautId },
    shown({ status: 'DELETE_IN_PROGRESS', id: shownUmlautId }),
  ],
  [
    'the Delete of such an ID after a replacement, with the journal lost',
    { ...remove, physicalResourceId: umlautId },
    { ...cleaningUp, events: [event('DELETE_IN_PROGRESS', undefined, shownUmlautId)] },
  ],
  [
    'a Create in an account that the operator lists',
    { ...create, stackId: foreignStack },
    {
      ...creating,
      resource: { ...shown({ status: 'CREATE_IN_PROGRESS', stackId: foreignStack }).resource },
    } as Evidence,
    { trustedAccounts: ['444455556666'] },
  ],
];

const forged: [string, AuthenticityRule, CustomResourceRequest, Evidence, Partial<Trusted>?][] = [
  ["a Delete with another stack's ID", 'status', remove, shown({})],
  ['a Delete while the Update of the same resource runs', 'status', remove, updating],
  ['a Delete while the resource is created', 'status', remove, creating],
  ['a Delete of another ID while the resource is deleted', 'physical ID', removeNew, deleting],
  [
    'a Delete of a federation while a resource without an ID is deleted',
    'physical ID',
    remove,
    shown({ status: 'DELETE_IN_PROGRESS', id: undefined }),
  ],
  [
    'a Delete of what stands, in a clean-up',
    'status',
    removeNew,
    cleaningUp,
    { knownPhysicalIds: [oldId, newId] },
  ],
  [
    'a Delete of what stands, in a clean-up, with an ID that is not all ASCII',
    'status',
    { ...remove, physicalResourceId: umlautId },
    {
      ...cleaningUp,
      resource: { ...shown({ status: 'UPDATE_COMPLETE', id: shownUmlautId }).resource },
    } as Evidence,
    { knownPhysicalIds: [oldId, umlautId] },
  ],
  ['a Delete of an unknown ID, in a clean-up', 'status', remove, cleaningUp],
  [
    'a Delete of a known ID, in a clean-up that is over',
    'status',
    remove,
    { ...cleaningUp, stackStatus: 'UPDATE_COMPLETE' },
    { knownPhysicalIds: [oldId, newId] },
  ],
  [
    'a Delete of an ID that the stack has deleted before, in a clean-up',
    'status',
    remove,
    { ...cleaningUp, events: [event('DELETE_COMPLETE', undefined, oldId)] },
  ],
  ['an Update of a resource at rest', 'status', update, shown({ events: updating.events })],
  [
    "an Update with a neighbor's physical ID",
    'physical ID',
    { ...update, physicalResourceId: 'us-west-2_Old|Okta|0oaOTHER' },
    updating,
    { knownPhysicalIds: [oldId] },
  ],
  [
    'an Update of a known ID that the stack does not show, outside a rollback',
    'physical ID',
    { ...update, physicalResourceId: newId },
    updating,
    { knownPhysicalIds: [oldId, newId] },
  ],
  [
    'an Update in the window of a real one, with other properties',
    'properties',
    { ...update, properties: { ...now, Access: 'Everyone' } },
    updating,
  ],
  [
    'an Update to what stands, outside a rollback',
    'properties',
    { ...update, properties: before },
    updating,
    { standingProperties: [before] },
  ],
  [
    'an Update in a rollback, with an ID that the journal does not know',
    'physical ID',
    { ...update, physicalResourceId: newId },
    rollingBack,
    { knownPhysicalIds: [oldId], standingProperties: [before] },
  ],
  [
    'an Update in a rollback, to what has never stood',
    'properties',
    { ...update, properties: { ...now, Access: 'Everyone' } },
    rollingBack,
    { standingProperties: [before] },
  ],
  [
    'an Update in a rollback, to older properties than those that stand',
    'properties',
    { ...update, properties: { ...before, Access: 'Everyone' } },
    {
      ...rollingBack,
      events: [...updating.events, event('CREATE_COMPLETE', { ...before, Access: 'Everyone' })],
    },
    { standingProperties: [before] },
  ],
  [
    'an Update with one property more',
    'properties',
    { ...update, properties: { ...now, RoleArn: 'arn:aws:iam::111122223333:role/other' } },
    updating,
  ],
  [
    'an Update whose properties the latest event does not show',
    'properties',
    update,
    { ...updating, events: [event('UPDATE_IN_PROGRESS')] },
  ],
  [
    'an Update for which the stack has no event',
    'properties',
    update,
    { ...updating, events: [event('CREATE_COMPLETE', now)] },
  ],
  ['a Create of a resource that is there', 'status', create, shown({ events: creating.events })],
  ['a Create while the resource is updated', 'status', create, updating],
  [
    'a Create in the window of a real one, with another service token',
    'properties',
    { ...create, properties: { ...now, ServiceToken: 'arn:aws:lambda:another' } },
    creating,
  ],
  ['a Create in a stack that has no such resource', 'resource', create, nothingShown],
  [
    'a Delete in a stack that has no such resource',
    'resource',
    remove,
    nothingShown,
    { knownPhysicalIds: [oldId] },
  ],
  [
    'an answer about another stack',
    'resource',
    create,
    shown({ ...creating.resource, stackId: `${stackId}x` }),
  ],
  [
    'an answer about another resource',
    'resource',
    create,
    shown({ logicalId: 'Other', status: 'CREATE_IN_PROGRESS' }),
  ],
  [
    'a resource of another type, in the same state',
    'resource type',
    create,
    shown({ type: 'Custom::Other', status: 'CREATE_IN_PROGRESS', events: creating.events }),
  ],
  [
    'a stack of another account',
    'account',
    { ...create, stackId: foreignStack },
    shown({ stackId: foreignStack, status: 'CREATE_IN_PROGRESS', events: creating.events }),
    { trustedAccounts: ['777788889999'] },
  ],
];

// Rest parameters: of a row that is shorter than the parameters jest takes the last for a callback.
test.each(real)('%s is taken', (...[, request, evidence, trusted]) => {
  expect(authenticate(request, evidence, trusting(trusted))).toEqual({ ok: true });
});

test.each(forged)('%s is refused: %s', (...[, rule, request, evidence, trusted]) => {
  expect(authenticate(request, evidence, trusting(trusted))).toMatchObject({ ok: false, rule });
});

test('a refusal is one sentence that names the request, the rule and who may send events', () => {
  const refusal = authenticate(remove, shown({}), trusting());
  expect(refusal).toEqual({
    ok: false,
    rule: 'status',
    reason: `The Delete of Federation in ${stackId} is not done: CloudFormation shows the resource as CREATE_COMPLETE, which no Delete fits. Only CloudFormation may send events.`,
  });
});

const statuses = ['CREATE', 'UPDATE', 'DELETE', 'UPDATE_ROLLBACK', 'ROLLBACK', 'IMPORT'].flatMap((what) =>
  ['IN_PROGRESS', 'COMPLETE', 'FAILED'].map((how) => `${what}_${how}`),
);
const ids = fc.constantFrom(oldId, newId, 'us-west-2_Old|Okta|0oaOTHER');
const anyProperties = fc.constantFrom<Record<string, unknown>>(now, before, { ...now, Access: 'Everyone' });
const anyRequest = fc
  .record({ physicalResourceId: ids, properties: anyProperties })
  .chain((change) => fc.constantFrom(create, { ...update, ...change }, { ...remove, ...change }));
const anyEvidence = fc
  .record({
    status: fc.constantFrom(...statuses),
    id: fc.option(ids, { nil: undefined }),
    stack: fc.constantFrom(
      ...statuses,
      'UPDATE_COMPLETE_CLEANUP_IN_PROGRESS',
      'UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS',
    ),
    events: fc.array(
      fc.record({
        status: fc.constantFrom(...statuses),
        physicalResourceId: fc.option(ids, { nil: undefined }),
        properties: fc.option(anyProperties, { nil: undefined }),
      }),
      { maxLength: 3 },
    ),
  })
  .map(shown);
const anyTrust = fc
  .record({ knownPhysicalIds: fc.uniqueArray(ids), standingProperties: fc.uniqueArray(anyProperties) })
  .map(trusting);

/** Of every accepted event, for any state of the stack, its events and the journal. */
function everyTaken(
  holds: (request: CustomResourceRequest, evidence: Evidence, trusted: Trusted) => boolean,
) {
  assertAtRandom(
    fc.property(anyRequest, anyEvidence, anyTrust, (request, evidence, trusted) => {
      if (authenticate(request, evidence, trusted).ok) expect(holds(request, evidence, trusted)).toBe(true);
    }),
    { numRuns: 2_000 },
  );
}

test('nothing is taken of a stack that is at rest', () => {
  everyTaken(({ requestType }, { resource, stackStatus }) =>
    requestType === 'Delete'
      ? resource?.status === 'DELETE_IN_PROGRESS' || stackStatus?.includes('CLEANUP') === true
      : resource?.status.endsWith('_IN_PROGRESS') === true,
  );
});

test('a Create or an Update with properties that the stack has never shown is not taken, unless the journal says that they stand', () => {
  everyTaken(
    ({ requestType, properties }, { events }, { standingProperties }) =>
      requestType === 'Delete' ||
      events.some((known) => known.properties === properties) ||
      standingProperties.includes(properties),
  );
});

test('an ID that neither the stack nor the journal knows is never touched', () => {
  everyTaken((request, { resource, events }, { knownPhysicalIds }) => {
    if (request.requestType === 'Create') return true;
    const known = [resource?.physicalResourceId, ...events.map((past) => past.physicalResourceId)];
    return [...known, ...knownPhysicalIds].includes(request.physicalResourceId);
  });
});
