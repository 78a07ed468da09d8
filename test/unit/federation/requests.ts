import type { CustomResourceRequest } from '../../../src/cloudformation/request.ts';

const origin = {
  stackId: 'arn:aws:cloudformation:us-east-1:123456789012:stack/shop/1',
  stackName: 'shop',
  logicalResourceId: 'Federation',
  issuedAt: Date.UTC(2026, 0, 1),
  properties: { UserPoolId: 'us-east-1_Example1' },
};

/** A Create as CloudFormation sends it, with a new request ID for each different one. */
export function createRequest(requestId: string, issuedAt = origin.issuedAt): CustomResourceRequest {
  return { ...origin, requestType: 'Create', requestId, issuedAt };
}

export function deleteRequest(
  requestId: string,
  physicalResourceId: string,
  issuedAt = origin.issuedAt,
): CustomResourceRequest {
  return { ...origin, requestType: 'Delete', requestId, physicalResourceId, issuedAt };
}
