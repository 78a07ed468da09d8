import * as z from 'zod/mini';

/** A change of one of this project's resources that a deployment will make. */
export interface PlannedChange {
  readonly action: 'Add' | 'Modify' | 'Remove';
  readonly logicalResourceId: string;
  readonly physicalResourceId: string | undefined;
  /** As CloudFormation has them now; `undefined` of a new resource. */
  readonly before: Properties | undefined;
  /** As they will be, without what is known only after the deployment. */
  readonly after: Properties | undefined;
  /** The path of a value that is known only after the deployment, such as `UserPoolClientIds.0`. */
  readonly unknown: readonly string[];
}

type Properties = Readonly<Record<string, unknown>>;

const changeSchema = z.object({
  Action: z.enum(['Add', 'Modify', 'Remove']),
  ResourceType: z.literal('Custom::OktaCognitoIdp'),
  LogicalResourceId: z.string(),
  PhysicalResourceId: z.optional(z.string()),
  BeforeContext: z.optional(z.string()),
  AfterContext: z.optional(z.string()),
});

/** @returns `undefined` if the change is not of this project's resource. */
export function plannedChange(change: unknown): PlannedChange | undefined {
  const parsed = changeSchema.safeParse(change);
  if (!parsed.success) return undefined;
  const { data } = parsed;
  const after = propertiesIn(data.AfterContext);
  const unknown: string[] = [];
  return {
    action: data.Action,
    logicalResourceId: data.LogicalResourceId,
    physicalResourceId: data.PhysicalResourceId || undefined,
    before: propertiesIn(data.BeforeContext),
    after: after && knownOf(after, unknown),
    unknown,
  };
}

const contextSchema = z.object({ Properties: z.record(z.string(), z.unknown()) });

function propertiesIn(context: string | undefined): Properties | undefined {
  if (context === undefined) return undefined;
  const properties = contextSchema.safeParse(JSON.parse(context)).data?.Properties;
  return (
    properties && Object.fromEntries(Object.entries(properties).map(([key, value]) => [key, asSent(value)]))
  );
}

/** CloudFormation sends a custom resource every primitive as a string. */
function asSent(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(asSent);
  if (typeof value === 'object' && value !== null)
    return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, asSent(inner)]));
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : value;
}

/** What CloudFormation writes instead of a value that it does not know before the deployment. */
const unknownValue = '{{changeSet:KNOWN_AFTER_APPLY}}';

function knownOf(properties: Properties, unknown: string[]): Properties {
  return Object.fromEntries(
    Object.entries(properties).flatMap(([name, value]) => {
      const known = withoutUnknown(value, [name], unknown);
      return known === undefined ? [] : [[name, known]];
    }),
  );
}

function withoutUnknown(value: unknown, place: readonly string[], unknown: string[]): unknown {
  if (typeof value === 'string' && value.includes(unknownValue)) {
    unknown.push(place.join('.'));
    return undefined;
  }
  if (Array.isArray(value)) {
    return value.flatMap(
      (item: unknown, index) => withoutUnknown(item, [...place, String(index)], unknown) ?? [],
    );
  }
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).flatMap(([name, inner]) => {
      const known = withoutUnknown(inner, [...place, name], unknown);
      return known === undefined ? [] : [[name, known]];
    }),
  );
}
