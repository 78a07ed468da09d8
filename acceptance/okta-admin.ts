/** The run's own calls to the Okta org, as its administrator. */
import { setTimeout as pause } from 'node:timers/promises';
import { type AccessToken, requestAccessToken } from '../src/okta/access-token.ts';
import type { OktaCredentials } from '../src/okta/credentials.ts';
import { type DpopKey, dpopProof, generateDpopKey } from '../src/okta/dpop.ts';
import { readPrivateKey } from '../src/okta/private-key.ts';
import { RequestExecutor } from '../src/okta/request-executor.ts';
import { systemClock } from '../src/retry/clock.ts';
import { type ExchangeLog, readBody } from './exchange.ts';

/** What an API Services app is granted for a run. */
const SCOPES = 'okta.apps.manage okta.groups.manage okta.users.manage okta.policies.manage';
const MOST_TRIES = 8;
const WAIT_WITHIN_MS = 300_000;

/** Okta refuses a call of the run itself. */
export class OktaAdminError extends Error {
  override readonly name = 'OktaAdminError';
  readonly status: number;

  constructor(what: string, status: number, body: unknown) {
    super(
      `Okta answers ${status} to ${what}: ${JSON.stringify(body)}. docs/acceptance.md lists the rights that a run needs.`,
    );
    this.status = status;
  }
}

/** Calls the Management API, waits out rate limits, and logs each exchange. */
export class OktaAdmin {
  readonly #credentials: OktaCredentials;
  readonly #log: ExchangeLog;
  #session: { token: AccessToken; key: DpopKey } | undefined;

  constructor(credentials: OktaCredentials, log: ExchangeLog) {
    this.#credentials = credentials;
    this.#log = log;
  }

  /**
   * Calls the Management API.
   *
   * @param path - such as `/api/v1/apps?q=…`
   * @returns the body of a success, as JSON
   * @throws OktaAdminError if Okta refuses
   */
  async call(method: string, path: string, sent?: object): Promise<unknown> {
    for (let tries = 1; ; tries++) {
      const { status, headers, body } = await this.#send(method, path, sent);
      if (status < 300) return body;
      const passes = status === 429 || (status >= 500 && method !== 'POST');
      if (!passes || tries === MOST_TRIES) throw new OktaAdminError(`${method} ${path}`, status, body);
      await pause(waitMs(headers));
    }
  }

  /** Deletes something; a success if it is gone already. */
  async remove(path: string): Promise<void> {
    await this.call('DELETE', path).catch(unlessGone);
  }

  async #send(method: string, path: string, sent?: object) {
    const url = new URL(path, this.#credentials.orgUrl);
    const answer = await fetch(url, {
      method,
      headers: {
        accept: 'application/json',
        ...(sent !== undefined && { 'content-type': 'application/json' }),
        ...(await this.#authorization(method, url)),
      },
      ...(sent !== undefined && { body: JSON.stringify(sent) }),
      signal: AbortSignal.timeout(60_000),
    });
    const { status, headers } = answer;
    const body = readBody(await answer.text(), headers.get('content-type'));
    this.#log.add({
      method,
      path: url.pathname,
      query: url.search.slice(1) || null,
      sent: sent ?? null,
      status,
      headers: Object.fromEntries(headers),
      body,
      by: 'administrator',
    });
    return { status, headers, body };
  }

  async #authorization(method: string, url: URL): Promise<Record<string, string>> {
    const credentials = this.#credentials;
    if (credentials.kind === 'apiToken') return { authorization: `SSWS ${credentials.apiToken.reveal()}` };
    if (!this.#session || Date.now() >= this.#session.token.renewAt) {
      const keys = {
        signing: readPrivateKey(credentials.privateKey.reveal(), credentials.keyId),
        dpop: await generateDpopKey(),
      };
      const patience = {
        signal: AbortSignal.timeout(WAIT_WITHIN_MS),
        deadline: () => Date.now() + WAIT_WITHIN_MS,
        clock: systemClock,
      };
      const executor = new RequestExecutor(credentials, patience);
      const token = await requestAccessToken(credentials, keys, SCOPES, executor, systemClock);
      this.#session = { token, key: keys.dpop };
    }
    const { token, key } = this.#session;
    const accessToken = token.value.reveal();
    const authorization = `${token.scheme} ${accessToken}`;
    if (token.scheme === 'Bearer') return { authorization };
    return { authorization, dpop: await dpopProof(key, { method, url }, Date.now(), { accessToken }) };
  }
}

/** Okta says when its rate limit ends, in seconds since the epoch. */
function waitMs(headers: Headers): number {
  const reset = Number(headers.get('x-rate-limit-reset') ?? 0) * 1000;
  return Math.min(Math.max(reset - Date.now(), 1_000) + 500, 65_000);
}

function unlessGone(error: unknown): void {
  if (!(error instanceof OktaAdminError) || error.status !== 404) throw error;
}
