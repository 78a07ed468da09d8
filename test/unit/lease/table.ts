import type { AttributeValue, UpdateItemCommandInput } from '@aws-sdk/client-dynamodb';
import type { LeaseTable } from '../../../src/lease/table.ts';

/** A table in memory that knows the updates of a lease: take, renew, keep, give up. */
export interface FakeTable extends LeaseTable {
  readonly items: Map<string, Record<string, AttributeValue>>;
  /** What the next calls throw, in their order; `undefined` lets one through. */
  readonly failures: (Error | undefined)[];
  calls: number;
  /** What the client for renewals was called with. */
  readonly renewed: UpdateItemCommandInput[];
}

export function refused(): Error {
  return Object.assign(new Error('The conditional request failed'), {
    name: 'ConditionalCheckFailedException',
  });
}

export function fakeTable(): FakeTable {
  const table = {
    items: new Map<string, Record<string, AttributeValue>>(),
    failures: [] as (Error | undefined)[],
    calls: 0,
    renewed: [] as UpdateItemCommandInput[],
  };
  const send = async (
    { input }: { input: UpdateItemCommandInput },
    { abortSignal }: { abortSignal?: AbortSignal } = {},
  ) => {
    await Promise.resolve();
    if (abortSignal?.aborted) throw Object.assign(new Error('Request aborted'), { name: 'AbortError' });
    table.calls += 1;
    const failure = table.failures.shift();
    if (failure) throw failure;
    return update(table.items, input);
  };
  const sendRenewal: typeof send = (command, options) => {
    table.renewed.push(command.input);
    return send(command, options);
  };
  // The one method of the SDK's client that a lease calls.
  return Object.assign(table, {
    tableName: 'leases',
    releases: new Set<Promise<void>>(),
    client: Object.assign(Object.create(null), { send }),
    renewals: () => Object.assign(Object.create(null), { send: sendRenewal }),
  });
}

function update(items: FakeTable['items'], input: UpdateItemCommandInput) {
  const name = input.Key?.name?.S ?? '';
  const values = input.ExpressionAttributeValues ?? {};
  const before = items.get(name) ?? {};
  const isOwn = before.holder?.S === values[':holder']?.S;
  const isFree = before.holder === undefined || Number(before.expiresAt?.N) < Number(values[':expired']?.N);
  const takes = input.ConditionExpression?.includes('attribute_not_exists') ?? false;
  if (!(isOwn || (takes && isFree))) throw refused();
  const after = { ...before };
  const expression = input.UpdateExpression ?? '';
  if (expression.includes('REMOVE forgetAt')) delete after.forgetAt;
  for (const [, target = '', source = ''] of expression.matchAll(/([#\w]+) = (:\w+)/g)) {
    const value = values[source];
    if (value) after[input.ExpressionAttributeNames?.[target] ?? target] = value;
  }
  if (expression.includes('REMOVE holder, expiresAt')) {
    delete after.holder;
    delete after.expiresAt;
  }
  items.set(name, after);
  return { Attributes: input.ReturnValues === 'ALL_OLD' && items.size > 0 ? before : undefined };
}
