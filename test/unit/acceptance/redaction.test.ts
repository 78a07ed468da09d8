import fc from 'fast-check';
import { type Exchange, readBody } from '../../../acceptance/exchange.ts';
import { forbiddenIn, RedactionError, recordingsOf } from '../../../acceptance/recordings.ts';
import { Redactor } from '../../../acceptance/redaction/redact.ts';
import { leaks } from '../../support/leaks.ts';
import { assertAtRandom } from '../../support/random-runs.ts';

// Nothing of an org may be in a recording, however Okta answers; what stays is what Okta's documentation has.

const orgUrl = 'https://globex.okta.com';

const exchange = (given: Partial<Exchange>): Exchange => ({
  method: 'GET',
  path: '/api/v1/apps',
  query: null,
  sent: null,
  status: 200,
  headers: { 'content-type': 'application/json' },
  body: null,
  step: 'a step',
  by: 'product',
  ...given,
});

const redacted = (given: Partial<Exchange>, redactor = new Redactor(orgUrl)) =>
  redactor.redact(exchange(given), 'a test');

/** What people choose or Okta makes up: each draws a text that occurs nowhere else. */
const letters = fc.stringMatching(/^[A-Za-z0-9]{12}$/);
const planted = fc.oneof(
  letters.map((text) => `Zq${text}`),
  letters.map((text) => `Zq ${text} & Sons`),
  letters.map((text) => `zq${text.toLowerCase()}@globex.example`),
  letters.map((text) => `0oaZq${text}9x1`),
  letters.map((text) => `https://zq${text.toLowerCase()}.example.org/Zq${text}?k=Zq${text}`),
  letters.map((text) => `urn:Zq${text}:0oaZq${text}9x1`),
  letters.map((text) => `Zq${text}\u00e9\u2028"\\'`),
);
const fields = fc
  .constantFrom(
    'id label name client_secret errorSummary error_description href email profile status scope redirect_uris app'.split(
      ' ',
    ),
    ['value', 'orn', 'type', 'template', 'kid', '_links', 'notes', 'settings', 'credentials', 'x'],
  )
  .chain((names) => fc.constantFrom(...names));

/** A document with the planted text somewhere, also as the name of a field of a profile. */
const documentWith = (text: string): fc.Arbitrary<unknown> =>
  fc.letrec((tie) => ({
    leaf: fc.constantFrom<unknown>(text, `It is ${text}.`, `${text} `, 'ACTIVE', null, true, 3),
    node: fc.oneof(
      { maxDepth: 4 },
      tie('leaf'),
      fc.dictionary(fields, tie('node'), { maxKeys: 4 }),
      fc.array(tie('node'), { maxLength: 3 }),
      fc.constant({ profile: { [text]: text } }),
      fc.constant({ settings: { app: { [text]: { deep: [text] } } } }),
    ),
  })).node;

const plantedExchange = planted.chain((text) =>
  fc.record({
    text: fc.constant(text),
    exchange: fc.record({
      body: fc.tuple(documentWith(text), fc.constant(text)),
      sent: documentWith(text),
      path: fc.constantFrom(`/api/v1/users/${encodeURIComponent(text)}`, `/${encodeURIComponent(text)}`),
      query: fc.constantFrom(
        `q=${encodeURIComponent(text)}`,
        `search=${encodeURIComponent(`profile.name eq "${text}"`)}`,
        `${encodeURIComponent(text)}=1`,
      ),
      headers: fc.constantFrom<Exchange['headers']>(
        { link: `<${orgUrl}/api/v1/apps?after=${encodeURIComponent(text)}>; rel="next"` },
        { link: [`<${encodeURIComponent(text)}>; rel="self"`, `${text}`] },
        { 'x-okta-request-id': text, 'dpop-nonce': text, 'set-cookie': text, date: text },
        { 'www-authenticate': `Bearer error="x", error_description="${text}"`, 'content-type': text },
        { 'x-rate-limit-limit': text, 'retry-after': text, [text.toLowerCase()]: text },
      ),
    }),
  }),
);

test('no ID and no text that people chose survives in any answer of an org', () => {
  assertAtRandom(
    fc.property(plantedExchange, ({ text, exchange: given }) => {
      const recording = JSON.stringify(redacted(given));
      // Parts of it too: an address is more than its whole.
      const parts = text.match(/[A-Za-z0-9]{10,}/g) ?? [];
      const secrets = new Map(parts.map((part) => [`a part of ${text}`, part]));
      expect(leaks(secrets, new Map([['the recording', recording]]))).toEqual([]);
    }),
    { numRuns: 500 },
  );
});

test('the same value is replaced by the same, in paths, documents and links, and another by another', () => {
  const redactor = new Redactor(orgUrl);
  const [one, other] = ['0oa1111111111111AbCd', '0oa2222222222222AbCd'];
  const first = redacted({ path: `/api/v1/apps/${one}`, body: { id: one } }, redactor);
  const { request, body, headers } = redacted(
    {
      path: `/api/v1/apps/${other}`,
      body: { id: other, _links: { self: { href: `${orgUrl}/api/v1/apps/${one}` } } },
      headers: { link: `<${orgUrl}/api/v1/apps/${one}/groups>; rel="self"` },
    },
    redactor,
  );
  const id = first.request.path.split('/').at(-1);
  expect(first.body).toEqual({ id });
  expect(id).toMatch(/^0oa[0-9A-Za-z]{17}$/);
  expect(request.path).not.toContain(id);
  expect(body).toMatchObject({ _links: { self: { href: `https://acme.okta.com/api/v1/apps/${id}` } } });
  expect(headers.link).toBe(`<https://acme.okta.com/api/v1/apps/${id}/groups>; rel="self"`);
});

test('what Okta defines stays: fields, types, states, times, numbers, limits and its sentences', () => {
  const time = '2026-03-27T04:46:13.000Z';
  expect(
    redacted({
      method: 'POST',
      status: 404,
      headers: {
        'x-rate-limit-limit': '600',
        'content-type': 'application/json;charset=UTF-8',
        via: '1.1 x',
      },
      sent: { name: 'oidc_client', signOnMode: 'OPENID_CONNECT' },
      body: {
        errorCode: 'E0000007',
        errorSummary: 'Not found: Resource not found: 0oa1111111111111AbCd (AppInstance)',
        created: time,
        settings: { app: {}, oauthClient: { grant_types: ['authorization_code'], client_uri: null } },
        implicitAssignment: false,
      },
      query: 'limit=200&filter=status+eq+%22ACTIVE%22',
    }),
  ).toEqual({
    source: 'a test',
    note: 'product: a step',
    request: {
      method: 'POST',
      path: '/api/v1/apps',
      query: 'limit=200&filter=status+eq+"ACTIVE"',
      body: { name: 'oidc_client', signOnMode: 'OPENID_CONNECT' },
    },
    status: 404,
    headers: { 'x-rate-limit-limit': '600', 'content-type': 'application/json' },
    body: {
      errorCode: 'E0000007',
      errorSummary: expect.stringMatching(
        /^Not found: Resource not found: 0oa[0-9A-Za-z]{17} \(AppInstance\)$/,
      ),
      created: time,
      settings: { app: {}, oauthClient: { grant_types: ['authorization_code'], client_uri: null } },
      implicitAssignment: false,
    },
  });
});

test('no recording is written if something of the org is left in one', () => {
  const answers = [exchange({ body: { id: '0oa1111111111111AbCd', label: 'Payroll of Globex' } })];
  expect(recordingsOf(answers, orgUrl, 'a test', new Map([['the host', 'globex.okta.com']]))).toHaveLength(1);
  // A value that the list of what may stay has by mistake.
  const mistaken = new Map([['a secret', 'oidc_client']]);
  const naming = [exchange({ body: { name: 'oidc_client' } })];
  expect(() => recordingsOf(naming, orgUrl, 'a test', mistaken)).toThrow(RedactionError);
});

test('the secrets, IDs and people of an answer are what no recording may have', () => {
  const body = {
    credentials: { oauthClient: { client_secret: 'a-client-secret' } },
    users: [{ id: '00u1111111111111AbCd', profile: { lastName: 'Vandermere' } }],
  };
  const sent = readBody(
    'grant_type=client_credentials&client_assertion=an-assertion',
    'application/x-www-form-urlencoded',
  );
  expect([...forbiddenIn([exchange({ body, sent })]).values()].toSorted()).toEqual([
    '00u1111111111111AbCd',
    'Vandermere',
    'a-client-secret',
    'an-assertion',
  ]);
});
