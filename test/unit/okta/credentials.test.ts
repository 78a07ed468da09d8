import { generateKeyPairSync } from 'node:crypto';
import { OktaCredentialsError, parseOktaCredentials } from '../../../src/okta/credentials.ts';

const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 });
const ec = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const orgUrl = 'https://acme.okta.com';

const parse = (json: unknown) => parseOktaCredentials(typeof json === 'string' ? json : JSON.stringify(json));

describe('the Okta secret', () => {
  it('gives an API token, and the org’s URL without a slash at its end', () => {
    const credentials = parse({ orgUrl: `${orgUrl}/`, apiToken: 'a-token' });
    expect(credentials).toMatchObject({ kind: 'apiToken', orgUrl });
    expect(credentials.kind === 'apiToken' && credentials.apiToken.reveal()).toBe('a-token');
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
    ['no orgUrl', { apiToken: 'a-hidden-value' }, /has no usable "orgUrl"/],
    ['an empty token', { orgUrl, apiToken: ' ' }, /has no usable "apiToken"/],
    ['no credential', { orgUrl }, /has neither "apiToken" nor "privateKey"/],
    ['both', { orgUrl, apiToken: 'a-hidden-value', clientId: '0oa1', privateKey: key }, /has both/],
    ['a token with a line break', { orgUrl, apiToken: 'a-hidden\nvalue' }, /with spaces or characters/],
    ['no client ID', { orgUrl, privateKey: key }, /no "clientId"/],
    [
      'no scheme',
      { orgUrl: 'acme.okta.com', apiToken: 'a-hidden-value' },
      /is not a URL; it should be like https/,
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
