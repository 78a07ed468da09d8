import * as z from 'zod/mini';
import type { Application } from './applications.ts';
import type { Okta } from './client.ts';
import { collect } from './pages.ts';
import { readItem } from './read-answer.ts';

/** What Okta's console calls an authentication policy, or an app sign-in policy. Only orgs on Identity Engine have them. */
export interface AccessPolicy {
  readonly id: string;
  readonly name: string;
  readonly status: string;
  /** The one that an application has unless an administrator chooses another. */
  readonly isDefault: boolean;
}

const policySchema = z.lazy(() =>
  z.pipe(
    z.object({ id: z.string(), name: z.string(), status: z.string(), system: z.optional(z.boolean()) }),
    z.transform(({ system = false, ...policy }): AccessPolicy => ({ ...policy, isDefault: system })),
  ),
);

/**
 * Lists the org's authentication policies.
 * https://developer.okta.com/docs/api/openapi/okta-management/management/tag/Policy/#tag/Policy/operation/listPolicies
 *
 * @throws FeatureUnavailableError if the org has none, being on Classic Engine; OktaError, OktaUnreachableError
 */
export async function listAccessPolicies(okta: Okta): Promise<AccessPolicy[]> {
  const { policies } = okta.to({ to: 'list the authentication policies', needs: 'okta.policies.read' });
  return collect(policies.listPolicies({ type: 'ACCESS_POLICY' }), (json) => readItem(policySchema, json));
}

/**
 * Finds the authentication policies of exactly this name (compared in Unicode NFC), or the one of this ID.
 *
 * @throws as `listAccessPolicies`
 */
export async function findAccessPolicies(okta: Okta, nameOrId: string): Promise<AccessPolicy[]> {
  const all = await listAccessPolicies(okta);
  const byId = all.filter(({ id }) => id === nameOrId);
  const name = nameOrId.normalize('NFC');
  return byId.length > 0 ? byId : all.filter((policy) => policy.name.normalize('NFC') === name);
}

/**
 * Makes an application use this policy instead of the one that it has; a repeat changes nothing.
 * https://developer.okta.com/docs/api/openapi/okta-management/management/tag/ApplicationPolicies/#tag/ApplicationPolicies/operation/assignApplicationPolicy
 *
 * @throws OktaError, OktaUnreachableError
 */
export async function assignAccessPolicy(okta: Okta, applicationId: string, policyId: string): Promise<void> {
  const to = `assign the authentication policy ${policyId} to the application ${applicationId}`;
  const { applications } = okta.to({ to, needs: 'okta.apps.manage' });
  await applications.assignApplicationPolicy({ appId: applicationId, policyId });
}

/** The ID of the policy that an application uses; `undefined` on Classic Engine, which has none. */
export function accessPolicyIdOf(application: Application): string | undefined {
  const href = application._links?.accessPolicy?.href;
  return href === undefined ? undefined : /\/api\/v1\/policies\/([^/?#]+)$/.exec(href)?.[1];
}
