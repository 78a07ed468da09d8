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

/** https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_GetItem.html */
const getItemInput = z.strictObject({
  TableName: z.string(),
  Key: z.strictObject({ name: z.strictObject({ S: z.string().min(1).max(2048) }) }),
  ConsistentRead: z.boolean().optional(),
});

export function getItem(items: LeaseItems, raw: unknown): { Item?: Item } {
  const item = items.get(getItemInput.parse(raw).Key.name.S);
  return item ? { Item: item } : {};
}

/** https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_Scan.html */
const scanInput = z.strictObject({
  TableName: z.string(),
  FilterExpression: z.string().regex(/^attribute_exists\(#\w+\)$/),
  ProjectionExpression: z.string().regex(/^#\w+(, #\w+)*$/),
  ExpressionAttributeNames: z.record(z.string().startsWith('#'), z.string()),
  ExclusiveStartKey: z.strictObject({ name: z.strictObject({ S: z.string() }) }).optional(),
});

/** A page is read before it is filtered: a page may be empty and not be the last one. In the real one it is a megabyte. */
const itemsOnPage = 25;

export function scan(items: LeaseItems, raw: unknown): { Items: Item[]; LastEvaluatedKey?: Item } {
  const input = scanInput.parse(raw);
  const named = (alias: string) => input.ExpressionAttributeNames[alias] ?? alias;
  const needed = named(/#\w+/.exec(input.FilterExpression)?.[0] ?? '');
  const shown = input.ProjectionExpression.split(', ').map(named);
  const names = [...items.keys()].sort();
  const after = input.ExclusiveStartKey?.name.S;
  const start = after === undefined ? 0 : names.findIndex((name) => name > after);
  const page = start < 0 ? [] : names.slice(start, start + itemsOnPage);
  const last = page.at(-1);
  const isLast = last === undefined || last === names.at(-1);
  return {
    Items: page.flatMap((name) => {
      const item = items.get(name) ?? {};
      if (item[needed] === undefined) return [];
      return [Object.fromEntries(Object.entries(item).filter(([attribute]) => shown.includes(attribute)))];
    }),
    ...(isLast ? {} : { LastEvaluatedKey: { name: { S: last } } }),
  };
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
