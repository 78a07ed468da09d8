import { GetItemCommand, ScanCommand } from '@aws-sdk/client-dynamodb';
import { callWithRetries } from '../aws/call-with-retries.ts';
import { clockSkewMs, type LeaseItem, type LeaseTable } from './table.ts';

/** Reads an item without its lease; `undefined` if there is none. */
export async function readItem(
  { client, tableName }: LeaseTable,
  name: string,
  signal: AbortSignal,
): Promise<LeaseItem | undefined> {
  const command = new GetItemCommand({
    TableName: tableName,
    Key: { name: { S: name } },
    ConsistentRead: true,
  });
  return (await callWithRetries((abortSignal) => client.send(command, { abortSignal }), signal)).Item;
}

/** A page of the table. */
export interface Page {
  readonly items: readonly LeaseItem[];
  /** The name to go on after; `undefined` of the last page. */
  readonly next: string | undefined;
}

/**
 * Reads a page of all items that hold the attribute: a megabyte of the table at most.
 * @param after the `next` of the page before.
 * @see https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_Scan.html
 */
export async function scanItems(
  { client, tableName }: LeaseTable,
  attribute: string,
  after: string | undefined,
  signal: AbortSignal,
): Promise<Page> {
  const command = new ScanCommand({
    TableName: tableName,
    FilterExpression: 'attribute_exists(#attribute)',
    ProjectionExpression: '#name, #attribute',
    ExpressionAttributeNames: { '#name': 'name', '#attribute': attribute },
    ...(after === undefined ? {} : { ExclusiveStartKey: { name: { S: after } } }),
  });
  const { Items: items = [], LastEvaluatedKey: last } = await callWithRetries(
    (abortSignal) => client.send(command, { abortSignal }),
    signal,
  );
  return { items, next: last?.name?.S };
}

/** Tells whether the item's lease is held, as far as this machine's clock can tell. */
export function isHeld(item: LeaseItem, now: number): boolean {
  return item.holder !== undefined && Number(item.expiresAt?.N ?? 0) >= now - clockSkewMs;
}
