import {
  DescribeUserPoolCommand,
  DescribeUserPoolDomainCommand,
  type SchemaAttributeType,
} from '@aws-sdk/client-cognito-identity-provider';
import { ask, type Cognito, regionOf, unlessNotFound } from './client.ts';

/** What federation needs to know of a user pool. */
export interface UserPool {
  readonly id: string;
  /** Host names that serve `/oauth2/idpresponse`, the custom domain first: it is the one that people see. */
  readonly domains: readonly Domain[];
  readonly attributes: ReadonlyMap<string, PoolAttribute>;
  readonly tags: Readonly<Record<string, string>>;
}

export interface Domain {
  readonly host: string;
  /** `ready` is all that a prefix ever is; a custom domain takes minutes to get there. */
  readonly state: 'ready' | 'creating' | 'failed';
}

/** @see https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_SchemaAttributeType.html */
export interface PoolAttribute {
  readonly mutable: boolean;
  readonly required: boolean;
  /** The most that a String may have, in characters; absent if the schema sets no limit. */
  readonly maxLength?: number;
}

/** The host name of this pool's prefix domain is unknown. */
export class UnknownPoolDomainError extends Error {
  override readonly name = 'UnknownPoolDomainError';
}

/**
 * @returns the pool, or `undefined` if there is none of that ID.
 * @throws UnknownPoolDomainError if the pool has a prefix domain in the AWS European Sovereign Cloud; the SDK's errors.
 * @see https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_DescribeUserPool.html
 */
export async function describeUserPool(cognito: Cognito, userPoolId: string): Promise<UserPool | undefined> {
  const command = new DescribeUserPoolCommand({ UserPoolId: userPoolId });
  const found = await unlessNotFound(ask(cognito, (client, options) => client.send(command, options)));
  const pool = found?.UserPool;
  if (!pool) return undefined;
  const domains: Domain[] = [];
  if (pool.CustomDomain) {
    domains.push({ host: pool.CustomDomain, state: await domainState(cognito, pool.CustomDomain) });
  }
  if (pool.Domain)
    domains.push({ host: prefixDomainHost(pool.Domain, regionOf(userPoolId)), state: 'ready' });
  return {
    id: userPoolId,
    domains,
    tags: pool.UserPoolTags ?? {},
    attributes: new Map(
      (pool.SchemaAttributes ?? []).map((attribute) => [attribute.Name ?? '', poolAttribute(attribute)]),
    ),
  };
}

function poolAttribute(attribute: SchemaAttributeType): PoolAttribute {
  const { MaxLength } = attribute.StringAttributeConstraints ?? {};
  return {
    mutable: attribute.Mutable ?? true,
    required: attribute.Required ?? false,
    ...(MaxLength !== undefined && { maxLength: Number(MaxLength) }),
  };
}

/**
 * @throws UnknownPoolDomainError
 * @see https://docs.aws.amazon.com/cognito/latest/developerguide/cognito-user-pools-assign-domain.html
 */
function prefixDomainHost(prefix: string, region: string): string {
  // AWS does not document the host there, and with a wrong redirect URI the stack would be green and every sign-in would fail.
  if (region.startsWith('eusc-')) {
    throw new UnknownPoolDomainError(
      `UserPoolId: the prefix domain ${prefix} is in the AWS European Sovereign Cloud (${region}), where its host name is not known. Give the user pool a custom domain and remove the prefix domain.`,
    );
  }
  const service = region.startsWith('us-gov-') ? 'auth-fips' : 'auth';
  return `${prefix}.${service}.${region}.amazoncognito.com`;
}

/** @param domain a prefix, a custom domain, or a whole host name; `!Ref` of a UserPoolDomain gives the first two. */
export function isHostOf(host: string, domain: string): boolean {
  const wanted = domain.toLowerCase();
  return host === wanted || (host.startsWith(`${wanted}.auth`) && host.endsWith('.amazoncognito.com'));
}

async function domainState(cognito: Cognito, domain: string): Promise<Domain['state']> {
  const command = new DescribeUserPoolDomainCommand({ Domain: domain });
  const found = await ask(cognito, (client, options) => client.send(command, options));
  switch (found.DomainDescription?.Status) {
    case 'ACTIVE':
    case 'UPDATING':
      return 'ready';
    case 'FAILED':
    case 'DELETING':
      return 'failed';
    default:
      return 'creating';
  }
}
