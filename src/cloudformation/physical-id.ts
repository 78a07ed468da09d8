/**
 * The physical ID names the federation whole, so that a Delete needs nothing else to find it:
 * `<UserPoolId>|<ProviderName>|<Okta application ID>`.
 */
export interface PhysicalId {
  readonly userPoolId: string;
  readonly providerName: string;
  /** `undefined` if it is unknown whether the Create made the application. */
  readonly applicationId: string | undefined;
  /** A Create that failed and left something. Its Delete must not remove what a later Create made. */
  readonly requestId?: string | undefined;
}

// CloudFormation deletes what a failed Create names. If nothing is left, the Delete must not look for anything: it
// would fail for the same reason as the Create (such as a refused token) and block the rollback.
const nothingMade = 'nothing-made|';

/** The physical ID of a Create that failed and left nothing: its Delete has nothing to do. */
export function nothingMadeId(requestId: string): string {
  return `${nothingMade}${requestId}`;
}

/** @returns the request ID of the Create that failed with this physical ID; `undefined` if it is not such an ID. */
export function failedCreateOf(physicalResourceId: string): string | undefined {
  return isNothingMade(physicalResourceId)
    ? physicalResourceId.slice(nothingMade.length)
    : parsePhysicalId(physicalResourceId)?.requestId;
}

export function isNothingMade(physicalResourceId: string): boolean {
  return physicalResourceId.startsWith(nothingMade);
}

export function formatPhysicalId(id: PhysicalId): string {
  const create = id.requestId === undefined ? '' : `?${id.requestId}`;
  return `${id.userPoolId}|${id.providerName}|${id.applicationId ?? ''}${create}`;
}

// Part of it becomes a host name, part of it a path: neither may lead anywhere else.
const shape =
  /^(?<userPoolId>[\w-]{1,50}_[0-9A-Za-z]{1,50})\|(?<providerName>[^|]{1,32})\|(?<applicationId>[0-9A-Za-z]{0,50})(?:\?(?<requestId>.{0,256}))?$/u;

/**
 * @param physicalResourceId as CloudFormation gives it back.
 * @returns its parts, or `undefined` if this provider did not make it (CloudFormation makes one up for a Create that
 * was never answered).
 */
export function parsePhysicalId(physicalResourceId: string): PhysicalId | undefined {
  const { userPoolId, providerName, applicationId, requestId } = shape.exec(physicalResourceId)?.groups ?? {};
  if (userPoolId === undefined || providerName === undefined) return undefined;
  return { userPoolId, providerName, applicationId: applicationId || undefined, requestId };
}
