import { checklist, checklistJson } from '../../../src/command/checklist.ts';
import type { Check } from '../../../src/federation/plan/check.ts';

const subject = { userPoolId: 'us-east-1_Example', providerName: 'Okta' };
const passed: Check = { part: 'Amazon Cognito', name: 'the pool has a domain', problems: [] };
const failed: Check = {
  part: 'Sign-in',
  name: 'Okta takes the client secret',
  problems: ['Scopes: https://acme.okta.com does not offer x.', 'Second sentence.'],
};
const skipped: Check = {
  part: 'Okta',
  name: 'the application is set up',
  problems: [],
  skipped: 'not asked for',
};

test('the checklist has a line for each check, in parts, and what to do below what failed', () => {
  expect(checklist(subject, [failed, passed, skipped])).toBe(`Okta in user pool us-east-1_Example

Amazon Cognito
  ✓ the pool has a domain

Okta
  – the application is set up: not asked for

Sign-in
  ✗ Okta takes the client secret
      https://acme.okta.com does not offer x.
      Second sentence.

1 of 3 checks failed.`);
});

test('nothing that failed is well, and what was not checked is not called well', () => {
  expect(checklist(subject, [passed])).toMatch(/All is well\.$/);
  expect(checklist(subject, [passed, skipped])).toMatch(
    /as far as it was looked at: 1 of 2 checks were not made\.$/,
  );
});

test('a machine gets the outcome of each check', () => {
  const report: unknown = JSON.parse(checklistJson(subject, [passed, failed, skipped]));
  expect(report).toEqual({
    ...subject,
    healthy: false,
    checks: [
      { part: 'Amazon Cognito', name: passed.name, outcome: 'passed' },
      { part: 'Sign-in', name: failed.name, outcome: 'failed', problems: failed.problems },
      { part: 'Okta', name: skipped.name, outcome: 'skipped', skipped: 'not asked for' },
    ],
  });
});
