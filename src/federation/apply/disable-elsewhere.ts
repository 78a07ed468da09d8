import { atMost, atOnce } from '../../at-most.ts';
import { describeAppClient } from '../../cognito/app-clients.ts';
import type { Site } from './site.ts';

/**
 * Disables a provider on every app client that lists it, except those that another step handles. An app client that lists a
 * missing provider refuses every later change.
 */
export async function disableElsewhere(
  { identity, cognito, appClientIds }: Site,
  except: readonly string[],
  disable: (clientId: string) => Promise<void>,
): Promise<void> {
  const others = ((await appClientIds) ?? []).filter((id) => !except.includes(id));
  await atMost(atOnce, others, async (id) => {
    const client = await describeAppClient(cognito, identity.userPoolId, id);
    if (client?.supportedIdentityProviders.includes(identity.providerName)) await disable(id);
  });
}
