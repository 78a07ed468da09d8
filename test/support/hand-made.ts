import { CreateIdentityProviderCommand } from '@aws-sdk/client-cognito-identity-provider';
import { z } from 'zod';
import { type AppClient, createAppClient } from './cognito-fake/app-clients.ts';
import { cognitoClient } from './cognito-fake/client.ts';
import { providerKey } from './cognito-fake/state.ts';
import { createUserPool, domainHost, type UserPool } from './cognito-fake/user-pools.ts';
import type { LocalOkta } from './local-okta.ts';
import type { Surroundings } from './surroundings.ts';

const made = z.looseObject({
  id: z.string(),
  credentials: z.looseObject({
    oauthClient: z.looseObject({ client_id: z.string(), client_secret: z.string() }),
  }),
});
const shown = z.looseObject({ id: z.string() });
const assigned = z.array(z.looseObject({ id: z.string(), scope: z.string().optional() }));

/** A whole federation, without the times of its last changes. */
export interface Look {
  readonly application: Readonly<Record<string, unknown>>;
  readonly groups: readonly string[];
  readonly users: readonly string[];
  readonly secrets: readonly string[];
  readonly provider: object;
  readonly appClient: object;
}

/** What an administrator has set up by the manual procedure: an application, a provider, and an app client that it is enabled on. */
export interface HandMade {
  readonly pool: UserPool;
  readonly web: AppClient;
  readonly applicationId: string;
  readonly clientId: string;
  readonly clientSecret: string;
  look(): Promise<Look>;
}

/** Makes an OIDC Web application as the manual procedure does. */
async function createByHand(
  okta: LocalOkta,
  redirect_uris: readonly string[],
): Promise<Pick<HandMade, 'applicationId' | 'clientId' | 'clientSecret'>> {
  const { id, credentials } = made.parse(
    await okta.call('POST', '/api/v1/apps', {
      name: 'oidc_client',
      label: 'Shop, by hand',
      signOnMode: 'OPENID_CONNECT',
      credentials: {
        oauthClient: { token_endpoint_auth_method: 'client_secret_basic', pkce_required: false },
      },
      settings: {
        oauthClient: {
          application_type: 'web',
          grant_types: ['authorization_code'],
          response_types: ['code'],
          issuer_mode: 'ORG_URL',
          redirect_uris,
        },
      },
    }),
  );
  const { client_id: clientId, client_secret: clientSecret } = credentials.oauthClient;
  return { applicationId: id, clientId, clientSecret };
}

/** Sets up a federation by hand: Engineering is assigned, and one user in person. */
export async function setUpByHand(around: Surroundings): Promise<HandMade> {
  const { okta, cognito } = around;
  const pool = createUserPool(cognito.state);
  const [domain] = pool.domains;
  if (!domain) throw new Error('The pool has no domain.');
  const redirect_uris = [`https://${domainHost(pool, domain)}/oauth2/idpresponse`];
  const created = await createByHand(okta, redirect_uris);
  const { applicationId, clientId, clientSecret } = created;
  const at = `/api/v1/apps/${applicationId}`;
  const named = z.array(
    z.looseObject({ id: z.string(), name: z.string().optional(), email: z.string().optional() }),
  );
  const engineering = named
    .parse(await okta.control('GET', '/groups'))
    .find(({ name }) => name === 'Engineering');
  const grace = named
    .parse(await okta.control('GET', '/users'))
    .find(({ email }) => email === 'grace@example.com');
  await okta.call('PUT', `${at}/groups/${engineering?.id}`, {});
  await okta.call('POST', `${at}/users`, { id: grace?.id, scope: 'USER' });
  await cognitoClient(cognito).send(
    new CreateIdentityProviderCommand({
      UserPoolId: pool.id,
      ProviderName: 'Okta',
      ProviderType: 'OIDC',
      ProviderDetails: {
        client_id: clientId,
        client_secret: clientSecret,
        attributes_request_method: 'GET',
        oidc_issuer: okta.url,
        authorize_scopes: 'openid email profile',
      },
      AttributeMapping: { email: 'email', name: 'name' },
      IdpIdentifiers: ['by-hand.example.com'],
    }),
  );
  const web = createAppClient(cognito.state, pool, { SupportedIdentityProviders: ['COGNITO', 'Okta'] });
  return {
    pool,
    web,
    ...created,
    async look() {
      const { lastUpdated, ...document } = shown.parse(await okta.call('GET', at));
      const ids = async (path: string) => assigned.parse(await okta.call('GET', path)).map(({ id }) => id);
      const { LastModifiedDate, ...provider } = cognito.state.providers.get(providerKey(pool.id, 'Okta')) ?? {
        LastModifiedDate: 0,
      };
      return structuredClone({
        application: document,
        groups: await ids(`${at}/groups`),
        users: await ids(`${at}/users`),
        secrets: await okta.secretsOf(applicationId),
        provider,
        appClient: web.settings,
      });
    },
  };
}
