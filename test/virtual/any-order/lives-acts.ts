import * as fc from 'fast-check';
import { faultKinds } from '../../support/virtual/fault-kinds.ts';
import type { Service } from '../../support/virtual/network.ts';
import type { Asked, Lives, Trouble } from './lives.ts';

/** One thing that happens. */
export interface Act {
  readonly told: string;
  readonly run: (lives: Lives) => Promise<void>;
}

/** Most of it happens to one stack, which has a federation from the beginning. */
const stack = fc.constantFrom('shop', 'shop', 'mall');
const maybe = <const T>(...values: readonly T[]) => fc.constantFrom(undefined, ...values);

/** What the templates ask for. */
export const asked: fc.Arbitrary<Asked> = fc.record(
  {
    pool: fc.constantFrom('north' as const, 'south' as const),
    provider: fc.constantFrom('Okta', 'Partner'),
    org: fc.constantFrom('own' as const, 'own' as const, 'other' as const),
    clients: fc.subarray(['web', 'mobile'] as const),
    access: fc.constantFrom('Everyone', 'Engineering', 'Finance'),
    notes: maybe('Once.', 'Twice.'),
    secretVersion: maybe('1', '2'),
    isWrong: fc.nat(11).map((n) => n === 11),
  },
  // A failure shows them as text.
  { noNullPrototype: true },
);

/** How much CloudFormation shows of what has been. */
export const history = fc.oneof(
  { weight: 6, arbitrary: fc.constant('whole' as const) },
  { weight: 2, arbitrary: fc.constant('old' as const) },
  // Ten pages of events take long to read.
  { weight: 1, arbitrary: fc.constant('busy' as const) },
);

const services: readonly Service[] = ['Okta', 'Cognito', 'DynamoDB', 'CloudFormation API', 'Secrets Manager'];
const kinds = [...new Set(services.flatMap((service) => faultKinds(service).map(({ name }) => name)))];

/** Half of the events meet none; the others at any call, most of them by a death. */
const trouble: fc.Arbitrary<Trouble | undefined> = fc.option(
  fc.record({
    at: fc.integer({ min: 1, max: 35 }),
    kind: fc.oneof(
      { weight: 2, arbitrary: fc.constantFrom('kill', 'kill after') },
      { weight: 1, arbitrary: fc.constantFrom(...kinds) },
    ),
    afterwards: fc.constantFrom('no answer', 'delivered again', 'refused', 'failsafe', 'lost'),
  }),
  { freq: 2 },
);

/** The same, at the rollback too, or for the whole delivery: DynamoDB or Okta refuses every write of one kind. */
const longerTrouble: fc.Arbitrary<Trouble | undefined> = fc
  .record({ trouble, event: maybe('the next'), lasts: fc.boolean() })
  .map(({ trouble, ...more }) => trouble && { ...trouble, ...more });

const attempted = { trouble: longerTrouble, isRolledBack: fc.boolean() };

const deploys = fc
  .record({
    name: stack,
    asked,
    trouble,
    isRolledBack: fc.nat(5).map((n) => n === 5),
    goesBack: fc.nat(3).map((n) => n === 3),
    preserved: maybe(
      ...(['delete with the properties before', 'delete with those that failed'] as const),
      ...(['update again from the properties before', 'update again from those that failed'] as const),
    ),
  })
  .map(
    (one): Act => ({ told: `deploy ${JSON.stringify(one)}`, run: (lives) => lives.deploy(one.name, one) }),
  );

const removes = fc.record({ name: stack, trouble }).map(
  ({ name, trouble }): Act => ({
    told: `delete ${name} ${JSON.stringify(trouble)}`,
    run: (lives) => lives.remove(name, trouble),
  }),
);

const addsAgain = fc
  .record({
    name: stack,
    left: fc.constantFrom('retained', 'retained', 'its Deletes failed'),
    tries: fc.array(fc.record({ asked, ...attempted }), { minLength: 1, maxLength: 3 }),
  })
  .map(
    (one): Act => ({
      told: `add again ${JSON.stringify(one)}`,
      run: (lives) => lives.addAgain(one.name, one),
    }),
  );

const rebuilds = fc.record({ name: stack, isNested: fc.boolean(), ...attempted }).map(
  (one): Act => ({
    told: `retain and rebuild ${JSON.stringify(one)}`,
    run: (lives) => lives.rebuild(one.name, one),
  }),
);

const renames = fc
  .record({
    name: stack,
    later: longerTrouble,
    isRetained: fc.boolean(),
    isBack: fc.boolean(),
    ...attempted,
  })
  .map(
    (one): Act => ({
      told: `rename the logical ID of ${JSON.stringify(one)}`,
      run: (lives) => lives.rename(one.name, one),
    }),
  );

const adopts = fc.record({ isNested: fc.boolean(), trouble: longerTrouble }).map(
  (one): Act => ({
    told: `adopt and go back ${JSON.stringify(one)}`,
    run: (lives) => lives.adopt(one),
  }),
);

const onStack = (told: string, run: (lives: Lives, name: string) => Promise<void>) =>
  stack.map((name): Act => ({ told: `${told} ${name}`, run: (lives) => run(lives, name) }));

/** What happens, the most frequent first. */
export const acts: readonly fc.WeightedArbitrary<Act>[] = [
  { weight: 10, arbitrary: deploys },
  { weight: 2, arbitrary: removes },
  { weight: 2, arbitrary: addsAgain },
  { weight: 1, arbitrary: rebuilds },
  { weight: 1, arbitrary: renames },
  { weight: 1, arbitrary: adopts },
  { weight: 1, arbitrary: onStack('lose the journal of', (lives, name) => lives.tamper(name, 'lost')) },
  {
    weight: 1,
    arbitrary: onStack('restore an older journal of', (lives, name) => lives.tamper(name, 'older')),
  },
  { weight: 1, arbitrary: onStack('give to others the name of', (lives, name) => lives.takeName(name)) },
];
