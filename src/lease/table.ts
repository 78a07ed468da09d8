/** The DynamoDB table of the leases, and the conditional writes that decide who holds one. */
import {
  DynamoDBClient,
  UpdateItemCommand,
  type UpdateItemCommandInput,
  type UpdateItemCommandOutput,
} from '@aws-sdk/client-dynamodb';
import { callWithRetries } from '../aws/call-with-retries.ts';
import { clientSettings } from '../aws/client-settings.ts';
import { lazily } from '../lazily.ts';
import { counted } from '../remote-calls.ts';

/** The table that leases are kept in. Its key is `name`, a string; `forgetAt` is its time-to-live attribute. */
export interface LeaseTable {
  readonly client: DynamoDBClient;
  /** Renewals have connections of their own: hundreds of other writes must not delay them. */
  readonly renewals: () => DynamoDBClient;
  readonly tableName: string;
  /** Releases under way: the answer does not wait for them. */
  readonly releases: Set<Promise<void>>;
  /** Ends the write that releases a lease, if its time is known. */
  readonly releaseBy?: AbortSignal;
}

/** The table cannot be used. The message is for the person who deployed. */
export class LeaseTableError extends Error {
  override readonly name = 'LeaseTableError';
}

/** What is known under a lease's name: the item, as DynamoDB has it. */
export type LeaseItem = NonNullable<UpdateItemCommandInput['ExpressionAttributeValues']>;

/** A lease, and who holds it or wants to. */
export interface Holding {
  readonly name: string;
  readonly holder: string;
}

/** How long a lease lasts unless it is renewed: lease.ts has the times in a picture. */
const durationMs = 30_000;
/** One try of a renewal. A connection that was idle since the last one may be dead, and the next try is in time then. */
const renewalMs = 4_000;
/** As much as two clocks may differ. */
export const clockSkewMs = 3_000;

/** @param tableName in this function's own region. */
export function connectLeaseTable(tableName: string): LeaseTable {
  const connect = () => counted(new DynamoDBClient(clientSettings));
  return { client: connect(), renewals: lazily(connect), tableName, releases: new Set() };
}

/** Waits until all leases are released: a Lambda function that has returned does nothing more. */
export async function allReleased(table: LeaseTable): Promise<void> {
  await Promise.all(table.releases);
}

/**
 * Tries once to take a lease that is free or has expired.
 * @param now milliseconds since the epoch.
 * @returns the item as it was before.
 * @throws what DynamoDB throws; `isRefused` of it, if another holder has the lease.
 */
export function take(
  table: LeaseTable,
  { name, holder }: Holding,
  now: number,
  abortSignal: AbortSignal,
): Promise<UpdateItemCommandOutput> {
  const command = new UpdateItemCommand({
    TableName: table.tableName,
    Key: { name: { S: name } },
    // One's own holder: an earlier try may have taken the lease and its answer have been lost.
    ConditionExpression: 'attribute_not_exists(holder) OR expiresAt < :expired OR holder = :holder',
    // Until it is released it is not forgotten: its holder may have something to remember.
    UpdateExpression: 'SET holder = :holder, expiresAt = :expiresAt REMOVE forgetAt',
    ExpressionAttributeValues: {
      ':holder': { S: holder },
      ':expired': { N: String(now - clockSkewMs) },
      ':expiresAt': expiry(now),
    },
    ReturnValues: 'ALL_OLD',
  });
  return table.client.send(command, { abortSignal });
}

/**
 * Moves the expiry of a lease that is still held.
 * @throws what DynamoDB throws; `isRefused` of it, if the holder has lost the lease.
 */
export async function extend(
  table: LeaseTable,
  { name, holder }: Holding,
  signal: AbortSignal,
): Promise<void> {
  const command = new UpdateItemCommand({
    TableName: table.tableName,
    Key: { name: { S: name } },
    ConditionExpression: 'holder = :holder',
    UpdateExpression: 'SET expiresAt = :expiresAt',
    ExpressionAttributeValues: { ':holder': { S: holder }, ':expiresAt': expiry(Date.now()) },
  });
  await callWithRetries((abortSignal) => table.renewals().send(command, { abortSignal }), signal, renewalMs);
}

/**
 * Sets attributes of an item that is still held.
 * @param also more of the update expression.
 * @throws what DynamoDB throws; `isRefused` of it, if the holder has lost the lease.
 */
export async function write(
  table: LeaseTable,
  { name, holder }: Holding,
  attributes: LeaseItem,
  signal: AbortSignal,
  also = '',
): Promise<void> {
  const { set, names, values } = assignments(attributes);
  const command = new UpdateItemCommand({
    TableName: table.tableName,
    Key: { name: { S: name } },
    ConditionExpression: 'holder = :holder',
    UpdateExpression: `${set} ${also}`.trim(),
    // DynamoDB refuses an empty map of names.
    ...(set === '' ? {} : { ExpressionAttributeNames: names }),
    ExpressionAttributeValues: { ':holder': { S: holder }, ...values },
  });
  await callWithRetries((abortSignal) => table.client.send(command, { abortSignal }), signal);
}

/** An update expression that sets attributes, with placeholders: a name may be one of DynamoDB's reserved words. */
function assignments(attributes: LeaseItem) {
  const entries = Object.entries(attributes);
  return {
    set: entries.length === 0 ? '' : `SET ${entries.map((_, index) => `#a${index} = :a${index}`).join(', ')}`,
    names: Object.fromEntries(entries.map(([name], index) => [`#a${index}`, name])),
    values: Object.fromEntries(entries.map(([, value], index) => [`:a${index}`, value])),
  };
}

/**
 * Sets attributes of an item without the lease. A missing item is not created.
 * @throws what DynamoDB throws.
 */
export async function mark(
  table: Pick<LeaseTable, 'client' | 'tableName'>,
  name: string,
  attributes: LeaseItem,
  signal: AbortSignal,
): Promise<void> {
  const { set, names, values } = assignments(attributes);
  const command = new UpdateItemCommand({
    TableName: table.tableName,
    Key: { name: { S: name } },
    ConditionExpression: 'attribute_exists(#name)',
    UpdateExpression: set,
    ExpressionAttributeNames: { '#name': 'name', ...names },
    ExpressionAttributeValues: values,
  });
  try {
    await callWithRetries((abortSignal) => table.client.send(command, { abortSignal }), signal);
  } catch (error) {
    if (!isRefused(error)) throw error;
  }
}

/** The failure of a call to the table, for the person who deployed. */
export function unusable({ tableName }: LeaseTable, cause: unknown): LeaseTableError {
  const why = cause instanceof Error ? cause.message : String(cause);
  return new LeaseTableError(
    `The provider's lease table ${tableName} cannot be used (${why}); update the provider's stack, which makes it, and deploy again.`,
    { cause },
  );
}

/** Another holder has the lease. */
export function isRefused(error: unknown): boolean {
  return error instanceof Error && error.name === 'ConditionalCheckFailedException';
}

function expiry(now: number) {
  return { N: String(now + durationMs) };
}
