/** What Okta and Cognito hold, asked through their own APIs: taken before and after, it shows what a stack left behind. */
import { setTimeout as pause } from 'node:timers/promises';
import {
  CognitoIdentityProviderClient,
  CreateIdentityProviderCommand,
  CreateUserPoolCommand,
  DescribeIdentityProviderCommand,
  DescribeUserPoolClientCommand,
  DescribeUserPoolCommand,
  ListIdentityProvidersCommand,
  ListUserPoolClientsCommand,
  ListUserPoolsCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import * as z from 'zod';
import { awsClient } from './deploy.ts';
import type { StackEnvironment } from './environment.ts';
import type { Settings } from './settings.ts';

/** All that Okta and Cognito hold, by kind and place. */
export type Surroundings = Record<string, unknown>;

const listed = z.array(
  z.looseObject({
    id: z.string(),
    label: z.string().optional(),
    profile: z.looseObject({ name: z.string().optional() }).optional(),
  }),
);

/** Reads every Okta application and group with its assignments, and every user pool with its providers and app clients. */
export async function readSurroundings(settings: Settings, stack: StackEnvironment): Promise<Surroundings> {
  return { ...(await readOkta(stack)), ...(await readCognito(settings)) };
}

/** What differs between two readings. */
export function differences(before: Surroundings, after: Surroundings): string[] {
  const paths = new Set([...Object.keys(before), ...Object.keys(after)]);
  return [...paths].filter((path) => JSON.stringify(before[path]) !== JSON.stringify(after[path]));
}

/** Puts something beside the federation that has to come through untouched: an Okta application and a user pool. */
export async function addNeighbors(settings: Settings, stack: StackEnvironment): Promise<void> {
  const cognito = new CognitoIdentityProviderClient(awsClient(settings));
  const { UserPool } = await cognito.send(new CreateUserPoolCommand({ PoolName: 'neighbor' }));
  await cognito.send(
    new CreateIdentityProviderCommand({
      UserPoolId: UserPool?.Id,
      ProviderName: 'Google',
      ProviderType: 'Google',
      ProviderDetails: { client_id: 'neighbor', client_secret: 'unused', authorize_scopes: 'openid' },
    }),
  );
  const made = await okta(stack, '/api/v1/apps', {
    label: 'Neighbor',
    name: 'oidc_client',
    signOnMode: 'OPENID_CONNECT',
    credentials: { oauthClient: { token_endpoint_auth_method: 'client_secret_basic' } },
    settings: {
      oauthClient: {
        application_type: 'web',
        grant_types: ['authorization_code'],
        response_types: ['code'],
        redirect_uris: ['https://neighbor.example.com/callback'],
      },
    },
  });
  // Okta's reads lag behind a create, and the first reading must have it.
  const { id } = z.looseObject({ id: z.string() }).parse(made);
  while (!listed.parse(await okta(stack, '/api/v1/apps')).some((each) => each.id === id)) await pause(100);
}

/** The providers that an app client offers. */
export async function offeredProviders(
  settings: Settings,
  UserPoolId: string,
  ClientId: string,
): Promise<string[]> {
  const client = new CognitoIdentityProviderClient(awsClient(settings));
  const { UserPoolClient } = await client.send(new DescribeUserPoolClientCommand({ UserPoolId, ClientId }));
  return UserPoolClient?.SupportedIdentityProviders ?? [];
}

async function readOkta(stack: StackEnvironment): Promise<Surroundings> {
  const found: Surroundings = {};
  for (const kind of ['apps', 'groups']) {
    for (const item of listed.parse(await okta(stack, `/api/v1/${kind}`))) {
      const path = `okta ${kind} ${item.label ?? item.profile?.name} (${item.id})`;
      found[path] = item;
      if (kind === 'apps') found[`${path} groups`] = await okta(stack, `/api/v1/apps/${item.id}/groups`);
    }
  }
  return found;
}

async function okta(stack: StackEnvironment, path: string, body?: object): Promise<unknown> {
  const response = await fetch(`${stack.OKTA_ORG_URL}${path}`, {
    method: body === undefined ? 'GET' : 'POST',
    headers: { authorization: `SSWS ${stack.OKTA_API_TOKEN}`, 'content-type': 'application/json' },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  if (!response.ok) throw new Error(`Okta answered ${response.status} to ${path}: ${await response.text()}`);
  return response.json();
}

async function readCognito(settings: Settings): Promise<Surroundings> {
  const client = new CognitoIdentityProviderClient(awsClient(settings));
  const found: Surroundings = {};
  const { UserPools = [] } = await client.send(new ListUserPoolsCommand({ MaxResults: 60 }));
  for (const { Id: UserPoolId = '', Name = '' } of UserPools) {
    const of = `cognito pool ${Name} (${UserPoolId})`;
    found[of] = (await client.send(new DescribeUserPoolCommand({ UserPoolId }))).UserPool;
    const { Providers = [] } = await client.send(new ListIdentityProvidersCommand({ UserPoolId }));
    for (const { ProviderName = '' } of Providers) {
      const answer = await client.send(new DescribeIdentityProviderCommand({ UserPoolId, ProviderName }));
      found[`${of} provider ${ProviderName}`] = answer.IdentityProvider;
    }
    const { UserPoolClients = [] } = await client.send(new ListUserPoolClientsCommand({ UserPoolId }));
    for (const { ClientId = '' } of UserPoolClients) {
      const answer = await client.send(new DescribeUserPoolClientCommand({ UserPoolId, ClientId }));
      found[`${of} app client ${ClientId}`] = answer.UserPoolClient;
    }
  }
  return found;
}
