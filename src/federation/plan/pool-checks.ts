import type { AppClient } from '../../cognito/app-clients.ts';
import { isHostOf, type PoolAttribute, type UserPool } from '../../cognito/user-pools.ts';
import { longestOfClaim } from '../properties/claims.ts';
import { nearest } from '../properties/nearest.ts';
import { preconditionSentences as sentences } from './precondition-sentences.ts';

type Mapping = Readonly<Record<string, string>>;

/** A domain that is being created is waited for, so it is no problem. */
export function domainProblems(userPool: UserPool): string[] {
  if (userPool.domains.length === 0) return [sentences.noDomain(userPool.id)];
  return userPool.domains
    .filter((domain) => domain.state === 'failed')
    .map((domain) => sentences.failedDomain(domain.host, userPool.id));
}

/** @param domain a prefix, a custom domain, or a whole host name; `!Ref` of a UserPoolDomain gives the first two. */
export function otherDomainProblems(userPool: UserPool, domain: string | undefined): string[] {
  const hosts = userPool.domains.map(({ host }) => host);
  // A pool without a domain is a problem of its own.
  if (domain === undefined || hosts.length === 0) return [];
  const isOfPool = hosts.some((host) => isHostOf(host, domain));
  return isOfPool ? [] : [sentences.otherDomain(domain, userPool.id, hosts)];
}

/** @see https://docs.aws.amazon.com/cognito/latest/developerguide/cognito-user-pools-app-idp-settings.html */
export function appClientProblems(client: AppClient, mapping: Mapping): string[] {
  if (client.oauthFlows.includes('client_credentials')) return [sentences.machineClient(client.id)];
  const { writeAttributes } = client;
  const unwritable = mappedAttributes(mapping).filter((name) => writeAttributes?.includes(name) === false);
  return [
    ...(client.oauthEnabled ? [] : [sentences.noOAuth(client.id)]),
    ...(client.oauthFlows.includes('code') ? [] : [sentences.noCodeFlow(client.id)]),
    ...(client.callbackUrls.length > 0 ? [] : [sentences.noCallback(client.id)]),
    ...(unwritable.length > 0 ? [sentences.unwritable(client.id, unwritable)] : []),
  ];
}

/** @see https://docs.aws.amazon.com/cognito/latest/developerguide/cognito-user-pools-specifying-attribute-mapping.html */
export function attributeProblems(userPool: UserPool, mapping: Mapping): string[] {
  const mapped = mappedAttributes(mapping).flatMap((name) => {
    const attribute = userPool.attributes.get(name);
    return attribute
      ? attributeProblem(name, attribute, userPool, mapping[name])
      : [unknownAttribute(name, userPool)];
  });
  const missing = [...userPool.attributes]
    .filter(([name, { required }]) => required && name !== 'sub' && !Object.hasOwn(mapping, name))
    .map(([name]) => sentences.requiredUnmapped(name, userPool.id));
  return [...mapped, ...missing];
}

/** Cognito writes mapped attributes at each sign-in: one that cannot change, or is too short, fails it. */
function attributeProblem(name: string, attribute: PoolAttribute, { id }: UserPool, claim = ''): string[] {
  if (!attribute.mutable) return [sentences.immutable(name, id)];
  const longest = longestOfClaim.get(claim);
  const { maxLength } = attribute;
  return longest !== undefined && maxLength !== undefined && maxLength < longest
    ? [sentences.tooShort(name, id, maxLength, claim, longest)]
    : [];
}

function unknownAttribute(name: string, { id, attributes }: UserPool): string {
  return attributes.has(`custom:${name}`)
    ? sentences.customAttribute(name, id)
    : sentences.noAttribute(name, id, nearest(name, attributes.keys()));
}

/** `username` is Cognito's own key for a federated user, not an attribute of the pool's schema. */
function mappedAttributes(mapping: Mapping): string[] {
  return Object.keys(mapping).filter((name) => name !== 'username');
}
