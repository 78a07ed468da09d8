import * as z from 'zod/mini';
import type { Okta } from './client.ts';
import { readAnswer } from './read-answer.ts';

const organizationSchema = z.object({
  _links: z.object({ alternate: z.optional(z.object({ href: z.url() })) }),
});

/**
 * The org's custom domain, as a URL without a slash at its end. It is public: no right is needed.
 * https://developer.okta.com/docs/api/openapi/okta-management/management/tag/OrgSettingMetadata/
 *
 * @returns undefined when the org has none
 * @throws OktaError, OktaUnreachableError
 */
export async function discoverCustomDomain(okta: Okta): Promise<string | undefined> {
  const json = await okta.readPublic('/.well-known/okta-organization', { to: 'tell its custom domain' });
  const href = readAnswer(organizationSchema, json, 'a description of the org')._links.alternate?.href;
  return href === undefined ? undefined : new URL(href).origin;
}
