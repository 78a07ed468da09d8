import { allowing, denying, ownSecretId, subject, verdict } from './policy-subjects.ts';

/** One object has several names: a rule about one of them is about the object. */
const staff = '00gStaff000000000001';
const everyoneId = '00gEveryone000000001';
const adopt = { ApplicationId: `0oa${'1'.repeat(17)}` };

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
    expect(verdict(allowing({ access: ['*', everyoneId] }), asked)).toContain('allow Everyone;');
    expect(verdict(allowing({ access: ['Everyone'] }), asked)).toBe('allowed');
    expect(verdict(denying({ access: ['everyone'] }), asked)).toContain('allow Everyone;');
    expect(verdict(denying({ access: [everyoneId] }), asked)).toContain('allow Everyone;');
  });

  test('the ID of an unknown group is allowed by that ID only', () => {
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

  test('Nobody in a list is the name of a group', () => {
    const asked = subject({ Access: ['Nobody', 'red-a'] });
    expect(verdict(allowing({ access: ['red-*'] }), asked)).toContain('Nobody');
    expect(verdict(denying({ access: ['Nobody'] }), asked)).toContain('Nobody');
    expect(verdict(allowing({ access: ['red-*', 'Nobody'] }), asked)).toBe('allowed');
    expect(verdict(allowing({ access: ['red-*'] }), subject({ Access: 'Nobody' }))).toBe('allowed');
  });

  test('each of several groups must be allowed', () => {
    const rules = allowing({ access: ['red-*'] });
    expect(verdict(rules, subject({ Access: ['red-a', 'blue-b'] }))).toContain('blue-b');
    expect(verdict(rules, subject({ Access: ['red-a', 'red-b'] }))).toBe('allowed');
  });
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

  test.each([ownSecretId, 'provider/okta', 'provider/okta-AbCdEf', ownSecretId.replace('-AbCdEf', '')])(
    "what denies the provider stack's own secret denies it as %s too, and the other way round",
    (given) => {
      expect(verdict(denying({ oktaSecrets: ['Default'] }), subject({ OktaSecretId: given }))).toContain(
        `the Okta secret ${given}`,
      );
      expect(verdict(denying({ oktaSecrets: [given] }), subject())).toContain("provider stack's own");
    },
  );

  test("what allows the provider stack's own secret allows it by its ARN, and an ARN allows it if it is left out", () => {
    const byArn = subject({ OktaSecretId: ownSecretId });
    expect(verdict(allowing({ oktaSecrets: ['Default'] }), byArn)).toBe('allowed');
    expect(verdict(allowing({}), byArn)).toBe('allowed');
    expect(verdict(allowing({ oktaSecrets: [ownSecretId] }), subject())).toBe('allowed');
    // The same name in another account is another secret.
    const byName = subject({ OktaSecretId: 'provider/okta' });
    expect(verdict(allowing({ oktaSecrets: ['Default'] }), byName)).toContain('OktaSecretId: ');
  });

  test('a longer name is another secret', () => {
    expect(
      verdict(denying({ oktaSecrets: ['admin/okta'] }), subject({ OktaSecretId: 'admin/okta-second' })),
    ).toBe('allowed');
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

test('an authentication policy given by ID could be any that is denied by name', () => {
  const id = 'rst1234567890abcdefg';
  const asked = subject({ AuthenticationPolicy: id });
  expect(verdict(denying({ authenticationPolicies: ['One factor'] }), asked)).toContain(`the policy ${id}`);
  expect(verdict(denying({ authenticationPolicies: ['rst9876543210abcdefg'] }), asked)).toBe('allowed');
  const unread = subject(asked.properties, { resolved: { authenticationPolicy: { id, name: id } } });
  expect(verdict(denying({ authenticationPolicies: ['One factor'] }), unread)).toContain(`the policy ${id}`);
});

test('a host with a dot at its end is the same host', () => {
  const asked = subject({ LogoUri: 'https://evil.example./a.png' });
  expect(verdict(denying({ logoHosts: ['evil.example'] }), asked)).toContain('the host evil.example.');
});
