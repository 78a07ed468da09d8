import * as fc from 'fast-check';

/** Texts that have broken other programs, long ones among them. */
const texts = [
  '',
  ' ',
  '\u0000',
  '\ud800',
  '\u202egnp.exe',
  '\ufeff',
  '"}],"x":[{"',
  '!Sub AWS::AccountId',
  '{{resolve:secretsmanager:okta}}',
  "'; DROP TABLE leases; --",
  '../../../etc/passwd',
  '..',
  '%2e%2e%2f',
  '..%00',
  'a\r\nSet-Cookie: x=1',
  '\r\nHost: evil.example.com',
  '__proto__',
  'constructor',
  'toString',
  'hasOwnProperty',
  '-1',
  'NaN',
  'Infinity',
  '1e309',
  '9007199254740993',
  'A'.repeat(5_000),
  '😀'.repeat(2_000),
  '_'.repeat(50_000),
  '\u0001'.repeat(3_000),
  `us-east-1_${'x'.repeat(10_000)}`,
];

/** Addresses that nothing may be sent to because an event names them. */
export const evilUrls = [
  'https://evil.example.com/',
  'http://evil.example.com/',
  'https://user:password@evil.example.com/',
  'https://acme.okta.com@evil.example.com/',
  'https://evil.example.com/acme.okta.com',
  'https://acme.okta.com.evil.example.com/',
  'https://evil.example.com\\@acme.okta.com/',
  'https://amazonaws.com.evil.example.com/',
  'https://evilamazonaws.com/',
  'http://169.254.169.254/latest/meta-data/iam/security-credentials/',
  'http://[fd00:ec2::254]/',
  'http://127.0.0.1:9001/2018-06-01/runtime/invocation/next',
  'http://localhost/',
  'http://0x7f000001/',
  'file:///etc/passwd',
  'gopher://evil.example.com/',
  'javascript:alert(1)',
  'data:text/plain,x',
  '//evil.example.com/',
  'https://раypal.example.com/',
  'https://evil.example.com:443/',
];

/** IDs that would lead elsewhere if they were put into a host name or a path. */
const evilIds = [
  'evil.example.com#_x',
  'evil.example.com/_x',
  'evil.example.com?_x',
  '@evil.example.com_x',
  'x.evil.example.com:443/_x',
  'us-east-1.evil.example.com_x',
  'us-east-1_x/../..',
  'a_b_c_d',
  '0oa0000000000000000/..',
  'arn:aws:iam::123456789012:role/evil',
  'arn:aws:secretsmanager:us-east-1:123456789012:secret:other-org',
];

/** JSON with keys that reach for a prototype, as an attacker would send it. */
const polluting = [
  '{"__proto__": {"polluted": true}}',
  '{"constructor": {"prototype": {"polluted": true}}}',
  '{"__proto__": null}',
  '{"toString": 1, "valueOf": 1, "toJSON": 1}',
  '{"length": 1e9}',
  '{"then": "x"}',
].map((text) => fc.constant(text).map((json): unknown => JSON.parse(json)));

const nested = fc.integer({ min: 1, max: 5_000 }).map((depth): unknown => {
  let value: unknown = 'x';
  for (let level = 0; level < depth; level += 1) value = [value];
  return value;
});

/** Anything that JSON can carry into an event, chosen to hurt. */
export const hostileValue: fc.Arbitrary<unknown> = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom(...texts, ...evilUrls, ...evilIds) },
  { weight: 2, arbitrary: fc.constantFrom(...evilUrls, ...evilIds).map((text) => [text]) },
  { weight: 2, arbitrary: fc.oneof(...polluting) },
  { weight: 2, arbitrary: fc.jsonValue({ maxDepth: 3 }) },
  { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 100 }) },
  { weight: 1, arbitrary: fc.integer({ min: 0, max: 1_000 }).map((length) => Array(length).fill('x')) },
  { weight: 1, arbitrary: fc.constantFrom(null, true, false, 0, -1, 1e308, [], {}) },
  { weight: 1, arbitrary: nested },
);

/** A name in which one letter looks the same and is another. */
export function homoglyph(name: string): string {
  const twins: Record<string, string> = { a: 'а', c: 'с', e: 'е', o: 'о', p: 'р', A: 'А', C: 'С', P: 'Р' };
  return name.replace(/[aceopACP]/, (letter) => twins[letter] ?? letter);
}
