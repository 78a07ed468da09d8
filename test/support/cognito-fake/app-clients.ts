import { randomBytes } from 'node:crypto';
import { type ClientSettings, clientSettings, defaults, present } from './client-settings.ts';
import { CognitoError, invalidParameter, notFound } from './errors.ts';
import { type AppClient, type CognitoState, providerKey, type UserPool } from './state.ts';
import { now } from './user-pools.ts';

export type { AppClient } from './state.ts';

/**
 * Makes an app client as another owner would: on the authorization code grant, with a callback URL.
 *
 * @param given settings that replace or add to those; `undefined` takes one away.
 * @param secret whether the client has a client secret.
 */
export function createAppClient(
  state: CognitoState,
  pool: UserPool,
  given: { readonly [K in keyof ClientSettings]?: ClientSettings[K] | undefined } = {},
  secret = false,
): AppClient {
  const created = now();
  const client: AppClient = {
    id: randomBytes(13).toString('hex'),
    userPoolId: pool.id,
    secret: secret ? randomBytes(26).toString('hex') : undefined,
    created,
    modified: created,
    settings: {
      ...defaults,
      ...present(
        clientSettings.parse({
          ClientName: 'web',
          CallbackURLs: ['https://app.example.com/callback'],
          AllowedOAuthFlows: ['code'],
          AllowedOAuthScopes: ['openid', 'email', 'profile'],
          AllowedOAuthFlowsUserPoolClient: true,
          SupportedIdentityProviders: ['COGNITO'],
          ...given,
        }),
      ),
    },
    updating: false,
  };
  state.clients.set(client.id, client);
  return client;
}

/** @throws CognitoError if the pool has no such client. */
export function findAppClient(state: CognitoState, pool: UserPool, id: string): AppClient {
  const client = state.clients.get(id);
  if (client?.userPoolId !== pool.id) throw notFound(`User pool client ${id} does not exist.`);
  return client;
}

/** Omits what is unset. https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_DescribeUserPoolClient.html */
export function describeAppClient(state: CognitoState, client: AppClient) {
  return {
    UserPoolClient: {
      UserPoolId: client.userPoolId,
      ClientId: client.id,
      ...(client.secret !== undefined && { ClientSecret: client.secret }),
      CreationDate: client.created,
      LastModifiedDate: client.modified,
      ...structuredClone(client.settings),
      ...state.behavior.readOnlyClientSettings,
    },
  };
}

/**
 * Sets every setting that the request does not name to its default.
 *
 * @param takes milliseconds until the update is done, during which a second one of the same client is refused.
 */
export async function updateAppClient(
  state: CognitoState,
  client: AppClient,
  input: ClientSettings,
  takes: number,
) {
  refuseInvalid(state, client, input);
  if (client.updating) {
    throw new CognitoError(
      'ConcurrentModificationException',
      `There is an ongoing request to modify client ${client.id}.`,
    );
  }
  client.updating = true;
  await new Promise((resolve) => setTimeout(resolve, takes));
  client.updating = false;
  // A name is the one setting without a default.
  client.settings = { ...defaults, ClientName: client.settings.ClientName, ...present(input) };
  client.modified = now();
  return describeAppClient(state, client);
}

function refuseInvalid(state: CognitoState, client: AppClient, input: ClientSettings): void {
  for (const name of input.SupportedIdentityProviders ?? []) {
    if (name !== 'COGNITO' && !state.providers.has(providerKey(client.userPoolId, name))) {
      throw invalidParameter(`The provider ${name} does not exist for User Pool ${client.userPoolId}.`);
    }
  }
  if (
    input.AllowedOAuthFlowsUserPoolClient === true &&
    !(input.AllowedOAuthFlows?.length && input.AllowedOAuthScopes?.length)
  ) {
    throw new CognitoError(
      'InvalidOAuthFlowException',
      'AllowedOAuthFlows and AllowedOAuthScopes are required if user pool client is allowed to use OAuth flows.',
    );
  }
  if (input.DefaultRedirectURI !== undefined && !input.CallbackURLs?.includes(input.DefaultRedirectURI)) {
    throw invalidParameter('The default redirect URI must be in the list of callback URLs.');
  }
  if (input.EnablePropagateAdditionalUserContextData === true && client.secret === undefined) {
    throw invalidParameter('EnablePropagateAdditionalUserContextData needs a client with a client secret.');
  }
}
