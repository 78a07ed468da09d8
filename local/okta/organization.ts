import type { Org } from './org.ts';

/**
 * The document at `/.well-known/okta-organization`.
 *
 * @param urls the org's own URL, and its custom domain's if it has one
 * @see https://developer.okta.com/docs/api/openapi/okta-management/management/tag/OrgSettingMetadata/
 */
export function organizationDocument({ id, settings }: Org, urls: { org: string; custom?: string }): object {
  return {
    id,
    cell: 'local',
    _links: {
      organization: { href: urls.org },
      ...(urls.custom !== undefined && { alternate: { href: urls.custom } }),
    },
    pipeline: settings.pipeline,
    settings: {
      analyticsCollectionEnabled: false,
      bugReportingEnabled: true,
      omEnabled: settings.pipeline === 'v1',
      pssoEnabled: false,
      desktopMFAEnabled: false,
      itpEnabled: false,
    },
  };
}
