import type { CustomResourceRequest } from '../../cloudformation/request.ts';
import type { Properties } from './properties.ts';

/**
 * Which federation is meant: the resource, and the pool's provider that it makes. One resource can own two for a while:
 * a replacement is made whole before the old one goes.
 */
export interface Identity {
  readonly stackId: string;
  readonly logicalResourceId: string;
  readonly userPoolId: string;
  readonly providerName: string;
}

type ProviderOfPool = Pick<Identity, 'userPoolId' | 'providerName'>;

export function identityOf(request: CustomResourceRequest, properties: Properties): Identity {
  const { stackId, logicalResourceId } = request;
  return { stackId, logicalResourceId, ...placeOf(properties) };
}

export function placeOf(properties: Properties): ProviderOfPool {
  return { userPoolId: properties.UserPoolId, providerName: properties.ProviderName };
}

export function isSameProvider(a: ProviderOfPool, b: ProviderOfPool): boolean {
  return a.userPoolId === b.userPoolId && a.providerName === b.providerName;
}

/** The name of the Okta application, if neither the template nor an adopted application gives it. */
export function labelOf(
  request: Pick<CustomResourceRequest, 'stackName' | 'logicalResourceId'>,
  properties: { readonly ApplicationLabel?: string | undefined },
): string {
  return properties.ApplicationLabel ?? `${request.stackName} ${request.logicalResourceId}`.slice(0, 100);
}
