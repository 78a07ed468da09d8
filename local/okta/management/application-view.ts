import type { Application, Org } from '../org.ts';

/**
 * @param origin scheme, host and port for the links
 * @param show `secret` for the answer to create and to replace, the only ones that hold the client secret
 * @returns the application as Okta answers it
 */
export function applicationView(org: Org, application: Application, origin: string, show?: 'secret'): object {
  const { document, id, status } = application;
  const self = `${origin}/api/v1/apps/${id}`;
  const link = (href: string, ...allow: string[]) => ({ href, hints: { allow } });
  const change = status === 'ACTIVE' ? 'deactivate' : 'activate';
  const secret = application.secrets.find((each) => each.status === 'ACTIVE');
  return {
    id,
    orn: `orn:okta:idp:${org.id}:apps:${document.name}:${id}`,
    name: document.name,
    label: document.label,
    status,
    lastUpdated: application.lastUpdated,
    created: application.created,
    accessibility: document.accessibility,
    visibility: {
      ...document.visibility,
      appLinks: { oidc_client_link: true, ...document.visibility.appLinks },
    },
    features: [],
    signOnMode: document.signOnMode,
    ...(document.profile && { profile: document.profile }),
    credentials: {
      userNameTemplate: document.credentials.userNameTemplate,
      signing: { kid: 'org-signing-key' },
      oauthClient: {
        ...document.credentials.oauthClient,
        client_id: application.clientId,
        ...(show === 'secret' && secret && { client_secret: secret.value }),
      },
    },
    settings: {
      implicitAssignment: document.settings.implicitAssignment,
      ...(document.settings.inlineHookId && { inlineHookId: document.settings.inlineHookId }),
      notes: document.settings.notes,
      notifications: { vpn: { network: { connection: 'DISABLED' } } },
      oauthClient: document.settings.oauthClient,
    },
    _links: {
      self: { href: self },
      uploadLogo: link(`${self}/logo`, 'POST'),
      appLinks: [{ name: 'oidc_client_link', href: `${origin}/home/oidc_client/${id}`, type: 'text/html' }],
      logo: [{ name: 'medium', href: `${origin}/assets/default-app-logo.png`, type: 'image/png' }],
      users: link(`${self}/users`, 'GET'),
      groups: link(`${self}/groups`, 'GET'),
      policies: link(`${self}/policies`, 'GET'),
      accessPolicy: { href: `${origin}/api/v1/policies/${application.accessPolicyId}` },
      [change]: link(`${self}/lifecycle/${change}`, 'POST'),
    },
  };
}
