import type { Application } from './application-document.ts';

/** An application's document as Okta's PUT takes it. */
export function writable(application: Application): object {
  // The properties that the API's description marks as read-only.
  const { id, created, lastUpdated, status, orn, features, _links, _embedded, ...own } = application;
  const { expressConfiguration, universalLogout, profile, ...body } = own;
  const { settings } = application;
  return {
    ...body,
    // No null in a profile was ever seen to come back: what is null is not there.
    ...(profile && { profile: withoutNulls(profile) }),
    // Orgs of the Classic Engine do not show it; some refuse a PUT without it: terraform-provider-okta issues 122 and 188.
    ...(settings?.oauthClient && {
      settings: {
        ...settings,
        oauthClient: {
          ...settings.oauthClient,
          consent_method: settings.oauthClient.consent_method ?? 'TRUSTED',
        },
      },
    }),
  };
}

function withoutNulls(value: unknown): unknown {
  if (Array.isArray(value)) return value.filter((item) => item !== null).map(withoutNulls);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).filter(([, item]) => item !== null);
  return Object.fromEntries(entries.map(([key, item]) => [key, withoutNulls(item)]));
}
