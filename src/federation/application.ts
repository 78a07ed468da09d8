import { isDeepStrictEqual } from 'node:util';
import type { Application, NewApplication } from '../okta/applications.ts';
import type { IssuerMode } from './issuer.ts';
import { type Marker, markerName, markerOf } from './marker.ts';
import type { Change, ListChange, Settings } from './settings.ts';

/** What this project sets on an Okta application. Everything else on it is somebody else's. */
export interface WantedApplication {
  readonly settings: Settings;
  readonly redirectUris: readonly string[];
  /** `undefined` leaves it as it is. */
  readonly issuerMode: IssuerMode | undefined;
  readonly marker: Marker;
}

/**
 * An OIDC Web application for the authorization code grant and no other.
 * @see https://developer.okta.com/docs/api/openapi/okta-management/management/tag/Application/#tag/Application/operation/createApplication
 */
export function newApplication(wanted: WantedApplication): NewApplication {
  const { settings } = wanted;
  return {
    name: 'oidc_client',
    label: settings.label,
    signOnMode: 'OPENID_CONNECT',
    ...(settings.initiateLoginUri ? shownOnDashboard : {}),
    credentials: {
      oauthClient: {
        autoKeyRotation: true,
        // Cognito authenticates so, and sends no PKCE challenge to its providers:
        // https://docs.aws.amazon.com/cognito/latest/developerguide/cognito-user-pools-oidc-idp.html
        token_endpoint_auth_method: 'client_secret_post',
        pkce_required: false,
      },
    },
    settings: {
      ...(settings.notes ? { notes: { admin: settings.notes } } : {}),
      oauthClient: {
        application_type: 'web',
        grant_types: ['authorization_code'],
        response_types: ['code'],
        redirect_uris: [...wanted.redirectUris],
        issuer_mode: wanted.issuerMode ?? 'ORG_URL',
        ...(settings.postLogoutRedirectUris.add.length > 0
          ? { post_logout_redirect_uris: [...settings.postLogoutRedirectUris.add] }
          : {}),
        ...(settings.logoUri ? { logo_uri: settings.logoUri } : {}),
        ...(settings.initiateLoginUri ? tileTo(settings.initiateLoginUri) : {}),
      },
    },
    profile: { [markerName]: wanted.marker },
  };
}

/**
 * Changes what the sign-in needs and the template names, and keeps the rest: Okta's PUT replaces the whole application.
 * @returns the application to write, or `undefined` where nothing is to change.
 */
export function alignApplication(current: Application, wanted: WantedApplication): Application | undefined {
  const { settings } = wanted;
  const client = current.settings?.oauthClient ?? {};
  const credentials = current.credentials?.oauthClient;
  const registered = { add: wanted.redirectUris, remove: markerOf(current)?.redirectUris ?? [] };
  const aligned: Application = {
    ...current,
    label: settings.label,
    ...(settings.initiateLoginUri && !client.initiate_login_uri ? shownOnDashboard : {}),
    ...(settings.initiateLoginUri === null && client.initiate_login_uri ? hiddenFromDashboard : {}),
    credentials: {
      ...current.credentials,
      oauthClient: { ...credentials, ...(credentials?.pkce_required ? { pkce_required: false } : {}) },
    },
    settings: {
      ...current.settings,
      ...notes(current.settings?.notes, settings.notes),
      oauthClient: {
        ...client,
        grant_types: including(client.grant_types, 'authorization_code'),
        response_types: including(client.response_types, 'code'),
        redirect_uris: changed(client.redirect_uris, registered) ?? [],
        ...(wanted.issuerMode ? { issuer_mode: wanted.issuerMode } : {}),
        ...defined({
          post_logout_redirect_uris: changed(
            client.post_logout_redirect_uris,
            settings.postLogoutRedirectUris,
          ),
          logo_uri: text(client.logo_uri, settings.logoUri),
        }),
        ...initiateLogin(client.initiate_login_uri, settings.initiateLoginUri),
      },
    },
    profile: { ...current.profile, [markerName]: plain(wanted.marker) },
  };
  return isDeepStrictEqual(plain(aligned), plain(current)) ? undefined : aligned;
}

/** Puts an adopted application back to how it was found, but for what others have changed on it since. */
export function restoreApplication(current: Application, marker: Marker): Application {
  const { found } = marker;
  const { [markerName]: ownMarker, ...profile } = current.profile ?? {};
  const client = current.settings?.oauthClient ?? {};
  return {
    ...current,
    profile,
    label: found?.label ?? current.label,
    credentials: {
      ...current.credentials,
      oauthClient: {
        ...current.credentials?.oauthClient,
        ...defined({ pkce_required: found?.pkceRequired }),
      },
    },
    settings: {
      ...current.settings,
      ...notes(current.settings?.notes, found?.notes ?? null),
      oauthClient: {
        ...client,
        ...defined({
          grant_types: found?.grantTypes,
          response_types: found?.responseTypes,
          issuer_mode: found?.issuerMode,
          post_logout_redirect_uris:
            found?.postLogoutRedirectUris ?? (client.post_logout_redirect_uris && []),
          logo_uri: found?.logoUri ?? (client.logo_uri && null),
          initiate_login_uri: found?.initiateLoginUri ?? (client.initiate_login_uri && null),
        }),
        redirect_uris: changed(client.redirect_uris, { add: [], remove: marker.redirectUris }) ?? [],
      },
    },
  };
}

// A tile is shown only where it is not hidden: Okta hides OIDC applications unless told otherwise.
const shownOnDashboard = { visibility: { hide: { iOS: false, web: false } } };
const hiddenFromDashboard = { visibility: { hide: { iOS: true, web: true } } };

/** "Redirect to app to initiate login (OIDC compliant)", as the Okta console calls it. */
function tileTo(uri: string) {
  return { initiate_login_uri: uri, idp_initiated_login: { mode: 'SPEC', default_scope: [] } };
}

function initiateLogin(current: string | null | undefined, wanted: Change): object {
  if (wanted === undefined || wanted === current) return {};
  if (wanted !== null) return tileTo(wanted);
  return current
    ? { initiate_login_uri: null, idp_initiated_login: { mode: 'DISABLED', default_scope: [] } }
    : {};
}

function notes(current: object | null | undefined, wanted: Change): object {
  if (wanted === undefined) return {};
  if (wanted === null && !current) return {};
  return { notes: { ...current, admin: wanted } };
}

function text(current: string | null | undefined, wanted: Change): string | null | undefined {
  return wanted === null && !current ? undefined : wanted;
}

function changed(current: readonly string[] | undefined, change: ListChange): string[] | undefined {
  const kept = (current ?? []).filter((item) => change.add.includes(item) || !change.remove.includes(item));
  const added = change.add.filter((item) => !kept.includes(item));
  return current === undefined && added.length === 0 ? undefined : [...kept, ...added];
}

function including(names: readonly string[] | undefined, name: string): string[] {
  return names?.includes(name) ? [...names] : [...(names ?? []), name];
}

/** Without the fields that are `undefined`, which would hide those that they are spread over. */
function defined<T extends object>(fields: T): Partial<T> {
  return plain(fields);
}

/** As JSON has it: without `undefined`. */
function plain<T>(value: T): T {
  return JSON.parse(JSON.stringify(value));
}
