import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import { answerAtDomain } from './authorize.ts';
import { CognitoError } from './errors.ts';
import { type FaultAction, Faults, refuse } from './faults.ts';
import type { Discover } from './identity-providers.ts';
import { cognitoOperations } from './operations.ts';
import { type CognitoState, emptyState } from './state.ts';

export interface Call {
  readonly n: number;
  readonly at: number;
  readonly operation: string;
  readonly input: unknown;
  /** Whose call it is. */
  readonly accessKeyId: string;
  /** HTTP status; 0 until answered, and if the connection broke. */
  status: number;
  /** The error's code, if it was refused. */
  error?: string;
  fault?: FaultAction['type'];
}

export interface CognitoFake extends AsyncDisposable {
  /** For `AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER`. */
  readonly url: string;
  readonly port: number;
  readonly state: CognitoState;
  readonly faults: Faults;
  /** Every API call so far, in the order of arrival. */
  readonly calls: Call[];
  /** Milliseconds that UpdateUserPoolClient takes; a second one of the same client meanwhile is refused. */
  updateTakes: number;
  /** Runs before each call is looked at: the place to change something behind the product's back. */
  beforeCall: (call: Call) => void | Promise<void>;
}

export interface CognitoFakeSettings {
  readonly port?: number;
  readonly accountId?: string;
  /** Default: asks the issuer, as Cognito does when a provider is made or changed. */
  readonly discover?: Discover;
}

/**
 * Starts a Cognito user pools API on loopback that is as strict as AWS documents it, unlike the local stack: an update of
 * an app client resets fields that it omits, a client accepts only providers that exist, two updates at once collide. The
 * pools' own domains answer `/oauth2/authorize` on the same port; the Host header selects one.
 */
export async function startCognitoFake(settings: CognitoFakeSettings = {}): Promise<CognitoFake> {
  const { port = 0, accountId = '000000000000', discover = discoverIssuer } = settings;
  const state = emptyState();
  const server = createServer((request, response) => {
    serve(request, response).catch((error: unknown) =>
      response.destroy(error instanceof Error ? error : undefined),
    );
  });

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const [, operation] =
      /^AWSCognitoIdentityProviderService\.(\w+)$/.exec(header(request, 'x-amz-target')) ?? [];
    if (request.method === 'POST' && operation !== undefined) return answerCall(operation, request, response);
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://fake');
    const { status, headers } = answerAtDomain(state, {
      host: header(request, 'host'),
      path: pathname,
      query: searchParams,
      userAgent: header(request, 'user-agent'),
    });
    response.writeHead(status, headers).end();
  }

  async function answerCall(operation: string, request: IncomingMessage, response: ServerResponse) {
    const input: unknown = JSON.parse(await text(request));
    const { accessKeyId, region } = signerOf(request);
    const n = fake.calls.length + 1;
    const call: Call = { n, at: Date.now(), operation, input, accessKeyId, status: 0 };
    fake.calls.push(call);
    await fake.beforeCall(call);
    const fault = fake.faults.next(operation);
    if (fault !== undefined) call.fault = fault.type;
    if (fault?.type === 'hang') return;
    if (fault?.type === 'reset') return void request.socket.destroy();
    const { status, error, body } = await perform(operation, input, region, fault);
    if (error !== undefined) call.error = error;
    if (fault?.type === 'hang-after') return;
    if (fault?.type === 'reset-after') return void request.socket.destroy();
    call.status = status;
    response
      .writeHead(status, {
        'content-type': 'application/x-amz-json-1.1',
        'x-amzn-requestid': randomUUID(),
        ...(error !== undefined && { 'x-amzn-errortype': `${error}:` }),
      })
      .end(JSON.stringify(body));
  }

  async function perform(operation: string, input: unknown, region: string, fault: FaultAction | undefined) {
    try {
      if (fault?.type === 'error') refuse(fault);
      const run = operations[operation];
      if (run === undefined)
        throw new CognitoError('UnknownOperationException', `No operation ${operation}.`);
      return { status: 200, body: await run(input, region) };
    } catch (error) {
      if (!(error instanceof CognitoError)) throw error;
      return {
        status: error.status,
        error: error.code,
        body: { __type: error.code, message: error.message },
      };
    }
  }

  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string')
    throw new Error('The fake Cognito listens on no port.');
  const fake: CognitoFake = {
    url: `http://127.0.0.1:${address.port}`,
    port: address.port,
    state,
    faults: new Faults(),
    calls: [],
    updateTakes: 10,
    beforeCall: () => {},
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
  const operations = cognitoOperations(state, { accountId, discover, updateTakes: () => fake.updateTakes });
  return fake;
}

/** Whose signature the request has, and for which region: each has its own Cognito. */
function signerOf(request: IncomingMessage): { accessKeyId: string; region: string } {
  const signed = /Credential=([^/]+)\/\d+\/([^/]+)\//.exec(header(request, 'authorization'));
  const [, accessKeyId, region] = signed ?? [];
  if (accessKeyId === undefined || region === undefined) {
    throw new Error('A request to the Cognito API came without a signature.');
  }
  return { accessKeyId, region };
}

function header(request: IncomingMessage, name: string): string {
  const value = request.headers[name];
  return typeof value === 'string' ? value : '';
}

/** https://openid.net/specs/openid-connect-discovery-1_0.html#ProviderConfig */
async function discoverIssuer(issuer: string): Promise<Record<string, string>> {
  const unreachable = new CognitoError(
    'InvalidParameterException',
    `Unable to contact well-known endpoint of ${issuer}.`,
  );
  const answer = await fetch(`${issuer}/.well-known/openid-configuration`).catch(() => undefined);
  if (!answer?.ok) throw unreachable;
  const found = new Map(Object.entries((await answer.json().catch(() => ({}))) ?? {}));
  const endpoints = {
    authorize_url: found.get('authorization_endpoint'),
    token_url: found.get('token_endpoint'),
    attributes_url: found.get('userinfo_endpoint'),
    jwks_uri: found.get('jwks_uri'),
  };
  return Object.fromEntries(
    Object.entries(endpoints).map(([name, value]) => {
      if (typeof value !== 'string') throw unreachable;
      return [name, value];
    }),
  );
}
