/** The settings of `make acceptance`: environment variables in, checked values out. */
import { randomBytes } from 'node:crypto';
import { isLoopback } from '../src/loopback.ts';
import { type OktaCredentials, parseOktaCredentials } from '../src/okta/credentials.ts';

/** A person who signs in. */
export interface Person {
  readonly username: string;
  readonly password: string;
}

/** The settings of one run. */
export interface AcceptanceSettings {
  /** Starts the name of everything that the run creates: letters, digits and hyphens. */
  readonly prefix: string;
  readonly orgUrl: string;
  readonly okta: OktaCredentials;
  /** The JSON for the provider's secret. */
  readonly oktaSecret: string;
  readonly region: string;
  /** Who signs in; if undefined, the run creates a user. */
  readonly person: Person | undefined;
  /** The port of the example's app on this machine. */
  readonly appPort: number;
  /** The local stack instead of Okta and AWS, or undefined for the real ones. */
  readonly local: LocalStack | undefined;
  /** An HTTP proxy on the way out of this machine. */
  readonly upstreamProxy: string | undefined;
}

/** How to reach the hosts that the local stack plays. */
export interface LocalStack {
  readonly endpoint: string;
  readonly cognitoTlsPort: number;
  readonly proxy: string;
  /** The folder with the authority of the hosts that the local stack plays. */
  readonly tls: string;
}

/** The environment does not suffice; one sentence names everything that is missing or malformed. */
export class SettingsError extends Error {
  override readonly name = 'SettingsError';

  constructor(problems: readonly string[]) {
    super(`Set these environment variables (docs/acceptance.md): ${problems.join('; ')}.`);
  }
}

/**
 * Reads the variables that docs/acceptance.md lists.
 *
 * @param environment - usually `process.env`
 * @throws SettingsError that lists everything that is missing or malformed, and no secret
 */
export function readAcceptanceSettings(environment: NodeJS.ProcessEnv): AcceptanceSettings {
  const problems: string[] = [];
  const given = (name: string) => {
    const value = environment[name]?.trim();
    return value === '' ? undefined : value;
  };
  const orgUrl = readOrgUrl(given('OKTA_ORG_URL'), problems);
  const credentials = readCredentials(given, problems);
  const region = readRegion(given, problems);
  const person = readPerson(given, problems);
  const appPort = readPort(given('APP_PORT'), problems);
  const local = readLocalStack(given, orgUrl, problems);
  if (orgUrl === undefined || region === undefined || problems.length > 0) throw new SettingsError(problems);
  const oktaSecret = JSON.stringify({ orgUrl, ...credentials });
  return {
    prefix: `acceptance-${randomBytes(4).toString('hex')}`,
    orgUrl,
    okta: readSecret(oktaSecret),
    oktaSecret,
    region,
    person,
    appPort,
    local,
    upstreamProxy: local?.proxy ?? given('HTTPS_PROXY'),
  };
}

type Given = (name: string) => string | undefined;

function readOrgUrl(text: string | undefined, problems: string[]): string | undefined {
  const example = 'such as https://acme.okta.com';
  if (text === undefined) {
    problems.push(`OKTA_ORG_URL is missing (the org's address, ${example})`);
    return undefined;
  }
  const url = URL.parse(text);
  const isSecure = url?.protocol === 'https:' || (url?.protocol === 'http:' && isLoopback(url.hostname));
  if (!url || !isSecure || url.username !== '' || url.pathname !== '/' || url.search !== '') {
    problems.push(`OKTA_ORG_URL must be https and a host only, ${example}`);
    return undefined;
  }
  if (/-admin\.okta/.test(url.hostname)) {
    problems.push(`OKTA_ORG_URL is the Admin Console's address; leave out "-admin"`);
    return undefined;
  }
  return url.origin;
}

function readCredentials(given: Given, problems: string[]): Readonly<Record<string, string>> {
  const apiToken = given('OKTA_API_TOKEN');
  const clientId = given('OKTA_API_CLIENT_ID');
  const privateKey = given('OKTA_API_PRIVATE_KEY');
  const keyId = given('OKTA_API_PRIVATE_KEY_ID');
  if (apiToken !== undefined) {
    if (privateKey !== undefined)
      problems.push('OKTA_API_TOKEN and OKTA_API_PRIVATE_KEY are both set; unset one');
    if (!/^[\x21-\x7e]+$/.test(apiToken))
      problems.push('OKTA_API_TOKEN has spaces or characters that no token has');
    return { apiToken };
  }
  if (clientId === undefined && privateKey === undefined) {
    problems.push('OKTA_API_TOKEN is missing (or OKTA_API_CLIENT_ID with OKTA_API_PRIVATE_KEY)');
    return {};
  }
  if (clientId === undefined) problems.push('OKTA_API_CLIENT_ID is missing beside OKTA_API_PRIVATE_KEY');
  if (privateKey === undefined) problems.push('OKTA_API_PRIVATE_KEY is missing beside OKTA_API_CLIENT_ID');
  if (clientId === undefined || privateKey === undefined) return {};
  const credentials = { clientId, privateKey, ...(keyId !== undefined && { keyId }) };
  try {
    parseOktaCredentials(JSON.stringify({ orgUrl: 'https://acme.okta.com', ...credentials }));
  } catch {
    problems.push('OKTA_API_PRIVATE_KEY must be a private key as PEM or JWK');
  }
  return credentials;
}

function readSecret(secret: string): OktaCredentials {
  try {
    return parseOktaCredentials(secret);
  } catch (error) {
    throw new SettingsError([error instanceof Error ? error.message.replace(/\.$/, '') : String(error)]);
  }
}

function readRegion(given: Given, problems: string[]): string | undefined {
  const region = given('AWS_REGION') ?? given('AWS_DEFAULT_REGION');
  if (region === undefined) problems.push('AWS_REGION is missing (such as us-east-1)');
  else if (!/^[a-z]{2,}(-[a-z]+)+-\d+$/.test(region))
    problems.push('AWS_REGION must be a region such as us-east-1');
  return region;
}

function readPerson(given: Given, problems: string[]): Person | undefined {
  const username = given('OKTA_TEST_USERNAME');
  const password = given('OKTA_TEST_PASSWORD');
  if (username === undefined && password === undefined) return undefined;
  if (username === undefined) problems.push('OKTA_TEST_USERNAME is missing beside OKTA_TEST_PASSWORD');
  if (password === undefined) problems.push('OKTA_TEST_PASSWORD is missing beside OKTA_TEST_USERNAME');
  return username === undefined || password === undefined ? undefined : { username, password };
}

function readPort(text: string | undefined, problems: string[], name = 'APP_PORT', byDefault = 3000): number {
  const port = Number(text ?? byDefault);
  if (Number.isInteger(port) && port > 0 && port < 65536) return port;
  problems.push(`${name} must be a port from 1 to 65535`);
  return byDefault;
}

/** Both are on this machine, or neither is: the real Cognito cannot reach a local org. */
function readLocalStack(
  given: Given,
  orgUrl: string | undefined,
  problems: string[],
): LocalStack | undefined {
  const endpoint = given('AWS_ENDPOINT_URL');
  const awsIsLocal = isLoopback(URL.parse(endpoint ?? '')?.hostname ?? '');
  const oktaIsLocal = isLoopback(URL.parse(orgUrl ?? '')?.hostname ?? '');
  if (orgUrl !== undefined && awsIsLocal !== oktaIsLocal) {
    problems.push('OKTA_ORG_URL and AWS_ENDPOINT_URL must both be on this machine, or neither');
  }
  if (endpoint === undefined || !awsIsLocal) return undefined;
  const cognitoTlsPort = readPort(given('COGNITO_TLS_PORT'), problems, 'COGNITO_TLS_PORT', 8443);
  const proxyPort = readPort(given('PROXY_PORT'), problems, 'PROXY_PORT', 8444);
  const tls = `${given('LOCAL_DIR') ?? '.local'}/tls`;
  return { endpoint, cognitoTlsPort, proxy: `http://127.0.0.1:${proxyPort}`, tls };
}
