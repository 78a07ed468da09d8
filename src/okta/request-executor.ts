import * as z from 'zod/mini';
import { parseJson } from '../json.ts';
import { countRepeat } from '../remote-calls.ts';
import { backoff } from '../retry/backoff.ts';
import { retry } from '../retry/retry.ts';
import type { Authorization } from './authorization.ts';
import { OktaUnreachableError } from './errors.ts';
import type { OktaAnswer, OktaRequest } from './exchange.ts';
import { OwnCreates } from './own-creates.ts';
import { type Asker, isFeatureMissing, notOkta, type Purpose, refusal } from './refusal.ts';
import { type RetryLimits, sendWithRetries } from './send-with-retries.ts';

const identified = z.object({ id: z.string() });
const lagBackoffMs = { from: 500, to: 2_000 };
const shortestLagPauseMs = 250;

/** A request before it is proved who asks. */
export interface PlainRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string | undefined;
}

/** The one way out to Okta: everything that this folder asks leaves through here. */
export class RequestExecutor {
  readonly #asker: Asker;
  readonly #limits: RetryLimits;
  readonly #ownCreates: OwnCreates;

  constructor(asker: Asker, limits: RetryLimits, ownCreates = new OwnCreates()) {
    this.#asker = asker;
    this.#limits = limits;
    this.#ownCreates = ownCreates;
  }

  /**
   * Sends a request with the proof of who asks, and gives Okta's answer if it is a success: JSON, or nothing. "Not found"
   * about an application that we have just created is not an answer yet: the request is sent again.
   *
   * @throws OktaError if Okta refuses, or if what answers is not Okta
   * @throws OktaUnreachableError if there is no answer
   */
  async execute(request: PlainRequest, purpose: Purpose, authorization?: Authorization): Promise<OktaAnswer> {
    const { method } = request;
    const url = this.#within(request.url);
    const { clock } = this.#limits;
    const answer = await retry(
      (tries) => {
        if (tries > 1) countRepeat();
        return this.#authorized({ ...request, url }, purpose, authorization);
      },
      {
        ...this.#limits,
        pauseAfter: (attempt, tries) => {
          if ('error' in attempt) return undefined;
          const left = this.#ownCreates.lagLeft(url, attempt.value, clock.now());
          const pause = shortestLagPauseMs + backoff(tries, lagBackoffMs, clock.random());
          return left > 0 ? Math.min(left, pause) : undefined;
        },
      },
    );
    if (this.#ownCreates.lagLeft(url, answer, clock.now()) > 0) throw this.#notShownYet(purpose);
    if (answer.status < 200 || answer.status > 299) throw refusal(answer, purpose, this.#asker);
    const json = parseJson(answer.body);
    if (answer.body !== '' && json === undefined) throw notOkta(answer, purpose, this.#asker);
    this.#ownCreates.note(method, url, identified.safeParse(json).data?.id, clock.now());
    return answer;
  }

  /** Sends a request with its authentication; once more if Okta rejects that and a better one is available. */
  async #authorized(
    request: OktaRequest,
    purpose: Purpose,
    authorization: Authorization | undefined,
  ): Promise<OktaAnswer> {
    const { method, url } = request;
    const prepare = async (): Promise<OktaRequest> => ({
      ...request,
      headers: { ...request.headers, ...(await authorization?.headersFor({ method, url }, purpose.needs)) },
    });
    const isHarmless = harmlessToRepeat(method, url);
    const answer = await this.ask(prepare, isHarmless, purpose);
    // No token gets a feature that the org does not have.
    if (answer.status !== 401 || isFeatureMissing(answer) || !authorization?.renew(answer)) return answer;
    return this.ask(prepare, isHarmless, purpose);
  }

  /** Sends a request, which is prepared for each try, and gives Okta's answer, also a refusal. */
  async ask(prepare: () => Promise<OktaRequest>, harmless: boolean, purpose: Purpose): Promise<OktaAnswer> {
    const outcome = await sendWithRetries(prepare, harmless, this.#limits);
    if ('answer' in outcome) return outcome.answer;
    const { failure, mayHaveTakenEffect } = outcome;
    const doubt = mayHaveTakenEffect ? '; whether it took effect is not known' : '';
    throw new OktaUnreachableError(
      `Okta at ${this.#asker.orgUrl} gave no answer when asked to ${purpose.to}: ${failure.message}${doubt}. Check the status of the org, then deploy again.`,
      { mayHaveTakenEffect, cause: failure },
    );
  }

  /** The time was up before it was clear: an application that is taken for gone would be left behind. */
  #notShownYet(purpose: Purpose): OktaUnreachableError {
    return new OktaUnreachableError(
      `Okta at ${this.#asker.orgUrl} did not show the new application in time when asked to ${purpose.to}. Deploy again.`,
      { mayHaveTakenEffect: false, cause: undefined },
    );
  }

  /** Credentials go to the org of the secret and nowhere else, even if a `Link` header says otherwise. */
  #within(text: string): URL {
    const { orgUrl } = this.#asker;
    const url = URL.parse(text, orgUrl);
    if (url?.origin !== orgUrl) {
      throw new Error(
        `Okta at ${orgUrl} points to another host for its next page, which was not read. Check "orgUrl" in the Okta secret, and any proxy on the way.`,
      );
    }
    return url;
  }
}

/** Creating an application or a client secret is not: twice makes two. Okta's lifecycle operations set a state. */
function harmlessToRepeat(method: string, url: URL): boolean {
  return method !== 'POST' || /\/lifecycle\/(?:de)?activate$/.test(url.pathname);
}
