import fc from 'fast-check';
import { type Plan, planFederation } from '../../../src/federation/plan/plan.ts';
import { planRemoval, type Removal } from '../../../src/federation/plan/plan-removal.ts';
import type { Properties } from '../../../src/federation/properties/properties.ts';
import { emptyWorld, forRemoval, goal, identity, observed, properties, take, type World } from './world.ts';

/** Any template for this pool. */
const template: fc.Arbitrary<Properties> = fc
  .record(
    {
      UserPoolClientIds: fc.subarray(['clientA', 'clientB']),
      Access: fc.oneof(
        fc.constantFrom('Everyone', 'Nobody'),
        fc.subarray(['Staff', 'Guests'], { minLength: 1 }),
      ),
      ApplicationLabel: fc.constantFrom('One', 'Two'),
      Scopes: fc.constantFrom('openid', 'openid email profile'),
      AttributesRequestMethod: fc.constantFrom('GET', 'POST'),
      IdpIdentifiers: fc.subarray(['example.com', 'example.org']),
      PostLogoutRedirectUris: fc.subarray(['https://a.example.com/', 'https://b.example.com/']),
      InitiateLoginUri: fc.constantFrom('https://a.example.com/', 'https://b.example.com/'),
      LogoUri: fc.constantFrom('https://a.example.com/logo.png'),
      Notes: fc.constantFrom('One', 'Two'),
    },
    { requiredKeys: [] },
  )
  .map((given) => properties(given));

const history = fc.array(template, { minLength: 1, maxLength: 4 });
const stop = fc.nat(8);

function planTo(world: World, wanted: Properties, previous?: Properties): Plan {
  return planFederation(goal(wanted, world, previous), observed(world, wanted));
}

function removal(world: World, wanted: Properties): Plan {
  const order: Removal = {
    identity,
    applicationId: world.application?.id,
    namedClientIds: wanted.UserPoolClientIds,
    isAdoption: false,
    deletesAdopted: false,
  };
  return planRemoval(order, forRemoval(world));
}

/** A world with neighbours: others' settings on the app client, and another client bound by hand. */
function neighbourhood(): World {
  const world = emptyWorld();
  world.appClients.set('clientC', ['COGNITO', 'Google', 'Facebook']);
  return world;
}

/** By hand, with its name on the app clients. */
function deleteProvider(world: World): void {
  world.provider = undefined;
  for (const [id, names] of world.appClients) {
    world.appClients.set(
      id,
      names.filter((name) => name !== identity.providerName),
    );
  }
}

function others(world: World): unknown {
  return [...world.appClients].map(([id, names]) => [id, names.filter((name) => name !== 'Okta')]);
}

test('whatever the templates, a plan that was taken leaves nothing to do', () => {
  fc.assert(
    fc.property(history, (templates) => {
      const world = neighbourhood();
      let previous: Properties | undefined;
      for (const wanted of templates) {
        take(planTo(world, wanted, previous), world);
        expect(planTo(world, wanted, previous)).toEqual([]);
        previous = wanted;
      }
    }),
  );
});

test('a try that broke off anywhere ends, when it is repeated, where an unbroken one does', () => {
  fc.assert(
    fc.property(history, template, stop, fc.boolean(), (templates, last, count, isDeleted) => {
      const [broken, whole] = [neighbourhood(), neighbourhood()];
      let previous: Properties | undefined;
      for (const wanted of templates) {
        for (const world of [broken, whole]) take(planTo(world, wanted, previous), world);
        previous = wanted;
      }
      if (isDeleted) for (const world of [broken, whole]) deleteProvider(world);
      take(planTo(whole, last, previous), whole);
      take(planTo(broken, last, previous), broken, count);
      take(planTo(broken, last, previous), broken);
      expect(comparable(broken)).toEqual(comparable(whole));
    }),
  );
});

test('an update that broke off anywhere is rolled back to what was there', () => {
  fc.assert(
    fc.property(template, template, stop, fc.boolean(), (before, failed, count, isDeleted) => {
      const world = neighbourhood();
      take(planTo(world, before), world);
      const then = comparable(world);
      if (isDeleted) deleteProvider(world);
      take(planTo(world, failed, before), world, count);
      take(planTo(world, before, failed), world);
      expect(comparable(world)).toEqual(then);
    }),
  );
});

test('a removal after any break-off leaves nothing of this resource and everything of others', () => {
  fc.assert(
    fc.property(history, stop, stop, (templates, brokenAt, removalBrokenAt) => {
      const world = neighbourhood();
      const before = others(world);
      let wanted = properties();
      for (const [index, next] of templates.entries()) {
        const isLast = index === templates.length - 1;
        take(planTo(world, next, wanted), world, isLast ? brokenAt : undefined);
        wanted = next;
      }
      take(removal(world, wanted), world, removalBrokenAt);
      take(removal(world, wanted), world);
      expect(world.application).toBeUndefined();
      expect(world.provider).toBeUndefined();
      expect([...world.appClients].flatMap(([, names]) => names)).not.toContain('Okta');
      expect(others(world)).toEqual(before);
    }),
  );
});

/** The same world, whatever IDs it was given, and without what Okta takes for unset. */
function comparable(world: World): unknown {
  const id = world.application?.id ?? 'none';
  const text = JSON.stringify({ ...world, appClients: [...world.appClients] }).replaceAll(
    id,
    'the application',
  );
  return withoutUnset(JSON.parse(text));
}

const unset = [
  'null',
  '[]',
  '{}',
  '{"mode":"DISABLED","default_scope":[]}',
  '{"mode":"DISABLED"}',
  '{"hide":{"iOS":true,"web":true}}',
];

function withoutUnset(value: unknown): unknown {
  // No list here has an order that means anything.
  if (Array.isArray(value)) return value.map(withoutUnset).toSorted();
  if (typeof value !== 'object' || value === null) return value;
  const fields = Object.entries(value).map(([name, field]) => [name, withoutUnset(field)] as const);
  return Object.fromEntries(fields.filter(([, field]) => !unset.includes(JSON.stringify(field))));
}
