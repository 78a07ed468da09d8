import { z } from 'zod';
import { oktaIdentifier, timestamp } from '../identifiers.ts';
import type { AuthorizationServer, LifecycleStatus } from '../org.ts';
import { type Answer, type Call, json, type Operation, page, parameter } from './call.ts';
import { featureMissing, ManagementError, notFound, validationFailed } from './errors.ts';

const DAYS = 24 * 60 * 60 * 1000;

const sent = z.object({
  name: z.string().min(1),
  description: z.string().nullish(),
  audiences: z.array(z.string()).length(1),
  issuerMode: z.enum(['CUSTOM_URL', 'DYNAMIC', 'ORG_URL']).default('ORG_URL'),
  credentials: z
    .object({ signing: z.object({ rotationMode: z.enum(['AUTO', 'MANUAL']).default('AUTO') }) })
    .nullish(),
});

type Shown = NonNullable<AuthorizationServer['shown']>;

/** @throws ManagementError 401 if the org has no API Access Management, 404 for a server that there is not */
export function serverOf(call: Call): AuthorizationServer {
  requireFeature(call);
  const id = parameter(call, 'serverId');
  const server = call.org.authorizationServers.get(id);
  if (!server) throw notFound(id, 'AuthorizationServer');
  return server;
}

function requireFeature({ org }: Call): void {
  if (org.settings.missingFeatures.includes('authorization-servers')) throw featureMissing();
}

/** What a server shows that was made without the Management API. */
function shownOf({ name, shown }: AuthorizationServer): Shown {
  const made = new Date(0).toISOString();
  return (
    shown ?? {
      description: `The authorization server ${name}`,
      audiences: [`api://${name}`],
      issuerMode: 'ORG_URL',
      status: 'ACTIVE',
      rotationMode: 'AUTO',
      created: made,
      lastUpdated: made,
    }
  );
}

function view(call: Call, server: AuthorizationServer): object {
  const { id, name } = server;
  const { description, audiences, issuerMode, status, rotationMode, created, lastUpdated } = shownOf(server);
  const self = `${call.origin}/api/v1/authorizationServers/${id}`;
  const issuer = `${call.origin}/oauth2/${id}`;
  const link = (path: string, ...allow: string[]) => ({ href: `${self}${path}`, hints: { allow } });
  const metadata = (document: string) => ({
    name: document,
    href: `${issuer}/.well-known/${document}`,
    hints: { allow: ['GET'] },
  });
  const change = status === 'ACTIVE' ? 'deactivate' : 'activate';
  return {
    id,
    name,
    description,
    audiences,
    issuer,
    issuerMode,
    status,
    created,
    lastUpdated,
    credentials: {
      signing: {
        kid: 'org-signing-key',
        rotationMode,
        lastRotated: created,
        nextRotation: new Date(Date.parse(created) + 90 * DAYS).toISOString(),
      },
    },
    default: id === 'default',
    _links: {
      rotateKey: link('/credentials/lifecycle/keyRotate', 'POST'),
      metadata: [metadata('oauth-authorization-server'), metadata('openid-configuration')],
      keys: link('/credentials/keys', 'GET'),
      claims: link('/claims', 'GET', 'POST'),
      policies: link('/policies', 'GET', 'POST'),
      self: link('', 'GET', 'DELETE', 'PUT'),
      scopes: link('/scopes', 'GET', 'POST'),
      [change]: link(`/lifecycle/${change}`, 'POST'),
    },
  };
}

function fieldsOf(call: Call, before?: Shown): { name: string; shown: Shown } {
  const parsed = sent.safeParse(json(call));
  if (!parsed.success) {
    const field = String(parsed.error.issues[0]?.path[0] ?? 'name');
    throw validationFailed(field, [`${field}: The field cannot be left blank`]);
  }
  const { name, description, audiences, issuerMode, credentials } = parsed.data;
  const now = timestamp();
  return {
    name,
    shown: {
      description: description ?? null,
      audiences,
      issuerMode,
      status: before?.status ?? 'ACTIVE',
      rotationMode: credentials?.signing.rotationMode ?? 'AUTO',
      created: before?.created ?? now,
      lastUpdated: now,
    },
  };
}

function list(call: Call): Answer {
  requireFeature(call);
  const start = call.url.searchParams.get('q')?.toLowerCase() ?? '';
  const found = [...call.org.authorizationServers.values()].filter(({ name }) =>
    name.toLowerCase().startsWith(start),
  );
  const show = (server: AuthorizationServer) => view(call, server);
  return page(call, found, ({ id }) => id, show, { normal: 200, most: 200 });
}

/** A new server has no access policy, so it lets no client in. */
function create(call: Call): Answer {
  requireFeature(call);
  const server = { id: oktaIdentifier('aus'), policies: [], ...fieldsOf(call) };
  call.org.authorizationServers.set(server.id, server);
  return { status: 201, body: view(call, server) };
}

function replace(call: Call): Answer {
  const server = serverOf(call);
  Object.assign(server, fieldsOf(call, shownOf(server)));
  return { status: 200, body: view(call, server) };
}

function remove(call: Call): Answer {
  const { id } = serverOf(call);
  if (id === 'default') {
    throw new ManagementError(403, 'E0000006', 'The default authorization server cannot be deleted.');
  }
  call.org.authorizationServers.delete(id);
  for (const path of call.org.resources.keys()) {
    if (path.startsWith(`${SERVERS}/${id}/`)) call.org.resources.delete(path);
  }
  return { status: 204 };
}

function changeStatus(call: Call, status: LifecycleStatus): Answer {
  const server = serverOf(call);
  server.shown = { ...shownOf(server), status, lastUpdated: timestamp() };
  return { status: 204 };
}

const SERVERS = '/api/v1/authorizationServers';
const SERVER = `${SERVERS}/{serverId}`;

/** @see https://developer.okta.com/docs/api/openapi/okta-management/management/tag/AuthorizationServer/ */
export const authorizationServerOperations: Operation[] = [
  { method: 'GET', path: SERVERS, scope: 'okta.authorizationServers.read', answer: list },
  { method: 'POST', path: SERVERS, scope: 'okta.authorizationServers.manage', answer: create },
  {
    method: 'GET',
    path: SERVER,
    scope: 'okta.authorizationServers.read',
    answer: (call) => ({ status: 200, body: view(call, serverOf(call)) }),
  },
  { method: 'PUT', path: SERVER, scope: 'okta.authorizationServers.manage', answer: replace },
  { method: 'DELETE', path: SERVER, scope: 'okta.authorizationServers.manage', answer: remove },
  {
    method: 'POST',
    path: `${SERVER}/lifecycle/activate`,
    scope: 'okta.authorizationServers.manage',
    answer: (call) => changeStatus(call, 'ACTIVE'),
  },
  {
    method: 'POST',
    path: `${SERVER}/lifecycle/deactivate`,
    scope: 'okta.authorizationServers.manage',
    answer: (call) => changeStatus(call, 'INACTIVE'),
  },
];
