import type { Application } from '../../okta/applications.ts';

/**
 * Says why an application is of a kind that cannot be adopted. Only an OIDC Web application that an administrator created can:
 * Okta's own applications, such as its Admin Console, are also OIDC applications, but show no type.
 * @see https://developer.okta.com/docs/api/openapi/okta-management/management/tag/Application/#tag/Application/operation/getApplication
 */
export function adoptableKindProblem(application: Application): string | undefined {
  const { id, name, signOnMode } = application;
  const type = application.settings?.oauthClient?.application_type;
  const isOidc = name === 'oidc_client' && signOnMode === 'OPENID_CONNECT';
  if (isOidc && type === 'web') return undefined;
  const is = isOidc
    ? `has the application type ${type ?? 'none'}`
    : `is of the kind ${name} (${signOnMode ?? 'no sign-on mode'})`;
  return `Adopt.ApplicationId: the Okta application ${id} ${is}, but only an OIDC Web application can be adopted. Set it to one that was created with the sign-in method OIDC and the application type Web Application.`;
}
