import { randomBytes } from 'node:crypto';
import { z } from 'zod';
import { CognitoError, invalidParameter, notFound } from './errors.ts';
import { type CognitoState, providerKey } from './state.ts';
import { now, type UserPool } from './user-pools.ts';

const unit = z.enum(['seconds', 'minutes', 'hours', 'days']);
const names = z.array(z.string()).max(100);

/** https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_UpdateUserPoolClient.html */
const settings = z.strictObject({
  ClientName: z.string().min(1).max(128).optional(),
  RefreshTokenValidity: z.number().int().min(0).max(315360000).optional(),
  AccessTokenValidity: z.number().int().min(1).max(86400).optional(),
  IdTokenValidity: z.number().int().min(1).max(86400).optional(),
  TokenValidityUnits: z
    .strictObject({ AccessToken: unit, IdToken: unit, RefreshToken: unit })
    .partial()
    .optional(),
  ReadAttributes: names.optional(),
  WriteAttributes: names.optional(),
  ExplicitAuthFlows: names.optional(),
  SupportedIdentityProviders: names.optional(),
  CallbackURLs: names.optional(),
  LogoutURLs: names.optional(),
  DefaultRedirectURI: z.string().optional(),
  AllowedOAuthFlows: z
    .array(z.enum(['code', 'implicit', 'client_credentials']))
    .max(3)
    .optional(),
  AllowedOAuthScopes: z.array(z.string()).max(50).optional(),
  AllowedOAuthFlowsUserPoolClient: z.boolean().optional(),
  AnalyticsConfiguration: z
    .strictObject({
      ApplicationId: z.string(),
      ApplicationArn: z.string(),
      RoleArn: z.string(),
      ExternalId: z.string(),
      UserDataShared: z.boolean(),
    })
    .partial()
    .optional(),
  PreventUserExistenceErrors: z.enum(['LEGACY', 'ENABLED']).optional(),
  EnableTokenRevocation: z.boolean().optional(),
  EnablePropagateAdditionalUserContextData: z.boolean().optional(),
  AuthSessionValidity: z.number().int().min(3).max(15).optional(),
  RefreshTokenRotation: z
    .strictObject({
      Feature: z.enum(['ENABLED', 'DISABLED']),
      RetryGracePeriodSeconds: z.number().int().min(0).max(60).optional(),
    })
    .optional(),
});

/**
 * UpdateUserPoolClient's input. AWS's own clients refuse to send a field that the operation does not have, such as
 * the `ClientSecret`, `CreationDate` and `LastModifiedDate` of DescribeUserPoolClient; so does the fake.
 */
export const updateInput = z.strictObject({
  UserPoolId: z.string(),
  ClientId: z.string(),
  ...settings.shape,
});

export type ClientSettings = z.infer<typeof settings>;

export interface AppClient {
  readonly id: string;
  readonly userPoolId: string;
  readonly secret: string | undefined;
  readonly created: number;
  modified: number;
  settings: ClientSettings;
  /** While an update of it runs, a second one gets ConcurrentModificationException. */
  updating: boolean;
}

/** What Cognito sets where a request says nothing. https://docs.aws.amazon.com/cognito/latest/developerguide/cognito-user-pool-updating.html */
const defaults: ClientSettings = {
  RefreshTokenValidity: 30,
  TokenValidityUnits: {},
  AllowedOAuthFlowsUserPoolClient: false,
  EnableTokenRevocation: true,
  EnablePropagateAdditionalUserContextData: false,
  AuthSessionValidity: 3,
};

/**
 * Makes an app client as someone else would have: on the authorization code grant, with a callback URL.
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
        settings.parse({
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
export function describeAppClient(client: AppClient) {
  return {
    UserPoolClient: {
      UserPoolId: client.userPoolId,
      ClientId: client.id,
      ...(client.secret !== undefined && { ClientSecret: client.secret }),
      CreationDate: client.created,
      LastModifiedDate: client.modified,
      ...structuredClone(client.settings),
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
  return describeAppClient(client);
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

/** Without what is unset: an empty list is no setting. */
function present(given: ClientSettings): ClientSettings {
  return settings.parse(
    Object.fromEntries(
      Object.entries(given).filter(
        ([, value]) => value !== undefined && !(Array.isArray(value) && value.length === 0),
      ),
    ),
  );
}
