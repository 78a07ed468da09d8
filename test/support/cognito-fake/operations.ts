import { z } from 'zod';
import * as clients from './app-clients.ts';
import { updateClientInput } from './client-settings.ts';
import { CognitoError, invalidParameter } from './errors.ts';
import * as providers from './identity-providers.ts';
import { type CognitoState, providersOf } from './state.ts';
import { describeUserPool, describeUserPoolDomain, findUserPool } from './user-pools.ts';

export interface OperationSettings {
  readonly accountId: string;
  readonly discover: providers.Discover;
  /** Milliseconds that UpdateUserPoolClient takes. */
  readonly updateTakes: () => number;
}

type Operation = (input: unknown, region: string) => unknown;

const poolInput = z.strictObject({ UserPoolId: z.string() });
const clientInput = poolInput.extend({ ClientId: z.string() });
const providerInput = poolInput.extend({ ProviderName: z.string().min(1).max(32) });
const listInput = poolInput.extend({
  MaxResults: z.number().int().min(0).max(60).optional(),
  NextToken: z.string().optional(),
});

const listClientsInput = listInput.extend({ MaxResults: z.number().int().min(1).max(60).optional() });

/** The operations that the fake knows, by name: each takes the request's JSON and the region it was signed for. */
export function cognitoOperations(
  state: CognitoState,
  settings: OperationSettings,
): Record<string, Operation> {
  const { accountId, discover } = settings;
  return {
    DescribeUserPool: (raw, region) =>
      describeUserPool(findUserPool(state, parse(poolInput, raw).UserPoolId, region), accountId),

    DescribeUserPoolDomain: (raw) =>
      describeUserPoolDomain(state, parse(z.strictObject({ Domain: z.string() }), raw).Domain, accountId),

    DescribeUserPoolClient: (raw, region) => {
      const input = parse(clientInput, raw);
      const pool = findUserPool(state, input.UserPoolId, region);
      return clients.describeAppClient(state, clients.findAppClient(state, pool, input.ClientId));
    },

    UpdateUserPoolClient: (raw, region) => {
      const { UserPoolId, ClientId, ...given } = parse(updateClientInput, raw);
      const client = clients.findAppClient(state, findUserPool(state, UserPoolId, region), ClientId);
      return clients.updateAppClient(state, client, given, settings.updateTakes());
    },

    CreateIdentityProvider: (raw, region) => {
      const input = parse(providers.createInput, raw);
      return providers.createProvider(state, findUserPool(state, input.UserPoolId, region), input, discover);
    },

    DescribeIdentityProvider: (raw, region) => {
      const input = parse(providerInput, raw);
      const pool = findUserPool(state, input.UserPoolId, region);
      return providers.describeProvider(state, pool, input.ProviderName);
    },

    UpdateIdentityProvider: (raw, region) => {
      const input = parse(providers.updateInput, raw);
      return providers.updateProvider(state, findUserPool(state, input.UserPoolId, region), input, discover);
    },

    DeleteIdentityProvider: (raw, region) => {
      const input = parse(providerInput, raw);
      return providers.deleteProvider(
        state,
        findUserPool(state, input.UserPoolId, region),
        input.ProviderName,
      );
    },

    ListIdentityProviders: (raw, region) => {
      const input = parse(listInput, raw);
      const all = providersOf(state, findUserPool(state, input.UserPoolId, region).id);
      const { items, ...next } = page(all, input);
      return {
        Providers: items.map(({ ProviderName, ProviderType, CreationDate, LastModifiedDate }) => ({
          ProviderName,
          ProviderType,
          CreationDate,
          LastModifiedDate,
        })),
        ...next,
      };
    },

    ListUserPoolClients: (raw, region) => {
      const input = parse(listClientsInput, raw);
      const pool = findUserPool(state, input.UserPoolId, region);
      const own = [...state.clients.values()].filter(({ userPoolId }) => userPoolId === pool.id);
      const { items, ...next } = page(own, input);
      return {
        UserPoolClients: items.map(({ id, userPoolId, settings: { ClientName } }) => ({
          ClientId: id,
          UserPoolId: userPoolId,
          ClientName,
        })),
        ...next,
      };
    },
  };
}

function page<T>(all: readonly T[], { MaxResults = 60, NextToken = '0' }: z.infer<typeof listInput>) {
  const end = Number(NextToken) + MaxResults;
  return {
    items: all.slice(Number(NextToken), end),
    ...(end < all.length && { NextToken: String(end) }),
  };
}

/** An unknown field is refused, as by AWS's own clients; a bad value, as by AWS. */
function parse<T>(schema: z.ZodType<T>, raw: unknown): T {
  const parsed = schema.safeParse(raw);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  if (issue?.code === 'unrecognized_keys') throw new CognitoError('SerializationException', issue.message);
  throw invalidParameter(
    `${parsed.error.issues.length} validation error detected: Value at '${issue?.path.join('.')}' ` +
      `failed to satisfy constraint: ${issue?.message}`,
  );
}
