import { isDeepStrictEqual } from 'node:util';
import type { Application, NewApplication } from '../../okta/applications.ts';
import type { Found } from '../marker/found.ts';
import { type Marker, markerName, markerOf } from '../marker/marker.ts';
import type { IssuerMode } from '../observe/issuer.ts';
import { type Change, changed, type ListChange, type Settings, without } from './settings.ts';

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
    visibility: tileVisibility(typeof settings.initiateLoginUri === 'string'),
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
        ...(settings.postLogoutRedirectUris.wanted.length > 0
          ? { post_logout_redirect_uris: [...settings.postLogoutRedirectUris.wanted] }
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
  const tile = tileToPutBack(client.initiate_login_uri ?? null, wanted);
  const registered = { wanted: wanted.redirectUris, addedBefore: markerOf(current)?.redirectUris ?? [] };
  const aligned: Application = {
    ...current,
    label: settings.label,
    ...visibility(current, client.initiate_login_uri, settings.initiateLoginUri),
    ...(tile ? { visibility: tile.visibility } : {}),
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
        redirect_uris: changed(client.redirect_uris ?? [], registered),
        ...(wanted.issuerMode ? { issuer_mode: wanted.issuerMode } : {}),
        post_logout_redirect_uris: orNone(client.post_logout_redirect_uris, settings.postLogoutRedirectUris),
        logo_uri: text(client.logo_uri, settings.logoUri),
        ...initiateLogin(client.initiate_login_uri, settings.initiateLoginUri),
        ...(tile ? tileAsFound(tile) : {}),
      },
    },
    profile: { ...current.profile, [markerName]: plain(wanted.marker) },
  };
  return isDeepStrictEqual(plain(aligned), plain(current)) ? undefined : aligned;
}

/** Puts an adopted application back to how it was found, but for what others have changed on it since. */
export function restoreApplication(current: Application, marker: Marker): Application {
  const found = marker.found ?? {};
  const { profile, ...application } = current;
  const { [markerName]: ownMarker, ...othersProfile } = profile ?? {};
  const client = current.settings?.oauthClient ?? {};
  return {
    ...application,
    // Okta's PUT forgets what is not sent.
    ...(Object.keys(othersProfile).length > 0 ? { profile: othersProfile } : {}),
    label: found.label ?? current.label,
    ...(found.tile ? { visibility: found.tile.visibility } : {}),
    credentials: {
      ...current.credentials,
      oauthClient: { ...current.credentials?.oauthClient, ...defined({ pkce_required: found.pkceRequired }) },
    },
    settings: {
      ...current.settings,
      ...notes(current.settings?.notes, found.notes),
      oauthClient: {
        ...client,
        ...defined({
          grant_types: found.grantTypes,
          response_types: found.responseTypes,
          issuer_mode: found.issuerMode,
        }),
        logo_uri: text(client.logo_uri, found.logoUri),
        ...(found.tile ? tileAsFound(found.tile) : {}),
        post_logout_redirect_uris: orNone(client.post_logout_redirect_uris, {
          wanted: [],
          addedBefore: marker.postLogoutRedirectUris,
        }),
        redirect_uris: without(client.redirect_uris, marker.redirectUris),
      },
    },
  };
}

/** Whether the Okta dashboard shows the application. Okta itself hides OIDC applications unless told otherwise. */
function tileVisibility(isShown: boolean) {
  return { hide: { iOS: !isShown, web: !isShown } };
}

/** "Redirect to app to initiate login (OIDC compliant)", as the Okta console calls it. */
function tileTo(uri: string) {
  return { initiate_login_uri: uri, idp_initiated_login: { mode: 'SPEC', default_scope: [] } };
}

type FoundTile = NonNullable<Found['tile']>;

/** The tile of an adopted application, where the template changed it and does so no more. */
function tileToPutBack(
  current: string | null,
  { settings, marker }: WantedApplication,
): FoundTile | undefined {
  const tile = marker.found?.tile;
  const isDropped = tile && settings.initiateLoginUri === tile.initiateLoginUri;
  return isDropped && current !== tile.initiateLoginUri ? tile : undefined;
}

function tileAsFound({ initiateLoginUri, idpInitiatedLogin }: FoundTile) {
  return {
    initiate_login_uri: initiateLoginUri ?? undefined,
    idp_initiated_login: idpInitiatedLogin ?? noTile.idp_initiated_login,
  };
}

// What Okta's PUT is not sent, it forgets; its contract has no null for it.
const noTile = {
  initiate_login_uri: undefined,
  idp_initiated_login: { mode: 'DISABLED', default_scope: [] },
};

function initiateLogin(current: string | null | undefined, wanted: Change): object {
  if (wanted === undefined || wanted === (current ?? null)) return {};
  return wanted === null ? noTile : tileTo(wanted);
}

/** Shown when it gets an address, hidden when it loses it, and else as somebody may have set it. */
function visibility({ visibility: current }: Application, before: string | null | undefined, wanted: Change) {
  if (wanted === undefined || (wanted === null) === !before) return {};
  return {
    visibility: { ...(typeof current === 'object' ? current : {}), ...tileVisibility(wanted !== null) },
  };
}

function notes(
  current: { readonly admin?: string | null | undefined } | null | undefined,
  wanted: Change,
): object {
  return wanted === undefined || (wanted === null && !current?.admin)
    ? {}
    : { notes: { ...current, admin: wanted ?? undefined } };
}

function text(current: string | null | undefined, wanted: Change): string | null | undefined {
  return wanted === undefined || (wanted === null && !current) ? current : (wanted ?? undefined);
}

/** A list that loses its last address is not sent any more: Okta shows one that was sent empty, and none otherwise. */
function orNone(current: readonly string[] | undefined, change: ListChange): string[] | undefined {
  const after = changed(current ?? [], change);
  return after.length === 0 && current?.length !== 0 ? undefined : after;
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
