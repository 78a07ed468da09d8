import { readFileSync } from 'node:fs';
import { parsePolicy } from '../../../src/federation/policy/document.ts';
import { parameter, subject, verdict } from './policy-subjects.ts';

const adopt = { ApplicationId: `0oa${'1'.repeat(17)}` };

describe('the examples', () => {
  const example = (name: string) =>
    parsePolicy(readFileSync(`examples/policies/${name}.json`, 'utf8'), parameter);

  test('each team has its own pools and groups', () => {
    const rules = example('each-team-its-own');
    const [red, blue] = [{ stackName: 'red-shop' }, { stackName: 'blue-shop', poolTags: { team: 'blue' } }];
    expect(verdict(rules, subject({ Access: ['red-staff'] }, red))).toBe('allowed');
    expect(verdict(rules, subject({ Access: ['blue-staff'] }, red))).toContain('the Okta group blue-staff');
    expect(verdict(rules, subject({ Access: 'Everyone' }, red))).toContain('allow Everyone;');
    expect(verdict(rules, subject({}, { ...red, poolTags: { team: 'blue' } }))).toContain('user pool');
    expect(verdict(rules, subject({ UserPoolId: 'us-east-1_BlueShop1' }, blue))).toBe('allowed');
    expect(verdict(rules, subject({ UserPoolId: 'us-east-1_RedShop1' }, blue))).toContain('user pool');
    expect(verdict(rules, subject({ Adopt: adopt }, red))).toContain('adoption');
    expect(verdict(rules, subject({}, { stackName: 'green-shop' }))).toContain('No rule');
  });

  test('email is never mapped from free text', () => {
    const rules = example('no-email-from-free-text');
    expect(
      verdict(rules, subject({ Access: ['Staff'], AttributeMapping: { email: 'email', name: 'nickname' } })),
    ).toBe('allowed');
    for (const claim of ['nickname', 'profile', 'Email', 'preferred_username']) {
      expect(verdict(rules, subject({ AttributeMapping: { email: claim } }))).toContain(
        `email from the claim ${claim}`,
      );
    }
    expect(verdict(rules, subject({ AttributeMapping: { username: 'nickname' } }))).toContain('username');
    expect(verdict(rules, subject({ Claims: { email: 'user.nickName' } }))).toContain('the claim email');
    expect(verdict(rules, subject({ Issuer: 'default' }))).toContain('the issuer default');
    expect(verdict(rules, subject({ OktaSecretId: 'other-org' }))).toContain('the Okta secret other-org');
  });
});
