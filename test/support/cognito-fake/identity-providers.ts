import { z } from 'zod';
import { CognitoError, invalidParameter, notFound } from './errors.ts';
import {
  type CognitoState,
  type IdentityProvider,
  providerKey,
  providersOf,
  type UserPool,
} from './state.ts';
import { now } from './user-pools.ts';

const details = z.record(z.string(), z.string());
const mapping = z.record(z.string().min(1).max(32), z.string().max(131072));
const identifiers = z
  .array(
    z
      .string()
      .max(40)
      .regex(/^[\w\s+=.@-]+$/),
  )
  .max(50);

/** https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_CreateIdentityProvider.html */
export const createInput = z.strictObject({
  UserPoolId: z.string(),
  ProviderName: z
    .string()
    .min(3)
    .max(32)
    .regex(/^[^_\p{Z}][\p{L}\p{M}\p{S}\p{N}\p{P}][^_\p{Z}]+$/u),
  ProviderType: z.enum(['SAML', 'Facebook', 'Google', 'LoginWithAmazon', 'SignInWithApple', 'OIDC']),
  ProviderDetails: details,
  AttributeMapping: mapping.optional(),
  IdpIdentifiers: identifiers.optional(),
});

/** https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_UpdateIdentityProvider.html */
export const updateInput = z.strictObject({
  UserPoolId: z.string(),
  ProviderName: z.string().min(1).max(32),
  ProviderDetails: details.optional(),
  AttributeMapping: mapping.optional(),
  IdpIdentifiers: identifiers.optional(),
});

/** The endpoints that Cognito reads from an OIDC issuer's discovery document. */
export type Discover = (issuer: string) => Promise<Readonly<Record<string, string>>>;

/** https://docs.aws.amazon.com/cognito/latest/developerguide/limits.html: identity providers per user pool */
const mostProviders = 300;
const required = [
  'client_id',
  'client_secret',
  'attributes_request_method',
  'oidc_issuer',
  'authorize_scopes',
];

/** @throws CognitoError if the pool has no such provider. */
export function findProvider(state: CognitoState, pool: UserPool, name: string): IdentityProvider {
  const provider = state.providers.get(providerKey(pool.id, name));
  if (provider === undefined) throw notFound(`Identity provider ${name} does not exist.`);
  return provider;
}

/** https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_DescribeIdentityProvider.html */
export function describeProvider(state: CognitoState, pool: UserPool, name: string) {
  const provider = findProvider(state, pool, name);
  const { showsDiscoveredEndpoints, readOnlyDetails } = state.behavior;
  const discovered = state.discovered.get(providerKey(pool.id, name)) ?? {};
  const shown = Object.entries(provider.ProviderDetails).filter(
    ([key, value]) => showsDiscoveredEndpoints || discovered[key] !== value,
  );
  return {
    IdentityProvider: { ...provider, ProviderDetails: { ...Object.fromEntries(shown), ...readOnlyDetails } },
  };
}

export async function createProvider(
  state: CognitoState,
  pool: UserPool,
  input: z.infer<typeof createInput>,
  discover: Discover,
) {
  const key = providerKey(pool.id, input.ProviderName);
  const duplicate = () =>
    new CognitoError(
      'DuplicateProviderException',
      `A provider already exists with the name ${input.ProviderName}.`,
    );
  if (state.providers.has(key)) throw duplicate();
  if (providersOf(state, pool.id).length >= mostProviders) {
    throw new CognitoError(
      'LimitExceededException',
      `A user pool holds ${mostProviders} identity providers at most.`,
    );
  }
  refuseMapping(pool, input.AttributeMapping);
  refuseIdentifiers(state, pool, input.ProviderName, input.IdpIdentifiers);
  refuseReadOnly(state, input.ProviderType, input.ProviderDetails);
  const ProviderDetails = await completeDetails(
    input.ProviderType,
    input.ProviderDetails,
    noting(state, key, discover),
  );
  if (state.providers.has(key)) throw duplicate();
  const created = now();
  const provider: IdentityProvider = {
    ...input,
    ProviderDetails,
    AttributeMapping: withUsername(input.AttributeMapping),
    IdpIdentifiers: input.IdpIdentifiers ?? [],
    CreationDate: created,
    LastModifiedDate: created,
  };
  state.providers.set(key, provider);
  return describeProvider(state, pool, input.ProviderName);
}

/** Each of the three members that is sent replaces the whole of what was there; what is not sent stays. */
export async function updateProvider(
  state: CognitoState,
  pool: UserPool,
  input: z.infer<typeof updateInput>,
  discover: Discover,
) {
  const before = findProvider(state, pool, input.ProviderName);
  refuseMapping(pool, input.AttributeMapping);
  refuseIdentifiers(state, pool, input.ProviderName, input.IdpIdentifiers);
  refuseReadOnly(state, before.ProviderType, input.ProviderDetails);
  const key = providerKey(pool.id, input.ProviderName);
  refuseSecondChange(state, key, input.ProviderName);
  state.changing.add(key);
  const ProviderDetails = await completeDetails(
    before.ProviderType,
    input.ProviderDetails ?? before.ProviderDetails,
    noting(state, key, discover),
  ).finally(() => state.changing.delete(key));
  const provider: IdentityProvider = {
    ...before,
    ...(input.ProviderDetails && { ProviderDetails }),
    ...(input.AttributeMapping && { AttributeMapping: withUsername(input.AttributeMapping) }),
    ...(input.IdpIdentifiers && { IdpIdentifiers: input.IdpIdentifiers }),
    LastModifiedDate: now(),
  };
  state.providers.set(key, provider);
  return describeProvider(state, pool, input.ProviderName);
}

/**
 * App clients that list the provider go on listing it, and every update that carries the dead name over is refused.
 * AWS's pages do not say what happens to the list; this is the reading that forgives least.
 */
export function deleteProvider(state: CognitoState, pool: UserPool, name: string) {
  findProvider(state, pool, name);
  refuseSecondChange(state, providerKey(pool.id, name), name);
  state.providers.delete(providerKey(pool.id, name));
  return {};
}

function refuseSecondChange(state: CognitoState, key: string, name: string): void {
  if (state.changing.has(key)) {
    throw new CognitoError(
      'ConcurrentModificationException',
      `There is an ongoing request to modify the identity provider ${name}.`,
    );
  }
}

/** https://github.com/hashicorp/terraform-provider-aws/issues/36311 */
function refuseReadOnly(
  state: CognitoState,
  type: string,
  given: Readonly<Record<string, string>> = {},
): void {
  const key = Object.keys(given).find((name) => name in state.behavior.readOnlyDetails);
  if (key !== undefined)
    throw invalidParameter(`${key} is not a valid key for ${type} identity provider details`);
}

/** Keeps what the issuer stated. */
function noting(state: CognitoState, key: string, discover: Discover): Discover {
  return async (issuer) => {
    const found = await discover(issuer);
    state.discovered.set(key, found);
    return found;
  };
}

async function completeDetails(type: string, given: Readonly<Record<string, string>>, discover: Discover) {
  if (type !== 'OIDC') return given;
  const missing = required.filter((key) => !given[key]);
  if (missing.length > 0)
    throw invalidParameter(`${missing.join(', ')} required in the provider details of OIDC.`);
  if (!['GET', 'POST'].includes(given.attributes_request_method ?? '')) {
    throw invalidParameter('attributes_request_method is GET or POST.');
  }
  if (!given.authorize_scopes?.split(' ').includes('openid')) {
    throw invalidParameter('authorize_scopes must hold openid.');
  }
  return { ...(await discover(given.oidc_issuer ?? '')), attributes_url_add_attributes: 'false', ...given };
}

/** https://docs.aws.amazon.com/cognito/latest/developerguide/cognito-user-pools-specifying-attribute-mapping.html */
function refuseMapping(pool: UserPool, given: Readonly<Record<string, string>> = {}): void {
  for (const name of Object.keys(given)) {
    if (name !== 'username' && !pool.attributes.some((attribute) => attribute.Name === name)) {
      throw invalidParameter(`The attribute ${name} is not in the schema of the user pool ${pool.id}.`);
    }
  }
}

function refuseIdentifiers(
  state: CognitoState,
  pool: UserPool,
  name: string,
  given: readonly string[] = [],
): void {
  const others = providersOf(state, pool.id).filter((provider) => provider.ProviderName !== name);
  const taken = given.find((identifier) => others.some((other) => other.IdpIdentifiers.includes(identifier)));
  if (taken !== undefined) {
    throw new CognitoError(
      state.behavior.takenIdentifier,
      `The identifier ${taken} is that of another provider.`,
    );
  }
}

/** Cognito maps `username` to `sub` by itself. */
function withUsername(given: Readonly<Record<string, string>> = {}) {
  return { username: 'sub', ...given };
}
