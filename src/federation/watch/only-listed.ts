import { atMost, atOnce } from '../../at-most.ts';
import { describeAppClient } from '../../cognito/app-clients.ts';
import type { Cognito } from '../../cognito/client.ts';
import { disable, type Plan } from '../plan/steps.ts';
import type { Place } from '../properties/identity.ts';

/**
 * A plan in which the provider is disabled on those app clients only that list it: on others, the step has no effect.
 * @param all the pool's app clients, for a step that is about all of them.
 */
export async function onlyListed(
  plan: Plan,
  cognito: Cognito,
  { userPoolId, providerName }: Place,
  all: readonly string[] = [],
): Promise<Plan> {
  const disables = plan.some((stage) => stage.some((step) => step.do === 'disableOnOtherAppClients'));
  const known = plan.flatMap((stage) =>
    stage.flatMap((step) => (step.do === 'disableOnAppClient' ? [step.userPoolClientId] : [])),
  );
  const clients = await atMost(atOnce, [...new Set([...known, ...(disables ? all : [])])], (id) =>
    describeAppClient(cognito, userPoolId, id),
  );
  const listing = clients.flatMap((client) =>
    client?.supportedIdentityProviders.includes(providerName) ? [client.id] : [],
  );
  const stages = plan.map((stage) =>
    stage.flatMap((step) => {
      if (step.do === 'disableOnAppClient') return listing.includes(step.userPoolClientId) ? [step] : [];
      if (step.do !== 'disableOnOtherAppClients') return [step];
      return listing.filter((id) => !step.except.includes(id)).map(disable);
    }),
  );
  return stages.filter((stage) => stage.length > 0);
}
