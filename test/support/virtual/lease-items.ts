import { z } from 'zod';

/** A refusal of an AWS API. */
export class AwsRefusal extends Error {
  readonly code: string;

  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }
}

const attributeValue = z.union([z.strictObject({ S: z.string() }), z.strictObject({ N: z.string() })]);
type AttributeValue = z.infer<typeof attributeValue>;
type Item = Record<string, AttributeValue>;

/** The items of a table whose key is `name`, by that name. */
export type LeaseItems = Map<string, Item>;

/** https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_UpdateItem.html */
const updateItemInput = z.strictObject({
  TableName: z.string(),
  Key: z.strictObject({ name: z.strictObject({ S: z.string().min(1).max(2048) }) }),
  ConditionExpression: z.string().optional(),
  UpdateExpression: z.string(),
  // Neither may be there and empty.
  ExpressionAttributeNames: z
    .record(z.string().startsWith('#'), z.string())
    .refine((names) => Object.keys(names).length > 0)
    .default({}),
  ExpressionAttributeValues: z
    .record(z.string().startsWith(':'), attributeValue)
    .refine((values) => Object.keys(values).length > 0)
    .default({}),
  ReturnValues: z.enum(['NONE', 'ALL_OLD', 'ALL_NEW']).default('NONE'),
});
type UpdateItemInput = z.infer<typeof updateItemInput>;

/**
 * DynamoDB's conditional write, with as much of its expressions as a lease needs: OR of comparisons, SET of values, REMOVE.
 * Strict in that an attribute that is not there equals nothing and is less than nothing, and in its refusal's name.
 */
export function updateItem(items: LeaseItems, raw: unknown): { Attributes?: Item } {
  const input = updateItemInput.parse(raw);
  const name = input.Key.name.S;
  const before = items.get(name);
  const { ConditionExpression: condition } = input;
  if (condition !== undefined && !condition.split(' OR ').some((clause) => holds(clause, before, input))) {
    throw new AwsRefusal('ConditionalCheckFailedException', 'The conditional request failed');
  }
  const after: Item = { ...before, name: { S: name } };
  const [, set, remove] = /^(?:SET (.+?))?\s*(?:REMOVE (.+))?$/.exec(input.UpdateExpression) ?? [];
  if (set === undefined && remove === undefined) throw invalid(input.UpdateExpression);
  for (const assignment of set?.split(', ') ?? []) {
    const [attribute = '', value = ''] = assignment.split(' = ');
    after[named(attribute, input)] = valued(value, input);
  }
  for (const attribute of remove?.split(', ') ?? []) delete after[named(attribute, input)];
  items.set(name, after);
  return { ...(input.ReturnValues === 'ALL_OLD' && before && { Attributes: before }) };
}

function holds(clause: string, item: Item | undefined, input: UpdateItemInput): boolean {
  const [, absent] = /^attribute_not_exists\((\S+)\)$/.exec(clause) ?? [];
  if (absent !== undefined) return item?.[named(absent, input)] === undefined;
  const [, attribute, comparator, value] = /^(\S+) (=|<|<=|>|>=) (:\S+)$/.exec(clause) ?? [];
  if (attribute === undefined || value === undefined) throw invalid(clause);
  const left = item?.[named(attribute, input)];
  const right = valued(value, input);
  if (left === undefined) return false;
  if ('S' in left && 'S' in right) return comparator === '=' && left.S === right.S;
  if (!('N' in left && 'N' in right)) return false;
  const [a, b] = [Number(left.N), Number(right.N)];
  switch (comparator) {
    case '=':
      return a === b;
    case '<':
      return a < b;
    case '<=':
      return a <= b;
    case '>':
      return a > b;
    default:
      return a >= b;
  }
}

function named(attribute: string, { ExpressionAttributeNames: names }: UpdateItemInput): string {
  if (!attribute.startsWith('#')) return attribute;
  const name = names[attribute];
  if (name === undefined) throw invalid(attribute);
  return name;
}

function valued(value: string, { ExpressionAttributeValues: values }: UpdateItemInput): AttributeValue {
  const found = values[value];
  if (found === undefined) throw invalid(value);
  return found;
}

const invalid = (expression: string) =>
  new AwsRefusal('ValidationException', `This fake does not understand ${expression}.`);
