import { createHash } from 'node:crypto';
import { z } from 'zod';
import { timestamp } from '../identifiers.ts';
import type { Application, ClientSecret } from '../org.ts';
import { applicationOf, newSecret } from './apps.ts';
import { type Answer, type Call, json, type Operation, parameter } from './call.ts';
import { type ManagementError, notFound, validationFailed } from './errors.ts';

const MOST_SECRETS = 2;

const requested = z.object({
  client_secret: z.string().min(14).max(100).nullish(),
  status: z.enum(['ACTIVE', 'INACTIVE']).nullish(),
});

function refused(cause: string): ManagementError {
  return validationFailed('OAuth2ClientSecretMediated', [cause]);
}

function secretOf(call: Call, application: Application): ClientSecret {
  const id = parameter(call, 'secretId');
  const secret = application.secrets.find((candidate) => candidate.id === id);
  if (!secret) throw notFound(id, 'OAuth2ClientSecretMediated');
  return secret;
}

function view(call: Call, application: Application, secret: ClientSecret): object {
  const self = `${call.origin}/api/v1/apps/${application.id}/credentials/secrets/${secret.id}`;
  const link = (path: string, method: string) => ({ href: `${self}${path}`, hints: { allow: [method] } });
  return {
    id: secret.id,
    status: secret.status,
    client_secret: secret.value,
    secret_hash: createHash('md5').update(secret.value).digest('base64url'),
    created: secret.created,
    lastUpdated: secret.lastUpdated,
    _links:
      secret.status === 'ACTIVE'
        ? { deactivate: link('/lifecycle/deactivate', 'POST') }
        : { activate: link('/lifecycle/activate', 'POST'), delete: link('', 'DELETE') },
  };
}

function list(call: Call): Answer {
  const application = applicationOf(call);
  return { status: 200, body: application.secrets.map((secret) => view(call, application, secret)) };
}

function create(call: Call): Answer {
  const application = applicationOf(call);
  const wanted = requested.safeParse(json(call));
  if (!wanted.success) {
    const causes = wanted.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`);
    throw validationFailed('client_secret', causes);
  }
  if (application.secrets.length >= MOST_SECRETS) {
    throw refused('You have reached the maximum number of client secrets per client.');
  }
  const secret = newSecret(wanted.data.client_secret ?? undefined);
  secret.status = wanted.data.status ?? 'ACTIVE';
  application.secrets.push(secret);
  return { status: 201, body: view(call, application, secret) };
}

function remove(call: Call): Answer {
  const application = applicationOf(call);
  const secret = secretOf(call, application);
  if (secret.status === 'ACTIVE') throw refused('You cannot delete an active client secret.');
  application.secrets = application.secrets.filter((kept) => kept !== secret);
  return { status: 204 };
}

function activate(call: Call): Answer {
  const application = applicationOf(call);
  const secret = secretOf(call, application);
  secret.status = 'ACTIVE';
  secret.lastUpdated = timestamp();
  return { status: 200, body: view(call, application, secret) };
}

function deactivate(call: Call): Answer {
  const application = applicationOf(call);
  const secret = secretOf(call, application);
  const others = application.secrets.filter((other) => other !== secret && other.status === 'ACTIVE');
  if (others.length === 0) throw refused('You cannot deactivate the last active client secret of a client.');
  secret.status = 'INACTIVE';
  secret.lastUpdated = timestamp();
  return { status: 200, body: view(call, application, secret) };
}

const SECRETS = '/api/v1/apps/{appId}/credentials/secrets';

/** @see https://developer.okta.com/docs/api/openapi/okta-management/management/tag/ApplicationSSOCredentialOAuth2ClientAuth/ */
export const secretOperations: Operation[] = [
  { method: 'GET', path: SECRETS, scope: 'okta.apps.read', answer: list },
  { method: 'POST', path: SECRETS, scope: 'okta.apps.manage', answer: create },
  {
    method: 'GET',
    path: `${SECRETS}/{secretId}`,
    scope: 'okta.apps.read',
    answer(call) {
      const application = applicationOf(call);
      return { status: 200, body: view(call, application, secretOf(call, application)) };
    },
  },
  { method: 'DELETE', path: `${SECRETS}/{secretId}`, scope: 'okta.apps.manage', answer: remove },
  {
    method: 'POST',
    path: `${SECRETS}/{secretId}/lifecycle/activate`,
    scope: 'okta.apps.manage',
    answer: activate,
  },
  {
    method: 'POST',
    path: `${SECRETS}/{secretId}/lifecycle/deactivate`,
    scope: 'okta.apps.manage',
    answer: deactivate,
  },
];
