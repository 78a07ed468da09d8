import { isDeepStrictEqual } from 'node:util';
import type { Application, NewApplication } from '../okta/applications.ts';
import { type Marker, markerName, markerOf } from './marker.ts';

/** What this project sets on an Okta application. Everything else on it is somebody else's. */
export interface WantedApplication {
  readonly label: string;
  readonly redirectUris: readonly string[];
  readonly issuerMode: 'ORG_URL' | 'CUSTOM_URL' | 'DYNAMIC';
  readonly marker: Marker;
}

/**
 * An OIDC Web application for the authorization code grant and no other.
 * @see https://developer.okta.com/docs/api/openapi/okta-management/management/tag/Application/#tag/Application/operation/createApplication
 */
export function newApplication(wanted: WantedApplication): NewApplication {
  return {
    name: 'oidc_client',
    label: wanted.label,
    signOnMode: 'OPENID_CONNECT',
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
      oauthClient: {
        application_type: 'web',
        grant_types: ['authorization_code'],
        response_types: ['code'],
        redirect_uris: [...wanted.redirectUris],
        issuer_mode: wanted.issuerMode,
      },
    },
    profile: { [markerName]: wanted.marker },
  };
}

/**
 * Changes what the sign-in needs and keeps the rest: Okta's PUT replaces the whole application.
 * @returns the application to write, or `undefined` where nothing is to change.
 */
export function alignApplication(current: Application, wanted: WantedApplication): Application | undefined {
  const client = current.settings?.oauthClient;
  const credentials = current.credentials?.oauthClient;
  const registeredBefore = markerOf(current)?.redirectUris ?? [];
  const aligned: Application = {
    ...current,
    label: wanted.label,
    credentials: {
      ...current.credentials,
      oauthClient: {
        ...credentials,
        ...(credentials?.pkce_required === true ? { pkce_required: false } : {}),
      },
    },
    settings: {
      ...current.settings,
      oauthClient: {
        ...client,
        grant_types: including(client?.grant_types, 'authorization_code'),
        response_types: including(client?.response_types, 'code'),
        redirect_uris: [
          ...(client?.redirect_uris ?? []).filter(
            (uri) => wanted.redirectUris.includes(uri) || !registeredBefore.includes(uri),
          ),
          ...wanted.redirectUris.filter((uri) => !client?.redirect_uris?.includes(uri)),
        ],
        issuer_mode: wanted.issuerMode,
      },
    },
    profile: { ...current.profile, [markerName]: wanted.marker },
  };
  return isDeepStrictEqual(aligned, current) ? undefined : aligned;
}

function including<T extends string>(names: readonly T[] | undefined, name: T): T[] {
  return names?.includes(name) ? [...names] : [...(names ?? []), name];
}
