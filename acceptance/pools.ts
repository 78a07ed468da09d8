/** User pools that are there before an example is deployed, and what an administrator does to them by hand. */
import {
  CognitoIdentityProviderClient,
  CreateIdentityProviderCommand,
  DeleteIdentityProviderCommand,
  DescribeIdentityProviderCommand,
  DescribeUserPoolClientCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import type { Stacks } from './cloudformation.ts';
import type { AcceptanceSettings } from './settings.ts';

/** A pool with a domain and an app client, which no federation has touched. */
export interface ExistingPool {
  readonly userPoolId: string;
  readonly clientId: string;
  /** To which Okta sends the browser back. */
  readonly redirectUri: string;
}

/** Creates a pool for each name, in one stack. */
export async function createPools<Name extends string>(
  settings: AcceptanceSettings,
  stacks: Stacks,
  names: readonly Name[],
): Promise<Record<Name, ExistingPool>> {
  const { outputs } = await stacks.create('pools', { body: template(settings.prefix, names) });
  const pool = (name: Name): ExistingPool => ({
    userPoolId: outputs[`${name}Pool`] ?? '',
    clientId: outputs[`${name}Client`] ?? '',
    redirectUri: `https://${domainOf(settings.prefix, name)}.auth.${settings.region}.amazoncognito.com/oauth2/idpresponse`,
  });
  return recordOf(names, pool);
}

function recordOf<Name extends string, Value>(
  names: readonly Name[],
  of: (name: Name) => Value,
): Record<Name, Value> {
  const record: Partial<Record<Name, Value>> = {};
  for (const name of names) record[name] = of(name);
  if (!isWhole(record, names)) throw new Error('A name is missing.');
  return record;
}

function isWhole<Name extends string, Value>(
  record: Partial<Record<Name, Value>>,
  names: readonly Name[],
): record is Record<Name, Value> {
  return names.every((name) => name in record);
}

/** Cognito refuses a domain with "aws", "amazon" or "cognito" in it. */
const domainOf = (prefix: string, name: string) => `${prefix}-${name.toLowerCase()}`;

/** The settings of an app client that was there before: the authorization code grant, with a callback URL. */
export const existingAppClient = {
  ClientName: 'existing',
  AllowedOAuthFlowsUserPoolClient: true,
  AllowedOAuthFlows: ['code' as const],
  AllowedOAuthScopes: ['openid', 'email'],
  CallbackURLs: ['https://app.example.com/callback'],
  SupportedIdentityProviders: ['COGNITO'],
};

function template(prefix: string, names: readonly string[]): string {
  const resources = names.flatMap((name) => [
    [`${name}Pool`, { Type: 'AWS::Cognito::UserPool', Properties: { UserPoolName: domainOf(prefix, name) } }],
    [
      `${name}Domain`,
      {
        Type: 'AWS::Cognito::UserPoolDomain',
        Properties: { UserPoolId: { Ref: `${name}Pool` }, Domain: domainOf(prefix, name) },
      },
    ],
    [
      `${name}Client`,
      {
        Type: 'AWS::Cognito::UserPoolClient',
        Properties: { UserPoolId: { Ref: `${name}Pool` }, ...existingAppClient },
      },
    ],
  ]);
  const outputs = names.flatMap((name) =>
    [`${name}Pool`, `${name}Client`].map((of) => [of, { Value: { Ref: of } }]),
  );
  return JSON.stringify({ Resources: Object.fromEntries(resources), Outputs: Object.fromEntries(outputs) });
}

/** Reads and changes pools as an administrator of the account. */
export class CognitoAdmin {
  readonly #client: CognitoIdentityProviderClient;

  constructor({ region }: AcceptanceSettings) {
    this.#client = new CognitoIdentityProviderClient({ region });
  }

  /** The identity providers that an app client offers. */
  async offered(UserPoolId: string, ClientId: string): Promise<readonly string[]> {
    const command = new DescribeUserPoolClientCommand({ UserPoolId, ClientId });
    return (await this.#client.send(command)).UserPoolClient?.SupportedIdentityProviders ?? [];
  }

  /** The names of a provider's details, which Cognito adds to. */
  async detailsOf(UserPoolId: string, ProviderName: string): Promise<Readonly<Record<string, string>>> {
    const command = new DescribeIdentityProviderCommand({ UserPoolId, ProviderName });
    return (await this.#client.send(command)).IdentityProvider?.ProviderDetails ?? {};
  }

  async createProvider(
    UserPoolId: string,
    ProviderName: string,
    details: Readonly<Record<string, string>>,
  ): Promise<void> {
    const AttributeMapping = { email: 'email' };
    await this.#client.send(
      new CreateIdentityProviderCommand({
        UserPoolId,
        ProviderName,
        ProviderType: 'OIDC',
        ProviderDetails: { ...details },
        AttributeMapping,
      }),
    );
  }

  async deleteProvider(UserPoolId: string, ProviderName: string): Promise<void> {
    await this.#client.send(new DeleteIdentityProviderCommand({ UserPoolId, ProviderName }));
  }
}
