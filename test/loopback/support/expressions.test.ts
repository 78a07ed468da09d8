import {
  AwsRefusal,
  deleteItem,
  getItem,
  type LeaseItems,
  putItem,
  updateItem,
} from '../../support/virtual/lease-items.ts';

// As DynamoDB's own documentation has it: the journal's writes lean on it.

let items: LeaseItems;
const Key = { name: { S: 'a' } };
const TableName = 'leases';

beforeEach(() => {
  items = new Map([
    [
      'a',
      {
        name: { S: 'a' },
        n: { N: '3' },
        doc: { S: '{"open":[]}' },
        map: { M: { x: { N: '1' } } },
        list: { L: [{ S: 'one' }] },
      },
    ],
  ]);
});

const update = (UpdateExpression: string, more: object = {}) =>
  updateItem(items, { TableName, Key, UpdateExpression, ReturnValues: 'ALL_NEW', ...more }).Attributes;
const values = (given: object) => ({ ExpressionAttributeValues: given });
const one = values({ ':v': { N: '1' } });

function met(ConditionExpression: string, more: object = {}): boolean {
  try {
    deleteItem(new Map(items), { TableName, Key, ConditionExpression, ...more });
    return true;
  } catch (error) {
    if (error instanceof AwsRefusal && error.code === 'ConditionalCheckFailedException') return false;
    throw error;
  }
}

test.each<[string, object, boolean]>([
  ['attribute_exists(n)', {}, true],
  ['attribute_exists(map.x) AND attribute_not_exists(map.y)', {}, true],
  ['attribute_not_exists(n) OR n > :v', one, true],
  ['attribute_not_exists(n) OR n < :v', one, false],
  ['NOT n = :v', one, true],
  ['missing = :v', one, false],
  ['missing < :v', one, false],
  ['missing <> :v', one, true],
  ['n = :v', values({ ':v': { S: '3' } }), false],
  ['doc = :v', values({ ':v': { S: '{"open":[]}' } }), true],
  ['begins_with(doc, :v)', values({ ':v': { S: '{' } }), true],
  ['contains(list, :v)', values({ ':v': { S: 'one' } }), true],
  ['size(list) <= :v', one, true],
  [
    '(n = :v OR attribute_exists(n)) AND list[0] = :w',
    values({ ':v': { N: '1' }, ':w': { S: 'one' } }),
    true,
  ],
  ['n = :v OR attribute_exists(n) AND attribute_exists(missing)', one, false],
])('%s', (condition, more, expected) => {
  expect(met(condition, more)).toBe(expected);
});

test('SET, REMOVE and ADD read the item as it was before', () => {
  const changed = update(
    'SET m = n, n = n + :v, map.y = if_not_exists(map.y, :v) REMOVE doc, list[0] ADD k :v',
    one,
  );
  expect(changed).toEqual({
    name: { S: 'a' },
    m: { N: '3' },
    n: { N: '4' },
    k: { N: '1' },
    map: { M: { x: { N: '1' }, y: { N: '1' } } },
    list: { L: [] },
  });
});

test('list_append, and a name that stands for another', () => {
  const more = { ExpressionAttributeNames: { '#l': 'list' }, ...values({ ':v': { L: [{ S: 'two' }] } }) };
  expect(update('SET #l = list_append(#l, :v)', more)?.list).toEqual({ L: [{ S: 'one' }, { S: 'two' }] });
});

test('an item that is refused stays as it was, and is shown if that was asked', () => {
  const before = structuredClone(items);
  const refused = () =>
    update('SET n = :v', {
      ...one,
      ConditionExpression: 'attribute_not_exists(n)',
      ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
    });
  expect(refused).toThrow(expect.objectContaining({ item: before.get('a') }));
  expect(items).toEqual(before);
});

test('what was written equals what is asked for, at any depth', () => {
  const value = { M: { list: { L: [{ N: '1' }, { SS: ['a', 'b'] }] }, on: { BOOL: true } } };
  update('SET v = :v', values({ ':v': value }));
  expect(met('v = :v', values({ ':v': structuredClone(value) }))).toBe(true);
  expect(met('v = :v', values({ ':v': { M: { ...value.M, on: { BOOL: false } } } }))).toBe(false);
  expect(met('v.list = :v', values({ ':v': { L: [{ N: '1.0' }, { SS: ['b', 'a'] }] } }))).toBe(true);
  expect(met('v.list = :v', values({ ':v': { L: [{ N: '1' }] } }))).toBe(false);
});

test('a put replaces the whole item, and a get reads it', () => {
  putItem(items, {
    TableName,
    Item: { ...Key, z: { BOOL: true } },
    ConditionExpression: 'n = :v',
    ...values({ ':v': { N: '3' } }),
  });
  expect(getItem(items, { TableName, Key, ConsistentRead: true })).toEqual({
    Item: { ...Key, z: { BOOL: true } },
  });
  deleteItem(items, { TableName, Key });
  expect(getItem(items, { TableName, Key })).toEqual({});
});

test.each<[string, object]>([
  ['SET n = missing', {}],
  ['SET map.missing.x = :v', one],
  ['SET n = :v', values({ ':v': { N: '1' }, ':unused': { N: '1' } })],
  ['SET n = :other', one],
  ['CHANGE n', {}],
  ['SET n = :v;', one],
])('%s is invalid', (expression, more) => {
  expect(() => update(expression, more)).toThrow(expect.objectContaining({ code: 'ValidationException' }));
});
