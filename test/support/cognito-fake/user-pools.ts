import { randomBytes, randomInt } from 'node:crypto';
import { invalidParameter, notFound } from './errors.ts';
import type { CognitoState, Domain, DomainStatus, SchemaAttribute, UserPool } from './state.ts';

export type { Domain, DomainStatus, SchemaAttribute, UserPool } from './state.ts';

export interface NewUserPool {
  /** Default: us-east-1. */
  readonly region?: string;
  /** The prefix domain; default: a new one. `null`: the pool has none. */
  readonly prefix?: string | null;
  /** A custom domain beside it, such as `auth.example.com`. */
  readonly customDomain?: string;
  readonly domainStatus?: DomainStatus;
  /** Attributes that differ from AWS's standard ones, and custom ones (with their `custom:` prefix). */
  readonly attributes?: readonly (Partial<SchemaAttribute> & { readonly Name: string })[];
}

const text = (Name: string, Mutable = true, Required = false): SchemaAttribute => ({
  Name,
  AttributeDataType: 'String',
  DeveloperOnlyAttribute: false,
  Mutable,
  Required,
  StringAttributeConstraints: { MinLength: '0', MaxLength: '2048' },
});

const ofType = (
  AttributeDataType: 'Boolean' | 'Number',
  Name: string,
  constraints: Partial<SchemaAttribute> = {},
): SchemaAttribute => {
  const { StringAttributeConstraints, ...rest } = text(Name);
  return { ...rest, AttributeDataType, ...constraints };
};

/** https://docs.aws.amazon.com/cognito/latest/developerguide/user-pool-settings-attributes.html */
const standardAttributes: readonly SchemaAttribute[] = [
  { ...text('sub', false, true), StringAttributeConstraints: { MinLength: '1', MaxLength: '2048' } },
  ...['name', 'given_name', 'family_name', 'middle_name', 'nickname', 'preferred_username', 'profile'].map(
    (name) => text(name),
  ),
  ...['picture', 'website', 'email', 'gender', 'zoneinfo', 'locale'].map((name) => text(name)),
  { ...text('birthdate'), StringAttributeConstraints: { MinLength: '10', MaxLength: '10' } },
  ofType('Boolean', 'email_verified'),
  text('phone_number'),
  ofType('Boolean', 'phone_number_verified'),
  text('address'),
  ofType('Number', 'updated_at', { NumberAttributeConstraints: { MinValue: '0' } }),
];

/** Makes a user pool as another owner would, with a new prefix domain unless `prefix` says otherwise. */
export function createUserPool(state: CognitoState, settings: NewUserPool = {}): UserPool {
  const { region = 'us-east-1', prefix, customDomain, domainStatus = 'ACTIVE', attributes = [] } = settings;
  const named = new Map(attributes.map((attribute) => [attribute.Name, attribute]));
  const domain = (name: string, custom: boolean): Domain => ({ name, custom, status: domainStatus });
  const pool: UserPool = {
    id: `${region}_${randomBytes(5).toString('hex').slice(0, 9)}`,
    region,
    created: now(),
    attributes: [
      ...standardAttributes.map((attribute) => ({ ...attribute, ...named.get(attribute.Name) })),
      ...attributes
        .filter(({ Name }) => !standardAttributes.some((standard) => standard.Name === Name))
        // AWS sets no bounds on a custom attribute that was made without.
        .map((attribute) => ({ ...text(attribute.Name), StringAttributeConstraints: {}, ...attribute })),
    ],
    domains: [
      ...(prefix === null ? [] : [domain(prefix ?? `pool-${randomInt(1e9)}`, false)]),
      ...(customDomain === undefined ? [] : [domain(customDomain, true)]),
    ],
  };
  state.pools.set(pool.id, pool);
  return pool;
}

/** The host that serves a pool's sign-in pages. */
export function domainHost(pool: UserPool, domain: Domain): string {
  const service = pool.region.startsWith('us-gov-') ? 'auth-fips' : 'auth';
  return domain.custom ? domain.name : `${domain.name}.${service}.${pool.region}.amazoncognito.com`;
}

/**
 * A pool, from the region that the request was signed for: a pool is not there in any other.
 *
 * @throws CognitoError for an ID that is none, or is no pool's.
 */
export function findUserPool(state: CognitoState, id: string, region: string): UserPool {
  if (id.length > 55 || !/^[\w-]+_[0-9a-zA-Z]+$/.test(id)) {
    throw invalidParameter(
      `1 validation error detected: Value '${id}' at 'userPoolId' failed to satisfy constraint: ` +
        'Member must satisfy regular expression pattern: [\\w-]+_[0-9a-zA-Z]+',
    );
  }
  const pool = state.pools.get(id);
  if (pool === undefined || pool.region !== region) throw notFound(`User pool ${id} does not exist.`);
  return pool;
}

/** https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_DescribeUserPool.html */
export function describeUserPool(pool: UserPool, accountId: string) {
  const prefix = pool.domains.find(({ custom }) => !custom);
  const custom = pool.domains.find((domain) => domain.custom);
  return {
    UserPool: {
      Id: pool.id,
      Name: pool.id,
      Arn: `arn:aws:cognito-idp:${pool.region}:${accountId}:userpool/${pool.id}`,
      CreationDate: pool.created,
      LastModifiedDate: pool.created,
      LambdaConfig: {},
      MfaConfiguration: 'OFF',
      SchemaAttributes: pool.attributes,
      UserPoolTags: pool.tags ?? {},
      ...(prefix && { Domain: prefix.name }),
      ...(custom && { CustomDomain: custom.name }),
    },
  };
}

/**
 * A domain that does not exist is no error: the description is empty.
 * https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_DescribeUserPoolDomain.html
 */
export function describeUserPoolDomain(state: CognitoState, name: string, accountId: string) {
  for (const pool of state.pools.values()) {
    const domain = pool.domains.find((candidate) => candidate.name === name);
    if (domain === undefined) continue;
    return {
      DomainDescription: {
        UserPoolId: pool.id,
        AWSAccountId: accountId,
        Domain: domain.name,
        S3Bucket: 'aws-cognito-prod',
        CloudFrontDistribution: 'd111111abcdef8.cloudfront.net',
        Version: '1',
        Status: domain.status,
        CustomDomainConfig: {},
      },
    };
  }
  return { DomainDescription: {} };
}

/** AWS JSON 1.1 gives times in seconds. */
export function now(): number {
  return Date.now() / 1000;
}
