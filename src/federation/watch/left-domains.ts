import { isDeepStrictEqual } from 'node:util';
import type { Application } from '../../okta/applications.ts';
import type { Observed } from '../observe/observed.ts';
import type { Plan } from '../plan/steps.ts';

/**
 * Whether all there is to do is to remove redirect URIs of domains that the user pool had at the last deployment. That is no
 * drift: CloudFormation deletes a domain after the last event of a deployment. Pure.
 * @param plan for the properties last fulfilled. It removes only redirect URIs that this resource registered.
 */
export function onlyRemovesDomains(plan: Plan, { application, userPool }: Observed): boolean {
  const [step, ...others] = plan.flat();
  if (step?.do !== 'replaceApplication' || others.length > 0 || !application) return false;
  const before = redirectUrisOf(application.document);
  const after = redirectUrisOf(step.application);
  return (
    // A pool without a domain is a problem for a person to look at.
    userPool !== undefined &&
    userPool.domains.length > 0 &&
    after.every((uri) => before.includes(uri)) &&
    isDeepStrictEqual(withoutRedirectUris(step.application), withoutRedirectUris(application.document))
  );
}

function redirectUrisOf({ settings }: Application): readonly string[] {
  return settings?.oauthClient?.redirect_uris ?? [];
}

/** As JSON has it: without `undefined`. */
function withoutRedirectUris(application: Application): unknown {
  return JSON.parse(
    JSON.stringify(application, (key, value: unknown) => (key === 'redirect_uris' ? undefined : value)),
  );
}
