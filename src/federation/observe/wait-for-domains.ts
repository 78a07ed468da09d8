import { setTimeout as pause } from 'node:timers/promises';
import type { Cognito } from '../../cognito/client.ts';
import { describeUserPool, type UserPool } from '../../cognito/user-pools.ts';
import type { Observed } from './observed.ts';

const pollMs = 5_000;

/**
 * Waits for a custom domain that is still being created, which takes minutes: as long as the event may last. Everything else
 * is checked before, so that a dead token is not reported as a domain that does not come up.
 * @param onWait is called with the domain that is waited for.
 * @returns whether it had to wait.
 */
export async function waitForDomains(
  cognito: Cognito,
  { userPool }: Pick<Observed, 'userPool'>,
  onWait: (domain: string) => void,
): Promise<boolean> {
  let current: UserPool | undefined = userPool;
  for (let hasWaited = false; ; hasWaited = true) {
    const domain = current?.domains.find(({ state }) => state === 'creating');
    if (!current || !domain) return hasWaited;
    onWait(domain.host);
    await pause(pollMs, undefined, { signal: cognito.signal });
    current = await describeUserPool(cognito, current.id);
  }
}

/** What an event is doing meanwhile. Users of Cognito report that a custom domain waits for its DNS record. */
export function waitingForDomain(host: string): string {
  return `waiting for the domain ${host} of the user pool to come up, which can need the alias record of the domain in the DNS (if a template makes that record, name it in DependsOn)`;
}
