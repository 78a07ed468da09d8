import { z } from 'zod';
import { timestamp } from '../identifiers.ts';
import type { LifecycleStatus, Policy } from '../org.ts';
import { type Answer, type Call, json, type Operation, page, parameter } from './call.ts';
import { forbidden, ManagementError, notFound, validationFailed } from './errors.ts';

/** Kinds of policy that exist on the Identity Engine alone. */
const IDENTITY_ENGINE = new Set(['ACCESS_POLICY', 'PROFILE_ENROLLMENT']);

const sent = z.object({
  name: z.string().min(1),
  type: z.enum([
    'ACCESS_POLICY',
    'IDP_DISCOVERY',
    'MFA_ENROLL',
    'OKTA_SIGN_ON',
    'PASSWORD',
    'PROFILE_ENROLLMENT',
  ]),
  status: z.enum(['ACTIVE', 'INACTIVE']).nullish(),
  conditions: z.looseObject({}).nullish(),
  settings: z.looseObject({}).nullish(),
  description: z.string().nullish(),
  priority: z.number().int().nullish(),
});

/** @throws ManagementError 404 if the path's `{policyId}` names no policy; the Classic Engine has no authentication policies */
export function policyOf(call: Call): Policy {
  const id = parameter(call, 'policyId');
  const policy = call.org.policies.get(id);
  if (!policy || !isKnown(call, policy.type)) throw notFound(id, 'Policy');
  return policy;
}

function isKnown({ org }: Call, type: string): boolean {
  return org.settings.pipeline !== 'v1' || !IDENTITY_ENGINE.has(type);
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
    conditions: policy.conditions ?? null,
    ...(policy.settings !== undefined && { settings: policy.settings }),
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
  if (!isKnown(call, type)) {
    throw validationFailed('type', [`type: ${type} is not a policy type of this org.`]);
  }
  const found = [...org.policies.values()].filter((policy) => policy.type === type);
  const show = (policy: Policy) => ({
    ...view(policy, call.origin),
    ...(type === 'ACCESS_POLICY' && { _embedded: { resourceType: policy.resourceType ?? 'APP' } }),
  });
  return page(call, found, ({ id }) => id, show, { normal: 20, most: 100 });
}

function fieldsOf(call: Call) {
  const parsed = sent.safeParse(json(call));
  if (!parsed.success) {
    const field = String(parsed.error.issues[0]?.path[0] ?? 'name');
    throw validationFailed(field, [`${field}: The field cannot be left blank`]);
  }
  const { name, type, description, priority, status, conditions, settings } = parsed.data;
  return {
    name,
    type,
    ...(description !== null && description !== undefined && { description }),
    ...(priority !== null && priority !== undefined && { priority }),
    ...(status && { status }),
    ...(conditions && { conditions }),
    ...(settings && { settings }),
  };
}

function create(call: Call): Answer {
  const fields = fieldsOf(call);
  if (!isKnown(call, fields.type)) throw forbidden();
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
