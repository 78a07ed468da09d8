import { describeAppClient } from '../../cognito/app-clients.ts';
import { allOf } from '../all-of.ts';
import type { Site } from './site.ts';

/** Cognito's rate for DescribeUserPoolClient is low, and the whole account shares it. */
const atOnce = 8;

/**
 * Disables a provider on every app client that lists it, except those that another step handles. An app client that lists a
 * missing provider refuses every later change.
 */
export async function disableElsewhere(
  { identity, cognito, appClientIds }: Site,
  except: readonly string[],
  disable: (clientId: string) => Promise<void>,
): Promise<void> {
  const waiting = ((await appClientIds) ?? []).filter((id) => !except.includes(id));
  const next = async (): Promise<void> => {
    for (let id = waiting.shift(); id !== undefined; id = waiting.shift()) {
      const client = await describeAppClient(cognito, identity.userPoolId, id);
      if (client?.supportedIdentityProviders.includes(identity.providerName)) await disable(id);
    }
  };
  await allOf(Array.from({ length: atOnce }, next));
}
