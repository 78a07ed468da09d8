import { type MessageQueue, sendMessages } from '../../aws/message-queue.ts';
import { scanItems } from '../../lease/items.ts';
import type { LeaseTable } from '../../lease/table.ts';
import { messageFor, type WatchMessage } from './message.ts';
import { federationsIn, type StandingFederation } from './standing.ts';

/** A page of the federations that stand. */
export interface FederationPage {
  readonly federations: readonly StandingFederation[];
  readonly next: string | undefined;
}

/** @param after the `next` of the page before. */
export async function readFederations(
  table: LeaseTable,
  after: string | undefined,
  signal: AbortSignal,
): Promise<FederationPage> {
  const { items, next } = await scanItems(table, 'standing', after, signal);
  return { federations: items.flatMap(federationsIn), next };
}

/**
 * Sends a message for each federation of one page of the journal, and then one for the next page. If the function dies on
 * the way, the page comes again.
 * @returns how many federations the page has.
 */
export async function scan(
  table: LeaseTable,
  queue: MessageQueue,
  after: string | undefined,
  signal: AbortSignal,
): Promise<number> {
  const { federations, next } = await readFederations(table, after, signal);
  const messages: WatchMessage[] = federations.map((federation) => messageFor(federation));
  if (next !== undefined) messages.push({ do: 'scan', after: next });
  await sendMessages(
    queue,
    messages.map((message) => JSON.stringify(message)),
    signal,
  );
  return federations.length;
}
