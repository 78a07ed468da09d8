/** The item of the table that holds a resource's lease and its journal. */
export function resourceName({
  stackId,
  logicalResourceId,
}: {
  readonly stackId: string;
  readonly logicalResourceId: string;
}): string {
  return `resource ${stackId} ${logicalResourceId}`;
}
