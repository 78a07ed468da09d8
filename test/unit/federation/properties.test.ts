import fc from 'fast-check';
import { accessGroups } from '../../../src/federation/properties/defaults.ts';
import {
  InvalidRequestError,
  parseIfValid,
  parseProperties,
  propertiesSchema,
} from '../../../src/federation/properties/properties.ts';
import { longestList, longestProperties } from '../../../src/federation/properties/property-types.ts';
import { assertAtRandom } from '../../support/random-runs.ts';

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

test('only a pool is required', () => {
  expect(parseProperties(pool)).toEqual({
    ...pool,
    UserPoolClientIds: [],
    ProviderName: 'Okta',
    Verify: 'Full',
  });
});

test('properties that are longer than the journal can keep are refused, and the longest one is named', () => {
  const frame = JSON.stringify({ ...pool, Trigger: '' }).length;
  const trigger = (length: number) => ({ ...pool, Trigger: 'x'.repeat(length - frame) });
  expect(complaint(trigger(longestProperties))).toBe('no complaint');
  expect(complaint(trigger(longestProperties + 1))).toBe(
    'The properties have 65537 bytes of JSON; at most 65536 are allowed. Shorten Trigger.',
  );
});

test('every property is taken in the form that CloudFormation sends', () => {
  const properties = {
    ServiceToken: 'arn:aws:lambda:us-east-1:123456789012:function:provider',
    ServiceTimeout: '300',
    UserPoolId: 'eu-west-1_Ab12',
    UserPoolDomain: 'login.example.com',
    UserPoolClientIds: ['1abcdefghij', '2klmnopqrst'],
    ProviderName: 'Okta-Staff',
    ApplicationLabel: ' Payroll ',
    Access: ['Engineering', '00g1234567890abcdefg'],
    AuthenticationPolicy: ' Any two factors ',
    Issuer: 'aus1234567890abcdefg',
    Scopes: 'openid  email',
    Claims: { department: 'user.profile.department' },
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
    SecretRotation: { AutomaticallyAfterDays: '90' },
    Adopt: { ApplicationId: '0oa1234567890abcdefg' },
    Active: 'true',
    Verify: 'false',
    Trigger: ['2026-11-05'],
  };
  expect(parseProperties(properties)).toEqual({
    ...properties,
    ServiceTimeout: 300,
    ApplicationLabel: 'Payroll',
    AuthenticationPolicy: 'Any two factors',
    Scopes: ['openid', 'email'],
    SecretRotation: { AutomaticallyAfterDays: 90 },
    Adopt: { ApplicationId: '0oa1234567890abcdefg', OnDelete: 'Retain' },
    Active: true,
    Verify: 'None',
  });
});

describe('an empty value counts as not given', () => {
  const optional = Object.keys(propertiesSchema().shape).filter(
    (name) => name !== 'UserPoolId' && name !== 'Access',
  );

  test.each(optional)('%s', (name) => {
    for (const empty of ['', '  ', [''], ['', ' '], []]) {
      expect(parseProperties({ ...pool, [name]: empty })).toEqual(parseProperties(pool));
    }
  });

  test.each(['Claims', 'AttributeMapping', 'SecretRotation'])('%s without entries', (name) => {
    expect(parseProperties({ ...pool, [name]: {} })).toEqual(parseProperties(pool));
  });

  test('a part of an object, and an item of a list', () => {
    const Adopt = { ApplicationId: '0oa1234567890abcdefg', OnDelete: '' };
    expect(parseProperties({ ...pool, Adopt }).Adopt?.OnDelete).toBe('Retain');
    expect(parseProperties({ ...pool, SecretRotation: { AutomaticallyAfterDays: '' } })).toEqual(
      parseProperties(pool),
    );
    expect(parseProperties({ ...pool, UserPoolClientIds: ['abc', ''] }).UserPoolClientIds).toEqual(['abc']);
  });

  test.each([[''], [[]], [['']], [['Staff', '']], [' , ']])(
    'but not in Access, which would let everyone in: %j',
    (Access) => {
      expect(complaint({ ...pool, Access })).toMatch(
        /^Access must be .* it is empty or has an empty name\. Write Nobody/,
      );
    },
  );

  test.each([
    ['Acess', 'did you mean Access?'],
    ['adopt', 'did you mean Adopt?'],
    ['Groups', 'Remove it, or correct its name.'],
  ])('but not under an unknown name: an empty %s may be meant for another property', (name, sentence) => {
    for (const empty of ['', [''], [], {}]) expect(complaint({ ...pool, [name]: empty })).toContain(sentence);
  });

  test('but not in a required property', () => {
    expect(complaint({ UserPoolId: '' })).toBe(
      'UserPoolId is missing. Set it to the ID of a user pool: !Ref UserPool.',
    );
    expect(complaint({ ...pool, Adopt: {} })).toMatch(/^Adopt\.ApplicationId is missing\. Set it to/);
    expect(complaint({ ...pool, Adopt: { ApplicationId: '' } })).toMatch(
      /^Adopt\.ApplicationId is missing\. Set it to/,
    );
  });
});

describe('values as people write them', () => {
  test.each([
    ['openid,email,profile'],
    ['openid, email, profile'],
    [' openid\temail profile '],
    [['openid email profile']],
    [['openid', 'email,profile']],
    [['openid', 'email', 'profile', 'openid']],
  ])('Scopes %j', (Scopes) => {
    expect(parseProperties({ ...pool, Scopes }).Scopes).toEqual(['openid', 'email', 'profile']);
  });

  test.each<[unknown, string]>([
    [true, 'Full'],
    ['True', 'Full'],
    ['TRUE', 'Full'],
    [false, 'None'],
    [' False ', 'None'],
    ['OktaOnly', 'OktaOnly'],
    ['oktaonly', 'OktaOnly'],
  ])('Verify %j', (Verify, meant) => {
    expect(parseProperties({ ...pool, Verify }).Verify).toBe(meant);
  });

  test.each<[unknown, unknown]>([
    ['everyone', 'Everyone'],
    [['Everyone'], 'Everyone'],
    [['Nobody'], 'Nobody'],
    ['FederationBrokerMode', 'FederationBrokerMode'],
    [['FederationBrokerMode'], 'FederationBrokerMode'],
    ['Engineering, Finance', ['Engineering', 'Finance']],
    [
      [' Staff ', 'Staff', 'Sales, EMEA'],
      ['Staff', 'Sales, EMEA'],
    ],
    [['Cafe\u0301'], ['Caf\u00e9']],
  ])('Access %j', (Access, meant) => {
    expect(parseProperties({ ...pool, Access }).Access).toEqual(meant);
  });

  test.each([
    ['https://acme.okta.com/', 'https://acme.okta.com'],
    ['HTTPS://Acme.Okta.com', 'https://acme.okta.com'],
    ['https://acme.okta.com:443', 'https://acme.okta.com'],
    ['https://acme.okta.com:8443', 'https://acme.okta.com:8443'],
    ['https://acme.okta.com/oauth2/default/', 'https://acme.okta.com/oauth2/default'],
    ['https://login.acme.com/.well-known/openid-configuration', 'https://login.acme.com'],
    [' CustomUrl ', 'CustomUrl'],
  ])('Issuer %j', (Issuer, meant) => {
    expect(parseProperties({ ...pool, Issuer }).Issuer).toBe(meant);
  });

  test('lists with commas', () => {
    const given = parseProperties({
      ...pool,
      UserPoolClientIds: 'abc, def,abc',
      IdpIdentifiers: 'example.com,example.org',
      PostLogoutRedirectUris: 'https://a.example/,https://b.example/',
    });
    expect(given).toMatchObject({
      UserPoolClientIds: ['abc', 'def'],
      IdpIdentifiers: ['example.com', 'example.org'],
      PostLogoutRedirectUris: ['https://a.example/', 'https://b.example/'],
    });
  });

  test('numbers', () => {
    expect(parseProperties({ ...pool, ServiceTimeout: ' 60 ', SecretVersion: 2 })).toMatchObject({
      ServiceTimeout: 60,
      SecretVersion: '2',
    });
  });
});

describe('random values', () => {
  const scope = fc.stringMatching(/^[a-z.]{1,12}$/);

  test('scopes mean the same in every way to write them', () => {
    const between = fc.constantFrom(' ', ',', ', ', '\n');
    assertAtRandom(
      fc.property(fc.array(scope), between, (some, separator) => {
        const scopes = ['openid', ...some];
        const meant = [...new Set(scopes)];
        for (const Scopes of [scopes, scopes.join(separator), [scopes.join(separator)]]) {
          expect(parseProperties({ ...pool, Scopes }).Scopes).toEqual(meant);
        }
      }),
    );
  });

  test('a boolean means the same in any case', () => {
    assertAtRandom(
      fc.property(
        fc.boolean(),
        fc.mixedCase(fc.constant('true')),
        fc.mixedCase(fc.constant('false')),
        (yes, t, f) => {
          expect(parseProperties({ ...pool, Verify: yes ? t : f }).Verify).toBe(yes ? 'Full' : 'None');
        },
      ),
    );
  });

  test('an integer is taken as text exactly if it is in range', () => {
    assertAtRandom(
      fc.property(fc.integer({ min: -10, max: 5_000 }), (seconds) => {
        const isRight = seconds >= 1 && seconds <= 3600;
        for (const ServiceTimeout of [seconds, String(seconds)]) {
          const answer = complaint({ ...pool, ServiceTimeout });
          expect(answer).toBe(
            isRight
              ? 'no complaint'
              : `ServiceTimeout is ${seconds}. Set it to an integer from 1 to 3600 (seconds).`,
          );
        }
      }),
    );
  });

  test('what was parsed can be parsed again and stays the same', () => {
    const properties = fc.record(
      {
        Access: fc.oneof(fc.array(fc.stringMatching(/^[A-Za-z ,]{0,9}$/)), fc.constantFrom('nobody', 'A,B')),
        Scopes: fc.array(scope).map((some) => ['openid', ...some].join(', ')),
        UserPoolClientIds: fc.array(fc.constantFrom('a', 'b', '', ' c ')),
        Issuer: fc.constantFrom('https://acme.okta.com//', 'OrgUrl', ''),
        Verify: fc.constantFrom('', 'False', 'OktaOnly', true),
      },
      { requiredKeys: [] },
    );
    assertAtRandom(
      fc.property(properties, (given) => {
        const parsed = parseIfValid({ ...pool, ...given });
        if (!parsed) return;
        expect(parseProperties(parsed)).toEqual(parsed);
      }),
    );
  });

  test('any input is either accepted or answered in a few lines, all of them visible', () => {
    const names = Object.keys(propertiesSchema().shape);
    const properties = fc.dictionary(
      fc.oneof(fc.constantFrom(...names, '__proto__'), fc.string({ unit: 'binary' })),
      fc.anything(),
      { maxKeys: 6 },
    );
    assertAtRandom(
      fc.property(properties, (input) => {
        const answer = complaint(input);
        expect(answer.length).toBeLessThan(2_000);
        expect(answer).not.toMatch(/[\p{Cc}\p{Cf}\u2028\u2029]/u);
      }),
      { numRuns: 500 },
    );
  });
});

test.each<[Record<string, unknown>, string]>([
  [{ UserPoolId: 'nonsense' }, 'such as us-east-1_Example, but it is "nonsense". Use !Ref UserPool.'],
  [{ UserPoolId: `us-east-1_${'A'.repeat(46)}` }, 'UserPoolId must be the ID of a user pool'],
  [
    { ...pool, UserPoolClientIds: [{ Ref: 'Client' }] },
    'UserPoolClientIds must be a list of app client IDs; an object',
  ],
  [{ ...pool, UserPoolClientIds: ['a b'] }, '"a b" is not one. Use !Ref AppClient for each.'],
  [{ ...pool, UserPoolDomain: 'my_pool' }, 'UserPoolDomain must be a domain, but "my_pool" contains "_".'],
  [
    { ...pool, ProviderName: 'My_Okta' },
    'ProviderName "My_Okta" contains "_". Cognito allows no space, underscore',
  ],
  [{ ...pool, ProviderName: 'My Okta' }, 'ProviderName "My Okta" contains a space.'],
  [{ ...pool, ProviderName: 'My|Okta' }, 'ProviderName "My|Okta" contains "|".'],
  [{ ...pool, ProviderName: 'My\u200bOkta' }, 'ProviderName "My\\u{200B}Okta" contains "\\u{200B}".'],
  [{ ...pool, ProviderName: 'O'.repeat(33) }, 'has 33 characters; Cognito requires 3 to 32.'],
  [
    { ...pool, ApplicationLabel: 'x'.repeat(101) },
    `has 101 characters; Okta allows at most 100. Shorten "${'x'.repeat(60)}…".`,
  ],
  [
    { ...pool, Access: { Group: 'x' } },
    'Access is an object. Set it to Everyone, Nobody, FederationBrokerMode, or a list',
  ],
  [{ ...pool, Access: ['x'.repeat(256)] }, 'Access has 256 characters; Okta allows at most 255.'],
  [{ ...pool, Issuer: 'http://acme.okta.com' }, 'Issuer is "http://acme.okta.com". Set it to OrgUrl'],
  [{ ...pool, Issuer: 'https://acme.okta.com/oauth2/default?x=1' }, "has more than an issuer's path."],
  [
    { ...pool, Issuer: 'https://acme-admin.oktapreview.com' },
    'is the address of the admin console. Remove "-admin"',
  ],
  [{ ...pool, Scopes: 'email,profile' }, 'Scopes must contain openid, but has "email profile". Add openid.'],
  [
    { ...pool, Scopes: 'OpenID;email' },
    'has "OpenID;email". Write openid in lower case, with only spaces or commas between scopes.',
  ],
  [{ ...pool, ProviderName: 'O' }, 'has 1 character; Cognito requires 3 to 32.'],
  [{ ...pool, Issuer: 'https://acme-admin.okta.mil' }, 'is the address of the admin console.'],
  [{ ...pool, ProviderType: 'OIDC' }, 'There is no property ProviderType. Remove it, or correct its name.'],
  [{ ...pool, Claims: { iss: 'x' } }, 'Claims must not contain iss: Okta sets that claim itself.'],
  [{ ...pool, Claims: { 'a\nb': 'x' } }, 'Claims has the name "a\\nb", which contains "\\n".'],
  [{ ...pool, AttributeMapping: { email: ['email'] } }, 'but email is a list. Set it to a claim'],
  [{ ...pool, LogoUri: 'ftp://localhost/x' }, 'LogoUri must be an https URL, but it is "ftp://localhost/x".'],
  [{ ...pool, LogoUri: 'http://example.com' }, 'LogoUri must be an https URL'],
  [
    { ...pool, SecretRotation: { AutomaticallyAfterDays: 1001 } },
    'SecretRotation.AutomaticallyAfterDays is 1001. Set it to an integer from 1 to 1000 (days).',
  ],
  [
    { ...pool, Adopt: { ApplicationId: '0oa1234567890abcdefg', OnDelete: 'Keep' } },
    'Adopt.OnDelete is "Keep". Set it to Retain or Delete.',
  ],
  [{ ...pool, Active: false }, 'Active accepts only true, but it is false.'],
  [{ ...pool, Verify: 'no' }, 'Verify is "no". Set it to true, false or OktaOnly.'],
])('%j is answered with what to change', (properties, sentence) => {
  expect(complaint(properties)).toContain(sentence);
});

test('a password or a secret in the wrong place is not repeated', () => {
  expect(complaint({ ...pool, LogoUri: 'https://me:word@example.com' })).not.toContain('word@');
  expect(complaint({ ...pool, OktaSecretId: '{"apiToken": "00abc"}' })).not.toContain('00abc');
});

test.each([
  ['UserPoolClientIds', longestList, (index: number) => `client${index}`],
  ['Access', longestList, (index: number) => `group${index}`],
  ['PostLogoutRedirectUris', longestList, (index: number) => `https://app${index}.example.com/`],
  ['IdpIdentifiers', 50, (index: number) => `example${index}.com`],
] as const)('%s has at most %i entries', (name, max, of) => {
  const list = (length: number) => Array.from({ length }, (_, index) => of(index));
  expect(complaint({ ...pool, [name]: list(max) })).toBe('no complaint');
  expect(complaint({ ...pool, [name]: list(max + 1) })).toBe(
    `${name} has ${max + 1} entries; at most ${max} are allowed. Remove some.`,
  );
});

test.each([
  ['AttributeMapping', (index: number) => [`custom:a${index}`, 'email']],
  ['Claims', (index: number) => [`claim${index}`, 'user.email']],
] as const)('%s has at most 100 lines', (name, of) => {
  const lines = (length: number) => Object.fromEntries(Array.from({ length }, (_, index) => of(index)));
  expect(() => parseProperties({ ...pool, [name]: lines(longestList) })).not.toThrow();
  expect(complaint({ ...pool, [name]: lines(longestList + 1) })).toBe(
    `${name} has 101 entries; at most 100 are allowed. Remove some.`,
  );
});

test('Scopes has at most 100 entries', () => {
  const scopes = (more: number) => ['openid', ...Array.from({ length: more }, (_, index) => `scope${index}`)];
  expect(() => parseProperties({ ...pool, Scopes: scopes(longestList - 1) })).not.toThrow();
  expect(complaint({ ...pool, Scopes: scopes(longestList) })).toBe(
    'Scopes has 101 entries; at most 100 are allowed. Remove some.',
  );
});

test.each([
  [{ ...pool, UserPoolID: 'x' }, 'There is no property UserPoolID: did you mean UserPoolId?'],
  [{ ...pool, Acess: 'Everyone' }, 'There is no property Acess: did you mean Access?'],
  [{ ...pool, Scope: 'openid' }, 'There is no property Scope: did you mean Scopes?'],
  [
    { ...pool, Adopt: { ApplicationId: '0oa1234567890abcdefg', OnDelet: 'Delete' } },
    'There is no property Adopt.OnDelet: did you mean Adopt.OnDelete?',
  ],
  [{ ...pool, Timestamp: 'x' }, 'There is no property Timestamp. Remove it, or correct its name.'],
  [{ ...pool, Region: 'x' }, 'There is no property Region. Remove it, or correct its name.'],
  [{ ...pool, Colour: 'x' }, 'There is no property Colour. Remove it, or correct its name.'],
  [{ ...pool, constructor: 'x' }, 'There is no property constructor. Remove it, or correct its name.'],
  [
    JSON.parse('{"UserPoolId": "us-east-1_Example1", "__proto__": {"Verify": false}}'),
    'There is no property __proto__. Remove it, or correct its name.',
  ],
])('%j is answered with a known name only if one is near', (properties, sentence) => {
  expect(complaint(properties)).toBe(sentence);
});

test('two unknown properties get a sentence each, and of many the first five', () => {
  expect(complaint({ ...pool, Acess: 'x', Isuer: 'x' })).toBe(
    'There is no property Acess: did you mean Access? There is no property Isuer: did you mean Issuer?',
  );
  const many = Object.fromEntries(['A', 'B', 'C', 'D', 'E', 'F', 'G'].map((name) => [name, 'x']));
  expect(complaint({ ...pool, ...many }).match(/There is no property/g)).toHaveLength(5);
});

test('the first five of many wrong properties are named, and each value once', () => {
  const wrong = {
    AttributesRequestMethod: 'x',
    Access: '',
    Scopes: 1,
    Verify: 'x',
    Notes: { a: 1 },
    Issuer: 'x',
  };
  expect(complaint({ ...wrong, ...pool }).match(/\. (Set|Write|Give)/g)).toHaveLength(5);
  expect(complaint({ ...pool, ProviderName: '_' })).toBe(
    'ProviderName "_" has 1 character; Cognito requires 3 to 32. Choose another name, such as Okta.',
  );
});

test('the first 60 letters of a long name are shown', () => {
  const [fits, long] = ['x'.repeat(60), 'x'.repeat(61)];
  expect(complaint({ ...pool, [fits]: 'x' })).toBe(
    `There is no property ${fits}. Remove it, or correct its name.`,
  );
  expect(complaint({ ...pool, [long]: 'x' })).toBe(
    `There is no property ${fits}…. Remove it, or correct its name.`,
  );
});

test.each<[unknown, readonly string[]]>([
  ['Everyone', ['Everyone']],
  ['Nobody', []],
  ['FederationBrokerMode', []],
  [
    ['Nobody', 'Staff'],
    ['Nobody', 'Staff'],
  ],
])('Access %j assigns the groups %j', (Access, groups) => {
  expect(accessGroups(parseProperties({ ...pool, Access }), false)).toEqual(groups);
});

test('an adopted application keeps who may sign in, a new one lets everyone in', () => {
  expect(accessGroups(parseProperties(pool), true)).toEqual([]);
  expect(accessGroups(parseProperties(pool), false)).toEqual(['Everyone']);
});

test('invalid properties are undefined', () => {
  expect(parseIfValid({ UserPoolId: 'nonsense' })).toBeUndefined();
  expect(parseIfValid(pool)).toEqual(parseProperties(pool));
});
