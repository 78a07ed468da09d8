import { parseApplication } from '../../../local/okta/management/application-document.ts';
import { addApplication } from '../../../local/okta/management/apps.ts';
import type { Application } from '../../../local/okta/org.ts';
import { providerKey } from '../cognito-fake/state.ts';
import { domainHost, type UserPool } from '../cognito-fake/user-pools.ts';
import { oktaMetadata, orgUrl } from './okta.ts';
import type { World } from './world.ts';

/** An application as an administrator creates it in the Okta console, for a pool, with settings that the product does not manage. */
export function addHandMadeApplication({ org }: World, pool: UserPool): Application {
  const redirectUris = pool.domains.map((domain) => `https://${domainHost(pool, domain)}/oauth2/idpresponse`);
  const document = parseApplication({
    name: 'oidc_client',
    label: 'Staff portal',
    signOnMode: 'OPENID_CONNECT',
    profile: { costCentre: '4711' },
    credentials: { oauthClient: { token_endpoint_auth_method: 'client_secret_post', pkce_required: true } },
    settings: {
      notes: { admin: 'Ask Ada.', enduser: null },
      oauthClient: {
        application_type: 'web',
        grant_types: ['authorization_code', 'refresh_token'],
        response_types: ['code'],
        redirect_uris: [...redirectUris, 'https://staff.example.com/callback'],
        post_logout_redirect_uris: ['https://staff.example.com/bye'],
        issuer_mode: 'ORG_URL',
      },
    },
  });
  const application = addApplication(org, document, 'ACTIVE');
  const [group] = [...org.groups.values()].filter(({ name }) => name === 'Engineering');
  if (group) {
    application.groupAssignments.set(group.id, {
      groupId: group.id,
      priority: 0,
      profile: {},
      lastUpdated: new Date().toISOString(),
    });
  }
  return application;
}

/** The pool's provider for an application, as an administrator creates it in the Cognito console. */
export function addHandMadeProvider(world: World, pool: UserPool, name: string, applicationId: string): void {
  const secret = world.org.applications.get(applicationId)?.secrets[0]?.value ?? '';
  const created = Date.now() / 1000;
  world.cognito.providers.set(providerKey(pool.id, name), {
    UserPoolId: pool.id,
    ProviderName: name,
    ProviderType: 'OIDC',
    ProviderDetails: {
      client_id: applicationId,
      client_secret: secret,
      oidc_issuer: orgUrl,
      authorize_scopes: 'openid email',
      attributes_request_method: 'POST',
      authorize_url: oktaMetadata.authorization_endpoint,
      token_url: oktaMetadata.token_endpoint,
      attributes_url: oktaMetadata.userinfo_endpoint,
      jwks_uri: oktaMetadata.jwks_uri,
      attributes_url_add_attributes: 'false',
    },
    AttributeMapping: { username: 'sub', email: 'email' },
    IdpIdentifiers: ['staff.example.com'],
    CreationDate: created,
    LastModifiedDate: created,
  });
}
