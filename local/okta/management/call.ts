import type { Org } from '../org.ts';
import { ManagementError, validationFailed } from './errors.ts';

/** Who calls the Management API: an administrator's API token, or a service app with the scopes of its token. */
export type Caller = { kind: 'token' } | { kind: 'service-app'; clientId: string; scopes: Set<string> };

/** One call of the Management API, taken apart. */
export interface Call {
  org: Org;
  /** Scheme, host and port that the caller used: Okta's links name the same. */
  origin: string;
  url: URL;
  /** What the path's placeholders stand for. */
  path: Record<string, string>;
  body: Buffer;
  caller: Caller;
}

export interface Answer {
  status: number;
  body?: unknown;
  headers?: Record<string, string | string[]> | undefined;
}

/** An operation: `POST /api/v1/apps/{appId}/lifecycle/activate` and what it does. */
export interface Operation {
  method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  path: string;
  /** The OAuth scope that a service app needs for it. */
  scope: string;
  answer(call: Call): Answer | Promise<Answer>;
}

/**
 * @returns the request's body as JSON, an empty object if there is none
 * @throws ManagementError 400 E0000003 for what is not JSON
 */
export function json(call: Call): unknown {
  if (call.body.length === 0) return {};
  try {
    return JSON.parse(call.body.toString('utf8'));
  } catch {
    throw new ManagementError(400, 'E0000003', 'The request body was not well-formed.');
  }
}

/** @returns the value of one of the path's placeholders */
export function parameter(call: Call, name: string): string {
  const value = call.path[name];
  if (value === undefined) throw new Error(`The path has no {${name}}.`);
  return value;
}

/**
 * Gives one page of a list, with Okta's `Link` headers.
 *
 * @param call whose query may hold `limit` (items) and `after` (the cursor: the last ID of the page before)
 * @param items the whole list, in its order
 * @param idOf what identifies an item
 * @param show what of an item is answered
 * @param size how many items a page holds when the caller does not say, and at most
 * @see https://developer.okta.com/docs/reference/core-okta-api/#pagination
 */
export function page<T>(
  call: Call,
  items: T[],
  idOf: (item: T) => string,
  show: (item: T) => unknown,
  size: { normal: number; most: number },
): Answer {
  const query = call.url.searchParams;
  const limit = limitOf(call, size);
  const after = query.get('after');
  const start = after === null ? 0 : items.findIndex((item) => idOf(item) === after) + 1;
  if (after !== null && start === 0) {
    throw new ManagementError(400, 'E0000029', 'Invalid paging request.', ['Invalid cursor.']);
  }
  const shown = items.slice(start, start + limit);
  const links = [`<${linkTo(call, {})}>; rel="self"`];
  const last = shown.at(-1);
  if (last !== undefined && start + limit < items.length) {
    links.push(`<${linkTo(call, { after: idOf(last), limit: String(limit) })}>; rel="next"`);
  }
  return { status: 200, body: shown.map(show), headers: { link: links } };
}

/**
 * @param size how many items an answer holds if the caller does not say, and at most
 * @returns how many items the answer holds
 * @throws ManagementError 400 for a `limit` out of bounds
 */
export function limitOf(call: Call, size: { normal: number; most: number }): number {
  const query = call.url.searchParams;
  const limit = query.has('limit') ? Number(query.get('limit')) : size.normal;
  if (!Number.isInteger(limit) || limit < 1 || limit > size.most) {
    throw validationFailed('limit', [`limit: must be between 1 and ${size.most}.`]);
  }
  return limit;
}

function linkTo(call: Call, changed: Record<string, string>): string {
  const target = new URL(call.url.pathname + call.url.search, call.origin);
  for (const [name, value] of Object.entries(changed)) target.searchParams.set(name, value);
  return target.href;
}
