import type { User } from '../org.ts';
import { type Answer, type Call, type Operation, page, parameter } from './call.ts';
import { notFound } from './errors.ts';

/**
 * @param origin scheme, host and port for the links
 * @returns the user as Okta answers one
 */
export function userView(user: User, origin: string): object {
  return {
    id: user.id,
    status: 'ACTIVE',
    created: user.created,
    activated: user.created,
    statusChanged: user.created,
    lastLogin: null,
    lastUpdated: user.created,
    passwordChanged: user.created,
    type: { id: 'oty00000000000000000' },
    profile: {
      firstName: user.firstName,
      lastName: user.lastName,
      email: user.email,
      login: user.email,
      mobilePhone: null,
      secondEmail: null,
    },
    credentials: { password: {}, provider: { type: 'OKTA', name: 'OKTA' } },
    _links: { self: { href: `${origin}/api/v1/users/${user.id}` } },
  };
}

function list(call: Call): Answer {
  const start = call.url.searchParams.get('q')?.toLowerCase() ?? '';
  const found = [...call.org.users.values()].filter((user) =>
    [user.email, user.firstName, user.lastName].some((each) => each.toLowerCase().startsWith(start)),
  );
  return page(
    call,
    found,
    ({ id }) => id,
    (user) => userView(user, call.origin),
    { normal: 200, most: 200 },
  );
}

/** `me` is the administrator whose API token it is; here the first user of the org. */
function get(call: Call): Answer {
  const wanted = parameter(call, 'userId');
  const users = [...call.org.users.values()];
  const user = wanted === 'me' ? users[0] : users.find(({ id, email }) => id === wanted || email === wanted);
  if (!user) throw notFound(wanted, 'User');
  return { status: 200, body: userView(user, call.origin) };
}

/** @see https://developer.okta.com/docs/api/openapi/okta-management/management/tag/User/ */
export const userOperations: Operation[] = [
  { method: 'GET', path: '/api/v1/users', scope: 'okta.users.read', answer: list },
  { method: 'GET', path: '/api/v1/users/{userId}', scope: 'okta.users.read', answer: get },
];
