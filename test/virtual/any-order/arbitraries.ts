import * as fc from 'fast-check';
import type { AfterFailure } from '../../support/cloudformation.ts';
import * as byHand from './by-hand.ts';
import { type ClientName, clientPools, type GroupName, type PoolName, type Wish } from './model.ts';
import type { Operation } from './operations.ts';

const stack = fc.constantFrom('shop', 'mall', 'club');
const pool = fc.constantFrom<PoolName>('north', 'south');
const client = fc.constantFrom<ClientName>('web', 'mobile', 'kiosk');
const group = fc.constantFrom<GroupName>('Everyone', 'Engineering', 'Finance');
const providerName = fc.constantFrom('Okta', 'Partner', 'Staff');

const oneIn = (often: number) => fc.nat(often - 1).map((n) => n === often - 1);
const maybe = <const T>(...values: readonly T[]) => fc.constantFrom(undefined, ...values);

/** Few places, so that stacks get into each other's way. */
const place = fc.oneof(
  { weight: 4, arbitrary: fc.record({ pool, provider: providerName, adopts: fc.constant(undefined) }) },
  {
    weight: 1,
    arbitrary: fc.record({
      pool: fc.constant<PoolName>('north'),
      provider: fc.constant('Staff'),
      adopts: fc.constantFrom('Retain' as const, 'Delete' as const),
    }),
  },
);

function wishOf(stackName: string): fc.Arbitrary<Wish> {
  const settings = {
    clients: fc.subarray<ClientName>(['web', 'mobile', 'kiosk']),
    groups: fc.subarray<GroupName>(['Everyone', 'Engineering', 'Finance']),
    label: maybe('One', 'Two'),
    method: maybe('GET' as const, 'POST' as const),
    notes: maybe('Once.', 'Twice.'),
    hasIdentifier: fc.boolean(),
    secretVersion: maybe('1', '2'),
    isWrong: oneIn(12),
  };
  return fc.record({ place, ...settings }).map(({ place: given, hasIdentifier, clients, ...rest }) => ({
    ...given,
    ...rest,
    clients: clients.filter((name) => clientPools[name] === given.pool),
    identifiers: hasIdentifier ? [`${stackName}.${given.provider}.example.com`] : [],
  }));
}

/** What is refused to an event now and then, so that it fails halfway. */
const refused = fc.oneof(
  { weight: 12, arbitrary: fc.constant(undefined) },
  {
    weight: 1,
    arbitrary: fc.constantFrom(
      ...['POST /api/v1/apps', 'PUT /api/v1/apps/*', 'PUT /api/v1/apps/*/groups/*'],
      ...['CreateIdentityProvider', 'UpdateIdentityProvider', 'UpdateUserPoolClient'],
    ),
  },
);

/** Most stacks are rolled back. */
const preserved = fc.oneof(
  { weight: 5, arbitrary: fc.constant(undefined) },
  {
    weight: 2,
    arbitrary: fc.constantFrom<AfterFailure>(
      ...(['delete with the properties before', 'delete with those that failed'] as const),
      ...(['update again from the properties before', 'update again from those that failed'] as const),
    ),
  },
);

/** A Create, an Update or a Delete of some stack, whichever it is when it comes to it. */
export const operation: fc.Arbitrary<Operation> = fc.oneof(
  {
    weight: 3,
    arbitrary: stack.chain((name) =>
      fc.record({
        stack: fc.constant(name),
        wish: wishOf(name),
        isRolledBack: oneIn(6),
        isTwice: oneIn(4),
        refused,
        fault: fc.constantFrom('refused' as const, 'kill' as const, 'kill after' as const),
        preserved,
      }),
    ),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      stack,
      wish: fc.constant(undefined),
      isRolledBack: fc.constant(false),
      isTwice: oneIn(4),
      refused: fc.constant(undefined),
    }),
  },
);

export const handMadeChange = fc.oneof(
  stack.map(byHand.deleteApplication),
  stack.map(byHand.deactivateApplication),
  stack.map(byHand.renameApplication),
  fc.tuple(stack, group).map(([one, other]) => byHand.assignGroup(one, other)),
  stack.map(byHand.addRedirectUri),
  fc.tuple(pool, providerName).map(([one, other]) => byHand.deleteProvider(one, other)),
  fc.tuple(pool, providerName).map(([one, other]) => byHand.takeName(one, other)),
  fc.tuple(client, providerName).map(([one, other]) => byHand.enable(one, other)),
  fc.tuple(client, providerName).map(([one, other]) => byHand.disable(one, other)),
  fc.tuple(client, fc.integer({ min: 4, max: 15 })).map(([one, other]) => byHand.edit(one, other)),
);
