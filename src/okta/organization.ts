import * as z from 'zod/mini';
import type { Okta } from './client.ts';
import { readAnswer } from './read-answer.ts';

const linkSchema = z.optional(z.object({ href: z.url() }));
const organizationSchema = z.object({
  _links: z.object({ organization: linkSchema, alternate: linkSchema }),
});

/** An org's hosts, as URLs without a slash at their end. */
export interface Organization {
  /** Its own, such as `https://example.okta.com`. */
  readonly orgUrl: string | undefined;
  readonly customDomain: string | undefined;
}

/**
 * Asks an org what it is called. It is public: no right is needed.
 * https://developer.okta.com/docs/api/openapi/okta-management/management/tag/OrgSettingMetadata/
 *
 * @throws OktaError, OktaUnreachableError
 */
export async function describeOrganization(okta: Okta): Promise<Organization> {
  const json = await okta.readPublic('/.well-known/okta-organization', { to: 'tell its custom domain' });
  const { organization, alternate } = readAnswer(organizationSchema, json, 'a description of the org')._links;
  return { orgUrl: originOf(organization), customDomain: originOf(alternate) };
}

/** The org's custom domain; `undefined` when it has none. */
export async function discoverCustomDomain(okta: Okta): Promise<string | undefined> {
  return (await describeOrganization(okta)).customDomain;
}

function originOf(link: z.infer<typeof linkSchema>): string | undefined {
  return link && new URL(link.href).origin;
}
