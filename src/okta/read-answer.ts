import type * as z from 'zod/mini';
import { OktaError } from './errors.ts';

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
  throw new OktaError(`Okta gave ${what} that is not as its API describes it${at}: ${message}.`, {
    status: 200,
    errorCode: undefined,
    requestId: undefined,
  });
}
