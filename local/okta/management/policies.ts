import { z } from 'zod';
import { timestamp } from '../identifiers.ts';
import type { LifecycleStatus, Policy } from '../org.ts';
import { type Answer, type Call, json, type Operation, page, parameter } from './call.ts';
import { forbidden, ManagementError, notFound, validationFailed } from './errors.ts';

const sent = z.object({
  name: z.string().min(1),
  type: z.string(),
  description: z.string().nullish(),
  priority: z.number().int().nullish(),
});

/** @throws ManagementError 404 if the path's `{policyId}` names no policy; the Classic Engine has none */
export function policyOf(call: Call): Policy {
  const id = parameter(call, 'policyId');
  const policy = call.org.settings.pipeline === 'v1' ? undefined : call.org.policies.get(id);
  if (!policy) throw notFound(id, 'Policy');
  return policy;
}

function view(policy: Policy, origin: string): object {
  const self = `${origin}/api/v1/policies/${policy.id}`;
  const link = (path: string, ...allow: string[]) => ({ href: `${self}${path}`, hints: { allow } });
  const { status = 'ACTIVE' } = policy;
  const isOwn = policy.system || policy.resourceType === 'END_USER_ACCOUNT_MANAGEMENT';
  const change = status === 'ACTIVE' ? 'deactivate' : 'activate';
  return {
    id: policy.id,
    status,
    name: policy.name,
    ...(policy.description !== undefined && { description: policy.description }),
    priority: policy.priority ?? 1,
    system: policy.system,
    conditions: null,
    created: policy.created,
    lastUpdated: policy.lastUpdated ?? policy.created,
    _links: {
      ...(!isOwn && { mappings: link('/mappings', 'GET', 'POST') }),
      self: link('', 'GET', ...(isOwn ? (policy.system ? ['PUT'] : []) : ['PUT', 'DELETE'])),
      rules: link('/rules', 'GET', 'POST'),
      ...(!isOwn && { [change]: link(`/lifecycle/${change}`, 'POST') }),
    },
    type: policy.type,
  };
}

function list(call: Call): Answer {
  const type = call.url.searchParams.get('type');
  if (!type) throw validationFailed('type', ['type: The field cannot be left blank']);
  const { org } = call;
  if (org.settings.pipeline === 'v1' && type === 'ACCESS_POLICY') {
    throw validationFailed('type', ['type: ACCESS_POLICY is not a policy type of this org.']);
  }
  const found = [...org.policies.values()].filter((policy) => policy.type === type);
  const show = (policy: Policy) => ({
    ...view(policy, call.origin),
    _embedded: { resourceType: policy.resourceType ?? 'APP' },
  });
  return page(call, found, ({ id }) => id, show, { normal: 20, most: 100 });
}

function fieldsOf(call: Call) {
  const parsed = sent.safeParse(json(call));
  if (!parsed.success) {
    const field = String(parsed.error.issues[0]?.path[0] ?? 'name');
    throw validationFailed(field, [`${field}: The field cannot be left blank`]);
  }
  const { name, type, description, priority } = parsed.data;
  return {
    name,
    type,
    ...(description !== null && description !== undefined && { description }),
    ...(priority !== null && priority !== undefined && { priority }),
  };
}

function create(call: Call): Answer {
  if (call.org.settings.pipeline === 'v1') throw forbidden();
  const fields = fieldsOf(call);
  if (
    [...call.org.policies.values()].some(({ name, type }) => name === fields.name && type === fields.type)
  ) {
    throw validationFailed('name', ['name: Policy name already in use']);
  }
  return { status: 200, body: view(call.org.addPolicy({ ...fields, system: false }), call.origin) };
}

function ownPolicyOf(call: Call): Policy {
  const policy = policyOf(call);
  if (policy.system) throw new ManagementError(403, 'E0000006', 'The default policy cannot be changed so.');
  return policy;
}

function replace(call: Call): Answer {
  const policy = policyOf(call);
  const { description, ...fields } = fieldsOf(call);
  if (description === undefined) delete policy.description;
  else policy.description = description;
  Object.assign(policy, fields, { lastUpdated: timestamp() });
  return { status: 200, body: view(policy, call.origin) };
}

/** The applications of a deleted policy go back to the org's default. */
function remove(call: Call): Answer {
  const { org } = call;
  const policy = ownPolicyOf(call);
  org.policies.delete(policy.id);
  for (const application of [...org.applications.values(), ...org.otherApplications.values()]) {
    if (application.accessPolicyId === policy.id) application.accessPolicyId = org.defaultAccessPolicyId;
  }
  return { status: 204 };
}

function changeStatus(call: Call, status: LifecycleStatus): Answer {
  const policy = ownPolicyOf(call);
  policy.status = status;
  policy.lastUpdated = timestamp();
  return { status: 204 };
}

const POLICIES = '/api/v1/policies';
const POLICY = `${POLICIES}/{policyId}`;

/** @see https://developer.okta.com/docs/api/openapi/okta-management/management/tag/Policy/ */
export const policyOperations: Operation[] = [
  { method: 'GET', path: POLICIES, scope: 'okta.policies.read', answer: list },
  { method: 'POST', path: POLICIES, scope: 'okta.policies.manage', answer: create },
  {
    method: 'GET',
    path: POLICY,
    scope: 'okta.policies.read',
    answer: (call) => ({ status: 200, body: view(policyOf(call), call.origin) }),
  },
  { method: 'PUT', path: POLICY, scope: 'okta.policies.manage', answer: replace },
  { method: 'DELETE', path: POLICY, scope: 'okta.policies.manage', answer: remove },
  {
    method: 'POST',
    path: `${POLICY}/lifecycle/activate`,
    scope: 'okta.policies.manage',
    answer: (call) => changeStatus(call, 'ACTIVE'),
  },
  {
    method: 'POST',
    path: `${POLICY}/lifecycle/deactivate`,
    scope: 'okta.policies.manage',
    answer: (call) => changeStatus(call, 'INACTIVE'),
  },
];
