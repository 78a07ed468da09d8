import { createPublicKey } from 'node:crypto';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import { z } from 'zod';
import {
  newAuthorizationServer,
  newGroup,
  newLimit,
  newOtherApplication,
  newPolicy,
  newServiceApp,
  newUser,
} from './control-orders.ts';
import { faultSchema } from './faults.ts';
import { type Backstage, send } from './front.ts';
import { oktaIdentifier, randomSecret } from './identifiers.ts';
import { parseApplication } from './management/application-document.ts';
import { anyApplicationView, applicationView } from './management/application-view.ts';
import { addApplication } from './management/apps.ts';
import type { Answer } from './management/call.ts';
import { ManagementError } from './management/errors.ts';
import { groupView } from './management/groups.ts';
import { FREE_LIMITS } from './management/rate-limit.ts';
import { otherApplication } from './other-applications.ts';
import { readBody } from './replay.ts';
import { orgSettings } from './settings.ts';

/** What the control port acts on. */
export type Controlled = Backstage;

type Act = (stage: Controlled, body: unknown, path: string[]) => Answer;

const ok = (body: unknown = {}): Answer => ({ status: 200, body });

const ACTS: Record<string, Act> = {
  'GET /health': () => ok({ status: 'ready' }),
  'GET /state': (stage) => ok(state(stage)),
  'POST /reset': (stage) => {
    stage.org.reset();
    stage.signIn.reset();
    stage.faults.clear();
    stage.calls.clear();
    stage.rateLimit.lift();
    return ok();
  },
  'GET /calls': ({ calls }) => ok(calls.list()),
  'DELETE /calls': ({ calls }) => {
    calls.clear();
    return ok();
  },
  'GET /users': ({ org }) =>
    ok([...org.users.values()].map((user) => ({ ...user, groups: groupNames(org, user.id) }))),
  'POST /users': ({ org }, body) => {
    const { groups, password = randomSecret(12), ...user } = newUser.parse(body);
    return ok({ ...org.addUser({ ...user, password }, groups), groups: ['Everyone', ...groups] });
  },
  'GET /groups': (stage) => ok(groups(stage)),
  'POST /groups': ({ org, urls }, body) => {
    const { name, type } = newGroup.parse(body);
    return ok(groupView(org, org.addGroup(name, type), urls.org));
  },
  'GET /faults': ({ faults }) => ok(faults.list()),
  'POST /faults': ({ faults }, body) => {
    faults.add(faultSchema.parse(body));
    return ok();
  },
  'DELETE /faults': ({ faults }) => {
    faults.clear();
    return ok();
  },
  'POST /rate-limit': ({ rateLimit }, body) => {
    const limit = newLimit.parse(body);
    if ('perMinute' in limit) rateLimit.set(limit.path, limit.perMinute, limit.seconds);
    else if ('profile' in limit) rateLimit.setAll(FREE_LIMITS, limit.seconds);
    else if ('concurrent' in limit) rateLimit.refuseConcurrent(limit.concurrent, limit.path);
    else rateLimit.lift();
    return ok();
  },
  'POST /service-apps': ({ org }, body) => {
    const { clientId, jwks, publicKeyPem, scopes, dpop } = newServiceApp.parse(body);
    const keys = jwks ?? { keys: [createPublicKey(publicKeyPem ?? '').export({ format: 'jwk' })] };
    const document = parseApplication({
      name: 'oidc_client',
      label: 'Service app',
      signOnMode: 'OPENID_CONNECT',
      credentials: { oauthClient: { client_id: clientId, token_endpoint_auth_method: 'private_key_jwt' } },
      settings: {
        oauthClient: {
          application_type: 'service',
          grant_types: ['client_credentials'],
          response_types: ['token'],
          dpop_bound_access_tokens: dpop,
          jwks: keys,
        },
      },
    });
    const application = addApplication(org, document, 'ACTIVE');
    application.grantedScopes = new Set(scopes);
    return ok({ id: application.id, clientId: application.clientId });
  },
  'GET /settings': ({ org }) => ok(org.settings),
  // What is not named stays as it is.
  'POST /settings': ({ org }, body) => {
    org.settings = orgSettings.parse({ ...org.settings, ...Object(body) });
    return ok(org.settings);
  },
  'POST /applications': ({ org, urls }, body) => {
    const { status, ...document } = newOtherApplication.parse(body);
    const application = otherApplication(document, { accessPolicyId: org.defaultAccessPolicyId, status });
    org.otherApplications.set(application.id, application);
    return ok(anyApplicationView(org, application, urls.org));
  },
  'POST /policies': ({ org }, body) =>
    ok(org.addPolicy({ type: 'ACCESS_POLICY', system: false, ...newPolicy.parse(body) })),
  'POST /authorization-servers': ({ org, urls }, body) => {
    const { id = oktaIdentifier('aus'), ...server } = newAuthorizationServer.parse(body);
    org.authorizationServers.set(id, { id, ...server });
    return ok({ id, issuer: `${urls.org}/oauth2/${id}` });
  },
  'GET /secrets/*': ({ org }, _body, [appId = '']) => {
    const application = org.applications.get(appId);
    if (!application) return { status: 404, body: { error: `There is no application ${appId}.` } };
    return ok(application.secrets);
  },
};

function groupNames({ groups }: Controlled['org'], userId: string): string[] {
  return [...groups.values()].filter(({ members }) => members.has(userId)).map(({ name }) => name);
}

function groups({ org, urls }: Controlled): object[] {
  return [...org.groups.values()].map((group) => ({
    ...groupView(org, group, urls.org),
    name: group.name,
    members: [...group.members],
  }));
}

function state(stage: Controlled): object {
  const { org, urls } = stage;
  return {
    org: { id: org.id, orgUrl: urls.org, customUrl: urls.custom },
    apps: [...org.applications.values()].map((application) => ({
      ...applicationView(org, application, urls.org),
      secrets: application.secrets.map(({ value: _value, ...secret }) => secret),
      groups: [...application.groupAssignments.values()],
      users: [...application.userAssignments.keys()],
    })),
    groups: groups(stage),
    users: [...org.users.values()].map(({ password: _password, ...user }) => ({
      ...user,
      groups: groupNames(org, user.id),
    })),
    otherApps: [...org.otherApplications.values()].map((application) =>
      anyApplicationView(org, application, urls.org),
    ),
    settings: org.settings,
    policies: [...org.policies.values()],
    authorizationServers: [...org.authorizationServers.values()],
  };
}

/**
 * The control port, for tests and people: it shows the org and its calls, adds users and groups, and makes calls fail.
 *
 * @returns the server, not yet listening
 */
export function createControl(stage: Controlled): Server {
  return createServer((request, response) => {
    act(stage, request).then(
      (answer) => send(response, answer),
      // No answer is possible: the connection broke within the request.
      () => response.destroy(),
    );
  });
}

async function act(stage: Controlled, request: IncomingMessage): Promise<Answer> {
  const body = await readBody(request);
  const [, first = '', ...rest] = new URL(request.url ?? '/', 'http://127.0.0.1').pathname.split('/');
  const wanted = `${request.method} /${first}${rest.length > 0 ? '/*' : ''}`;
  const perform = ACTS[wanted];
  if (!perform) return { status: 404, body: { error: `There is no ${wanted}.`, known: Object.keys(ACTS) } };
  try {
    return perform(stage, body.length > 0 ? JSON.parse(body.toString('utf8')) : {}, rest);
  } catch (error) {
    const message = error instanceof z.ZodError ? z.prettifyError(error) : String(error);
    const causes = error instanceof ManagementError ? error.causes : undefined;
    return { status: 400, body: { error: message, causes } };
  }
}
