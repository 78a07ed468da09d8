import { z } from 'zod';
import { oktaIdentifier, timestamp } from '../identifiers.ts';
import type { LifecycleStatus, Policy, PolicyRule } from '../org.ts';
import { type Answer, type Call, json, type Operation, parameter } from './call.ts';
import { ManagementError, notFound, validationFailed } from './errors.ts';
import { policyOf } from './policies.ts';

const sent = z.object({
  name: z.string().min(1),
  priority: z.number().int().min(0).nullish(),
  conditions: z.unknown().optional(),
  actions: z.unknown().optional(),
});

/** The kind of rule that a kind of policy has, if it is named otherwise. */
const RULE_TYPES: Readonly<Record<string, string>> = { OKTA_SIGN_ON: 'SIGN_ON' };

function ruleOf(call: Call, { rules = [] }: Policy): PolicyRule {
  const id = parameter(call, 'ruleId');
  const rule = rules.find((each) => each.id === id);
  if (!rule) throw notFound(id, 'PolicyRule');
  return rule;
}

function view(call: Call, policy: Policy, rule: PolicyRule): object {
  const self = `${call.origin}/api/v1/policies/${policy.id}/rules/${rule.id}`;
  const link = (path: string, ...allow: string[]) => ({ href: `${self}${path}`, hints: { allow } });
  const { id, status, name, priority, created, lastUpdated, system, conditions, actions } = rule;
  const change = status === 'ACTIVE' ? 'deactivate' : 'activate';
  return {
    id,
    status,
    name,
    priority,
    created,
    lastUpdated,
    system,
    conditions,
    actions,
    _links: {
      self: link('', 'GET', 'PUT', ...(system ? [] : ['DELETE'])),
      ...(!system && { [change]: link(`/lifecycle/${change}`, 'POST') }),
    },
    type: RULE_TYPES[policy.type] ?? policy.type,
  };
}

function fieldsOf(call: Call, policy: Policy, except?: PolicyRule) {
  const parsed = sent.safeParse(json(call));
  if (!parsed.success) throw validationFailed('name', ['name: The field cannot be left blank']);
  const { name, priority, conditions, actions } = parsed.data;
  if (policy.rules?.some((rule) => rule !== except && rule.name === name)) {
    throw validationFailed('name', ['name: Policy rule name already in use']);
  }
  return {
    name,
    priority: priority ?? except?.priority,
    conditions: conditions ?? null,
    actions: actions ?? {},
  };
}

function list(call: Call): Answer {
  const policy = policyOf(call);
  const rules = [...(policy.rules ?? [])].sort((one, other) => one.priority - other.priority);
  return { status: 200, body: rules.map((rule) => view(call, policy, rule)) };
}

function create(call: Call): Answer {
  const policy = policyOf(call);
  const { priority, ...fields } = fieldsOf(call, policy);
  const now = timestamp();
  const own = (policy.rules ?? []).filter(({ system }) => !system);
  const status: LifecycleStatus = call.url.searchParams.get('activate') === 'false' ? 'INACTIVE' : 'ACTIVE';
  const rule: PolicyRule = {
    id: oktaIdentifier('rul'),
    status,
    ...fields,
    priority: priority ?? own.length,
    system: false,
    created: now,
    lastUpdated: now,
  };
  policy.rules = [...(policy.rules ?? []), rule];
  return { status: 200, body: view(call, policy, rule) };
}

function replace(call: Call): Answer {
  const policy = policyOf(call);
  const rule = ruleOf(call, policy);
  const { actions, ...fields } = fieldsOf(call, policy, rule);
  // Of Okta's own rule only what it does can be changed.
  Object.assign(rule, rule.system ? { actions } : { actions, ...fields }, { lastUpdated: timestamp() });
  return { status: 200, body: view(call, policy, rule) };
}

function ownRuleOf(call: Call, policy: Policy): PolicyRule {
  const rule = ruleOf(call, policy);
  if (rule.system) throw new ManagementError(403, 'E0000006', "Okta's own rule cannot be changed so.");
  return rule;
}

function remove(call: Call): Answer {
  const policy = policyOf(call);
  const rule = ownRuleOf(call, policy);
  policy.rules = policy.rules?.filter((kept) => kept !== rule) ?? [];
  return { status: 204 };
}

function changeStatus(call: Call, status: LifecycleStatus): Answer {
  const rule = ownRuleOf(call, policyOf(call));
  rule.status = status;
  rule.lastUpdated = timestamp();
  return { status: 204 };
}

const RULES = '/api/v1/policies/{policyId}/rules';
const RULE = `${RULES}/{ruleId}`;

/** @see https://developer.okta.com/docs/api/openapi/okta-management/management/tag/Policy/ */
export const policyRuleOperations: Operation[] = [
  { method: 'GET', path: RULES, scope: 'okta.policies.read', answer: list },
  { method: 'POST', path: RULES, scope: 'okta.policies.manage', answer: create },
  {
    method: 'GET',
    path: RULE,
    scope: 'okta.policies.read',
    answer(call) {
      const policy = policyOf(call);
      return { status: 200, body: view(call, policy, ruleOf(call, policy)) };
    },
  },
  { method: 'PUT', path: RULE, scope: 'okta.policies.manage', answer: replace },
  { method: 'DELETE', path: RULE, scope: 'okta.policies.manage', answer: remove },
  {
    method: 'POST',
    path: `${RULE}/lifecycle/activate`,
    scope: 'okta.policies.manage',
    answer: (call) => changeStatus(call, 'ACTIVE'),
  },
  {
    method: 'POST',
    path: `${RULE}/lifecycle/deactivate`,
    scope: 'okta.policies.manage',
    answer: (call) => changeStatus(call, 'INACTIVE'),
  },
];
