import * as z from 'zod/mini';
import { parseJson } from '../json.ts';
import { isLoopback } from '../loopback.ts';
import { Secret } from '../secret.ts';
import { readPrivateKey } from './private-key.ts';

/** How the function proves to an Okta org who it is, and which hosts are the org's. */
export type OktaCredentials = (
  | { kind: 'apiToken'; orgUrl: string; apiToken: Secret }
  | { kind: 'privateKey'; orgUrl: string; clientId: string; privateKey: Secret; keyId?: string }
) & {
  /** If given, an issuer may be at no other custom domains beside the one that Okta itself names. URLs without a slash at their end. */
  customDomains?: readonly string[];
};

/** The Okta secret cannot be used. The message says all that is wrong with it, and never quotes a value of the secret. */
export class OktaCredentialsError extends Error {
  override readonly name = 'OktaCredentialsError';
  /** What is wrong; continues "The Okta secret ", and ends without a full stop. */
  readonly predicate: string;

  constructor(problems: readonly string[]) {
    const predicate = problems.join('; it ');
    super(`The Okta secret ${predicate}.`);
    this.predicate = predicate;
  }
}

const shape =
  '{"orgUrl": "https://acme.okta.com", "apiToken": "…"} or ' +
  '{"orgUrl": "https://acme.okta.com", "clientId": "…", "privateKey": "…"}';

/** A key pair may stand there as JSON within the JSON. */
const keyAsJson = z.lazy(() =>
  z.pipe(
    z.union([z.looseObject({ kty: z.string() }), z.looseObject({ keys: z.array(z.unknown()) })]),
    z.transform((jwk) => JSON.stringify(jwk)),
  ),
);
const text = z.string().check(z.trim());
const fieldSchemas = {
  orgUrl: text,
  apiToken: text,
  clientId: text,
  privateKey: z.union([text, keyAsJson]),
  keyId: text,
};
type Field = keyof typeof fieldSchemas;
const fieldNames: readonly Field[] = ['orgUrl', 'apiToken', 'clientId', 'privateKey', 'keyId'];

/**
 * Reads the JSON in the Okta secret. Fields that are empty count as not given, and others than these are ignored. A field may be
 * written `org_url` or `OrgUrl` too.
 *
 * @param secretString the secret's value, as Secrets Manager gives it
 * @throws OktaCredentialsError with everything that is wrong with it, and the fix
 */
export function parseOktaCredentials(secretString: string): OktaCredentials {
  const problems: string[] = [];
  const json = parseObject(secretString);
  const fields = readFields(json, problems);
  const { apiToken: pastedToken, clientId, privateKey, keyId } = fields;
  const apiToken = pastedToken?.replace(/^SSWS\s+/i, '');
  if (apiToken !== undefined && privateKey !== undefined) {
    problems.push('has both "apiToken" and "privateKey"; remove one of them');
  }
  if (apiToken !== undefined && !/^[\w.~+/=-]+$/.test(apiToken)) {
    problems.push('has an "apiToken" with spaces or characters that no Okta token has; copy the token again');
  }
  // One that is there but of the wrong type has been reported.
  if (apiToken === undefined && privateKey === undefined && problems.length === 0) {
    problems.push('has neither "apiToken" nor "privateKey"');
  }
  const orgUrl = readOrgUrl(fields.orgUrl, problems);
  if (privateKey !== undefined) checkKey(privateKey, clientId, keyId, problems);
  const domains = readCustomDomains(json, problems);
  if (orgUrl !== undefined && problems.length === 0) {
    const hosts = { orgUrl, ...(domains && { customDomains: domains }) };
    if (apiToken !== undefined) return { kind: 'apiToken', ...hosts, apiToken: new Secret(apiToken) };
    if (privateKey !== undefined && clientId !== undefined) {
      const key = { clientId, privateKey: new Secret(privateKey), ...(keyId !== undefined && { keyId }) };
      return { kind: 'privateKey', ...hosts, ...key };
    }
  }
  const lacks = problems.some((problem) => /^has (?:no|neither) /.test(problem));
  throw new OktaCredentialsError(lacks ? [...problems, ...unread(json), `should be ${shape}`] : problems);
}

/** Names of fields that are not ours, as far as they are words: a secret that stands in a name's place is none. */
function unread(json: object): readonly string[] {
  const known = [...fieldNames, customDomainsName].map(simplified);
  const others = Object.keys(json).filter(
    (name) => /^[A-Za-z][A-Za-z_-]{0,24}$/.test(name) && !known.includes(simplified(name)),
  );
  const named = others.slice(0, 5).map((name) => `"${name}"`);
  return named.length === 0 ? [] : [`has fields that the function does not read: ${named.join(', ')}`];
}

function parseObject(secretString: string): object {
  const value = secretString.replace(/^(?:\uFEFF|ï»¿)/, '').trim();
  if (value === '') throw new OktaCredentialsError([`is empty; put ${shape} into it`]);
  let json = parseJson(value) ?? parseJson(withEscapedLineBreaks(value));
  // JSON that was made a JSON string once more.
  if (typeof json === 'string') json = parseJson(json);
  if (json === undefined) {
    const alone = /-----BEGIN/.test(value) ? ', but a key alone' : '';
    throw new OktaCredentialsError([`is not JSON${alone || whyNotJson(value)}; it should be ${shape}`]);
  }
  if (typeof json !== 'object' || json === null || Array.isArray(json)) {
    throw new OktaCredentialsError([`is not a JSON object; it should be ${shape}`]);
  }
  return json;
}

/** What editors and people make of JSON. */
function whyNotJson(value: string): string {
  if (/[\u201C-\u201F]/.test(value)) return ' because of its curly quotes';
  if (/^\{\s*'/.test(value)) return ' because of its single quotes';
  if (/,\s*\}$/.test(value)) return ' because of the comma before its last brace';
  if (/^\{\s*"/.test(Buffer.from(value, 'base64').toString('utf8'))) return ' but base64';
  return value.startsWith('{') ? ', although it starts like it' : '';
}

/** A PEM pasted between the quotes has real line breaks, which JSON does not allow within a string. */
function withEscapedLineBreaks(json: string): string {
  return json.replace(/"(?:[^"\\]|\\.)*"/gs, (string) =>
    string.replace(/\r?\n/g, '\\n').replace(/\t/g, '\\t'),
  );
}

function readFields(json: object, problems: string[]): { readonly [F in Field]?: string } {
  const spellings = Object.entries(json).map(([name, value]) => [simplified(name), value] as const);
  const given = new Map<string, unknown>([...spellings, ...Object.entries(json)]);
  const fields: { [F in Field]?: string } = {};
  for (const name of fieldNames) {
    const value = given.get(name) ?? given.get(simplified(name));
    if (value === undefined || value === null) continue;
    const read = fieldSchemas[name].safeParse(value);
    if (!read.success) {
      const wanted = name === 'privateKey' ? 'a PEM or JWK' : 'text';
      problems.push(`has ${kindOf(value)} as "${name}"; set it to ${wanted}`);
    } else if (read.data !== '') fields[name] = read.data;
  }
  return fields;
}

function kindOf(value: unknown): string {
  if (Array.isArray(value)) return 'a list';
  return typeof value === 'object' ? 'an object' : `a ${typeof value}`;
}

const customDomainsName = 'customDomains';
const customDomainsSchema = z.array(text);

function readCustomDomains(json: object, problems: string[]): readonly string[] | undefined {
  const [, given] =
    Object.entries(json).find(([name]) => simplified(name) === simplified(customDomainsName)) ?? [];
  if (given === undefined || given === null) return undefined;
  const list = customDomainsSchema.safeParse(given);
  const urls = (list.data ?? []).map((one) => URL.parse(one));
  const origins = urls.flatMap((url) =>
    url?.protocol === 'https:' && url.pathname === '/' ? url.origin : [],
  );
  if (list.success && origins.length === urls.length) return origins;
  problems.push(
    'has something other than a list of https URLs as "customDomains"; set it to one like ["https://login.acme.com"]',
  );
  return undefined;
}

/** `OKTA_ORG_URL`, `api-token`: as environment variables and other tools write the names. */
function simplified(name: string): string {
  return name
    .toLowerCase()
    .replace(/[^a-z]/g, '')
    .replace(/^okta/, '');
}

function checkKey(
  privateKey: string,
  clientId: string | undefined,
  keyId: string | undefined,
  problems: string[],
): void {
  if (clientId === undefined) {
    problems.push(
      'has a "privateKey" but no "clientId"; add the client ID of the API Services app that the key belongs to',
    );
  }
  try {
    readPrivateKey(privateKey, keyId);
  } catch (error) {
    const reason = error instanceof Error ? error.message : 'it cannot be read';
    problems.push(
      `has a "privateKey" that cannot be used: ${reason}; give the app's private key as PEM or JWK`,
    );
  }
}

function readOrgUrl(given: string | undefined, problems: string[]): string | undefined {
  if (given === undefined) {
    problems.push('has no "orgUrl"');
    return undefined;
  }
  const hasScheme = given.includes('://');
  const url = URL.parse(hasScheme ? given : `https://${given}`);
  if (!hasScheme && url?.hostname.includes('.')) {
    problems.push('has an "orgUrl" without https://; it should be like https://acme.okta.com');
  } else if (!url || !hasScheme || (url.protocol !== 'https:' && url.protocol !== 'http:')) {
    problems.push('has an "orgUrl" that is not a URL; it should be like https://acme.okta.com');
    return undefined;
  }
  if (url.username || url.password) {
    problems.push('has an "orgUrl" with a user name or password in it; remove that');
  }
  if (url.protocol === 'http:' && !isLoopback(url.hostname)) {
    problems.push('has an "orgUrl" that starts with http; it must start with https');
  }
  const admin = /^(.+)-admin\.(okta[a-z-]*\.(?:com|mil))$/.exec(url.hostname);
  if (admin) {
    problems.push(
      `has the admin console's address as "orgUrl"; the org's own is https://${admin[1]}.${admin[2]}`,
    );
  } else if (url.pathname !== '/' || url.search || url.hash) {
    problems.push(
      'has an "orgUrl" with a path; it should end after the host name, like https://acme.okta.com',
    );
  }
  return url.origin;
}
