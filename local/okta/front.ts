import { createServer, type IncomingMessage, type Server, ServerResponse } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import type { OrgUrls } from './authorization-server.ts';
import type { Calls, RecordedCall } from './calls.ts';
import type { FaultAction, Faults } from './faults.ts';
import { oktaIdentifier } from './identifiers.ts';
import type { Answer } from './management/call.ts';
import { ManagementError } from './management/errors.ts';
import { isLimitedSignIn, type RateLimit } from './management/rate-limit.ts';
import type { ManagementApi } from './management/router.ts';
import type { Org } from './org.ts';
import { organizationDocument } from './organization.ts';
import { readBody, replay } from './replay.ts';
import type { ServiceApps } from './service-apps.ts';
import type { SignIn } from './sign-in.ts';

/** What answers behind the front. */
export interface Backstage {
  org: Org;
  urls: OrgUrls;
  management: ManagementApi;
  signIn: SignIn;
  serviceApps: ServiceApps;
  calls: Calls;
  faults: Faults;
  rateLimit: RateLimit;
}

/** A request with its body read. */
interface Received {
  request: IncomingMessage;
  method: string;
  url: URL;
  body: Buffer;
}

/**
 * The org's port: records each call, lets the faults strike that were asked for, and passes the call on.
 *
 * @returns the server, not yet listening
 */
export function createFront(backstage: Backstage): Server {
  return createServer((request, response) => {
    receive(backstage, request, response).catch((error: unknown) => {
      console.error(error);
      if (response.headersSent) response.destroy();
      else
        send(response, { status: 500, body: new ManagementError(500, 'E0000009', 'Internal Server Error') });
    });
  });
}

async function receive(
  backstage: Backstage,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const method = request.method ?? 'GET';
  // Okta takes `//api/v1` for `/api/v1`; to a URL it would be a host.
  const path = (request.url ?? '/').replace(/^\/+/, '/');
  const url = new URL(path, `http://${request.headers.host ?? '127.0.0.1'}`);
  const received = { request, method, url, body: await readBody(request) };
  const call = backstage.calls.begin(method, url, request.headers['content-type'], received.body);
  response.setHeader('x-okta-request-id', oktaIdentifier('oae'));
  response.on('finish', () => {
    call.status = response.statusCode;
  });
  const fault = backstage.faults.strike(method, url.pathname);
  if (fault) await fail(backstage, fault, received, response, call);
  else await answer(backstage, received, response);
}

async function fail(
  backstage: Backstage,
  fault: FaultAction,
  received: Received,
  response: ServerResponse,
  call: RecordedCall,
): Promise<void> {
  call.fault = fault.type;
  switch (fault.type) {
    case 'answer':
      return send(response, fault);
    case 'reset':
      received.request.socket.resetAndDestroy();
      return;
    case 'hang':
      // Without a time it hangs until the caller, or the org, gives up.
      if (fault.ms === undefined) return;
      await delay(fault.ms);
      return answer(backstage, received, response);
    case 'reset-after':
      await answer(backstage, received, unsent(received));
      received.request.socket.resetAndDestroy();
      return;
    case 'answer-after':
      await answer(backstage, received, unsent(received));
      return send(response, fault);
  }
}

/** @returns a response that goes nowhere: the call takes its effect, its answer is lost */
function unsent({ request }: Received): ServerResponse {
  return new ServerResponse(request);
}

async function answer(backstage: Backstage, received: Received, response: ServerResponse): Promise<void> {
  const { request, method, url, body } = received;
  if (url.pathname.startsWith('/api/v1/')) {
    return send(response, await backstage.management.answer({ method, url, headers: request.headers, body }));
  }
  if (url.pathname === '/.well-known/okta-organization') return send(response, organization(backstage));
  if (isLimitedSignIn(url.pathname)) {
    try {
      setHeaders(response, backstage.rateLimit.count(method, url.pathname));
    } catch (error) {
      if (!(error instanceof ManagementError)) throw error;
      return send(response, { status: error.status, body: error, headers: error.headers });
    }
  }
  if (url.pathname === '/oauth2/v1/token' && method === 'POST') {
    const form = new URLSearchParams(body.toString('utf8'));
    if (form.get('grant_type') === 'client_credentials') {
      const endpoint = url.origin + url.pathname;
      const proof = request.headers.dpop?.toString();
      return send(response, await backstage.serviceApps.answer(form, endpoint, proof));
    }
  }
  const isSignIn =
    /^\/(oauth2|signin)\//.test(url.pathname) || url.pathname === '/.well-known/openid-configuration';
  if (isSignIn && (await backstage.signIn.handle(replay(request, body), response, url, body))) return;
  const nothing = new ManagementError(404, 'E0000007', 'Not found: Resource not found');
  send(response, { status: 404, body: nothing });
}

function organization({ org, urls }: Backstage): Answer {
  const custom = org.settings.customDomain ? { custom: urls.custom } : {};
  return { status: 200, body: organizationDocument(org, { org: urls.org, ...custom }) };
}

function setHeaders(response: ServerResponse, headers: Answer['headers'] = {}): void {
  for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
}

/** Writes an answer as JSON. */
export function send(response: ServerResponse, { status, body, headers }: Answer): void {
  setHeaders(response, headers);
  if (body === undefined) {
    response.writeHead(status);
    response.end();
    return;
  }
  if (!response.hasHeader('content-type')) response.setHeader('content-type', 'application/json');
  response.writeHead(status);
  response.end(typeof body === 'string' ? body : JSON.stringify(body));
}
