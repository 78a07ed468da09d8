import {
  DescribeUserPoolClientCommand,
  paginateListUserPoolClients,
  UpdateUserPoolClientCommand,
  type UserPoolClientType,
} from '@aws-sdk/client-cognito-identity-provider';
import { ask, type Cognito, unlessNotFound, untilAlone } from './client.ts';
import { reading, writing } from './lossless.ts';

/** An app client, whole, as Cognito describes it. */
export interface AppClient {
  readonly id: string;
  readonly supportedIdentityProviders: readonly string[];
  readonly oauthEnabled: boolean;
  readonly oauthFlows: readonly string[];
  readonly oauthScopes: readonly string[];
  readonly callbackUrls: readonly string[];
  readonly defaultRedirectUri: string | undefined;
  /** `undefined` where the client may write all standard attributes, which is Cognito's default. */
  readonly writeAttributes: readonly string[] | undefined;
}

/** @returns the app client, or `undefined` where the pool has none of that ID. */
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
  const pages = paginateListUserPoolClients(
    { client: cognito.client, pageSize: 60 },
    { UserPoolId: userPoolId },
    { abortSignal: cognito.signal },
  );
  const ids: string[] = [];
  for await (const page of pages)
    ids.push(...(page.UserPoolClients ?? []).flatMap(({ ClientId }) => ClientId ?? []));
  return ids;
}

/** Puts a provider among those of an app client. The caller holds the app client's lease. */
export async function enableProvider(
  cognito: Cognito,
  userPoolId: string,
  clientId: string,
  providerName: string,
): Promise<void> {
  await changeProviders(cognito, userPoolId, clientId, (names) =>
    names.includes(providerName) ? names : [...names, providerName],
  );
}

/** Takes a provider from those of an app client; a client that is gone is success. The caller holds the lease. */
export async function disableProvider(
  cognito: Cognito,
  userPoolId: string,
  clientId: string,
  providerName: string,
): Promise<void> {
  await unlessNotFound(
    changeProviders(cognito, userPoolId, clientId, (names) =>
      names.includes(providerName) ? names.filter((name) => name !== providerName) : names,
    ),
  );
}

async function changeProviders(
  cognito: Cognito,
  userPoolId: string,
  clientId: string,
  change: (names: readonly string[]) => readonly string[],
): Promise<void> {
  // Whoever wrote without our lease between our read and our write is not undone: it is all read again.
  await untilAlone(cognito, async () => {
    const client = await requireClient(cognito, userPoolId, clientId);
    const before = client.SupportedIdentityProviders ?? [];
    const after = change(before);
    if (after !== before) await update(cognito, client, after);
  });
}

/** @throws ResourceNotFoundException where the pool has no such client. */
async function requireClient(
  cognito: Cognito,
  userPoolId: string,
  clientId: string,
): Promise<UserPoolClientType> {
  const command = reading(new DescribeUserPoolClientCommand({ UserPoolId: userPoolId, ClientId: clientId }));
  const found = await ask(cognito, (client, options) => client.send(command, options));
  // An update would reset what is not there to be carried over.
  if (!found.UserPoolClient) throw new Error(`Cognito described the app client ${clientId} with nothing.`);
  return found.UserPoolClient;
}

/**
 * UpdateUserPoolClient sets everything that it is not sent back to its default, so everything that was read goes back
 * but for the three fields that it does not take: also what this release's SDK does not know.
 * @see https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_UpdateUserPoolClient.html
 */
async function update(
  cognito: Cognito,
  client: UserPoolClientType,
  supportedIdentityProviders: readonly string[],
): Promise<void> {
  const { ClientSecret, CreationDate, LastModifiedDate, UserPoolId, ClientId, ...settings } = client;
  const command = writing(
    new UpdateUserPoolClientCommand({
      ...settings,
      UserPoolId,
      ClientId,
      SupportedIdentityProviders: [...supportedIdentityProviders],
    }),
  );
  await ask(cognito, (sender, options) => sender.send(command, options));
}
