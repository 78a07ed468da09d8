/** Certificates for hosts that this machine plays: one authority and one key, made at start, never stored. */
import { createHash, createPublicKey } from 'node:crypto';
import { createSecureContext, type SecureContext } from 'node:tls';
import { generate } from 'selfsigned';

/** What answers for any host name, and what a client needs in order to trust it. */
export interface Authority {
  /** The authority's certificate, PEM: for `NODE_EXTRA_CA_CERTS`. */
  readonly certificate: string;
  /** SHA-256 of the servers' public key, base64: for Chromium's `--ignore-certificate-errors-spki-list`. */
  readonly publicKeyHash: string;
  /** A certificate for a host, as TLS's server name indication asks for it. */
  contextFor(host: string): Promise<SecureContext>;
}

/**
 * Makes an authority whose private key exists in this process only.
 *
 * @param name - its own: a client that trusts two authorities of one name takes one for the other
 */
export async function makeAuthority(name = 'okta-cognito-idp local stack'): Promise<Authority> {
  const authority = await generate([{ name: 'commonName', value: name }], {
    keyType: 'ec',
    algorithm: 'sha256',
    extensions: [
      { name: 'basicConstraints', cA: true, critical: true },
      { name: 'keyUsage', keyCertSign: true, cRLSign: true, critical: true },
    ],
  });
  const issue = (host: string, keyPair?: { privateKey: string; publicKey: string }) =>
    generate([{ name: 'commonName', value: host.slice(0, 64) }], {
      keyType: 'ec',
      algorithm: 'sha256',
      ca: { key: authority.private, cert: authority.cert },
      extensions: [
        { name: 'basicConstraints', cA: false },
        { name: 'extKeyUsage', serverAuth: true },
        { name: 'subjectAltName', altNames: [{ type: 2, value: host }] },
      ],
      ...(keyPair && { keyPair }),
    });
  // One key pair for all hosts, so that a browser needs only one hash.
  const first = await issue('localhost');
  const keyPair = { privateKey: first.private, publicKey: first.public };
  const contexts = new Map<string, Promise<SecureContext>>();
  const makeContext = async (host: string) => {
    const { cert } = await issue(host, keyPair);
    return createSecureContext({ key: first.private, cert: `${cert}\n${authority.cert}` });
  };
  return {
    certificate: authority.cert,
    publicKeyHash: createHash('sha256')
      .update(createPublicKey(first.public).export({ type: 'spki', format: 'der' }))
      .digest('base64'),
    contextFor(host) {
      const known = contexts.get(host) ?? makeContext(host);
      contexts.set(host, known);
      return known;
    },
  };
}
