import type { CustomResourceRequest } from '../../cloudformation/request.ts';
import type { ResourceName } from '../resource-name.ts';
import type { Properties } from './properties.ts';

/**
 * Which federation is meant: the resource, and the pool's provider that it makes. One resource can own two for a while:
 * a replacement is made whole before the old one goes.
 */
export interface Identity extends ResourceName, Place {}

/** A provider of a user pool. */
export interface Place {
  readonly userPoolId: string;
  readonly providerName: string;
}

export function identityOf(request: CustomResourceRequest, properties: Properties): Identity {
  const { stackId, logicalResourceId } = request;
  return { stackId, logicalResourceId, ...placeOf(properties) };
}

export function placeOf(properties: Properties): Place {
  return { userPoolId: properties.UserPoolId, providerName: properties.ProviderName };
}

export function isSameProvider(a: Place, b: Place): boolean {
  return a.userPoolId === b.userPoolId && a.providerName === b.providerName;
}

/** The name of the Okta application, if neither the template nor an adopted application gives it. */
export function labelOf(
  request: Pick<CustomResourceRequest, 'stackName' | 'logicalResourceId'>,
  properties: { readonly ApplicationLabel?: string | undefined },
): string {
  return properties.ApplicationLabel ?? `${request.stackName} ${request.logicalResourceId}`.slice(0, 100);
}
