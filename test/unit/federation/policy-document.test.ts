import { readFileSync } from 'node:fs';
import { Ajv } from 'ajv';
import { policySchema } from '../../../build/reference/policy-schema.ts';
import { parsePolicy } from '../../../src/federation/policy/document.ts';
import { PolicyError } from '../../../src/federation/policy/policy-error.ts';
import { allowing, parameter, policy, subject, verdict } from './policy-subjects.ts';

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

test('the sentences in the documentation are those of the code', () => {
  const page = readFileSync('docs/policy.md', 'utf8');
  const red = { name: 'red team', stacks: ['red-*'], accounts: ['*'], allow: { pools: ['*'] } };
  expect(page).toContain(verdict(policy([red]), subject({ Access: ['blue-staff'] })));
  expect(page).toContain(verdict(allowing({}), subject({}, { stackName: 'green-shop' })));
});
