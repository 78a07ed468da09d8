import { z } from 'zod';
import { AwsRefusal, attributeValue, type Item } from './attribute-values.ts';
import { holds, type Placeholders, updated } from './expressions.ts';

export { AwsRefusal } from './attribute-values.ts';

/** The items of a table whose key is `name`, by that name. */
export type LeaseItems = Map<string, Item>;

const key = z.strictObject({ name: z.strictObject({ S: z.string().min(1).max(2048) }) });
const expressions = {
  ConditionExpression: z.string().min(1).optional(),
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
  ReturnValuesOnConditionCheckFailure: z.enum(['NONE', 'ALL_OLD']).default('NONE'),
};

const updateItemInput = z.strictObject({
  TableName: z.string(),
  Key: key,
  UpdateExpression: z.string().min(1),
  ...expressions,
});
const putItemInput = z.strictObject({
  TableName: z.string(),
  Item: z.record(z.string(), attributeValue),
  ...expressions,
});
const deleteItemInput = z.strictObject({ TableName: z.string(), Key: key, ...expressions });
const getItemInput = z.strictObject({
  TableName: z.string(),
  Key: key,
  ConsistentRead: z.boolean().optional(),
});

type Written = Pick<z.infer<typeof deleteItemInput>, keyof typeof expressions>;

/** https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_UpdateItem.html */
export function updateItem(items: LeaseItems, raw: unknown): { Attributes?: Item } {
  const input = updateItemInput.parse(raw);
  const name = input.Key.name.S;
  const placeholders = placeholdersOf(input, input.UpdateExpression);
  const before = items.get(name);
  check(input, before, placeholders);
  const after = updated(input.UpdateExpression, before ?? { name: { S: name } }, placeholders);
  write(items, name, after);
  return attributes(input.ReturnValues, before, after);
}

/** https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_PutItem.html */
export function putItem(items: LeaseItems, raw: unknown): { Attributes?: Item } {
  const input = putItemInput.parse(raw);
  const { name } = key.parse({ name: input.Item.name });
  const before = items.get(name.S);
  check(input, before, placeholdersOf(input));
  write(items, name.S, input.Item);
  return attributes(input.ReturnValues, before, undefined);
}

/** https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_DeleteItem.html */
export function deleteItem(items: LeaseItems, raw: unknown): { Attributes?: Item } {
  const input = deleteItemInput.parse(raw);
  const before = items.get(input.Key.name.S);
  check(input, before, placeholdersOf(input));
  items.delete(input.Key.name.S);
  return attributes(input.ReturnValues, before, undefined);
}

/** https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_GetItem.html */
export function getItem(items: LeaseItems, raw: unknown): { Item?: Item } {
  const item = items.get(getItemInput.parse(raw).Key.name.S);
  return item ? { Item: item } : {};
}

/** DynamoDB refuses a placeholder that no expression uses. */
function placeholdersOf(input: Written, update = ''): Placeholders {
  const text = `${input.ConditionExpression ?? ''} ${update}`;
  const used = new Set(text.match(/[#:]\w+/g));
  const given = [
    ...Object.keys(input.ExpressionAttributeNames),
    ...Object.keys(input.ExpressionAttributeValues),
  ];
  const unused = given.find((placeholder) => !used.has(placeholder));
  if (unused !== undefined) {
    throw new AwsRefusal('ValidationException', `Value unused in expressions: keys: {${unused}}`);
  }
  return { names: input.ExpressionAttributeNames, values: input.ExpressionAttributeValues };
}

function check(
  { ConditionExpression: condition, ReturnValuesOnConditionCheckFailure: returned }: Written,
  before: Item | undefined,
  placeholders: Placeholders,
) {
  if (condition !== undefined && !holds(condition, before ?? {}, placeholders)) {
    const shown = returned === 'ALL_OLD' ? before : undefined;
    throw new AwsRefusal('ConditionalCheckFailedException', 'The conditional request failed', shown);
  }
}

/** https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/ServiceQuotas.html */
const mostBytes = 400 * 1024;

function write(items: LeaseItems, name: string, item: Item): void {
  if (Buffer.byteLength(JSON.stringify(item)) > mostBytes) {
    throw new AwsRefusal('ValidationException', 'Item size has exceeded the maximum allowed size');
  }
  items.set(name, item);
}

function attributes(wanted: Written['ReturnValues'], before: Item | undefined, after: Item | undefined) {
  const returned = wanted === 'ALL_OLD' ? before : wanted === 'ALL_NEW' ? after : undefined;
  return returned ? { Attributes: returned } : {};
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
