import type { Authorization } from './authorization.ts';
import { OktaUnreachableError } from './errors.ts';
import type { OktaAnswer, OktaRequest } from './exchange.ts';
import { type Patience, persist } from './persistence.ts';
import { type Asker, notOkta, type Purpose, parseJson, refusal } from './refusal.ts';

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
  readonly #patience: Patience;

  constructor(asker: Asker, patience: Patience) {
    this.#asker = asker;
    this.#patience = patience;
  }

  /**
   * Sends a request with the proof of who asks, and gives Okta's answer if it is a success: JSON, or nothing.
   *
   * @throws OktaError when Okta refuses, or when what answers is not Okta
   * @throws OktaUnreachableError when there is no answer
   */
  async execute(request: PlainRequest, purpose: Purpose, authorization?: Authorization): Promise<OktaAnswer> {
    const { method } = request;
    const url = this.#within(request.url);
    const prepare = async (): Promise<OktaRequest> => ({
      ...request,
      url,
      headers: { ...request.headers, ...(await authorization?.headersFor({ method, url })) },
    });
    let answer = await this.ask(prepare, harmlessToRepeat(method, url), purpose);
    if (answer.status === 401 && authorization?.renew(answer)) {
      answer = await this.ask(prepare, harmlessToRepeat(method, url), purpose);
    }
    if (answer.status < 200 || answer.status > 299) throw refusal(answer, purpose, this.#asker);
    if (answer.body !== '' && parseJson(answer.body) === undefined)
      throw notOkta(answer, purpose, this.#asker);
    return answer;
  }

  /** Sends a request that is made anew for each try, and gives Okta's answer, whatever it is. */
  async ask(prepare: () => Promise<OktaRequest>, harmless: boolean, purpose: Purpose): Promise<OktaAnswer> {
    const outcome = await persist(prepare, harmless, this.#patience);
    if ('answer' in outcome) return outcome.answer;
    const { failure, mayHaveTakenEffect } = outcome;
    const doubt = mayHaveTakenEffect ? '; whether it took effect is not known' : '';
    throw new OktaUnreachableError(
      `Okta at ${this.#asker.orgUrl} gave no answer when asked to ${purpose.to}: ${failure.message}${doubt}.`,
      { mayHaveTakenEffect, cause: failure },
    );
  }

  /** Credentials go to the org of the secret and nowhere else, whatever a `Link` header may say. */
  #within(text: string): URL {
    const { orgUrl } = this.#asker;
    const url = URL.parse(text, orgUrl);
    if (url?.origin !== orgUrl) {
      throw new Error(`Okta at ${orgUrl} points to another host for its next page; it was not followed.`);
    }
    return url;
  }
}

/** Creating an application or a client secret is not: twice makes two. Okta's lifecycle operations set a state. */
function harmlessToRepeat(method: string, url: URL): boolean {
  return method !== 'POST' || /\/lifecycle\/(?:de)?activate$/.test(url.pathname);
}
