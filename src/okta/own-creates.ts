import type { OktaAnswer } from './exchange.ts';
import { reasonOf } from './refusal.ts';

/** Other servers of Okta's may not know a new application for over a second; Okta says no bound, Terraform's provider waits longer. */
const lagMs = 10_000;
const applications = '/api/v1/apps';

/**
 * The applications that we have just created, in this event or in the one before. For ten seconds after that, "not found"
 * about one of them is lag: a server of Okta's has not heard of it yet.
 * https://github.com/okta/terraform-provider-okta/issues/58
 */
export class OwnCreates {
  readonly #madeAt = new Map<string, number>();

  /** Takes note of a create of an earlier event, which the next one may follow at once. */
  remember(orgUrl: string, applicationId: string, madeAt: number): void {
    this.#madeAt.set(`${orgUrl} ${applicationId}`, madeAt);
  }

  /** Takes note of a request that succeeded: of a create, and of the delete that ends it. */
  note(method: string, url: URL, id: unknown, now: number): void {
    if (method === 'POST' && url.pathname === applications && typeof id === 'string') {
      this.#madeAt.set(keyOf(url, id), now);
    }
    const applicationId = applicationIdIn(url);
    if (method === 'DELETE' && applicationId && url.pathname === `${applications}/${applicationId}`) {
      this.#madeAt.delete(keyOf(url, applicationId));
    }
  }

  /** How many milliseconds are left in which this answer may be lag; 0 if it is none. */
  lagLeft(url: URL, answer: OktaAnswer, now: number): number {
    if (answer.status !== 404) return 0;
    const applicationId = applicationIdIn(url);
    const madeAt = applicationId === undefined ? undefined : this.#madeAt.get(keyOf(url, applicationId));
    if (applicationId === undefined || madeAt === undefined) return 0;
    const { code, words } = reasonOf(answer);
    // "… not found: 00g… (UserGroup)" is about another thing, which no waiting brings.
    const isAboutAnother = /\(\w+\)$/.test(words) && !words.includes(applicationId);
    if (code !== 'E0000007' || isAboutAnother) return 0;
    return Math.max(0, madeAt + lagMs - now);
  }
}

function keyOf(url: URL, applicationId: string): string {
  return `${url.origin} ${applicationId}`;
}

function applicationIdIn(url: URL): string | undefined {
  return /^\/api\/v1\/apps\/([^/]+)/.exec(url.pathname)?.[1];
}
