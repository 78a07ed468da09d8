import * as z from 'zod/mini';
import { Secret } from '../secret.ts';
import { readPrivateKey } from './private-key.ts';

/** How the function proves to an Okta org who it is. */
export type OktaCredentials =
  | { kind: 'apiToken'; orgUrl: string; apiToken: Secret }
  | { kind: 'privateKey'; orgUrl: string; clientId: string; privateKey: Secret; keyId?: string };

/** The Okta secret is not what it should be. The message is one sentence and never quotes a value of the secret. */
export class OktaCredentialsError extends Error {
  override readonly name = 'OktaCredentialsError';
}

const SHAPE =
  '{"orgUrl": "https://acme.okta.com", "apiToken": "…"} or ' +
  '{"orgUrl": "https://acme.okta.com", "clientId": "…", "privateKey": "…"}';

const filled = z.string().check(z.trim(), z.minLength(1));
const secretSchema = z.looseObject({
  orgUrl: filled,
  apiToken: z.optional(filled),
  clientId: z.optional(filled),
  // A JWK may stand there as JSON within the JSON, or as a string.
  privateKey: z.optional(
    z.union([
      filled,
      z.pipe(
        z.looseObject({ kty: z.string() }),
        z.transform((jwk) => JSON.stringify(jwk)),
      ),
    ]),
  ),
  keyId: z.optional(filled),
});

/**
 * Reads the JSON in the Okta secret.
 *
 * @param secretString the secret's value, as Secrets Manager gives it
 * @throws OktaCredentialsError when it is not what it should be, with the cure
 */
export function parseOktaCredentials(secretString: string): OktaCredentials {
  if (secretString.trim() === '') fail(`is empty; put ${SHAPE} into it`);
  let json: unknown;
  try {
    json = JSON.parse(secretString);
  } catch {
    // The parser's own message quotes the text.
    fail(`is not JSON; it should be ${SHAPE}`);
  }
  const parsed = secretSchema.safeParse(json);
  if (!parsed.success) {
    const [field] = parsed.error.issues[0]?.path ?? [];
    if (field === undefined) fail(`is not a JSON object; it should be ${SHAPE}`);
    fail(
      `has no usable "${String(field)}" (it is missing, empty or of the wrong type); it should be ${SHAPE}`,
    );
  }
  const { apiToken, clientId, privateKey, keyId } = parsed.data;
  const orgUrl = parseOrgUrl(parsed.data.orgUrl);
  if (apiToken !== undefined && privateKey !== undefined) {
    fail('has both "apiToken" and "privateKey"; take one of them out');
  }
  if (apiToken !== undefined) {
    if (!/^[\x21-\x7e]+$/.test(apiToken))
      fail('has an "apiToken" with spaces or characters that no Okta token has');
    return { kind: 'apiToken', orgUrl, apiToken: new Secret(apiToken) };
  }
  if (privateKey === undefined) fail(`has neither "apiToken" nor "privateKey"; it should be ${SHAPE}`);
  if (clientId === undefined) {
    fail(
      'has a "privateKey" but no "clientId"; add the client ID of the API Services app that the key belongs to',
    );
  }
  try {
    readPrivateKey(privateKey);
  } catch (error) {
    const reason = error instanceof Error ? error.message : 'it cannot be read';
    fail(`has a "privateKey" that cannot be used: ${reason}; give the app's private key as PEM or JWK`);
  }
  return {
    kind: 'privateKey',
    orgUrl,
    clientId,
    privateKey: new Secret(privateKey),
    ...(keyId === undefined ? {} : { keyId }),
  };
}

function parseOrgUrl(text: string): string {
  const url = URL.parse(text);
  if (!url || (url.protocol !== 'https:' && url.protocol !== 'http:')) {
    fail('has an "orgUrl" that is not a URL; it should be like https://acme.okta.com');
  }
  if (url.username || url.password) fail('has an "orgUrl" with a user name or password in it; take that out');
  if (url.protocol === 'http:' && !isLoopback(url.hostname)) {
    fail('has an "orgUrl" that starts with http; it must start with https');
  }
  if (url.pathname !== '/' || url.search || url.hash) {
    fail('has an "orgUrl" with a path; it should end after the host name, like https://acme.okta.com');
  }
  const admin = /^(.+)-admin\.(okta[a-z-]*\.(?:com|mil))$/.exec(url.hostname);
  if (admin) {
    fail(`has the admin console's address as "orgUrl"; the org's own is https://${admin[1]}.${admin[2]}`);
  }
  return url.origin;
}

function isLoopback(hostname: string): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127(?:\.\d{1,3}){3}$/.test(hostname);
}

function fail(what: string): never {
  throw new OktaCredentialsError(`The Okta secret ${what}.`);
}
