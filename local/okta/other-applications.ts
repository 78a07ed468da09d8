import type { AnyApplication, LifecycleStatus } from './any-application.ts';
import { oktaIdentifier, timestamp } from './identifiers.ts';

/** How users sign in to an application of another kind than OIDC; null is a directory, which has no sign-in. */
export type OtherSignOnMode =
  | 'AUTO_LOGIN'
  | 'BASIC_AUTH'
  | 'BOOKMARK'
  | 'BROWSER_PLUGIN'
  | 'OPENID_CONNECT'
  | 'SAML_1_1'
  | 'SAML_2_0'
  | 'SECURE_PASSWORD_STORE'
  | 'WS_FEDERATION'
  | null;

/** What is particular to an application of another kind. */
export interface OtherApplicationDocument {
  /** The integration's name in Okta's catalog, or one that Okta makes up for a custom one. */
  name: string;
  label: string;
  signOnMode: OtherSignOnMode;
  features: readonly string[];
  credentials: Readonly<Record<string, unknown>>;
  /** Without `notes` and the others that all kinds have. */
  settings: Readonly<Record<string, unknown>>;
  visibility: Readonly<Record<string, unknown>>;
  /** Names of its links on users' dashboards. */
  appLinks: readonly string[];
  /** Okta's own applications show no notes. */
  hasNotes: boolean;
}

/** An application that is not an OIDC client made by an administrator: SAML, a bookmark, a directory, Okta's own console. */
export interface OtherApplication extends AnyApplication {
  document: OtherApplicationDocument;
  /** Whether it was there before anyone created one. */
  seeded: boolean;
}

/**
 * @param document what is particular to it; what it leaves out is empty
 * @param more its status, its policy, and whether it was there first
 * @returns an application of another kind
 */
export function otherApplication(
  document: Pick<OtherApplicationDocument, 'name' | 'label' | 'signOnMode'> &
    Partial<OtherApplicationDocument>,
  more: { accessPolicyId: string; status?: LifecycleStatus; seeded?: boolean },
): OtherApplication {
  const now = timestamp();
  return {
    id: oktaIdentifier('0oa'),
    status: more.status ?? 'ACTIVE',
    created: now,
    lastUpdated: now,
    groupAssignments: new Map(),
    userAssignments: new Map(),
    accessPolicyId: more.accessPolicyId,
    hiddenUntil: 0,
    earlyCalls: 0,
    seeded: more.seeded ?? false,
    document: {
      features: [],
      credentials: {},
      settings: { app: {} },
      visibility: {},
      appLinks: document.signOnMode === null ? [] : ['login'],
      hasNotes: true,
      ...document,
    },
  };
}

/** @returns the applications that an org has beside its OIDC clients: Okta's own three, and one of each other kind */
export function seededApplications(accessPolicyId: string): OtherApplication[] {
  const own = (name: string, label: string, link: string) =>
    ({ name, label, signOnMode: 'OPENID_CONNECT', appLinks: [link], hasNotes: false }) as const;
  const documents: (Parameters<typeof otherApplication>[0] & { status?: LifecycleStatus })[] = [
    own('saasure', 'Okta Admin Console', 'admin'),
    own('okta_enduser', 'Okta Dashboard', 'login'),
    own('okta_browser_plugin', 'Okta Browser Plugin', 'login'),
    {
      name: 'local_wiki_1',
      label: 'Company wiki',
      signOnMode: 'SAML_2_0',
      settings: { app: {}, signOn: samlSettings('https://wiki.example.com/saml/acs') },
      appLinks: ['local_wiki_1_link'],
    },
    {
      name: 'local_crm_1',
      label: 'Old CRM',
      signOnMode: 'SAML_2_0',
      status: 'INACTIVE',
      settings: { app: {}, signOn: samlSettings('https://crm.example.com/saml/acs') },
      appLinks: ['local_crm_1_link'],
    },
    {
      name: 'bookmark',
      label: 'Canteen menu',
      signOnMode: 'BOOKMARK',
      settings: { app: { requestIntegration: false, url: 'https://canteen.example.com/menu' } },
    },
    {
      name: 'template_swa',
      label: 'Parking permits',
      signOnMode: 'BROWSER_PLUGIN',
      credentials: { scheme: 'EDIT_USERNAME_AND_PASSWORD', revealPassword: false },
      settings: {
        app: {
          loginUrlRegex: null,
          usernameField: 'name',
          redirectUrl: null,
          buttonField: 'go',
          checkbox: null,
          passwordField: 'password',
          url: 'https://parking.example.com/login',
        },
      },
    },
    {
      name: 'active_directory',
      label: 'corp.example.com',
      signOnMode: null,
      features: ['IMPORT_PROFILE_UPDATES', 'PROFILE_MASTERING', 'OUTBOUND_DEL_AUTH', 'IMPORT_NEW_USERS'],
      credentials: {
        userNameTemplate: {
          template: 'substringBefore(user.login, "@") + "@" + target_app.namingContext',
          type: 'CUSTOM',
          pushStatus: 'NOT_CONFIGURED',
        },
      },
      settings: {
        app: { namingContext: 'corp.example.com', filterGroupsByOU: false, password: null, scanRate: null },
      },
      hasNotes: false,
    },
    {
      name: 'csv_directory_v2',
      label: 'People from payroll',
      signOnMode: null,
      features: ['IMPORT_NEW_USERS'],
    },
  ];
  return documents.map(({ status = 'ACTIVE', ...document }) =>
    otherApplication(document, { accessPolicyId, status, seeded: true }),
  );
}

/**
 * @param acsUrl the application's address for assertions
 * @returns the SAML settings that Okta shows of a custom SAML application
 */
function samlSettings(acsUrl: string): Record<string, unknown> {
  return {
    ...SAML_DEFAULTS,
    ssoAcsUrl: acsUrl,
    audience: acsUrl,
    recipient: acsUrl,
    destination: acsUrl,
  };
}

/** What Okta fills in for a custom SAML application. */
export const SAML_DEFAULTS: Readonly<Record<string, unknown>> = {
  defaultRelayState: null,
  // biome-ignore lint/suspicious/noTemplateCurlyInString: Okta's own expression, not JavaScript's
  idpIssuer: 'http://www.okta.com/${org.externalKey}',
  // biome-ignore lint/suspicious/noTemplateCurlyInString: Okta's own expression, not JavaScript's
  subjectNameIdTemplate: '${user.userName}',
  subjectNameIdFormat: 'urn:oasis:names:tc:SAML:1.1:nameid-format:unspecified',
  responseSigned: true,
  assertionSigned: true,
  signatureAlgorithm: 'RSA_SHA256',
  digestAlgorithm: 'SHA256',
  honorForceAuthn: true,
  authnContextClassRef: 'urn:oasis:names:tc:SAML:2.0:ac:classes:PasswordProtectedTransport',
  spIssuer: null,
  requestCompressed: false,
  attributeStatements: [],
  inlineHooks: [],
  assertionEncryption: { enabled: false },
  allowMultipleAcsEndpoints: false,
  acsEndpoints: [],
  samlSignedRequestEnabled: false,
  slo: { enabled: false },
};
