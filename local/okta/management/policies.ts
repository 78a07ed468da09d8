import type { Policy } from '../org.ts';
import { type Answer, type Call, type Operation, page, parameter } from './call.ts';
import { notFound, validationFailed } from './errors.ts';

function view(policy: Policy, origin: string): object {
  const self = `${origin}/api/v1/policies/${policy.id}`;
  return {
    id: policy.id,
    status: 'ACTIVE',
    name: policy.name,
    description: policy.description,
    priority: 1,
    system: policy.system,
    conditions: null,
    created: policy.created,
    lastUpdated: policy.created,
    type: policy.type,
    _links: {
      self: { href: self, hints: { allow: ['GET', 'PUT'] } },
      mappings: { href: `${self}/mappings`, hints: { allow: ['GET', 'POST'] } },
      rules: { href: `${self}/rules`, hints: { allow: ['GET', 'POST'] } },
    },
  };
}

function list(call: Call): Answer {
  const type = call.url.searchParams.get('type');
  if (!type) throw validationFailed('type', ['type: The field cannot be left blank']);
  const found = [...call.org.policies.values()].filter((policy) => policy.type === type);
  return page(
    call,
    found,
    ({ id }) => id,
    (policy) => view(policy, call.origin),
    { normal: 20, most: 100 },
  );
}

function get(call: Call): Answer {
  const id = parameter(call, 'policyId');
  const policy = call.org.policies.get(id);
  if (!policy) throw notFound(id, 'Policy');
  return { status: 200, body: view(policy, call.origin) };
}

/** @see https://developer.okta.com/docs/api/openapi/okta-management/management/tag/Policy/ */
export const policyOperations: Operation[] = [
  { method: 'GET', path: '/api/v1/policies', scope: 'okta.policies.read', answer: list },
  { method: 'GET', path: '/api/v1/policies/{policyId}', scope: 'okta.policies.read', answer: get },
];
