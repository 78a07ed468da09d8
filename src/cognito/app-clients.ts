import {
  DescribeUserPoolClientCommand,
  ListUserPoolClientsCommand,
  type UserPoolClientType,
} from '@aws-sdk/client-cognito-identity-provider';
import { atMost, atOnce } from '../at-most.ts';
import { ask, type Cognito, unlessNotFound, untilAlone } from './client.ts';
import { reading } from './lossless.ts';
import { updateProviders } from './update-app-client.ts';

/** An app client, whole, as Cognito describes it. */
export interface AppClient {
  readonly id: string;
  readonly supportedIdentityProviders: readonly string[];
  readonly oauthEnabled: boolean;
  readonly oauthFlows: readonly string[];
  readonly oauthScopes: readonly string[];
  readonly callbackUrls: readonly string[];
  readonly defaultRedirectUri: string | undefined;
  /** `undefined` if the client may write all standard attributes, which is Cognito's default. */
  readonly writeAttributes: readonly string[] | undefined;
}

/** The user pool does not exist. */
export class UserPoolNotFoundError extends Error {
  override readonly name = 'UserPoolNotFoundError';
}

/** The user pool exists, and has no app client of this ID. */
export class AppClientNotFoundError extends Error {
  override readonly name = 'AppClientNotFoundError';
}

/** Cognito accepted an update of an app client, and its answer shows that the update had no effect. */
export class ProviderListError extends Error {
  override readonly name = 'ProviderListError';
}

/** @returns the app client, or `undefined` if there is no such pool or the pool has no such app client. */
export async function describeAppClient(
  cognito: Cognito,
  userPoolId: string,
  clientId: string,
): Promise<AppClient | undefined> {
  const client = await unlessNotFound(requireClient(cognito, userPoolId, clientId));
  if (!client) return undefined;
  return {
    id: clientId,
    supportedIdentityProviders: client.SupportedIdentityProviders ?? [],
    oauthEnabled: client.AllowedOAuthFlowsUserPoolClient ?? false,
    oauthFlows: client.AllowedOAuthFlows ?? [],
    oauthScopes: client.AllowedOAuthScopes ?? [],
    callbackUrls: client.CallbackURLs ?? [],
    defaultRedirectUri: client.DefaultRedirectURI || undefined,
    writeAttributes: client.WriteAttributes?.length ? client.WriteAttributes : undefined,
  };
}

/** The IDs of all app clients of a pool. */
export async function listAppClientIds(cognito: Cognito, userPoolId: string): Promise<string[]> {
  const ids: string[] = [];
  let next: string | undefined;
  do {
    const command = new ListUserPoolClientsCommand({
      UserPoolId: userPoolId,
      MaxResults: 60,
      ...(next && { NextToken: next }),
    });
    // Page by page, because the SDK's paginator gives up when Cognito throttles one call.
    const page = await ask(cognito, (client, options) => client.send(command, options));
    ids.push(...(page.UserPoolClients ?? []).flatMap(({ ClientId }) => ClientId ?? []));
    next = page.NextToken;
  } while (next);
  return ids;
}

/**
 * Finds the app clients of a pool that list a provider.
 * @param most how many app clients are described, each by a call.
 * @returns none if the pool does not exist; `undefined` if the role may not list app clients.
 */
export async function listAppClientsWith(
  cognito: Cognito,
  userPoolId: string,
  providerName: string,
  most = Number.POSITIVE_INFINITY,
): Promise<readonly AppClient[] | undefined> {
  const ids = await unlessDenied(unlessNotFound(listAppClientIds(cognito, userPoolId)));
  if (ids === 'denied') return undefined;
  const asked = (ids ?? []).slice(0, most);
  const clients = await atMost(atOnce, asked, (id) => describeAppClient(cognito, userPoolId, id));
  return clients.flatMap((client) =>
    client?.supportedIdentityProviders.includes(providerName) ? [client] : [],
  );
}

/** A call that the role may not make is an answer, not a failure. */
export async function unlessDenied<T>(call: Promise<T>): Promise<T | 'denied'> {
  try {
    return await call;
  } catch (error) {
    if (error instanceof Error && error.name === 'AccessDeniedException') return 'denied';
    throw error;
  }
}

/**
 * Adds a provider to those of an app client. The caller holds the app client's lease.
 * @throws UserPoolNotFoundError
 * @throws AppClientNotFoundError
 * @throws ProviderListError if Cognito's answer does not list the provider.
 */
export async function enableProvider(
  cognito: Cognito,
  userPoolId: string,
  clientId: string,
  providerName: string,
): Promise<void> {
  const listed = await changeProviders(cognito, userPoolId, clientId, (names) =>
    names.includes(providerName) ? names : [...names, providerName],
  ).catch((error: unknown) => {
    throw explained(error, userPoolId, clientId);
  });
  // The redirect of the pool's domain is no proof: it may come for a provider that the app client does not list.
  if (listed.includes(providerName)) return;
  throw new ProviderListError(
    `Cognito did not enable the identity provider ${providerName} on app client ${clientId}: its answer to UpdateUserPoolClient lists ${listed.join(', ') || 'no provider'}. Deploy again.`,
  );
}

/**
 * Removes a provider from those of an app client; a client that is gone is success. The caller holds the lease.
 * @throws ProviderListError if Cognito's answer still lists the provider.
 */
export async function disableProvider(
  cognito: Cognito,
  userPoolId: string,
  clientId: string,
  providerName: string,
): Promise<void> {
  const listed = await unlessNotFound(
    changeProviders(cognito, userPoolId, clientId, (names) =>
      names.includes(providerName) ? names.filter((name) => name !== providerName) : names,
    ),
  );
  if (!listed?.includes(providerName)) return;
  throw new ProviderListError(
    `Cognito did not disable the identity provider ${providerName} on app client ${clientId}: its answer to UpdateUserPoolClient still lists it. Deploy again.`,
  );
}

/** @returns the providers that the app client lists afterwards. */
async function changeProviders(
  cognito: Cognito,
  userPoolId: string,
  clientId: string,
  change: (names: readonly string[]) => readonly string[],
): Promise<readonly string[]> {
  // A change by a program without our lease, between our read and our write, survives: both are repeated.
  return untilAlone(cognito, async () => {
    const client = await requireClient(cognito, userPoolId, clientId);
    const before = client.SupportedIdentityProviders ?? [];
    const after = change(before);
    return after === before ? before : updateProviders(cognito, client, after);
  });
}

/** Cognito has one error for both: "User pool … does not exist." and "User pool client … does not exist." */
function explained(error: unknown, userPoolId: string, clientId: string): unknown {
  if (!(error instanceof Error && error.name === 'ResourceNotFoundException')) return error;
  return error.message.includes(userPoolId) && !error.message.includes(clientId)
    ? new UserPoolNotFoundError(
        `UserPoolId: there is no user pool ${userPoolId}. Check the ID and its region.`,
        { cause: error },
      )
    : new AppClientNotFoundError(
        `UserPoolClientIds: user pool ${userPoolId} has no app client ${clientId}. Check the ID.`,
        { cause: error },
      );
}

/** @throws ResourceNotFoundException if the pool has no such client. */
async function requireClient(
  cognito: Cognito,
  userPoolId: string,
  clientId: string,
): Promise<UserPoolClientType> {
  const command = reading(new DescribeUserPoolClientCommand({ UserPoolId: userPoolId, ClientId: clientId }));
  const found = await ask(cognito, (client, options) => client.send(command, options));
  // An update would reset what is not there to be carried over.
  if (!found.UserPoolClient)
    throw new Error(`Cognito described the app client ${clientId} with nothing. Deploy again.`);
  return found.UserPoolClient;
}
