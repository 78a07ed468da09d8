import { governed } from '../../../src/federation/policy/subject.ts';
import { propertiesSchema } from '../../../src/federation/properties/properties.ts';
import { allowing, denying, parameter, policy, redRule, subject, verdict } from './policy-subjects.ts';

const ask = `ask the operator of the provider stack, who can change the policy in the SSM parameter ${parameter}.`;
const role = 'arn:aws:iam::123456789012:role/okta';
const adopt = { ApplicationId: `0oa${'1'.repeat(17)}` };

test('a stack that no rule covers is refused', () => {
  expect(verdict(allowing({}), subject({}, { stackName: 'green-shop' }))).toBe(
    `No rule of the operator's policy covers stack green-shop of account 111122223333; ${ask}`,
  );
});

test('a rule covers the stacks of its accounts only', () => {
  const rules = redRule({ accounts: ['444455556666'], allow: 'Everything' });
  expect(verdict(rules, subject())).toContain('No rule');
  expect(verdict(rules, subject({}, { accountId: '444455556666' }))).toBe('allowed');
});

test('the first rule that covers a stack decides, also if a later one allows more', () => {
  const [first, second] = [
    { stacks: ['red-*'], accounts: ['*'], allow: { pools: ['us-west-2_*'] } },
    { stacks: ['*'], accounts: ['*'], allow: 'Everything' },
  ];
  expect(verdict(policy([first, second]), subject())).toBe(
    `UserPoolId: rule 1 of the operator's policy does not allow user pool us-east-1_Example1; ${ask}`,
  );
  expect(verdict(policy([second, first]), subject())).toBe('allowed');
});

test('a refusal says which rule it is, and nothing of the others', () => {
  const rules = policy([
    { name: 'secret project', stacks: ['blue-*'], accounts: ['*'], allow: { pools: ['us-east-1_Blue'] } },
    { name: 'red team', stacks: ['red-*'], accounts: ['*'], allow: { pools: ['*'], access: ['red-*'] } },
  ]);
  expect(verdict(rules, subject({ Access: ['blue-staff'] }))).toBe(
    `Access: rule "red team" of the operator's policy does not allow access for the Okta group blue-staff; ${ask}`,
  );
});

test('what a template says is shown on one line, and cut', () => {
  const sentence = verdict(allowing({}), subject({ ApplicationLabel: `a\nb\u2028c\u202E${'d'.repeat(90)}` }));
  expect(sentence).toContain('the label a b c ddd');
  expect(verdict(allowing({}), subject({ OktaSecretId: 'e'.repeat(2000) })).length).toBeLessThan(400);
});

test('a rule that only names the pool allows the defaults, and Access: Nobody', () => {
  expect(verdict(allowing({}), subject())).toBe('allowed');
  expect(verdict(allowing({}), subject({ Issuer: 'OrgUrl', Scopes: 'openid email' }))).toBe('allowed');
});

test.each([
  ['Everyone', { Access: 'Everyone' }, { access: ['Everyone'] }],
  ['Everyone', { Access: undefined }, { access: ['Everyone'] }],
  ['FederationBrokerMode', { Access: ['FederationBrokerMode'] }, { access: ['FederationBrokerMode'] }],
  ['access for the Okta group red-staff', { Access: ['red-staff'] }, { access: ['red-*'] }],
  ['the Okta secret red/okta', { OktaSecretId: 'red/okta' }, { oktaSecrets: ['red/*'] }],
  ['the label Red shop', { ApplicationLabel: 'Red shop' }, { labels: ['Red *'] }],
  [
    'the host app.example.com',
    { InitiateLoginUri: 'https://app.EXAMPLE.com:8443/x' },
    { tileHosts: ['*.example.com'] },
  ],
  ['the host example.com', { LogoUri: 'https://example.com/a.png' }, { logoHosts: ['example.com'] }],
  ['the host example.com', { PostLogoutRedirectUris: ['https://example.com'] }, { postLogoutHosts: ['*'] }],
  ['the issuer aus0000000000000000A', { Issuer: 'aus0000000000000000A' }, { issuers: ['aus*'] }],
  [
    'the attribute email from the claim nickname',
    { AttributeMapping: { email: 'nickname' } },
    { attributes: { email: ['nickname'] } },
  ],
  [
    'the claim groups with the expression user.title',
    { Claims: { groups: 'user.title' } },
    { claims: { groups: ['user.title'] } },
  ],
  ['the identifier example.com', { IdpIdentifiers: ['example.com'] }, { identifiers: ['*.com'] }],
  ['the policy Two factors', { AuthenticationPolicy: 'Two factors' }, { authenticationPolicies: ['Two*'] }],
  [`the adoption of the Okta application ${adopt.ApplicationId}`, { Adopt: adopt }, { adoption: ['0oa*'] }],
  [`the role ${role}`, { RoleArn: role }, { roles: ['arn:aws:iam::123456789012:role/*'] }],
])('%s is refused unless the rule allows it, and if the rule denies it', (what, given, said) => {
  expect(verdict(allowing({}), subject(given))).toContain(` does not allow ${what}; `);
  expect(verdict(allowing(said), subject(given))).toBe('allowed');
  expect(verdict(denying(said), subject(given))).toContain(` does not allow ${what}; `);
  expect(verdict(allowing(said, said), subject(given))).toContain(` does not allow ${what}; `);
  expect(verdict(denying({ roles: ['arn:none'] }), subject(given))).toBe('allowed');
});

test('OnDelete: Delete needs more than the right to adopt', () => {
  const given = { Adopt: { ...adopt, OnDelete: 'Delete' } };
  const refused = `Adopt.OnDelete: rule "red" of the operator's policy does not allow OnDelete: Delete; ${ask}`;
  expect(verdict(allowing({ adoption: ['*'] }), subject(given))).toBe(refused);
  expect(verdict(allowing({ adoption: ['*'], deleteAdopted: false }), subject(given))).toBe(refused);
  expect(verdict(denying({ deleteAdopted: true }), subject(given))).toBe(refused);
  expect(verdict(allowing({ adoption: ['*'], deleteAdopted: true }), subject(given))).toBe('allowed');
});

test('a pool counts by its ID or by a tag', () => {
  const byTag = redRule({ allow: { pools: [{ tag: 'team', value: 'red*' }] } });
  expect(verdict(byTag, subject())).toBe('allowed');
  expect(verdict(byTag, subject({}, { poolTags: { team: 'blue' } }))).toContain('user pool');
  expect(verdict(byTag, subject({}, { poolTags: {} }))).toContain('user pool');
  const inherited = redRule({ allow: { pools: [{ tag: 'constructor', value: '*' }] } });
  expect(verdict(inherited, subject({}, { poolTags: {} }))).toContain('user pool');
  expect(verdict(denying({ pools: [{ tag: 'Team', value: 'RED' }] }), subject())).toContain('user pool');
  expect(verdict(denying({ pools: ['us-east-1_*'] }), subject())).toContain('user pool');
});

test('an adoption that says nothing of access keeps what there is, and needs no right to it', () => {
  const asked = subject({ Access: undefined, Adopt: adopt });
  expect(verdict(allowing({ adoption: ['*'] }), asked)).toBe('allowed');
});

describe('attributes', () => {
  const mapped = (AttributeMapping: Record<string, string>) => subject({ AttributeMapping });

  test('an entry of the exact name stands alone, in any order', () => {
    for (const attributes of [
      { email: ['email'], '*': ['*'] },
      { '*': ['*'], email: ['email'] },
    ]) {
      expect(verdict(allowing({ attributes }), mapped({ email: 'nickname' }))).toContain('email');
      expect(verdict(allowing({ attributes }), mapped({ email: 'email', name: 'nickname' }))).toBe('allowed');
    }
  });

  test('each of several patterns must agree', () => {
    const rules = allowing({ attributes: { 'custom:*': ['*'], 'custom:r*': ['role'] } });
    expect(verdict(rules, mapped({ 'custom:rank': 'title' }))).toContain('custom:rank');
    expect(verdict(rules, mapped({ 'custom:rank': 'role', 'custom:team': 'team' }))).toBe('allowed');
  });

  test('what the provider will have counts, not only what the template says', () => {
    const found = subject({}, { settings: { attributeMapping: { email: 'nickname' } } });
    expect(verdict(allowing({}), found)).toContain('the attribute email from the claim nickname');
  });

  test('Cognito maps the username from sub by itself', () => {
    expect(verdict(allowing({}), subject({}, { settings: { attributeMapping: { username: 'sub' } } }))).toBe(
      'allowed',
    );
    expect(verdict(allowing({}), mapped({ username: 'email' }))).toContain('username');
  });
});

test('each property is under the policy, or is known to need no rule', () => {
  const free = [
    'ServiceToken',
    'ServiceTimeout',
    'UserPoolDomain',
    'UserPoolClientIds',
    'ProviderName',
    'Scopes',
    'AttributesRequestMethod',
    'Notes',
    'SecretVersion',
    'SecretRotation',
    'Active',
    'Verify',
    'Trigger',
  ];
  const known: readonly string[] = [...governed, ...free];
  expect(Object.keys(propertiesSchema().shape).filter((name) => !known.includes(name))).toEqual([]);
});
