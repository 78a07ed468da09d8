import { isDeepStrictEqual } from 'node:util';
import type { Application, NewApplication } from '../../okta/applications.ts';
import type { ApplicationRecord } from '../journal/records.ts';
import { taggedProfile, untaggedProfile } from '../ownership/name-tag.ts';
import type { Identity } from '../properties/identity.ts';
import { settingsAsFound, type WantedSettings, withSettings } from './application-settings.ts';
import { changed, type ListChange, without } from './settings.ts';

/** What this project sets on an Okta application. Everything else on it is an administrator's. */
export interface WantedApplication {
  readonly identity: Identity;
  readonly isAdopted: boolean;
  readonly settings: WantedSettings;
  readonly redirectUris: ListChange;
  readonly postLogoutRedirectUris: ListChange;
}

/**
 * An OIDC Web application for the authorization code grant and no other.
 * @see https://developer.okta.com/docs/api/openapi/okta-management/management/tag/Application/#tag/Application/operation/createApplication
 */
export function newApplication({ identity, settings, ...lists }: WantedApplication): NewApplication {
  const postLogoutRedirectUris = lists.postLogoutRedirectUris.wanted;
  const application: NewApplication = {
    name: 'oidc_client',
    label: '',
    signOnMode: 'OPENID_CONNECT',
    credentials: {
      oauthClient: {
        autoKeyRotation: true,
        // Cognito authenticates with the client secret in the body:
        // https://docs.aws.amazon.com/cognito/latest/developerguide/cognito-user-pools-oidc-idp.html
        token_endpoint_auth_method: 'client_secret_post',
      },
    },
    settings: {
      oauthClient: {
        application_type: 'web',
        // Okta's default; some orgs refuse a create without it: terraform-provider-okta issues 122 and 188.
        consent_method: 'TRUSTED',
        redirect_uris: [...lists.redirectUris.wanted],
        ...(postLogoutRedirectUris.length > 0
          ? { post_logout_redirect_uris: [...postLogoutRedirectUris] }
          : {}),
      },
    },
    profile: taggedProfile(undefined, identity, false),
  };
  return withSettings(application, { issuerMode: 'ORG_URL', ...settings });
}

/**
 * Changes what the sign-in needs and the template names, and keeps the rest: Okta's PUT replaces the whole application.
 * @returns the application to write, or `undefined` if nothing is to change.
 */
export function alignApplication(current: Application, wanted: WantedApplication): Application | undefined {
  const set = withSettings(current, wanted.settings);
  const client = set.settings?.oauthClient;
  const aligned: Application = {
    ...set,
    settings: {
      ...set.settings,
      oauthClient: {
        ...client,
        redirect_uris: atLeastOne(
          client?.redirect_uris,
          changed(client?.redirect_uris ?? [], wanted.redirectUris),
        ),
        post_logout_redirect_uris: orNone(client?.post_logout_redirect_uris, wanted.postLogoutRedirectUris),
      },
    },
    profile: taggedProfile(current.profile, wanted.identity, wanted.isAdopted),
  };
  return isDeepStrictEqual(plain(aligned), plain(current)) ? undefined : aligned;
}

/** Restores an adopted application as it was found, except for what others have changed since. */
export function restoreApplication(current: Application, record: ApplicationRecord): Application {
  const { profile, ...application } = withSettings(current, settingsAsFound(record.found ?? {}));
  const untagged = untaggedProfile(profile);
  const client = application.settings?.oauthClient;
  return {
    ...application,
    // Okta's PUT forgets what is not sent.
    ...(untagged ? { profile: untagged } : {}),
    settings: {
      ...application.settings,
      oauthClient: {
        ...client,
        redirect_uris: atLeastOne(client?.redirect_uris, without(client?.redirect_uris, record.redirectUris)),
        post_logout_redirect_uris: orNone(client?.post_logout_redirect_uris, {
          wanted: [],
          addedBefore: record.postLogoutRedirectUris,
        }),
      },
    },
  };
}

/** A list that loses its last address is no longer sent: Okta shows one that was sent empty, and none otherwise. */
function orNone(current: readonly string[] | undefined, change: ListChange): string[] | undefined {
  const after = changed(current ?? [], change);
  return after.length === 0 && current?.length !== 0 ? undefined : after;
}

/** Okta refuses a web application without a redirect URI, so the last one stays. */
function atLeastOne(current: readonly string[] = [], after: readonly string[]): string[] {
  return [...(after.length > 0 ? after : current)];
}

/** As JSON has it: without `undefined`. */
function plain(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value));
}
