import { z } from 'zod';
import { randomSecret } from '../identifiers.ts';
import type { Org, User } from '../org.ts';
import { type Answer, type Call, json, type Operation, page, parameter } from './call.ts';
import { type ManagementError, notFound, validationFailed } from './errors.ts';

const text = z.string().min(1);

const profile = z.looseObject({ firstName: text, lastName: text, email: z.email(), login: z.email() });

const sent = z.object({
  profile,
  credentials: z.object({ password: z.object({ value: z.string().optional() }).optional() }).nullish(),
  groupIds: z.array(z.string()).nullish(),
});

const changes = z.object({ profile: z.looseObject({}).optional() });

/**
 * @param origin scheme, host and port for the links
 * @returns the user as Okta answers one
 */
export function userView(user: User, origin: string): object {
  const self = `${origin}/api/v1/users/${user.id}`;
  const act = (path: string) => ({ href: `${self}/lifecycle/${path}`, method: 'POST' });
  const { status = 'ACTIVE' } = user;
  return {
    id: user.id,
    status,
    created: user.created,
    activated: user.created,
    statusChanged: user.created,
    lastLogin: null,
    lastUpdated: user.created,
    passwordChanged: status === 'ACTIVE' ? user.created : null,
    type: { id: 'oty00000000000000000' },
    profile: {
      firstName: user.firstName,
      lastName: user.lastName,
      mobilePhone: null,
      secondEmail: null,
      ...user.attributes,
      login: user.email,
      email: user.email,
    },
    credentials: {
      // A user who has set no password yet has none to show.
      ...(status === 'ACTIVE' && { password: {} }),
      provider: { type: 'OKTA', name: 'OKTA' },
    },
    _links: {
      suspend: act('suspend'),
      schema: { href: `${origin}/api/v1/meta/schemas/user/osc00000000000000000` },
      resetPassword: act('reset_password'),
      ...(status === 'PROVISIONED' && { reactivate: act('reactivate') }),
      self: { href: self },
      type: { href: `${origin}/api/v1/meta/types/user/oty00000000000000000` },
      deactivate: act('deactivate'),
    },
  };
}

function list(call: Call): Answer {
  const start = call.url.searchParams.get('q')?.toLowerCase() ?? '';
  const found = [...call.org.users.values()].filter((user) =>
    [user.email, user.firstName, user.lastName].some((each) => each.toLowerCase().startsWith(start)),
  );
  const show = (user: User) => userView(user, call.origin);
  return page(call, found, ({ id }) => id, show, { normal: 200, most: 200 });
}

/** `me` is the administrator whose API token it is; here the first user of the org. */
function userOf(call: Call): User {
  const wanted = parameter(call, 'userId');
  const users = [...call.org.users.values()];
  const user = wanted === 'me' ? users[0] : users.find(({ id, email }) => id === wanted || email === wanted);
  if (!user) throw notFound(wanted, 'User');
  return user;
}

function get(call: Call): Answer {
  return { status: 200, body: userView(userOf(call), call.origin) };
}

function refuse(error: z.ZodError): ManagementError {
  const field = String(error.issues[0]?.path.at(-1) ?? 'profile');
  return validationFailed(field, [`${field}: The field cannot be left blank`]);
}

function fieldsOf(
  given: z.infer<typeof profile>,
): Pick<User, 'email' | 'firstName' | 'lastName' | 'attributes'> {
  const { firstName, lastName, login, email: _email, ...others } = given;
  const known = Object.entries(others).filter(([, value]) => value !== null && value !== undefined);
  return { email: login.toLowerCase(), firstName, lastName, attributes: Object.fromEntries(known) };
}

function checkLogin({ users }: Org, login: string, except?: User): void {
  if (![...users.values()].some((user) => user !== except && user.email === login)) return;
  throw validationFailed('login', [
    'login: An object with this field already exists in the current organization',
  ]);
}

function create(call: Call): Answer {
  const parsed = sent.safeParse(json(call));
  if (!parsed.success) throw refuse(parsed.error);
  const fields = fieldsOf(parsed.data.profile);
  checkLogin(call.org, fields.email);
  const password = parsed.data.credentials?.password?.value;
  const groups = (parsed.data.groupIds ?? []).map((id) => {
    const group = call.org.groups.get(id);
    if (!group) throw notFound(id, 'UserGroup');
    return group.name;
  });
  const activates = call.url.searchParams.get('activate') !== 'false';
  const user = call.org.addUser({ ...fields, password: password ?? randomSecret() }, groups);
  // A user who has still to set a password.
  if (password === undefined || !activates) user.status = 'PROVISIONED';
  return { status: 200, body: userView(user, call.origin) };
}

/** POST changes the attributes that it names, PUT replaces the profile. */
function update(call: Call, before: object): Answer {
  const user = userOf(call);
  const parsed = changes.safeParse(json(call));
  const whole = profile.safeParse({ ...before, ...parsed.data?.profile });
  if (!whole.success) throw refuse(whole.error);
  const fields = fieldsOf(whole.data);
  checkLogin(call.org, fields.email, user);
  Object.assign(user, fields);
  return { status: 200, body: userView(user, call.origin) };
}

function profileOf({ email, firstName, lastName, attributes }: User): object {
  return { ...attributes, firstName, lastName, email, login: email };
}

/** The first DELETE deactivates a user, the second one deletes. */
function remove(call: Call): Answer {
  const user = userOf(call);
  if (user.status !== 'DEPROVISIONED') {
    user.status = 'DEPROVISIONED';
    return { status: 204 };
  }
  call.org.users.delete(user.id);
  for (const { members } of call.org.groups.values()) members.delete(user.id);
  for (const { userAssignments } of call.org.applications.values()) userAssignments.delete(user.id);
  return { status: 204 };
}

function deactivate(call: Call): Answer {
  userOf(call).status = 'DEPROVISIONED';
  return { status: 200, body: {} };
}

const USERS = '/api/v1/users';
const USER = `${USERS}/{userId}`;

/** @see https://developer.okta.com/docs/api/openapi/okta-management/management/tag/User/ */
export const userOperations: Operation[] = [
  { method: 'GET', path: USERS, scope: 'okta.users.read', answer: list },
  { method: 'POST', path: USERS, scope: 'okta.users.manage', answer: create },
  { method: 'GET', path: USER, scope: 'okta.users.read', answer: get },
  {
    method: 'POST',
    path: USER,
    scope: 'okta.users.manage',
    answer: (call) => update(call, profileOf(userOf(call))),
  },
  { method: 'PUT', path: USER, scope: 'okta.users.manage', answer: (call) => update(call, {}) },
  { method: 'DELETE', path: USER, scope: 'okta.users.manage', answer: remove },
  { method: 'POST', path: `${USER}/lifecycle/deactivate`, scope: 'okta.users.manage', answer: deactivate },
];
