import * as z from 'zod/mini';
import { isShownAs } from '../../cloudformation/shown-text.ts';

/** What CloudFormation says of the resources of this stack. */
export interface StackEvidence {
  /** The properties that it last gave them, by physical ID. */
  readonly found: ReadonlyMap<string, Readonly<Record<string, unknown>>>;
  /** Whether it has shown all of the stack's events. */
  readonly isWhole: boolean;
}

const clientSchema = z.lazy(() => z.object({ SupportedIdentityProviders: z.optional(z.array(z.string())) }));

/**
 * Decides which app clients keep the provider although UserPoolClientIds does not list them any more. Pure.
 *
 *     CloudFormation says                          the provider
 *     the client names the provider by itself      stays: it is the template's own from now on
 *     the client names others only                 goes
 *     no client of this ID is in the stack         goes
 *     nothing, or not all                          stays: to remove it could lock people out
 *
 * @param dropped that this resource had enabled the provider on.
 */
export function keptClients(
  dropped: readonly string[],
  providerName: string,
  evidence: StackEvidence | undefined,
): string[] {
  if (!evidence) return [...dropped];
  return dropped.filter((id) => {
    const properties = evidence.found.get(id);
    if (!properties) return !evidence.isWhole;
    const client = clientSchema.safeParse(properties);
    if (!client.success) return true;
    return client.data.SupportedIdentityProviders?.some((shown) => isShownAs(providerName, shown)) === true;
  });
}
