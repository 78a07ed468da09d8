import fc from 'fast-check';
import { parsePolicy } from '../../../src/federation/policy/document.ts';
import { evaluate } from '../../../src/federation/policy/evaluate.ts';
import { matches, matchesLoosely } from '../../../src/federation/policy/glob.ts';
import { assertAtRandom } from '../../support/random-runs.ts';
import { denying, parameter, policy, subject, verdict } from './policy-subjects.ts';

const rule = { stacks: ['red-*'], accounts: ['*'], allow: {} };

describe('for every document and template', () => {
  const text = fc.oneof(
    fc.string({ unit: 'grapheme', maxLength: 12 }),
    fc.constantFrom('*', 'Everyone', 'red-*', '__proto__'),
  );
  const words = fc.array(
    text.filter((one) => one !== ''),
    { minLength: 1, maxLength: 4 },
  );
  const lists = fc.dictionary(
    text.filter((one) => one !== ''),
    words,
    { maxKeys: 4 },
  );
  const said = fc.record(
    {
      pools: words,
      access: words,
      labels: words,
      issuers: words,
      attributes: lists,
      claims: lists,
      oktaSecrets: words,
      deleteAdopted: fc.boolean(),
    },
    { requiredKeys: [] },
  );
  const given = fc.record({ label: text, from: text, to: text, access: words });
  const asked = ({
    label,
    from,
    to,
    access,
  }: {
    label: string;
    from: string;
    to: string;
    access: string[];
  }) => {
    const plain = subject();
    const properties = {
      ...plain.properties,
      ApplicationLabel: label,
      Access: access,
      Claims: { [from]: to },
    };
    return { ...plain, properties, settings: { attributeMapping: { [from]: to } } };
  };

  test('an evaluation never throws', () => {
    assertAtRandom(
      fc.property(said, said, given, (allow, deny, wanted) => {
        const said = evaluate(policy([{ ...rule, allow, deny }]), asked(wanted));
        expect('allowed' in said || said.refused.endsWith('.')).toBe(true);
      }),
    );
  });

  test('what a rule denies is refused, even if it allows it and a later rule allows everything', () => {
    assertAtRandom(
      fc.property(said, given, (deny, wanted) => {
        const one = asked(wanted);
        fc.pre(verdict(denying(deny), one) !== 'allowed');
        const later = { ...rule, allow: 'Everything' };
        expect(verdict(policy([{ ...rule, allow: deny, deny }, later]), one)).not.toBe('allowed');
      }),
    );
  });

  test('a pattern without a star covers itself only, and a star never frees the ends', () => {
    assertAtRandom(
      fc.property(text, text, text, (a, b, c) => {
        const [start, end] = [a.replaceAll('*', ''), b.replaceAll('*', '')];
        expect(matches(start, c)).toBe(start === c);
        expect(matches(`${start}*${end}`, `${start}${c}${end}`)).toBe(true);
        expect(matches(`${start}*${end}`, c)).toBe(
          c.length >= start.length + end.length && c.startsWith(start) && c.endsWith(end),
        );
        // What is covered exactly is covered loosely too.
        expect(matchesLoosely(`${start}*`, `${start}${c}`)).toBe(true);
      }),
    );
  });

  test('an unknown field is refused in every place', () => {
    assertAtRandom(
      fc.property(
        fc.string({ minLength: 1 }).map((name) => `x${name}`),
        (name) => {
          for (const document of [
            { rules: [rule], [name]: [] },
            { rules: [{ ...rule, [name]: [] }] },
            { rules: [{ ...rule, allow: { [name]: ['*'] } }] },
            { rules: [{ ...rule, deny: { [name]: ['*'] } }] },
          ]) {
            expect(() => parsePolicy(JSON.stringify(document), parameter)).toThrow(
              'is not a field of the policy',
            );
          }
        },
      ),
    );
  });
});

test.each([
  ['red.*', 'redx', false],
  ['red-*', 'my-red-app', false],
  ['*-prod', 'red-production', false],
  ['a*b*c', 'axbxc', true],
  ['a*bc*c', 'abc', false],
  ['*aa*', 'a', false],
  ['**', '', true],
])('%s for %s: %s', (pattern, text, covers) => {
  expect(matches(pattern, text)).toBe(covers);
});

test('a pattern full of stars takes no time', () => {
  expect(matches(`${'a*'.repeat(1000)}b`, 'a'.repeat(2000))).toBe(false);
});

test.each(['ADMINS', 'Ad mins', 'Ad\u200Bmins', 'Ａdmins', 'Ad\u00A0mins'])(
  'a deny sees through %j',
  (spelled) => {
    expect(matchesLoosely('admins', spelled)).toBe(true);
  },
);
