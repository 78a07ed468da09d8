import { z } from 'zod';
import { timestamp } from '../identifiers.ts';
import type { Group, Org } from '../org.ts';
import { type Answer, type Call, json, limitOf, type Operation, page, parameter } from './call.ts';
import { ManagementError, notFound, validationFailed } from './errors.ts';
import { matcher } from './expression.ts';
import { userView } from './users.ts';

const sent = z.object({
  profile: z.looseObject({ name: z.string().min(1).max(255), description: z.string().nullish() }),
});

/** @throws ManagementError 404 if the path's `{groupId}` names no group */
export function groupOf(call: Call): Group {
  const id = parameter(call, 'groupId');
  const group = call.org.groups.get(id);
  if (!group) throw notFound(id, 'UserGroup');
  return group;
}

/**
 * @param origin scheme, host and port for the links
 * @returns the group as Okta answers it
 */
export function groupView(org: Org, group: Group, origin: string): object {
  const self = `${origin}/api/v1/groups/${group.id}`;
  return {
    id: group.id,
    created: group.created,
    lastUpdated: group.lastUpdated,
    lastMembershipUpdated: group.lastMembershipUpdated,
    objectClass: ['okta:user_group'],
    type: group.type,
    profile: { name: group.name, description: group.description },
    _links: {
      logo: ['medium', 'large'].map((name) => ({
        name,
        href: `${origin}/assets/okta-${name}.png`,
        type: 'image/png',
      })),
      ...(org.settings.pipeline === 'idx' &&
        org.settings.groupOwners && { owners: { href: `${self}/owners` } }),
      users: { href: `${self}/users` },
      apps: { href: `${self}/apps` },
    },
  };
}

function list(call: Call): Answer {
  const query = call.url.searchParams;
  const start = query.get('q')?.toLowerCase() ?? '';
  const expressions = [query.get('search'), query.get('filter')].filter((each) => each !== null);
  const matchers = expressions.map((expression) => matcher(expression, attributeValues));
  const found = [...call.org.groups.values()]
    .filter(({ name }) => name.toLowerCase().startsWith(start))
    .filter((group) => matchers.every((matches) => matches(group)));
  const show = (group: Group) => groupView(call.org, group, call.origin);
  // An answer to `q` is one page, with no Link header: results beyond the limit are not available.
  if (start !== '') {
    const limit = limitOf(call, { normal: 300, most: 10_000 });
    return { status: 200, body: found.slice(0, limit).map(show) };
  }
  return page(call, found, ({ id }) => id, show, { normal: 10_000, most: 10_000 });
}

function attributeValues(group: Group, attribute: string): string[] | undefined {
  switch (attribute) {
    case 'id':
      return [group.id];
    case 'type':
      return [group.type];
    case 'profile.name':
      return [group.name];
    case 'profile.description':
      return group.description === null ? [] : [group.description];
    default:
      return undefined;
  }
}

function profileOf(call: Call, except?: Group): { name: string; description: string | null } {
  const parsed = sent.safeParse(json(call));
  if (!parsed.success) throw validationFailed('name', ['name: The field cannot be left blank']);
  const { name, description } = parsed.data.profile;
  // Okta refuses a second group of one name that it masters itself; imported groups may share theirs.
  if ([...call.org.groups.values()].some((group) => group !== except && group.name === name)) {
    throw validationFailed('name', [
      'name: An object with this field already exists in the current organization',
    ]);
  }
  return { name, description: description ?? null };
}

function create(call: Call): Answer {
  const { name, description } = profileOf(call);
  return {
    status: 200,
    body: groupView(call.org, call.org.addGroup(name, 'OKTA_GROUP', description), call.origin),
  };
}

function ownGroupOf(call: Call): Group {
  const group = groupOf(call);
  if (group.type !== 'OKTA_GROUP') {
    throw new ManagementError(403, 'E0000068', 'Operation on this group is not allowed: Okta masters it.');
  }
  return group;
}

function replace(call: Call): Answer {
  const group = ownGroupOf(call);
  Object.assign(group, profileOf(call, group), { lastUpdated: timestamp() });
  return { status: 200, body: groupView(call.org, group, call.origin) };
}

/** A deleted group takes its assignments to applications along. */
function remove(call: Call): Answer {
  const group = ownGroupOf(call);
  call.org.groups.delete(group.id);
  for (const application of call.org.applications.values()) application.groupAssignments.delete(group.id);
  return { status: 204 };
}

function members(call: Call): Answer {
  const users = [...groupOf(call).members].flatMap((id) => call.org.users.get(id) ?? []);
  return page(
    call,
    users,
    ({ id }) => id,
    (user) => userView(user, call.origin),
    { normal: 1000, most: 1000 },
  );
}

const GROUP = '/api/v1/groups/{groupId}';

/** @see https://developer.okta.com/docs/api/openapi/okta-management/management/tag/Group/ */
export const groupOperations: Operation[] = [
  { method: 'GET', path: '/api/v1/groups', scope: 'okta.groups.read', answer: list },
  { method: 'POST', path: '/api/v1/groups', scope: 'okta.groups.manage', answer: create },
  {
    method: 'GET',
    path: GROUP,
    scope: 'okta.groups.read',
    answer: (call) => ({ status: 200, body: groupView(call.org, groupOf(call), call.origin) }),
  },
  { method: 'PUT', path: GROUP, scope: 'okta.groups.manage', answer: replace },
  { method: 'DELETE', path: GROUP, scope: 'okta.groups.manage', answer: remove },
  { method: 'GET', path: `${GROUP}/users`, scope: 'okta.groups.read', answer: members },
];
