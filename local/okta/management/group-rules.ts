import { z } from 'zod';
import { type Family, familyOperations, timesOf } from './family.ts';

const excluded = z.object({ exclude: z.array(z.string()).default([]) }).default({ exclude: [] });
const people = z
  .object({ users: excluded, groups: excluded })
  .default({ users: { exclude: [] }, groups: { exclude: [] } });

/** A rule is kept and shown, but adds no members to a group: no sign-in of the tests depends on one. */
const family: Family = {
  path: '/api/v1/groups/rules',
  scope: 'okta.groups',
  kind: 'GroupRule',
  prefix: '0pr',
  schema: z.object({
    type: z.literal('group_rule').default('group_rule'),
    name: z.string().min(1).max(50),
    conditions: z.object({
      people,
      expression: z.object({
        value: z.string().min(1),
        type: z.literal('urn:okta:expression:1.0').default('urn:okta:expression:1.0'),
      }),
    }),
    actions: z.object({ assignUserToGroups: z.object({ groupIds: z.array(z.string()).min(1) }) }),
  }),
  created: 200,
  deleted: 202,
  lifecycle: 'empty',
  newStatus: 'INACTIVE',
  mustBeInactive: true,
  view: (rule) => ({
    id: rule.id,
    status: rule.status,
    ...rule.fields,
    ...timesOf(rule),
    allGroupsValid: true,
  }),
  hasLinks: false,
};

/** @see https://developer.okta.com/docs/api/openapi/okta-management/management/tag/GroupRule/ */
export const groupRuleOperations = familyOperations(family);
