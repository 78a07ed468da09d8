import { randomBytes } from 'node:crypto';
import { freePorts, startProgram } from './child-process.ts';
import { type Exchange, OktaContract } from './okta-contract.ts';

/** An answer of the org, its body parsed if it is JSON. */
export interface OrgAnswer {
  status: number;
  headers: Headers;
  body: unknown;
}

/** An Okta org of the test's own; every call of its Management API is held against Okta's contract. */
export class OktaOrg implements AsyncDisposable {
  readonly url: string;
  readonly customUrl: string;
  readonly adminUrl: string;
  readonly apiToken: string;
  readonly contract = OktaContract.find();
  readonly #process: AsyncDisposable;

  private constructor(port: string, adminPort: string, apiToken: string, process: AsyncDisposable) {
    this.url = `http://127.0.0.1:${port}`;
    this.customUrl = `http://localhost:${port}`;
    this.adminUrl = `http://127.0.0.1:${adminPort}`;
    this.apiToken = apiToken;
    this.#process = process;
  }

  /** Its calls do not lag behind a create: these tests ask about what they just created. */
  static async start(): Promise<OktaOrg> {
    const [port = '', adminPort = ''] = await freePorts(2);
    const apiToken = randomBytes(24).toString('base64url');
    const environment = {
      OKTA_PORT: port,
      OKTA_ADMIN_PORT: adminPort,
      OKTA_API_TOKEN: apiToken,
      OKTA_READ_LAG_MS: '0',
    };
    const ready = async () => (await fetch(`http://127.0.0.1:${adminPort}/health`)).ok;
    return new OktaOrg(
      port,
      adminPort,
      apiToken,
      await startProgram('local/okta/main.ts', environment, ready),
    );
  }

  /** Calls the Management API as an administrator, unless `headers` say who else calls. */
  async call(
    method: string,
    path: string,
    body?: unknown,
    headers: Record<string, string> = {},
  ): Promise<OrgAnswer> {
    const answer = await send(`${this.url}${path}`, {
      method,
      headers: { authorization: `SSWS ${this.apiToken}`, 'content-type': 'application/json', ...headers },
      ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
    this.hold({
      method,
      path: new URL(path, this.url).pathname,
      status: answer.status,
      ...(body !== undefined && { requestBody: body }),
      ...(answer.body !== '' && { answerBody: answer.body }),
    });
    return answer;
  }

  /** Calls the control port. */
  async control(method: string, path: string, body?: unknown): Promise<OrgAnswer> {
    return send(`${this.adminUrl}${path}`, {
      method,
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
  }

  hold(exchange: Exchange): void {
    this.contract?.check(exchange);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#process[Symbol.asyncDispose]();
  }
}

/**
 * Starts an org for the tests of a file, empty before each of them. Fails if one of their calls broke Okta's contract.
 *
 * @param use - gets the org
 */
export function withOrg(use: (org: OktaOrg) => void): void {
  let org: OktaOrg;
  beforeAll(async () => {
    org = await OktaOrg.start();
    use(org);
  });
  beforeEach(async () => {
    await org.control('POST', '/reset');
  });
  afterAll(async () => {
    await org[Symbol.asyncDispose]();
    expect(org.contract?.violations ?? []).toEqual([]);
  });
}

async function send(url: string, init: RequestInit): Promise<OrgAnswer> {
  const answer = await fetch(url, { redirect: 'manual', ...init });
  const text = await answer.text();
  const isJson = answer.headers.get('content-type')?.includes('json');
  return { status: answer.status, headers: answer.headers, body: isJson ? JSON.parse(text) : text };
}

/** A web application as one would create it for a user pool's domain. */
export function webApplication(label: string, oauthClient: object = {}, credentials: object = {}) {
  return {
    name: 'oidc_client',
    label,
    signOnMode: 'OPENID_CONNECT' as const,
    credentials: {
      oauthClient: { token_endpoint_auth_method: 'client_secret_post', pkce_required: false, ...credentials },
    },
    settings: {
      oauthClient: {
        application_type: 'web',
        grant_types: ['authorization_code'],
        response_types: ['code'],
        redirect_uris: [REDIRECT_URI],
        issuer_mode: 'ORG_URL',
        ...oauthClient,
      },
    },
  };
}

/** A user pool's redirect URI. */
export const REDIRECT_URI = 'https://pool.auth.eu-west-1.amazoncognito.com/oauth2/idpresponse';
