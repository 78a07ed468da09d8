import * as z from 'zod/mini';
import { isLoopback } from '../loopback.ts';
import type { Okta } from './client.ts';
import { OktaError, OktaUnreachableError } from './errors.ts';
import { readAnswer } from './read-answer.ts';

const linkSchema = z.lazy(() => z.optional(z.object({ href: z.url() })));
const organizationPath = '/.well-known/okta-organization';
const organizationSchema = z.lazy(() =>
  z.object({
    id: z.optional(z.string()),
    _links: z.object({ organization: linkSchema, alternate: linkSchema }),
  }),
);

/** An org, and its hosts as URLs without a slash at their end. */
export interface Organization {
  readonly id: string | undefined;
  /** Its own, such as `https://example.okta.com`. */
  readonly orgUrl: string | undefined;
  readonly customDomain: string | undefined;
}

/**
 * Reads an org's names. They are public: this needs no right.
 * https://developer.okta.com/docs/api/openapi/okta-management/management/tag/OrgSettingMetadata/
 *
 * @throws OktaError, OktaUnreachableError
 */
export async function describeOrganization(okta: Okta): Promise<Organization> {
  const json = await okta.readPublic(organizationPath, { to: 'describe its org' });
  const { id, _links } = readAnswer(organizationSchema, json, 'a description of the org');
  return { id, orgUrl: originOf(_links.organization), customDomain: originOf(_links.alternate) };
}

/** The org's custom domain; `undefined` if it has none. An org may have several; this is the one that Okta names. */
export async function discoverCustomDomain(okta: Okta): Promise<string | undefined> {
  return (await describeOrganization(okta)).customDomain;
}

/** Which host of an org it is; Okta names one custom domain, and an org may have others. */
export type HostOfOrg = 'org URL' | 'custom domain' | 'another custom domain';

/**
 * Finds out which of the org's hosts a URL has. Each of them describes the org by the same ID. The host itself says so: a
 * server that is not Okta's can name any ID. So a host that was found in an object must get no secret on this word alone.
 *
 * @param url may be any text; nothing but an https URL is asked (and one on loopback, if the org is there too)
 * @param mayAsk is asked before a host that the org does not name itself is called; `false` counts as none of the org's.
 * @returns undefined if it is not the org's, also if it does not answer as an Okta org does
 * @throws OktaError, OktaUnreachableError if the org itself does not answer
 */
export async function hostOfOrg(
  okta: Okta,
  url: string,
  mayAsk: () => Promise<boolean> = async () => true,
): Promise<HostOfOrg | undefined> {
  const host = URL.parse(url);
  if (!host) return undefined;
  if (host.origin === okta.orgUrl) return 'org URL';
  const local = isLoopback(host.hostname) && isLoopback(new URL(okta.orgUrl).hostname);
  if (host.protocol !== 'https:' && !local) return undefined;
  const { id, customDomain } = await describeOrganization(okta);
  if (host.origin === customDomain) return 'custom domain';
  if (id === undefined || !(await mayAsk())) return undefined;
  return id === (await idAt(okta, host.origin)) ? 'another custom domain' : undefined;
}

async function idAt(okta: Okta, origin: string): Promise<string | undefined> {
  try {
    const json = await okta.readPublicAt(origin, organizationPath, { to: 'describe its org' });
    return organizationSchema.safeParse(json).data?.id;
  } catch (error) {
    if (error instanceof OktaError || error instanceof OktaUnreachableError) return undefined;
    throw error;
  }
}

function originOf(link: z.infer<typeof linkSchema>): string | undefined {
  return link && new URL(link.href).origin;
}
