import { readFileSync } from 'node:fs';
import { parsePolicy } from '../../../src/federation/policy/document.ts';
import { governed } from '../../../src/federation/policy/subject.ts';
import { propertiesSchema } from '../../../src/federation/properties/properties.ts';
import { allowing, denying, parameter, policy, redRule, subject, verdict } from './policy-subjects.ts';

const ask = `ask the operator of the provider stack, who can change the policy in the SSM parameter ${parameter}.`;
const staff = '00gStaff000000000001';
const everyoneId = '00gEveryone000000001';
const role = 'arn:aws:iam::123456789012:role/okta';
const adopt = { ApplicationId: `0oa${'1'.repeat(17)}` };

test('without a policy everything is allowed', () => {
  expect(verdict(undefined, subject({ Access: 'Everyone', RoleArn: role }))).toBe('allowed');
});

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

test('a rule that only names the pool allows the defaults, and to let no one in', () => {
  expect(verdict(allowing({}), subject())).toBe('allowed');
  expect(verdict(allowing({}), subject({ Issuer: 'OrgUrl', Scopes: 'openid email' }))).toBe('allowed');
});

test.each([
  ['Access: Everyone', { Access: 'Everyone' }, { access: ['Everyone'] }],
  ['Access: Everyone', { Access: undefined }, { access: ['Everyone'] }],
  [
    'Access: FederationBrokerMode',
    { Access: ['FederationBrokerMode'] },
    { access: ['FederationBrokerMode'] },
  ],
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

describe('groups', () => {
  const group = (id: string, name: string, type = 'OKTA_GROUP') => ({ id, name, type });
  const resolved = (entry: string, found: ReturnType<typeof group>) => ({
    resolved: { groups: new Map([[entry, [found]]]) },
  });

  test('no pattern allows everyone or the Federation Broker Mode', () => {
    for (const Access of ['Everyone', ['Everyone'], ['FederationBrokerMode']]) {
      expect(verdict(allowing({ access: ['*', 'E*'] }), subject({ Access }))).toContain('Access: ');
    }
  });

  test('the ID of the group Everyone is as good as its name', () => {
    const found = resolved(everyoneId, group(everyoneId, 'Everyone', 'BUILT_IN'));
    const asked = subject({ Access: [everyoneId] }, found);
    expect(verdict(allowing({ access: ['*', everyoneId] }), asked)).toContain('Access: Everyone');
    expect(verdict(allowing({ access: ['Everyone'] }), asked)).toBe('allowed');
    expect(verdict(denying({ access: ['everyone'] }), asked)).toContain('Access: Everyone');
    expect(verdict(denying({ access: [everyoneId] }), asked)).toContain('Access: Everyone');
  });

  test('an ID that stands for no known group is allowed by that ID only', () => {
    expect(verdict(allowing({ access: ['*'] }), subject({ Access: [staff] }))).toContain('Access: ');
    expect(verdict(allowing({ access: [staff] }), subject({ Access: [staff] }))).toBe('allowed');
  });

  test('a denied name is denied by its ID too, and an ID by its name', () => {
    const byId = subject({ Access: [staff] }, resolved(staff, group(staff, 'Staff')));
    expect(verdict(denying({ access: ['staff'] }), byId)).toContain('the Okta group');
    const byName = subject({ Access: ['Staff'] }, resolved('Staff', group(staff, 'Staff')));
    expect(verdict(denying({ access: [staff] }), byName)).toContain('the Okta group Staff');
    expect(verdict(allowing({ access: ['St*'] }), byId)).toBe('allowed');
  });

  test('of several groups, each must be allowed', () => {
    const rules = allowing({ access: ['red-*'] });
    expect(verdict(rules, subject({ Access: ['red-a', 'blue-b'] }))).toContain('blue-b');
    expect(verdict(rules, subject({ Access: ['red-a', 'red-b'] }))).toBe('allowed');
  });
});

test('an adoption that says nothing of access keeps what there is, and needs no right to it', () => {
  const asked = subject({ Access: undefined, Adopt: adopt });
  expect(verdict(allowing({ adoption: ['*'] }), asked)).toBe('allowed');
});

describe('secrets', () => {
  const arn = 'arn:aws:secretsmanager:us-east-1:123456789012:secret:admin/okta-AbCdEf';
  test.each([
    ['admin/okta', arn],
    ['admin/okta', arn.replace('-AbCdEf', '')],
    [arn, 'admin/okta'],
    [arn.replace('AbCdEf', '*'), 'admin/okta'],
    [arn, arn.replace('-AbCdEf', '')],
    ['ADMIN/*', 'admin/okta'],
  ])('%s denied is %s denied', (denied, given) => {
    expect(verdict(denying({ oktaSecrets: [denied] }), subject({ OktaSecretId: given }))).toContain('secret');
  });

  test('a name does not allow an ARN, which may be of another account', () => {
    expect(verdict(allowing({ oktaSecrets: ['admin/*'] }), subject({ OktaSecretId: arn }))).toContain(
      'secret',
    );
  });

  test('a list without Default leaves out the own secret of the provider stack', () => {
    expect(verdict(allowing({ oktaSecrets: ['red/*'] }), subject())).toContain(
      'OktaSecretId: rule "red" of the operator\'s policy does not allow the provider stack\'s own Okta secret;',
    );
    expect(verdict(allowing({ oktaSecrets: ['Default'] }), subject())).toBe('allowed');
  });

  test('a longer name is another secret', () => {
    expect(
      verdict(denying({ oktaSecrets: ['admin/okta'] }), subject({ OktaSecretId: 'admin/okta-second' })),
    ).toBe('allowed');
  });
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

  test('of several patterns, each must agree', () => {
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

test('an issuer counts by what the template writes and by its URL', () => {
  const asked = subject(
    { Issuer: 'default' },
    { resolved: { issuerUrl: 'https://acme.okta.com/oauth2/default' } },
  );
  expect(verdict(allowing({ issuers: ['https://acme.okta.com/*'] }), asked)).toBe('allowed');
  expect(verdict(denying({ issuers: ['https://acme.okta.com/*'] }), asked)).toContain('the issuer default');
});

test('an adopted provider keeps its issuer, which counts if it is known', () => {
  const asked = { Adopt: adopt };
  const rules = allowing({ adoption: ['*'], issuers: ['OrgUrl'] });
  expect(verdict(rules, subject(asked))).toBe('allowed');
  const known = { resolved: { issuerUrl: 'https://acme.okta.com/oauth2/aus1' } };
  expect(verdict(rules, subject(asked, known))).toContain('the issuer https://acme.okta.com/oauth2/aus1');
});

test('an authentication policy is denied by its name and by its ID', () => {
  const resolved = { authenticationPolicy: { id: 'rst1', name: 'One factor' } };
  const asked = subject({ AuthenticationPolicy: 'rst1' }, { resolved });
  expect(verdict(denying({ authenticationPolicies: ['One factor'] }), asked)).toContain('the policy rst1');
});

test('a host with a dot at its end is no other host', () => {
  const asked = subject({ LogoUri: 'https://evil.example./a.png' });
  expect(verdict(denying({ logoHosts: ['evil.example'] }), asked)).toContain('the host evil.example.');
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
  expect(Object.keys(propertiesSchema.shape).filter((name) => !known.includes(name))).toEqual([]);
});

describe('the examples', () => {
  const example = (name: string) =>
    parsePolicy(readFileSync(`examples/policies/${name}.json`, 'utf8'), parameter);

  test('each team has its own pools and groups', () => {
    const rules = example('each-team-its-own');
    const [red, blue] = [{ stackName: 'red-shop' }, { stackName: 'blue-shop', poolTags: { team: 'blue' } }];
    expect(verdict(rules, subject({ Access: ['red-staff'] }, red))).toBe('allowed');
    expect(verdict(rules, subject({ Access: ['blue-staff'] }, red))).toContain('the Okta group blue-staff');
    expect(verdict(rules, subject({ Access: 'Everyone' }, red))).toContain('Access: Everyone');
    expect(verdict(rules, subject({}, { ...red, poolTags: { team: 'blue' } }))).toContain('user pool');
    expect(verdict(rules, subject({ UserPoolId: 'us-east-1_BlueShop1' }, blue))).toBe('allowed');
    expect(verdict(rules, subject({ UserPoolId: 'us-east-1_RedShop1' }, blue))).toContain('user pool');
    expect(verdict(rules, subject({ Adopt: adopt }, red))).toContain('adoption');
    expect(verdict(rules, subject({}, { stackName: 'green-shop' }))).toContain('No rule');
  });

  test('no one maps email from free text', () => {
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
