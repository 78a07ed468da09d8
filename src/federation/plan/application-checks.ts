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
    ...(application.status === 'ACTIVE'
      ? []
      : [`It is ${application.status.toLowerCase()}. Activate it in Okta.`]),
    ...(application.signOnMode === 'OPENID_CONNECT' && [undefined, 'web'].includes(client?.application_type)
      ? []
      : [
          'It is not an OIDC Web application, which Okta cannot change. Create a new application with the sign-in method OIDC and the application type Web Application.',
        ]),
    ...(client?.grant_types?.includes('authorization_code')
      ? []
      : ['It lacks the grant type Authorization Code. Add it on its General page in Okta.']),
    ...(method === undefined
      ? []
      : [
          `It uses ${method}; Cognito supports only client-secret authentication. Set Client authentication on its General page in Okta to Client secret.`,
        ]),
    ...(wantsProof(application)
      ? [
          'It requires DPoP, which Cognito does not support. Turn off "Require Demonstrating Proof of Possession" on its General page in Okta.',
        ]
      : []),
    ...(takesZoneOnly(application)
      ? [
          'It accepts token requests only from a network zone, but Cognito sends them from AWS addresses. Set the network restriction on its General page in Okta to Anywhere.',
        ]
      : []),
    ...(credentials?.pkce_required
      ? [
          `It requires PKCE of its client ${clientIdOf(application)}, which Cognito does not support. Turn PKCE off on its General page in Okta.`,
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
      `It issues tokens as ${orgUrl}, but the identity provider expects ${issuer}. Set the provider's issuer to ${orgUrl}, or the application's issuer (Sign On page in Okta) to the custom URL.`,
    ];
  }
  if (mode === 'CUSTOM_URL' && issuer === orgUrl) {
    return [
      `It issues tokens as the org's custom URL, but the identity provider expects ${orgUrl}. Set the application's issuer (Sign On page in Okta) to the Okta URL, or the provider's issuer to the custom URL.`,
    ];
  }
  return [];
}
