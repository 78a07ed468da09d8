import type { CustomResourceRequest } from '../../../src/cloudformation/request.ts';
import type { FederationRecord } from '../../../src/federation/journal/records.ts';
import type { RequestOf } from '../../../src/federation/turn.ts';

type Properties = CustomResourceRequest['properties'];

export const sentAt = Date.UTC(2026, 0, 1);

const origin = {
  stackId: 'arn:aws:cloudformation:us-east-1:123456789012:stack/shop/1',
  stackName: 'shop',
  logicalResourceId: 'Federation',
  issuedAt: sentAt,
  properties: { UserPoolId: 'us-east-1_Example1' },
};

/** Properties of a template for the pool of these tests. */
export function asked(given: Record<string, unknown> = {}): Properties {
  return { ...origin.properties, ...given };
}

/** A Create as CloudFormation sends it. */
export function createRequest(
  requestId: string,
  issuedAt: number | undefined = origin.issuedAt,
  properties: Properties = origin.properties,
): RequestOf<'Create'> {
  return { ...origin, requestType: 'Create', requestId, issuedAt, properties };
}

export function updateRequest(
  requestId: string,
  physicalResourceId: string,
  properties: Properties,
  oldProperties: Properties,
  issuedAt: number | undefined = origin.issuedAt,
): RequestOf<'Update'> {
  return {
    ...origin,
    requestType: 'Update',
    requestId,
    physicalResourceId,
    properties,
    oldProperties,
    issuedAt,
  };
}

export function deleteRequest(
  requestId: string,
  physicalResourceId: string,
  issuedAt: number | undefined = origin.issuedAt,
  properties: Properties = origin.properties,
): RequestOf<'Delete'> {
  return { ...origin, requestType: 'Delete', requestId, physicalResourceId, issuedAt, properties };
}

/** The physical ID of a federation of these tests. */
export function idOf(applicationId: string, providerName = 'Okta'): string {
  return `us-east-1_Example1|${providerName}|${applicationId}`;
}

interface Parts {
  readonly application?: Partial<FederationRecord['application']>;
  readonly provider?: Partial<FederationRecord['provider']>;
  readonly secret?: FederationRecord['secret'];
}

/** A federation as the journal has it. */
export function federation(
  applicationId: string | undefined,
  { application, provider, secret }: Parts = {},
): FederationRecord {
  const id = applicationId === undefined ? {} : { id: applicationId };
  return {
    application: {
      ...id,
      label: 'shop Federation',
      groupIds: [],
      redirectUris: [],
      postLogoutRedirectUris: [],
      claims: [],
      ...application,
    },
    provider: {
      userPoolId: 'us-east-1_Example1',
      providerName: 'Okta',
      ...(applicationId === undefined ? {} : { clientId: applicationId }),
      userPoolClientIds: [],
      idpIdentifiers: [],
      ...provider,
    },
    secret: secret ?? {},
  };
}
