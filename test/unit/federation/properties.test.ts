import fc from 'fast-check';
import { accessGroups } from '../../../src/federation/properties/defaults.ts';
import { InvalidRequestError, parseProperties } from '../../../src/federation/properties/properties.ts';

const pool = { UserPoolId: 'us-east-1_Example1' };

function complaint(properties: Record<string, unknown>): string {
  try {
    parseProperties(properties);
  } catch (error) {
    if (error instanceof InvalidRequestError) return error.message;
    throw error;
  }
  return 'no complaint';
}

test('a pool is all that a template must name', () => {
  expect(parseProperties(pool)).toEqual({
    UserPoolId: 'us-east-1_Example1',
    UserPoolClientIds: [],
    ProviderName: 'Okta',
    Verify: true,
  });
});

test('every property is taken in the form that CloudFormation sends', () => {
  const properties = {
    ServiceToken: 'arn:aws:lambda:us-east-1:123456789012:function:provider',
    ServiceTimeout: '300',
    UserPoolId: 'eu-west-1_Ab12',
    UserPoolClientIds: ['1abcdefghij', '2klmnopqrst'],
    ProviderName: 'Okta-Staff',
    ApplicationLabel: ' Payroll ',
    Access: ['Engineering', '00g1234567890abcdefg'],
    Issuer: 'aus1234567890abcdefg',
    Scopes: 'openid  email',
    AttributeMapping: { email: 'email', 'custom:team': 'department' },
    AttributesRequestMethod: 'POST',
    IdpIdentifiers: ['example.com'],
    PostLogoutRedirectUris: ['https://app.example.com/bye'],
    InitiateLoginUri: 'http://localhost:3000/login',
    LogoUri: 'https://app.example.com/logo.png',
    Notes: 'Ask the platform team.',
    OktaSecretId: 'okta/other',
    RoleArn: 'arn:aws:iam::123456789012:role/path/provider',
    SecretVersion: '2',
    Adopt: { ApplicationId: '0oa1234567890abcdefg' },
    Verify: 'false',
  };
  expect(parseProperties(properties)).toEqual({
    ...properties,
    ServiceTimeout: 300,
    ApplicationLabel: 'Payroll',
    Scopes: ['openid', 'email'],
    Adopt: { ApplicationId: '0oa1234567890abcdefg', OnDelete: 'Retain' },
    Verify: false,
  });
});

test.each(['Everyone', 'Nobody'])('Access takes the word %s', (word) => {
  expect(parseProperties({ ...pool, Access: word }).Access).toBe(word);
});

test.each([
  [{}, 'UserPoolId is missing: it must be the ID of a user pool: !Ref the pool.'],
  [{ UserPoolId: 'nonsense' }, 'UserPoolId must be the ID of a user pool, such as us-east-1_Example'],
  [{ UserPoolId: `us-east-1_${'A'.repeat(46)}` }, 'UserPoolId must be the ID of a user pool'],
  [
    { ...pool, UserPoolClientIds: 'one' },
    'UserPoolClientIds must be a list of app client IDs, such as [!Ref AppClient].',
  ],
  [{ ...pool, UserPoolClientIds: [{ Ref: 'Client' }] }, 'UserPoolClientIds must '],
  [{ ...pool, UserPoolClientIds: ['a b'] }, 'UserPoolClientIds must hold IDs of app clients'],
  [
    { ...pool, ProviderName: 'My_Okta' },
    'ProviderName must have 3 to 32 letters, digits or signs, and no space, underscore',
  ],
  [{ ...pool, ProviderName: 'My Okta' }, 'ProviderName must have 3 to 32'],
  [{ ...pool, ProviderName: 'My|Okta' }, 'ProviderName must have 3 to 32'],
  [{ ...pool, ProviderName: 'Ok' }, 'ProviderName must have 3 to 32'],
  [{ ...pool, ProviderName: 'O'.repeat(33) }, 'ProviderName must have 3 to 32'],
  [{ ...pool, ProviderName: 'Google' }, 'ProviderName must not be one of the names that Cognito keeps'],
  [{ ...pool, ApplicationLabel: ' ' }, 'ApplicationLabel must not be empty.'],
  [{ ...pool, ApplicationLabel: 'x'.repeat(101) }, 'ApplicationLabel must have at most 100 characters'],
  [
    { ...pool, Access: 'Engineering' },
    'Access must be Everyone, Nobody, or a list of Okta group names or IDs.',
  ],
  [{ ...pool, Access: [] }, 'Access must be Everyone, Nobody, or a list'],
  [{ ...pool, Issuer: 'https://example.okta.com' }, 'Issuer must be OrgUrl, CustomUrl, Dynamic, or the ID'],
  [{ ...pool, Scopes: 'email profile' }, 'Scopes must hold openid.'],
  [{ ...pool, Scopes: { openid: 'true' } }, 'Scopes must be scopes with spaces between them'],
  [{ ...pool, AttributeMapping: 'email' }, 'AttributeMapping must map pool attributes to claims'],
  [{ ...pool, AttributeMapping: { email: '' } }, 'AttributeMapping must not map an attribute to nothing.'],
  [
    { ...pool, AttributeMapping: { email: ['email'] } },
    'AttributeMapping must map each pool attribute to the name',
  ],
  [{ ...pool, AttributesRequestMethod: 'PUT' }, 'AttributesRequestMethod must be GET or POST.'],
  [{ ...pool, IdpIdentifiers: 'example.com' }, 'IdpIdentifiers must be a list of identifiers'],
  [
    { ...pool, IdpIdentifiers: ['x'.repeat(41)] },
    'IdpIdentifiers must hold identifiers of 1 to 40 characters',
  ],
  [{ ...pool, IdpIdentifiers: Array(51).fill('a') }, 'IdpIdentifiers must hold at most 50'],
  [
    { ...pool, PostLogoutRedirectUris: ['http://app.example.com'] },
    'PostLogoutRedirectUris must be an https URL',
  ],
  [
    { ...pool, InitiateLoginUri: 'https://me:word@example.com' },
    'InitiateLoginUri must be an https URL without user name',
  ],
  [{ ...pool, LogoUri: 'logo.png' }, 'LogoUri must be an https URL'],
  [{ ...pool, Notes: 'x'.repeat(1001) }, 'Notes must have at most 1000 characters.'],
  [{ ...pool, OktaSecretId: 'a b' }, 'OktaSecretId must be the ARN or the name of a Secrets Manager secret.'],
  [{ ...pool, RoleArn: 'provider' }, 'RoleArn must be the ARN of an IAM role.'],
  [{ ...pool, SecretVersion: '' }, 'SecretVersion must not be empty.'],
  [{ ...pool, Adopt: '0oa1234567890abcdefg' }, 'Adopt must be an object with ApplicationId.'],
  [
    { ...pool, Adopt: { ApplicationId: 'payroll' } },
    'Adopt.ApplicationId must be the ID of an Okta application',
  ],
  [
    { ...pool, Adopt: { ApplicationId: '0oa1234567890abcdefg', OnDelete: 'Keep' } },
    'Adopt.OnDelete must be Retain or Delete.',
  ],
  [{ ...pool, Verify: 'no' }, 'Verify must be true or false.'],
  [{ ...pool, ServiceTimeout: '0' }, 'ServiceTimeout must be at least 1 second.'],
  [{ ...pool, ServiceTimeout: '7200' }, 'ServiceTimeout must be at most 3600 seconds.'],
  [{ ...pool, ServiceTimeout: 'soon' }, 'ServiceTimeout must be a number of seconds from 1 to 3600.'],
])('%j is answered with what to change', (properties, sentence) => {
  expect(complaint(properties)).toContain(sentence);
});

test.each([
  [{ ...pool, UserPoolID: 'x' }, 'There is no property UserPoolID: did you mean UserPoolId?'],
  [{ ...pool, Acess: 'Everyone' }, 'There is no property Acess: did you mean Access?'],
  [
    { ...pool, Adopt: { ApplicationID: 'x' } },
    'There is no property Adopt.ApplicationID: did you mean Adopt.ApplicationId?',
  ],
  [
    { ...pool, Adopt: { OnDelet: 'Delete' } },
    'There is no property Adopt.OnDelet: did you mean Adopt.OnDelete?',
  ],
  [{ ...pool, constructor: 'x' }, 'There is no property constructor: did you mean '],
  [
    JSON.parse('{"UserPoolId": "us-east-1_Example1", "__proto__": {"Verify": false}}'),
    'There is no property __proto__',
  ],
])('%j is answered with the nearest property there is', (properties, sentence) => {
  expect(complaint(properties)).toContain(sentence);
});

test('spaces around scopes, or around the names in a list of groups, are none of them', () => {
  const given = parseProperties({ ...pool, Scopes: ' openid\temail ', Access: [' Staff '] });
  expect(given).toMatchObject({ Scopes: ['openid', 'email'], Access: ['Staff'] });
});

test.each([
  [true, true],
  ['true', true],
  [false, false],
  ['false', false],
])('Verify takes %j', (given, meant) => {
  expect(parseProperties({ ...pool, Verify: given }).Verify).toBe(meant);
});

test.each(['https://me@example.com', 'http://example.com', 'ftp://localhost/x'])(
  '%s is no address',
  (uri) => {
    expect(complaint({ ...pool, LogoUri: uri })).toMatch(/^LogoUri must be an https URL/);
  },
);

test('two unknown properties get a sentence each, and of many the first five', () => {
  expect(complaint({ ...pool, Acess: 'x', Isuer: 'x' })).toBe(
    'There is no property Acess: did you mean Access? There is no property Isuer: did you mean Issuer?',
  );
  const many = Object.fromEntries(['A', 'B', 'C', 'D', 'E', 'F', 'G'].map((name) => [name, 'x']));
  expect(complaint({ ...pool, ...many }).match(/There is no property/g)).toHaveLength(5);
});

test('of many wrong properties the first five are told, and what is said twice is said once', () => {
  const wrong = { AttributesRequestMethod: 'x', Access: '', Scopes: 1, Verify: 'x', Notes: 1, Issuer: 'x' };
  expect(complaint({ ...wrong, ...pool }).match(/ must /g)).toHaveLength(5);
  expect(complaint({ ...pool, UserPoolClientIds: ['a b', 'c d'] }).match(/ must /g)).toHaveLength(1);
});

test('of a name of many letters the first 64 are told', () => {
  const [fits, long] = ['x'.repeat(64), 'x'.repeat(65)];
  expect(complaint({ ...pool, [fits]: 'x' })).toMatch(new RegExp(`^There is no property ${fits}: did`));
  expect(complaint({ ...pool, [long]: 'x' })).toMatch(new RegExp(`^There is no property ${fits}…: did`));
});

test('what zod says in words of its own is said in words that read well', () => {
  expect(complaint({ ...pool, ServiceToken: 5 })).toBe('ServiceToken is not valid.');
});

test('a list that holds but the word Nobody is the word, and one that holds Everyone is the group', () => {
  const groupsOf = (Access: unknown) => accessGroups(parseProperties({ ...pool, Access }), false);
  expect(['Everyone', ['Everyone'], 'Nobody', ['Nobody'], ['Nobody', 'Staff']].map(groupsOf)).toEqual([
    ['Everyone'],
    ['Everyone'],
    [],
    [],
    ['Nobody', 'Staff'],
  ]);
});

test('an adopted application keeps who may sign in, a new one lets everyone in', () => {
  expect(accessGroups(parseProperties(pool), true)).toEqual([]);
  expect(accessGroups(parseProperties(pool), false)).toEqual(['Everyone']);
});

test('two wrong properties get a sentence each', () => {
  expect(complaint({ ...pool, Verify: 'no', Access: '' })).toMatch(/^Access must .*\. Verify must .*\.$/);
});

test('whatever comes is either taken or answered in a few sentences', () => {
  const names = [
    'UserPoolId',
    'UserPoolClientIds',
    'Access',
    'Scopes',
    'AttributeMapping',
    'Adopt',
    'Verify',
    '__proto__',
  ];
  const properties = fc.dictionary(fc.oneof(fc.constantFrom(...names), fc.string()), fc.anything(), {
    maxKeys: 6,
  });
  fc.assert(
    fc.property(properties, (input) => {
      expect(complaint(input).length).toBeLessThan(2_000);
    }),
    { numRuns: 500 },
  );
});
