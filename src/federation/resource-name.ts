/** A resource of a stack. */
export interface ResourceName {
  readonly stackId: string;
  readonly logicalResourceId: string;
}

/** The item of the table that holds a resource's lease and its journal. */
export function resourceName({ stackId, logicalResourceId }: ResourceName): string {
  return `resource ${stackId} ${logicalResourceId}`;
}

export function isSameResource(one: ResourceName, other: ResourceName): boolean {
  return one.stackId === other.stackId && one.logicalResourceId === other.logicalResourceId;
}
