import * as z from 'zod/mini';
import { hasHidden } from '../cloudformation/shown-properties.ts';

/** A change of one of this project's resources that a deployment will make. */
export interface PlannedChange {
  readonly action: 'Add' | 'Modify' | 'Remove';
  readonly logicalResourceId: string;
  readonly physicalResourceId: string | undefined;
  /** As CloudFormation has them now; `undefined` of a new resource. */
  readonly before: Properties | undefined;
  /** As they will be, without what CloudFormation does not know before the deployment or does not show. */
  readonly after: Properties | undefined;
  /** The path of a value that CloudFormation does not know before the deployment or does not show, such as `UserPoolClientIds.0`. */
  readonly unknown: readonly string[];
}

type Properties = Readonly<Record<string, unknown>>;

const changeSchema = z.object({
  Action: z.enum(['Add', 'Modify', 'Remove']),
  ResourceType: z.enum(['Custom::OktaCognitoIdp', 'AWS::CloudFormation::CustomResource']),
  LogicalResourceId: z.string(),
  PhysicalResourceId: z.optional(z.string()),
  BeforeContext: z.optional(z.string()),
  AfterContext: z.optional(z.string()),
});

/**
 * @param serviceToken of the provider: a resource of the general type is this project's if it has this one.
 * @returns `undefined` if the change is not of this project's resource.
 */
export function plannedChange(change: unknown, serviceToken?: string): PlannedChange | undefined {
  const parsed = changeSchema.safeParse(change);
  if (!parsed.success) return undefined;
  const { data } = parsed;
  const [before, after] = [propertiesIn(data.BeforeContext), propertiesIn(data.AfterContext)];
  const isOurs = data.ResourceType === 'Custom::OktaCognitoIdp';
  const token = (after ?? before)?.ServiceToken;
  if (!isOurs && (token === undefined || token !== serviceToken)) return undefined;
  const unknown: string[] = [];
  return {
    action: data.Action,
    logicalResourceId: data.LogicalResourceId,
    physicalResourceId: data.PhysicalResourceId || undefined,
    before,
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

const isUnknown = (text: string) => text.includes(unknownValue) || hasHidden(text);

function knownOf(properties: Properties, unknown: string[]): Properties {
  return Object.fromEntries(
    Object.entries(properties).flatMap(([name, value]) => {
      const known = withoutUnknown(value, [name], unknown);
      return known === undefined ? [] : [[name, known]];
    }),
  );
}

function withoutUnknown(value: unknown, place: readonly string[], unknown: string[]): unknown {
  if (typeof value === 'string' && isUnknown(value)) {
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

const nestedSchema = z.object({
  ResourceType: z.literal('AWS::CloudFormation::Stack'),
  LogicalResourceId: z.string(),
});

/** @returns the logical ID of a nested stack that changes; `undefined` if the change is of something else. */
export function nestedStack(change: unknown): string | undefined {
  return nestedSchema.safeParse(change).data?.LogicalResourceId;
}
