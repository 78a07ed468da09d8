import type { Application, Org } from '../org.ts';
import type { OtherApplication } from '../other-applications.ts';
import type { ApplicationDocument } from './application-document.ts';

type OAuthClient = ApplicationDocument['settings']['oauthClient'];

/** What Okta says of Universal Logout for applications that could have it and do not use it. */
const UNIVERSAL_LOGOUT = {
  status: 'DISABLED',
  supportType: 'FULL',
  identityStack: 'NOT_SHARED',
  protocol: 'GLOBAL_TOKEN_REVOCATION',
};

/**
 * @param origin scheme, host and port for the links
 * @param show `secret` for the answer to create and to replace, the only ones that hold the client secret
 * @returns the application as Okta answers it
 */
export function applicationView(org: Org, application: Application, origin: string, show?: 'secret'): object {
  const { document, id } = application;
  const { accessibility, visibility, settings } = document;
  const secret = application.secrets.find((each) => each.status === 'ACTIVE');
  const isKeyClient = settings.oauthClient.jwks !== undefined;
  return {
    ...headOf(org, application),
    accessibility: {
      selfService: accessibility.selfService,
      errorRedirectUrl: accessibility.errorRedirectUrl ?? null,
      loginRedirectUrl: accessibility.loginRedirectUrl ?? null,
    },
    visibility: { ...visibility, appLinks: { oidc_client_link: true, ...visibility.appLinks } },
    features: [],
    signOnMode: document.signOnMode,
    credentials: {
      userNameTemplate: document.credentials.userNameTemplate,
      signing: { kid: 'org-signing-key' },
      oauthClient: {
        ...document.credentials.oauthClient,
        client_id: application.clientId,
        ...(show === 'secret' && secret && { client_secret: secret.value }),
      },
    },
    ...universalLogout(org, UNIVERSAL_LOGOUT),
    settings: {
      ...commonSettings(org, settings),
      app: settings.app,
      ...(settings.inlineHookId && { inlineHookId: settings.inlineHookId }),
      notes: { admin: settings.notes.admin ?? null, enduser: settings.notes.enduser ?? null },
      oauthClient: oauthClientView(org, settings.oauthClient),
    },
    ...(document.profile && { profile: document.profile }),
    _links: {
      ...linksOf(org, application, origin, document.name, ['oidc_client_link']),
      clientCredentials: [
        {
          name: isKeyClient ? 'jwks' : 'secrets',
          href: `${origin}/api/v1/apps/${id}/credentials/${isKeyClient ? 'jwks' : 'secrets'}`,
        },
      ],
    },
  };
}

/** @returns an application of another kind as Okta answers it */
export function otherApplicationView(org: Org, application: OtherApplication, origin: string): object {
  const { document, id } = application;
  const { name, signOnMode, credentials, settings, visibility } = document;
  const isSaml = signOnMode === 'SAML_2_0';
  const isCustom = document.appLinks.includes(`${name}_link`);
  return {
    ...headOf(org, application),
    accessibility: { selfService: false, errorRedirectUrl: null, loginRedirectUrl: null },
    visibility: {
      // Okta's own applications and directories cannot be launched.
      ...(document.hasNotes && { autoLaunch: false }),
      autoSubmitToolbar: false,
      hide: { iOS: false, web: false },
      ...visibility,
      appLinks: Object.fromEntries(document.appLinks.map((each) => [each, true])),
    },
    features: document.features,
    signOnMode,
    credentials: {
      // biome-ignore lint/suspicious/noTemplateCurlyInString: Okta's own expression, not JavaScript's
      userNameTemplate: { template: '${source.login}', type: 'BUILT_IN' },
      ...credentials,
      signing: isSaml || signOnMode === 'OPENID_CONNECT' ? { kid: 'org-signing-key' } : {},
    },
    // A custom SAML application could have it, an integration of the catalog could not.
    ...universalLogout(org, isCustom && isSaml ? UNIVERSAL_LOGOUT : { status: 'UNSUPPORTED' }),
    settings: {
      ...commonSettings(org, { implicitAssignment: false, manualProvisioning: false }),
      ...(document.hasNotes && { notes: { admin: null, enduser: null } }),
      ...settings,
    },
    _links: {
      ...(isSaml && {
        help: {
          href: `${origin}/admin/app/${name}/${id}/setup/help/SAML_2_0/instructions`,
          type: 'text/html',
        },
        metadata: { href: `${origin}/api/v1/apps/${id}/sso/saml/metadata`, type: 'application/xml' },
      }),
      ...linksOf(org, application, origin, name, document.appLinks),
    },
  };
}

/** @returns an application of any kind as a list or a GET shows it: without its client secret */
export function anyApplicationView(
  org: Org,
  application: Application | OtherApplication,
  origin: string,
): object {
  return 'clientId' in application
    ? applicationView(org, application, origin)
    : otherApplicationView(org, application, origin);
}

function headOf(
  org: Org,
  { id, document, status, created, lastUpdated }: Application | OtherApplication,
): object {
  return {
    id,
    orn: `orn:okta:idp:${org.id}:apps:${document.name}:${id}`,
    name: document.name,
    label: document.label,
    status,
    lastUpdated,
    created,
  };
}

function universalLogout({ settings }: Org, shown: object): object {
  if (settings.pipeline === 'v1' || settings.universalLogout === 'absent') return {};
  return { universalLogout: settings.universalLogout === 'null' ? null : shown };
}

function commonSettings(
  { settings: { pipeline, entitlements } }: Org,
  settings: Pick<ApplicationDocument['settings'], 'implicitAssignment' | 'manualProvisioning'> &
    Partial<Pick<ApplicationDocument['settings'], 'notifications'>>,
): object {
  const vpn = settings.notifications?.vpn;
  return {
    notifications: {
      vpn: {
        network: vpn?.network ?? { connection: 'DISABLED' },
        message: vpn?.message ?? null,
        helpUrl: vpn?.helpUrl ?? null,
      },
    },
    manualProvisioning: settings.manualProvisioning,
    implicitAssignment: settings.implicitAssignment,
    ...(pipeline === 'idx' && entitlements && { emOptInStatus: 'NONE' }),
  };
}

function oauthClientView({ settings }: Org, client: OAuthClient): object {
  const { consent_method, participate_slo, jwks, ...others } = client;
  const isClassic = settings.pipeline === 'v1';
  return {
    client_uri: null,
    logo_uri: null,
    redirect_uris: [],
    ...others,
    ...(!isClassic && settings.consentMethod === 'shown' && { consent_method }),
    ...(!isClassic && settings.singleLogout && { participate_slo }),
    ...(jwks && { jwks: { keys: jwks.keys.map(keyView) } }),
  };
}

/** Okta shows null for what an EC key was sent without, and for an RSA key's missing use. */
function keyView(key: NonNullable<OAuthClient['jwks']>['keys'][number]): object {
  return {
    ...key,
    kid: key.kid ?? null,
    use: key.use ?? null,
    ...(key.kty === 'EC' && { crv: key.crv ?? null }),
  };
}

function linksOf(
  { settings: { pipeline } }: Org,
  { id, status, accessPolicyId }: Application | OtherApplication,
  origin: string,
  name: string,
  appLinks: readonly string[],
): object {
  const self = `${origin}/api/v1/apps/${id}`;
  const change = status === 'ACTIVE' ? 'deactivate' : 'activate';
  return {
    uploadLogo: { href: `${self}/logo`, hints: { allow: ['POST'] } },
    appLinks: appLinks.map((each) => ({
      name: each,
      href: `${origin}/home/${name}/${id}/1`,
      type: 'text/html',
    })),
    // The Classic Engine has neither profile enrollment nor authentication policies.
    ...(pipeline === 'idx' && {
      profileEnrollment: { href: `${origin}/api/v1/policies/rstProfileEnrollment` },
      policies: { href: `${self}/policies`, hints: { allow: ['PUT'] } },
      accessPolicy: { href: `${origin}/api/v1/policies/${accessPolicyId}` },
    }),
    groups: { href: `${self}/groups` },
    logo: [{ name: 'medium', href: `${origin}/assets/default-app-logo.png`, type: 'image/png' }],
    users: { href: `${self}/users` },
    [change]: { href: `${self}/lifecycle/${change}` },
  };
}
