import { readFileSync } from 'node:fs';
import { Ajv } from 'ajv';
import fc from 'fast-check';
import { policySchema } from '../../../build/reference/policy-schema.ts';
import { checkPolicy } from '../../../src/federation/policy/check.ts';
import { PolicyError, parsePolicy } from '../../../src/federation/policy/document.ts';
import { evaluate } from '../../../src/federation/policy/evaluate.ts';
import { matches, matchesLoosely } from '../../../src/federation/policy/glob.ts';
import { allowing, denying, parameter, policy, subject, verdict } from './policy-subjects.ts';

const rule = { stacks: ['red-*'], accounts: ['*'], allow: {} };
const isValid = new Ajv().compile(policySchema());

test.each<[unknown, string]>([
  [[], 'The document must be an object with rules, such as {"rules": […]}.'],
  [{}, 'rules must be a list of rules.'],
  [{ rules: [] }, 'rules must have at least one rule.'],
  [{ rules: [rule], rule: [] }, 'rule is not a field of the policy; write rules.'],
  [{ rules: [{ ...rule, allows: {} }] }, 'rules[0].allows is not a field of the policy; write allow.'],
  [
    { rules: [rule, { ...rule, allow: { pool: ['*'] } }] },
    'rules[1].allow.pool is not a field of the policy; write pools.',
  ],
  [
    { rules: [{ ...rule, deny: { everyone: true } }] },
    'rules[0].deny.everyone is not a field of the policy; the fields here are pools, access,',
  ],
  [{ rules: [{ ...rule, allow: 'everything' }] }, 'rules[0].allow must be an object, or "Everything".'],
  [
    { rules: [{ ...rule, allow: { access: 'Everyone' } }] },
    'rules[0].allow.access must be a list of group names or IDs, such as ["red-*"].',
  ],
  [{ rules: [{ ...rule, allow: { access: [] } }] }, 'rules[0].allow.access must have at least one entry.'],
  [
    { rules: [{ ...rule, allow: { pools: [{ tag: 'team', value: 'red', valu: 1 }] } }] },
    'rules[0].allow.pools[0].valu is not a field of the policy; write value.',
  ],
  [
    { rules: [{ ...rule, allow: { attributes: { email: 'email' } } }] },
    'rules[0].allow.attributes.email must be a list of patterns for claims, such as ["*"].',
  ],
  [
    { rules: [{ ...rule, allow: { tileHosts: ['*example.com'] } }] },
    'rules[0].allow.tileHosts[0] must be a host in lower case,',
  ],
  [
    { rules: [{ ...rule, allow: { logoHosts: ['https://example.com'] } }] },
    'rules[0].allow.logoHosts[0] must be a host in lower case,',
  ],
  [
    { rules: [{ ...rule, allow: { postLogoutHosts: ['example.*'] } }] },
    'rules[0].allow.postLogoutHosts[0] must be a host in lower case,',
  ],
  [
    { rules: [{ ...rule, stacks: ['red.*'] }] },
    'rules[0].stacks[0] must have letters, digits, hyphens and * only,',
  ],
  [{ rules: [{ ...rule, accounts: [123456789012] }] }, 'rules[0].accounts[0] must be a string.'],
  [
    { rules: [{ ...rule, accounts: ['1234'] }] },
    'rules[0].accounts[0] must be the 12 digits of an AWS account as a string,',
  ],
])('%j is refused', (document, sentence) => {
  expect(() => parsePolicy(JSON.stringify(document), parameter)).toThrow(PolicyError);
  expect(() => parsePolicy(JSON.stringify(document), parameter)).toThrow(
    `The policy in the SSM parameter ${parameter} is not valid, so nothing is allowed: ${sentence}`,
  );
  expect(isValid(document)).toBe(false);
});

test('two rules of one name are refused', () => {
  expect(() =>
    policy([
      { ...rule, name: 'a' },
      { ...rule, name: 'a' },
    ]),
  ).toThrow('more than one rule is named "a"');
});

test('what is not JSON is refused, and not quoted', () => {
  expect(() => parsePolicy('{"rules": hunter2', parameter)).toThrow(
    /^(?!.*hunter2).*is not JSON, so nothing is allowed/,
  );
  expect(parsePolicy(`\uFEFF${JSON.stringify({ rules: [rule] })}`, parameter).rules).toHaveLength(1);
});

test.each(['each-team-its-own', 'no-email-from-free-text'])(
  'the example %s is of the JSON Schema',
  (name) => {
    expect(isValid(JSON.parse(readFileSync(`examples/policies/${name}.json`, 'utf8')))).toBe(true);
  },
);

test('the published JSON Schema is of the code', () => {
  expect(JSON.parse(readFileSync('schema/policy.json', 'utf8'))).toEqual(policySchema());
});

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
    fc.assert(
      fc.property(said, said, given, (allow, deny, wanted) => {
        const said = evaluate(policy([{ ...rule, allow, deny }]), asked(wanted));
        expect('allowed' in said || said.refused.endsWith('.')).toBe(true);
      }),
    );
  });

  test('what a rule denies is refused, even if it allows it and a later rule allows everything', () => {
    fc.assert(
      fc.property(said, given, (deny, wanted) => {
        const one = asked(wanted);
        fc.pre(verdict(denying(deny), one) !== 'allowed');
        const later = { ...rule, allow: 'Everything' };
        expect(verdict(policy([{ ...rule, allow: deny, deny }, later]), one)).not.toBe('allowed');
      }),
    );
  });

  test('a pattern without a star covers itself only, and a star never frees the ends', () => {
    fc.assert(
      fc.property(text, text, text, (a, b, c) => {
        const [start, end] = [a.replaceAll('*', ''), b.replaceAll('*', '')];
        expect(matches(start, c)).toBe(start === c);
        expect(matches(`${start}*${end}`, `${start}${c}${end}`)).toBe(true);
        expect(matches(`${start}*${end}`, c)).toBe(
          c.length >= start.length + end.length && c.startsWith(start) && c.endsWith(end),
        );
        // Whatever is covered exactly is covered loosely.
        expect(matchesLoosely(`${start}*`, `${start}${c}`)).toBe(true);
      }),
    );
  });

  test('an unknown field is refused in every place', () => {
    fc.assert(
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

describe('the check before a deployment', () => {
  const document = (allow: unknown) => JSON.stringify({ rules: [{ ...rule, name: 'red', allow }] });
  const check = (allow: unknown, properties: Record<string, unknown>, stack = 'red-shop') =>
    checkPolicy(document(allow), properties, stack, '111122223333');
  const failed = (checks: ReturnType<typeof check>) => checks.filter(({ problems }) => problems.length > 0);
  const pool = { UserPoolId: 'us-east-1_Red' };

  test('every refusal is listed, not only the first', () => {
    const checks = check({ pools: ['*'] }, { ...pool, LogoUri: 'https://evil.example/a.png' });
    expect(failed(checks).map(({ name }) => name)).toEqual([
      'Access: Access: Everyone',
      'LogoUri: the host evil.example',
    ]);
    expect(failed(check({ pools: ['*'], access: ['Everyone'] }, pool))).toEqual([]);
  });

  test('what an intrinsic function gives is skipped', () => {
    const checks = check(
      { access: ['Everyone'] },
      { UserPoolId: { Ref: 'Pool' }, ServiceToken: { 'Fn::ImportValue': 'x' } },
    );
    expect(failed(checks)).toEqual([]);
    expect(checks).toContainEqual({
      name: 'UserPoolId',
      problems: [],
      skipped: 'its value is known at deployment only',
    });
  });

  test('a tag is checked if the tags are known', () => {
    const allow = { pools: [{ tag: 'team', value: 'red' }], access: ['Everyone'] };
    expect(check(allow, pool)).toContainEqual(
      expect.objectContaining({ skipped: "the pool's tags are known at deployment only" }),
    );
    const known = { poolTags: { team: 'blue' } };
    expect(failed(checkPolicy(document(allow), pool, 'red-shop', '111122223333', known))).toHaveLength(1);
  });

  test('a wrong document, a wrong template and an uncovered stack are each one line', () => {
    expect(failed(checkPolicy('{', pool, 'a', '111122223333')).map(({ name }) => name)).toEqual([
      'the policy is valid',
    ]);
    expect(failed(check({}, {})).map(({ name }) => name)).toEqual([
      'the properties in the template are valid',
    ]);
    expect(failed(check({}, pool, 'green')).map(({ name }) => name)).toEqual([
      'a rule covers stack green of account 111122223333',
    ]);
  });
});

test('the sentences in the documentation are those of the code', () => {
  const page = readFileSync('docs/policy.md', 'utf8');
  const red = { name: 'red team', stacks: ['red-*'], accounts: ['*'], allow: { pools: ['*'] } };
  expect(page).toContain(verdict(policy([red]), subject({ Access: ['blue-staff'] })));
  expect(page).toContain(verdict(allowing({}), subject({}, { stackName: 'green-shop' })));
});
