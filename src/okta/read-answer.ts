import * as z from 'zod/mini';
import { OktaError } from './errors.ts';

/** A secret that Okta shows: to those who may not see it, it shows asterisks or nothing. */
export const shownSecret = z.string().check(z.regex(/[^*]/));

/**
 * Checks that an answer of Okta's has what is needed of it.
 *
 * @param what what the answer should be, such as "an application"
 * @throws OktaError that names the property at fault
 */
export function readAnswer<T>(schema: z.ZodMiniType<T>, json: unknown, what: string): T {
  const result = schema.safeParse(json);
  if (result.success) return result.data;
  const { path = [], message = '' } = result.error.issues[0] ?? {};
  const at = path.length > 0 ? ` at ${path.join('.')}` : '';
  throw new OktaError(
    `Okta returned ${what} that does not match its API's description${at}: ${message}. Check "orgUrl" in the Okta secret, and any proxy on the way.`,
    {
      status: 200,
      errorCode: undefined,
      requestId: undefined,
    },
  );
}

/**
 * Reads an item of a list. Okta's lists also hold other kinds of items, such as a directory among the applications. The
 * schema tells them apart.
 *
 * @returns undefined if it is not as the schema says
 */
export function readItem<T>(schema: z.ZodMiniType<T>, json: unknown): T | undefined {
  return schema.safeParse(json).data;
}
