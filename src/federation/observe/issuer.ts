import type { Allotment } from '../../cloudformation/deadline.ts';
import type { Okta } from '../../okta/client.ts';
import {
  describeOrganization,
  discoverCustomDomain,
  type HostOfOrg,
  hostOfOrg,
} from '../../okta/organization.ts';
import { allOf } from '../all-of.ts';
import { OktaRateLimitError } from '../ask-okta.ts';
import type { Properties } from '../properties/properties.ts';
import { discover, type IssuerProblem, type Metadata } from './discovery.ts';

/** @see https://developer.okta.com/docs/api/openapi/okta-management/management/tag/Application/#tag/Application/operation/createApplication */
export type IssuerMode = 'ORG_URL' | 'CUSTOM_URL' | 'DYNAMIC';

export function asIssuerMode(mode: string | undefined): IssuerMode | undefined {
  return mode === 'ORG_URL' || mode === 'CUSTOM_URL' || mode === 'DYNAMIC' ? mode : undefined;
}

/** The issuer of an adopted provider and its application. It stays if the template names none. */
export interface AdoptedIssuer {
  readonly url: string;
  /** The value to restore, if a template had set another; `undefined` leaves the current value. */
  readonly mode: IssuerMode | undefined;
  /**
   * Whether the issuer's host may have the application's client secret: it has it already, or an adoption has accepted it.
   * A custom domain that Okta does not name proves itself by nothing else that an impostor could not say too.
   */
  readonly mayHaveSecret: () => Promise<boolean>;
}

/** Who issues the tokens, or why this is unknown. */
export type Issuer =
  | {
      readonly url: string;
      /** What the application is set to; `undefined` if an adopted one keeps what it has. */
      readonly mode: IssuerMode | undefined;
      /** `undefined` if it was not read: `Verify` is false. */
      readonly metadata: Metadata | undefined;
    }
  | IssuerProblem;

/**
 * Finds the issuer that the template names, and asks it for its discovery document before anything is made.
 * @param adopted what the template adopts, or has adopted.
 * @throws OktaError, OktaUnreachableError
 */
export async function observeIssuer(
  okta: Okta,
  properties: Properties,
  adopted: AdoptedIssuer | undefined,
  time: Allotment,
): Promise<Issuer> {
  const issuer = await locate(okta, properties.Issuer, adopted);
  if ('problem' in issuer || properties.Verify === 'None') return issuer;
  const [metadata, misnamed] = await allOf([
    discover(issuer.url, time),
    issuer.mode === 'ORG_URL' && issuer.url === okta.orgUrl ? customDomainInSecret(okta) : undefined,
  ]);
  if (misnamed) return { problem: misnamed };
  if (!('problem' in metadata)) return { ...issuer, metadata };
  // An issuer that gave no answer may still be right, so it is not looked for elsewhere.
  const elsewhere = metadata.unanswered ? undefined : await atCustomDomain(okta, issuer.url, time);
  return elsewhere ?? withPropertyName(metadata);
}

/** As the answer to a template says it. */
export function withPropertyName({ problem, unanswered }: IssuerProblem): IssuerProblem {
  return { problem: `Issuer: ${problem}`, unanswered };
}

/** With the org's custom domain for its own URL, discovery names that, and the tokens the other: Cognito would refuse them. */
async function customDomainInSecret(okta: Okta): Promise<string | undefined> {
  // Discovery reports whether the org can be reached.
  const { orgUrl } = await describeOrganization(okta).catch(() => ({ orgUrl: undefined }));
  return orgUrl === undefined || orgUrl === okta.orgUrl
    ? undefined
    : `Issuer: the orgUrl in the Okta secret, ${okta.orgUrl}, is the custom domain of ${orgUrl}. Set orgUrl to ${orgUrl}, or set Issuer to CustomUrl.`;
}

/** A custom authorization server may be set to issue at the org's custom domain only. */
async function atCustomDomain(okta: Okta, issuer: string, time: Allotment): Promise<Issuer | undefined> {
  const path = issuer.startsWith(`${okta.orgUrl}/oauth2/`) && issuer.slice(okta.orgUrl.length);
  const customDomain = path && (await discoverCustomDomain(okta));
  if (!customDomain) return undefined;
  const url = `${customDomain}${path}`;
  const metadata = await discover(url, time);
  if (!('problem' in metadata)) return { url, mode: 'ORG_URL', metadata };
  return metadata.unanswered instanceof OktaRateLimitError ? withPropertyName(metadata) : undefined;
}

async function locate(
  okta: Okta,
  choice: string | undefined,
  adopted: AdoptedIssuer | undefined,
): Promise<Issuer> {
  if (choice === undefined && adopted) return adoptedIssuer(okta, adopted);
  switch (choice) {
    case undefined:
    case 'OrgUrl':
      return { url: okta.orgUrl, mode: 'ORG_URL', metadata: undefined };
    // The issuer follows the host that it is asked at, and Cognito asks at this one.
    case 'Dynamic':
      return { url: okta.orgUrl, mode: 'DYNAMIC', metadata: undefined };
    case 'CustomUrl': {
      const customDomain = await discoverCustomDomain(okta);
      return customDomain
        ? { url: customDomain, mode: 'CUSTOM_URL', metadata: undefined }
        : { problem: `Issuer: the Okta org ${okta.orgUrl} has no custom domain. Set Issuer to OrgUrl.` };
    }
    // https://developer.okta.com/docs/concepts/auth-servers/
    default:
      if (URL.canParse(choice)) return named(okta, choice);
      return { url: `${okta.orgUrl}/oauth2/${choice}`, mode: 'ORG_URL', metadata: undefined };
  }
}

/**
 * An issuer's whole URL: only the org's own are asked. A host proves itself by the org's ID, which an impostor could say too:
 * so the operator can list the custom domains in the Okta secret, and then no other is asked.
 */
async function named(okta: Okta, url: string): Promise<Issuer> {
  const { customDomains, orgUrl } = okta;
  const host = await hostOfOrg(okta, url, async () => customDomains?.includes(new URL(url).origin) ?? true);
  if (!host) {
    const unlisted = customDomains
      ? ' If it is a custom domain of the org, add it to "customDomains" in the Okta secret.'
      : '';
    return {
      problem: `Issuer: ${url} does not belong to Okta org ${orgUrl}. Correct Issuer, or set OktaSecretId to the secret of that org.${unlisted}`,
    };
  }
  return { url, mode: url.includes('/oauth2/') ? 'ORG_URL' : modes[host], metadata: undefined };
}

/** If the org has several custom domains, the issuer is the one that Cognito calls. */
const modes: Record<HostOfOrg, IssuerMode> = {
  'org URL': 'ORG_URL',
  'custom domain': 'CUSTOM_URL',
  'another custom domain': 'DYNAMIC',
};

/** A provider made by hand may name any address: only the org's own are called, and one that has the client secret already. */
async function adoptedIssuer(okta: Okta, { url, mode, mayHaveSecret }: AdoptedIssuer): Promise<Issuer> {
  if (await hostOfOrg(okta, url, mayHaveSecret)) return { url, mode, metadata: undefined };
  return {
    problem: `Issuer: the provider to adopt has the issuer ${url}, which does not belong to Okta org ${okta.orgUrl}. Set Issuer to an issuer of that org, or set OktaSecretId to the secret of the issuer's org.`,
  };
}
