import fc from 'fast-check';
import type { Properties } from '../../../src/federation/properties/properties.ts';
import { assertAtRandom } from '../../support/random-runs.ts';
import { emptyWorld, identity, planTo, properties, reach, removalFrom, take, type World } from './world.ts';

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

/** A world with neighbors: others' settings on the app client, and another client bound by hand. */
function neighborhood(): World {
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

test('after any templates, a plan that was carried out leaves nothing to do', () => {
  assertAtRandom(
    fc.property(history, (templates) => {
      const world = neighborhood();
      for (const wanted of templates) {
        reach(world, wanted);
        expect(planTo(world, wanted)).toEqual([]);
      }
    }),
  );
});

test('an attempt that is interrupted anywhere ends, when it is repeated, like one that was not', () => {
  assertAtRandom(
    fc.property(
      history,
      template,
      stop,
      fc.boolean(),
      fc.boolean(),
      (templates, last, count, isDeleted, isIdLost) => {
        const [broken, whole] = [neighborhood(), neighborhood()];
        // An ID is lost only by the attempt that makes the application.
        const before = isIdLost ? [] : templates;
        for (const wanted of before) for (const world of [broken, whole]) reach(world, wanted);
        if (isDeleted && before.length > 0) for (const world of [broken, whole]) deleteProvider(world);
        reach(whole, last);
        reach(broken, last, count, isIdLost);
        reach(broken, last);
        expect(comparable(broken)).toEqual(comparable(whole));
      },
    ),
  );
});

test('an update that is interrupted anywhere is rolled back to what was there', () => {
  assertAtRandom(
    fc.property(template, template, stop, fc.boolean(), (before, failed, count, isDeleted) => {
      const world = neighborhood();
      reach(world, before);
      const then = comparable(world);
      if (isDeleted) deleteProvider(world);
      reach(world, failed, count);
      reach(world, before);
      expect(comparable(world)).toEqual(then);
    }),
  );
});

test('a removal after any break-off leaves nothing of this resource and everything of others', () => {
  assertAtRandom(
    fc.property(history, stop, stop, (templates, brokenAt, removalBrokenAt) => {
      const world = neighborhood();
      const before = others(world);
      for (const [index, next] of templates.entries()) {
        const isLast = index === templates.length - 1;
        reach(world, next, isLast ? brokenAt : undefined);
      }
      take(removalFrom(world), world, removalBrokenAt);
      take(removalFrom(world), world);
      expect(world.application).toBeUndefined();
      expect(world.provider).toBeUndefined();
      expect([...world.appClients].flatMap(([, names]) => names)).not.toContain('Okta');
      expect(others(world)).toEqual(before);
    }),
  );
});

/** The same world with any IDs, without what Okta takes for unset; with what the journal has. */
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
