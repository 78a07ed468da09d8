import { generateKeyPairSync } from 'node:crypto';
import { OktaCredentialsError, parseOktaCredentials } from '../../../src/okta/credentials.ts';
import { readPrivateKey } from '../../../src/okta/private-key.ts';

const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 });
const ec = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const orgUrl = 'https://acme.okta.com';

/** A PEM whose content is of no matter. */
const block = (label: string, content = 'MIIB') =>
  `-----BEGIN ${label}-----\n${content}\n-----END ${label}-----\n`;
const jwk = (kid: string) => ({ ...ec.privateKey.export({ format: 'jwk' }), kid });

const parse = (json: unknown) => parseOktaCredentials(typeof json === 'string' ? json : JSON.stringify(json));

describe('the Okta secret', () => {
  it('gives an API token, and the org’s URL without a slash at its end', () => {
    const credentials = parse({ orgUrl: `${orgUrl}/`, apiToken: 'a-token' });
    expect(credentials).toMatchObject({ kind: 'apiToken', orgUrl });
    expect(credentials.kind === 'apiToken' && credentials.apiToken.reveal()).toBe('a-token');
  });

  it('gives the custom domains that it lists', () => {
    const customDomains = ['https://login.acme.com/', 'https://Sign-In.acme.com'];
    const listed = ['https://login.acme.com', 'https://sign-in.acme.com'];
    expect(parse({ orgUrl, apiToken: 'a-token', customDomains })).toMatchObject({ customDomains: listed });
    const key = { clientId: '0oa1', privateKey: ec.privateKey.export({ format: 'jwk' }) };
    expect(parse({ orgUrl, ...key, custom_domains: customDomains })).toMatchObject({ customDomains: listed });
  });

  it.each([
    ['a text', 'https://login.acme.com'],
    ['without https', ['http://login.acme.com']],
    ['without a scheme', ['login.acme.com']],
    ['with a path', ['https://login.acme.com/oauth2/default']],
    ['with a number', [7]],
  ])('takes no custom domains that are %s', (_, customDomains) => {
    expect(() => parse({ orgUrl, apiToken: 'a-token', customDomains })).toThrow(
      'set it to one like ["https://login.acme.com"]',
    );
  });

  it.each([
    ['PKCS#8', rsa.privateKey.export({ type: 'pkcs8', format: 'pem' })],
    ['PKCS#1', rsa.privateKey.export({ type: 'pkcs1', format: 'pem' })],
    ['SEC 1', ec.privateKey.export({ type: 'sec1', format: 'pem' })],
    [
      'PEM with written line breaks',
      ec.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString().replaceAll('\n', '\\n'),
    ],
    ['a JWK as JSON', ec.privateKey.export({ format: 'jwk' })],
    ['a JWK as a string', JSON.stringify(rsa.privateKey.export({ format: 'jwk' }))],
  ])('takes a private key as %s', (_, privateKey) => {
    expect(parse({ orgUrl, clientId: '0oa1', privateKey, keyId: 'k1' })).toMatchObject({
      kind: 'privateKey',
      orgUrl,
      clientId: '0oa1',
      keyId: 'k1',
    });
  });

  const pem = rsa.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
  const onceMore = (text: string) => JSON.stringify(text).slice(1, -1);
  const pasted: Record<string, unknown> = {
    'with spaces for line breaks': pem.replaceAll('\n', ' '),
    'without line breaks': pem.replaceAll('\n', ''),
    'with indented lines': pem.replaceAll(/^/gm, '    '),
    'with line breaks of Windows': pem.replaceAll('\n', '\r\n'),
    'escaped once': onceMore(pem),
    'escaped twice': onceMore(onceMore(pem)),
    'escaped, with line breaks of Windows': onceMore(pem.replaceAll('\n', '\r\n')),
    'in quotes': `"${pem}"`,
    'in quotes, escaped': `'${onceMore(pem)}'`,
    'in base64': Buffer.from(pem).toString('base64'),
    'in base64, broken into lines': Buffer.from(pem).toString('base64').replaceAll(/.{76}/g, '$&\n'),
    'after a byte order mark': `\uFEFF${pem}`,
    'with invisible characters within': pem.replaceAll('\n', '\u200B\n\u2060'),
    'with no-break spaces for line breaks': pem.replaceAll('\n', '\u00A0'),
    'in the encoding of URLs': encodeURIComponent(pem),
    'in base64 without padding': Buffer.from(pem).toString('base64').replace(/=+$/, ''),
    // The byte order mark is what has other characters than in plain base64.
    'in the base64 of URLs, with a byte order mark': Buffer.from(`\uFEFF${pem}`).toString('base64url'),
    'with what OpenSSL writes above it': `Bag Attributes\n    friendlyName: okta\n${pem}`,
    'as a line of a shell script': `export KEY="${pem}"`,
    'as a JWK in base64': Buffer.from(JSON.stringify(rsa.privateKey.export({ format: 'jwk' }))).toString(
      'base64',
    ),
    'as a JWK set of one key': { keys: [rsa.privateKey.export({ format: 'jwk' })] },
    'as a JWK set with its public half': JSON.stringify({
      keys: [rsa.publicKey.export({ format: 'jwk' }), rsa.privateKey.export({ format: 'jwk' })],
    }),
  };

  it.each(Object.entries(pasted))('takes a private key %s', (_, privateKey) => {
    const read = parse({ orgUrl, clientId: '0oa1', privateKey });
    const { key } = readPrivateKey(read.kind === 'privateKey' ? read.privateKey.reveal() : '');
    expect(key.export({ type: 'pkcs8', format: 'pem' })).toBe(pem);
  });

  it('takes the key of a JWK set that keyId names', () => {
    const other = { ...rsa.privateKey.export({ format: 'jwk' }), kid: 'k2' };
    const set = JSON.stringify({ keys: [jwk('k1'), other] });
    expect(readPrivateKey(set, 'k2')).toMatchObject({ algorithm: 'RS256', keyId: 'k2' });
    expect(readPrivateKey(set, 'k1')).toMatchObject({ algorithm: 'ES256', keyId: 'k1' });
    expect(parse({ orgUrl, clientId: '0oa1', privateKey: set, keyId: 'k2' })).toMatchObject({ keyId: 'k2' });
  });

  it.each([
    ['after a byte order mark', `\uFEFF${JSON.stringify({ orgUrl, apiToken: 'a-token' })}`],
    ['made a JSON string once more', JSON.stringify(JSON.stringify({ orgUrl, apiToken: 'a-token' }))],
    ['with empty fields', { orgUrl, apiToken: 'a-token', privateKey: '', clientId: ' ', keyId: null }],
    ['with other fields', { orgUrl, apiToken: 'a-token', owner: 'team A' }],
    ['with the scheme before the token', { orgUrl, apiToken: 'SSWS a-token' }],
    ['with the scheme in small letters', { orgUrl, apiToken: 'ssws a-token' }],
    ['with other spellings of the fields', { ORG_URL: orgUrl, 'api-token': 'a-token' }],
    ['with a capital letter first', { OrgUrl: orgUrl, ApiToken: 'a-token' }],
    ['by the right spelling, if there are two', { apitoken: 'another', orgUrl, apiToken: 'a-token' }],
  ])('is read %s', (_, json) => {
    const read = parse(json);
    expect(read.kind === 'apiToken' && read.apiToken.reveal()).toBe('a-token');
  });

  it('is read with a PEM that was pasted with its line breaks between the quotes', () => {
    const json = `{"orgUrl": "${orgUrl}",\r\n "clientId": "0oa1",\r\n "privateKey": "${pem}"}`;
    expect(parse(json)).toMatchObject({ kind: 'privateKey', clientId: '0oa1' });
  });

  it('has all its problems reported at once', () => {
    const json = { orgUrl: 'http://acme-admin.okta.com/admin/dashboard', privateKey: 'nonsense', keyId: 7 };
    expect(() => parse(json)).toThrow(
      /a number as "keyId"; .*starts with http;.*the org's own is https:\/\/acme\.okta\.com; .*no "clientId".*cannot be used: /,
    );
    expect(() => parse({})).toThrow(
      /^The Okta secret has neither "apiToken" nor "privateKey"; it has no "orgUrl"; it should be \{/,
    );
  });

  it('takes plain http for loopback hosts', () => {
    for (const url of ['http://localhost:8480', 'http://127.0.0.1:8480', 'http://[::1]:8480']) {
      expect(parse({ orgUrl: url, apiToken: 'a-token' }).orgUrl).toBe(url);
    }
  });

  const key = ec.privateKey.export({ type: 'pkcs8', format: 'pem' });
  it.each<[string, unknown, RegExp]>([
    ['nothing', '  ', /is empty; put \{"orgUrl"/],
    ['text', 'a-hidden-value', /is not JSON/],
    ['a list', [], /is not a JSON object/],
    ['no orgUrl', { apiToken: 'a-hidden-value' }, /has no "orgUrl"; it should be \{/],
    ['an empty token', { orgUrl, apiToken: ' ' }, /has neither "apiToken" nor "privateKey"/],
    ['a number', { orgUrl, apiToken: 7 }, /has a number as "apiToken"; set it to text/],
    ['a key alone', key, /is not JSON, but a key alone/],
    ['a certificate', { orgUrl, clientId: '0oa1', privateKey: block('CERTIFICATE') }, /it is a certificate/],
    [
      'half a key',
      { orgUrl, clientId: '0oa1', privateKey: String(key).slice(0, 100) },
      /a PEM without its last line/,
    ],
    [
      'a key of OpenSSH',
      { orgUrl, clientId: '0oa1', privateKey: block('OPENSSH PRIVATE KEY') },
      /format of OpenSSH: convert it/,
    ],
    [
      'a key without its first line',
      { orgUrl, clientId: '0oa1', privateKey: String(key).replace(/^.*\n/, '') },
      /a PEM without its first line/,
    ],
    [
      'a key without its first and last lines',
      { orgUrl, clientId: '0oa1', privateKey: String(key).replaceAll(/-.*\n/g, '') },
      /a PEM without its first and last lines/,
    ],
    [
      'a key whose hyphens were made dashes',
      { orgUrl, clientId: '0oa1', privateKey: String(key).replaceAll('-----', '\u2014') },
      /a PEM whose first and last lines have changed: .*five hyphens/,
    ],
    [
      'curly quotes',
      `{\u201CorgUrl\u201D: \u201C${orgUrl}\u201D}`,
      /is not JSON because of its curly quotes/,
    ],
    ['single quotes', `{'orgUrl': '${orgUrl}'}`, /is not JSON because of its single quotes/],
    ['a comma too many', `{"orgUrl": "${orgUrl}",\n}`, /because of the comma before its last brace/],
    ['a token in quotes', { orgUrl, apiToken: '"a-hidden-value"' }, /characters that no Okta token has/],
    ['a placeholder', { orgUrl, apiToken: '<a-hidden-value>' }, /characters that no Okta token has/],
    [
      'no scheme, and the admin console',
      { orgUrl: 'acme-admin.okta.com/admin/dashboard', apiToken: 'a-hidden-value' },
      /without https:\/\/; .*; it has the admin console's address/,
    ],
    [
      'a key with strange characters',
      { orgUrl, clientId: '0oa1', privateKey: block('PRIVATE KEY', 'MII…') },
      /characters in it that no PEM has/,
    ],
    [
      'a JWK set of public keys',
      { orgUrl, clientId: '0oa1', privateKey: { keys: [ec.publicKey.export({ format: 'jwk' })] } },
      /a JWK set without a private key/,
    ],
    [
      'a JWK set of two keys',
      { orgUrl, clientId: '0oa1', privateKey: { keys: [jwk('k1'), jwk('k2')] } },
      /a JWK set with 2 private keys: set "keyId"/,
    ],
    [
      'a JWK set without the key that is named',
      { orgUrl, clientId: '0oa1', privateKey: { keys: [jwk('k1'), jwk('k2')] }, keyId: 'k3' },
      /a JWK set with 0 private keys of the "kid"/,
    ],
    ['no credential', { orgUrl }, /has neither "apiToken" nor "privateKey"/],
    ['both', { orgUrl, apiToken: 'a-hidden-value', clientId: '0oa1', privateKey: key }, /has both/],
    ['a token with a line break', { orgUrl, apiToken: 'a-hidden\nvalue' }, /with spaces or characters/],
    ['no client ID', { orgUrl, privateKey: key }, /no "clientId"/],
    [
      'no scheme',
      { orgUrl: 'acme.okta.com', apiToken: 'a-hidden-value' },
      /without https:\/\/; it should be like https/,
    ],
    ['plain http', { orgUrl: 'http://acme.okta.com', apiToken: 'a-hidden-value' }, /must start with https/],
    [
      'http to a look-alike',
      { orgUrl: 'http://127.0.0.1.example.com', apiToken: 'a-hidden-value' },
      /must start with https/,
    ],
    ['a path', { orgUrl: `${orgUrl}/oauth2/default`, apiToken: 'a-hidden-value' }, /with a path/],
    [
      'a user',
      { orgUrl: 'https://me:a-hidden-value@acme.okta.com', apiToken: 't' },
      /with a user name or password/,
    ],
    [
      'the admin console',
      { orgUrl: 'https://acme-admin.okta.com', apiToken: 't' },
      /the org's own is https:\/\/acme\.okta\.com\./,
    ],
    [
      'a public key',
      { orgUrl, clientId: '0oa1', privateKey: ec.publicKey.export({ type: 'spki', format: 'pem' }) },
      /it is the public key/,
    ],
    [
      'a public JWK',
      { orgUrl, clientId: '0oa1', privateKey: ec.publicKey.export({ format: 'jwk' }) },
      /it is not a private JWK/,
    ],
    [
      'a key of another kind',
      {
        orgUrl,
        clientId: '0oa1',
        privateKey: generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }),
      },
      /neither an RSA key nor an EC key/,
    ],
    [
      'a key with a passphrase',
      {
        orgUrl,
        clientId: '0oa1',
        privateKey: ec.privateKey.export({
          type: 'pkcs8',
          format: 'pem',
          cipher: 'aes-128-cbc',
          passphrase: 'x',
        }),
      },
      /encrypted with a passphrase/,
    ],
    [
      'a weak key',
      {
        orgUrl,
        clientId: '0oa1',
        privateKey: generateKeyPairSync('rsa', { modulusLength: 1024 }).privateKey.export({
          type: 'pkcs8',
          format: 'pem',
        }),
      },
      /less than 2048 bits/,
    ],
    [
      'no key at all',
      { orgUrl, clientId: '0oa1', privateKey: 'a-hidden-value' },
      /neither a PEM private key/,
    ],
  ])('with %s is refused in one sentence that quotes nothing of it', (_, json, reason) => {
    let error: unknown;
    try {
      parse(json);
    } catch (thrown) {
      error = thrown;
    }
    expect(error).toBeInstanceOf(OktaCredentialsError);
    expect(String(error)).toMatch(reason);
    expect(String(error)).not.toMatch(/hidden|PRIVATE/);
  });

  it('never prints its token or key', () => {
    const credentials = parse({ orgUrl, apiToken: 'a-hidden-value' });
    expect(
      `${JSON.stringify(credentials)} ${credentials.kind === 'apiToken' && credentials.apiToken}`,
    ).not.toMatch(/hidden/);
  });
});
