import { z } from 'zod';
import { timestamp } from '../identifiers.ts';
import type { AnyApplication, GroupAssignment, User } from '../org.ts';
import { anyApplicationOf } from './apps.ts';
import { type Answer, type Call, json, type Operation, page, parameter } from './call.ts';
import { ManagementError, notFound, validationFailed } from './errors.ts';
import { groupOf, groupView } from './groups.ts';

const sentForGroup = z.object({
  priority: z.number().int().min(0).max(100).nullish(),
  profile: z.record(z.string(), z.unknown()).nullish(),
});

const sentForUser = z.object({ id: z.string() });

function groupAssignmentView(call: Call, application: AnyApplication, assignment: GroupAssignment): object {
  const { groupId, priority, profile, lastUpdated } = assignment;
  const group = call.org.groups.get(groupId);
  const embeds = call.url.searchParams.get('expand') === 'group' && group;
  return {
    id: groupId,
    lastUpdated,
    priority,
    profile,
    _links: {
      app: { href: `${call.origin}/api/v1/apps/${application.id}` },
      self: { href: `${call.origin}/api/v1/apps/${application.id}/groups/${groupId}` },
      group: { href: `${call.origin}/api/v1/groups/${groupId}` },
    },
    ...(embeds && { _embedded: { group: groupView(call.org, embeds, call.origin) } }),
  };
}

/** @throws ManagementError 404 for an inactive application, if the org hides its groups */
function applicationWithGroups(call: Call): AnyApplication {
  const application = anyApplicationOf(call);
  if (application.status === 'INACTIVE' && call.org.settings.inactiveGroups === 'not-found') {
    throw notFound(application.id, 'AppInstance');
  }
  return application;
}

/** @throws ManagementError 404 for an inactive application: Okta changes no groups of one */
function applicationForGroups(call: Call): AnyApplication {
  const application = anyApplicationOf(call);
  if (application.status === 'INACTIVE') throw notFound(application.id, 'AppInstance');
  return application;
}

function listGroups(call: Call): Answer {
  const application = applicationWithGroups(call);
  const start = call.url.searchParams.get('q')?.toLowerCase() ?? '';
  const found = [...application.groupAssignments.values()]
    .filter(({ groupId }) => call.org.groups.get(groupId)?.name.toLowerCase().startsWith(start))
    .sort((one, other) => one.priority - other.priority);
  const show = (assignment: GroupAssignment) => groupAssignmentView(call, application, assignment);
  return page(call, found, ({ groupId }) => groupId, show, { normal: 20, most: 200 });
}

function getGroup(call: Call): Answer {
  const application = applicationWithGroups(call);
  const assignment = application.groupAssignments.get(groupOf(call).id);
  if (!assignment) throw notFound(parameter(call, 'groupId'), 'GroupAppAssignment');
  return { status: 200, body: groupAssignmentView(call, application, assignment) };
}

function assignGroup(call: Call): Answer {
  const application = applicationForGroups(call);
  const group = groupOf(call);
  if (call.org.applications.get(application.id)?.document.settings.implicitAssignment) {
    throw validationFailed('GroupAppAssignment', [
      'It is not possible to assign groups to an AppInstance that has Federation Broker Mode enabled',
    ]);
  }
  const sent = sentForGroup.safeParse(json(call));
  if (!sent.success) {
    throw validationFailed(
      'priority',
      sent.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`),
    );
  }
  const before = application.groupAssignments.get(group.id);
  const assignment: GroupAssignment = {
    groupId: group.id,
    priority: sent.data.priority ?? before?.priority ?? application.groupAssignments.size,
    profile: sent.data.profile ?? before?.profile ?? {},
    lastUpdated: timestamp(),
  };
  application.groupAssignments.set(group.id, assignment);
  return { status: 200, body: groupAssignmentView(call, application, assignment) };
}

function unassignGroup(call: Call): Answer {
  const application = applicationForGroups(call);
  if (!application.groupAssignments.delete(groupOf(call).id)) {
    throw notFound(parameter(call, 'groupId'), 'GroupAppAssignment');
  }
  return { status: 204 };
}

function appUserView(call: Call, application: AnyApplication, user: User): object {
  const own = application.userAssignments.get(user.id);
  return {
    id: user.id,
    externalId: null,
    created: own ?? application.created,
    lastUpdated: own ?? application.created,
    scope: own ? 'USER' : 'GROUP',
    status: 'ACTIVE',
    statusChanged: own ?? application.created,
    passwordChanged: null,
    syncState: 'DISABLED',
    credentials: { userName: user.email },
    profile: profileInApplication(user),
    _links: {
      app: { href: `${call.origin}/api/v1/apps/${application.id}` },
      user: { href: `${call.origin}/api/v1/users/${user.id}` },
    },
  };
}

/** An OIDC application's own user profile, with what is not known as null. */
function profileInApplication(user: User): object {
  const unknown = [
    'street_address',
    'country',
    'website',
    'birthdate',
    'gender',
    'formatted',
    'profile',
    'locality',
    'middle_name',
    'picture',
    'nickname',
    'phone_number',
    'region',
    'postal_code',
  ];
  return {
    ...Object.fromEntries(unknown.map((name) => [name, null])),
    zoneinfo: 'America/Los_Angeles',
    given_name: user.firstName,
    locale: 'en_US',
    name: `${user.firstName} ${user.lastName}`,
    family_name: user.lastName,
    email: user.email,
  };
}

function listUsers(call: Call): Answer {
  const application = anyApplicationOf(call);
  const users = [...call.org.users.values()].filter(({ id }) => call.org.isAssigned(id, application));
  const show = (user: User) => appUserView(call, application, user);
  // Its links name the limit, also if the caller names none.
  if (!call.url.searchParams.has('limit')) call.url.searchParams.set('limit', '50');
  return page(call, users, ({ id }) => id, show, { normal: 50, most: 500 });
}

function assignUser(call: Call): Answer {
  const application = anyApplicationOf(call);
  const sent = sentForUser.safeParse(json(call));
  const user = sent.success ? call.org.users.get(sent.data.id) : undefined;
  if (!sent.success) throw new ManagementError(400, 'E0000003', 'The request body was not well-formed.');
  if (!user) throw notFound(sent.data.id, 'User');
  application.userAssignments.set(user.id, timestamp());
  return { status: 200, body: appUserView(call, application, user) };
}

function assignedUserOf(call: Call, application: AnyApplication): User {
  const id = parameter(call, 'userId');
  const user = call.org.users.get(id);
  if (!user || !call.org.isAssigned(id, application)) throw notFound(id, 'AppUser');
  return user;
}

function unassignUser(call: Call): Answer {
  const application = anyApplicationOf(call);
  application.userAssignments.delete(assignedUserOf(call, application).id);
  return { status: 204 };
}

const GROUPS = '/api/v1/apps/{appId}/groups';
const USERS = '/api/v1/apps/{appId}/users';

/** @see https://developer.okta.com/docs/api/openapi/okta-management/management/tag/ApplicationGroups/ */
export const assignmentOperations: Operation[] = [
  { method: 'GET', path: GROUPS, scope: 'okta.apps.read', answer: listGroups },
  { method: 'GET', path: `${GROUPS}/{groupId}`, scope: 'okta.apps.read', answer: getGroup },
  { method: 'PUT', path: `${GROUPS}/{groupId}`, scope: 'okta.apps.manage', answer: assignGroup },
  { method: 'DELETE', path: `${GROUPS}/{groupId}`, scope: 'okta.apps.manage', answer: unassignGroup },
  { method: 'GET', path: USERS, scope: 'okta.apps.read', answer: listUsers },
  { method: 'POST', path: USERS, scope: 'okta.apps.manage', answer: assignUser },
  {
    method: 'POST',
    path: `${USERS}/{userId}`,
    scope: 'okta.apps.manage',
    answer(call) {
      const application = anyApplicationOf(call);
      return { status: 200, body: appUserView(call, application, assignedUserOf(call, application)) };
    },
  },
  {
    method: 'GET',
    path: `${USERS}/{userId}`,
    scope: 'okta.apps.read',
    answer(call) {
      const application = anyApplicationOf(call);
      return { status: 200, body: appUserView(call, application, assignedUserOf(call, application)) };
    },
  },
  { method: 'DELETE', path: `${USERS}/{userId}`, scope: 'okta.apps.manage', answer: unassignUser },
];
