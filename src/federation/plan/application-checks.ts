import * as z from 'zod/mini';
import { type Application, clientIdOf } from '../../okta/applications.ts';
import type { Observed } from '../observe/observed.ts';
import { settingOf } from './application-settings.ts';
import type { Check } from './check.ts';

/**
 * What must hold of the Okta application behind a provider. The provider itself need not check it, because it sets it.
 * @param orgUrl of the org that the application is in.
 * @param issuer that Cognito expects.
 */
export function applicationChecks(
  application: Application,
  { redirectUris, assignedGroupIds }: Pick<Observed, 'redirectUris' | 'assignedGroupIds'>,
  orgUrl: string,
  issuer: string,
): Check[] {
  const registered = application.settings?.oauthClient?.redirect_uris ?? [];
  const name = `"${application.label}" (${application.id})`;
  const isBrokerMode = settingOf(application, 'federationBrokerMode') === true;
  const groups = { part: 'Okta', name: `${name} is assigned to groups`, problems: [] } as const;
  return [
    { part: 'Okta', name: `${name} is an active OIDC Web application`, problems: kindProblems(application) },
    {
      part: 'Okta',
      name: `it issues tokens as ${issuer}`,
      problems: issuerProblems(application, orgUrl, issuer),
    },
    ...redirectUris.map(
      (uri): Check => ({
        part: 'Okta',
        name: `it has the sign-in redirect URI ${uri}`,
        problems: registered.includes(uri)
          ? []
          : [`Add it to the application's sign-in redirect URIs; it has ${registered.join(', ') || 'none'}.`],
      }),
    ),
    isBrokerMode
      ? { ...groups, name: `everyone in the org may sign in to ${name}: it is in Federation Broker Mode` }
      : assignedGroupIds.length > 0
        ? groups
        : { ...groups, skipped: 'no group is: only people who are assigned one by one can sign in' },
  ];
}

/** How an application's client authenticates, if not with its client secret, which is all that Cognito supports. */
export function otherAuthentication(application: Application): string | undefined {
  const method = application.credentials?.oauthClient?.token_endpoint_auth_method;
  const isSent = method === 'client_secret_basic' || method === 'client_secret_post';
  return typeof method === 'string' && !isSent ? method : undefined;
}

/** Whether its tokens must be bound to a key of the client's: https://www.rfc-editor.org/rfc/rfc9449 */
export function wantsProof(application: Application): boolean {
  return application.settings?.oauthClient?.dpop_bound_access_tokens === true;
}

/** Whether it takes its client's requests from a network zone only. */
export function takesZoneOnly(application: Application): boolean {
  const zone = zoneSchema.safeParse(application.settings?.oauthClient?.network);
  return zone.success && zone.data.connection === 'ZONE';
}

const zoneSchema = z.object({ connection: z.string() });

/** @see https://docs.aws.amazon.com/cognito/latest/developerguide/cognito-user-pools-oidc-idp.html */
function kindProblems(application: Application): string[] {
  const client = application.settings?.oauthClient;
  const credentials = application.credentials?.oauthClient;
  const method = otherAuthentication(application);
  return [
    ...(application.status === 'ACTIVE' ? [] : [`It is ${application.status.toLowerCase()}: activate it.`]),
    ...(application.signOnMode === 'OPENID_CONNECT' && [undefined, 'web'].includes(client?.application_type)
      ? []
      : ['It is of another kind, which cannot be changed: make a new one.']),
    ...(client?.grant_types?.includes('authorization_code')
      ? []
      : ['It lacks the grant type Authorization Code: add it.']),
    ...(method === undefined
      ? []
      : [
          `Its client authenticates with ${method}, and Cognito with a client secret only: set its client authentication to Client secret.`,
        ]),
    ...(wantsProof(application) ? ['It requires DPoP, which Cognito does not support: turn it off.'] : []),
    ...(takesZoneOnly(application)
      ? [
          'It takes requests of its client from a network zone only, and Cognito sends them from addresses of AWS: set its network restriction to Anywhere.',
        ]
      : []),
    ...(credentials?.pkce_required
      ? [
          `It requires PKCE of its client ${clientIdOf(application)}, which Cognito does not support: turn it off.`,
        ]
      : []),
  ];
}

/** A token whose issuer is not the one that Cognito expects, to the letter, is refused after the person has signed in. */
function issuerProblems(application: Application, orgUrl: string, issuer: string): string[] {
  const mode = application.settings?.oauthClient?.issuer_mode;
  // A custom authorization server has its own say.
  if (issuer.includes('/oauth2/')) return [];
  if (mode === 'ORG_URL' && issuer !== orgUrl) {
    return [
      `Its issuer is the Okta URL, ${orgUrl}: let the provider's issuer be that, or set the application's to the custom URL.`,
    ];
  }
  if (mode === 'CUSTOM_URL' && issuer === orgUrl) {
    return [
      "Its issuer is the org's custom URL: set the application's to the Okta URL, or the provider's to the custom one.",
    ];
  }
  return [];
}
