import * as z from 'zod/mini';
import { isShownAs } from '../../cloudformation/shown-text.ts';

/** The properties that CloudFormation last gave resources of this stack, by physical ID. `undefined`: it shows none. */
export type StackEvidence = ReadonlyMap<string, Readonly<Record<string, unknown>> | undefined>;

const clientSchema = z.lazy(() => z.object({ SupportedIdentityProviders: z.optional(z.array(z.string())) }));

/**
 * Decides which app clients keep the provider although UserPoolClientIds no longer lists them. Pure.
 *
 *     CloudFormation says                          the provider
 *     the client names the provider by itself      stays: it is the template's own from now on
 *     the client names others only                 goes
 *     no client of this ID is in the stack         goes
 *     nothing of the client's properties           stays: to remove it could lock people out
 *
 * @param dropped that this resource had enabled the provider on.
 */
export function keptClients(
  dropped: readonly string[],
  providerName: string,
  evidence: StackEvidence,
): string[] {
  return dropped.filter((id) => {
    if (!evidence.has(id)) return false;
    const properties = evidence.get(id);
    if (!properties) return true;
    const client = clientSchema.safeParse(properties);
    if (!client.success) return true;
    return client.data.SupportedIdentityProviders?.some((shown) => isShownAs(providerName, shown)) === true;
  });
}
