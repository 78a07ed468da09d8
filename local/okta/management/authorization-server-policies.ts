import { z } from 'zod';
import type { Resource } from '../org.ts';
import { serverOf } from './authorization-servers.ts';
import { type Call, parameter } from './call.ts';
import { notFound } from './errors.ts';
import { type Family, familyOperations, timesOf } from './family.ts';

const names = z.array(z.string());
const POLICIES = '/api/v1/authorizationServers/{serverId}/policies';

const clients = z.object({ clients: z.object({ include: names }) });
const grants = z.object({ grantTypes: z.object({ include: names }) });

/** A policy lets its clients in only by a rule: these are what the sign-in goes by. */
function applyPolicies(call: Call): void {
  const server = serverOf(call);
  const path = `/api/v1/authorizationServers/${server.id}/policies`;
  const policies = [...(call.org.resources.get(path)?.values() ?? [])];
  server.policies = policies
    .filter(({ id, status }) => {
      const rules = [...(call.org.resources.get(`${path}/${id}/rules`)?.values() ?? [])];
      return status === 'ACTIVE' && rules.some(letsUsersIn);
    })
    .map(({ fields }) => ({ clients: clients.parse(fields.conditions).clients.include }));
}

function letsUsersIn({ status, fields }: Resource): boolean {
  const include = grants.safeParse(fields.conditions).data?.grantTypes.include ?? [];
  return status === 'ACTIVE' && include.includes('authorization_code');
}

function policyExists(call: Call): void {
  const { id } = serverOf(call);
  const policyId = parameter(call, 'policyId');
  const policies = call.org.resources.get(`/api/v1/authorizationServers/${id}/policies`);
  if (!policies?.has(policyId)) throw notFound(policyId, 'Policy');
}

const policies: Family = {
  path: POLICIES,
  scope: 'okta.authorizationServers',
  kind: 'Policy',
  prefix: '00p',
  schema: z.object({
    name: z.string().min(1),
    description: z.string().min(1),
    status: z.enum(['ACTIVE', 'INACTIVE']).default('ACTIVE'),
    priority: z.number().int().min(1).default(1),
    conditions: clients,
    type: z.literal('OAUTH_AUTHORIZATION_POLICY').default('OAUTH_AUTHORIZATION_POLICY'),
  }),
  parent: serverOf,
  created: 201,
  deleted: 204,
  lifecycle: 'empty',
  view: (policy) => ({
    id: policy.id,
    status: policy.status,
    ...policy.fields,
    system: policy.system,
    ...timesOf(policy),
  }),
  links: ['rules'],
  changed: applyPolicies,
};

const groups = z.object({ include: names.optional(), exclude: names.optional() });

const rules: Family = {
  path: `${POLICIES}/{policyId}/rules`,
  scope: 'okta.authorizationServers',
  kind: 'PolicyRule',
  prefix: '0pr',
  schema: z.object({
    name: z.string().min(1),
    status: z.enum(['ACTIVE', 'INACTIVE']).default('ACTIVE'),
    priority: z.number().int().min(1).default(1),
    conditions: z.object({
      people: z.object({ users: groups.optional(), groups: groups.optional() }).optional(),
      grantTypes: z.object({ include: names.min(1) }),
      scopes: z.object({ include: names.default([]) }).default({ include: [] }),
    }),
    actions: z.looseObject({}).default({}),
    type: z.literal('RESOURCE_ACCESS').default('RESOURCE_ACCESS'),
  }),
  parent: policyExists,
  created: 201,
  deleted: 204,
  lifecycle: 'empty',
  view: (rule) => ({
    id: rule.id,
    status: rule.status,
    ...rule.fields,
    system: rule.system,
    ...timesOf(rule),
  }),
  changed: applyPolicies,
};

/** @see https://developer.okta.com/docs/api/openapi/okta-management/management/tag/AuthorizationServerPolicies/ */
export const serverPolicyOperations = [...familyOperations(policies), ...familyOperations(rules)];
