import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { Application } from '../org.ts';
import { applicationOf } from './apps.ts';
import { type Answer, type Call, json, type Operation, parameter } from './call.ts';
import { notFound, validationFailed } from './errors.ts';

const sent = z.object({ issuer: z.string(), scopeId: z.string().startsWith('okta.') });

/** @returns the ID of a grant, which is the same each time it is shown */
function grantId({ id }: Application, scope: string): string {
  const digest = createHash('sha256').update(`${id} ${scope}`).digest('hex');
  return `oag${digest.slice(0, 17)}`;
}

function view(call: Call, application: Application, scope: string): object {
  const id = grantId(application, scope);
  const { created } = application;
  const { label } = application.document;
  const [administrator] = call.org.users.keys();
  return {
    id,
    status: 'ACTIVE',
    created,
    createdBy: { id: administrator ?? '', type: 'User' },
    lastUpdated: created,
    issuer: call.origin,
    clientId: application.clientId,
    scopeId: scope,
    source: 'ADMIN',
    _links: {
      app: { href: `${call.origin}/api/v1/apps/${application.id}`, title: label },
      self: {
        href: `${call.origin}/api/v1/apps/${application.id}/grants/${id}`,
        hints: { allow: ['GET', 'DELETE'] },
      },
      client: { href: `${call.origin}/oauth2/v1/clients/${application.clientId}`, title: label },
    },
  };
}

function list(call: Call): Answer {
  const application = applicationOf(call);
  return {
    status: 200,
    body: [...application.grantedScopes].map((scope) => view(call, application, scope)),
  };
}

function create(call: Call): Answer {
  const application = applicationOf(call);
  const parsed = sent.safeParse(json(call));
  if (!parsed.success) throw validationFailed('scopeId', ['scopeId: The field cannot be left blank']);
  const { issuer, scopeId } = parsed.data;
  if (issuer !== call.origin) throw validationFailed('issuer', ['issuer: The issuer is not the org.']);
  application.grantedScopes.add(scopeId);
  const embedded = { _embedded: { scope: { id: scopeId } } };
  return { status: 200, body: { ...view(call, application, scopeId), ...embedded } };
}

function scopeOf(call: Call, application: Application): string {
  const id = parameter(call, 'grantId');
  const scope = [...application.grantedScopes].find((each) => grantId(application, each) === id);
  if (scope === undefined) throw notFound(id, 'OAuth2ScopeConsentGrant');
  return scope;
}

function remove(call: Call): Answer {
  const application = applicationOf(call);
  const scope = scopeOf(call, application);
  application.grantedScopes.delete(scope);
  return { status: 204 };
}

const GRANTS = '/api/v1/apps/{appId}/grants';

/** @see https://developer.okta.com/docs/api/openapi/okta-management/management/tag/ApplicationGrants/ */
export const grantOperations: Operation[] = [
  { method: 'GET', path: GRANTS, scope: 'okta.appGrants.read', answer: list },
  { method: 'POST', path: GRANTS, scope: 'okta.appGrants.manage', answer: create },
  {
    method: 'GET',
    path: `${GRANTS}/{grantId}`,
    scope: 'okta.appGrants.read',
    answer(call) {
      const application = applicationOf(call);
      return { status: 200, body: view(call, application, scopeOf(call, application)) };
    },
  },
  { method: 'DELETE', path: `${GRANTS}/{grantId}`, scope: 'okta.appGrants.manage', answer: remove },
];
