import { type HttpAnswer, NoHttpAnswerError, send } from '../http.ts';
import { countRemoteCall, inTurn } from '../remote-calls.ts';

/** What came back of one request. */
export interface Reply extends HttpAnswer {
  /** The `Location` header; empty if there is none. */
  readonly location: string;
}

/** No answer came back. */
export class UnreachableError extends Error {
  override readonly name = 'UnreachableError';
}

/** People do not wait longer for a sign-in page. */
const patienceMs = 10_000;

/**
 * Makes one request as a browser would, without following a redirect. The User-Agent is that of `send`: a web ACL may let in
 * that one only.
 * @param form is posted.
 * @throws UnreachableError whose message names the host and why.
 */
export async function ask(url: URL, signal: AbortSignal, form?: URLSearchParams): Promise<Reply> {
  countRemoteCall(false);
  const request = form && {
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: form.toString(),
  };
  const patience = AbortSignal.any([signal, AbortSignal.timeout(patienceMs)]);
  try {
    const answer = await inTurn(() => send({ url, ...request }, patience));
    return { ...answer, location: answer.headers.location ?? '' };
  } catch (error) {
    if (!(error instanceof NoHttpAnswerError)) throw error;
    const reason = error.cause instanceof Error ? error.cause.message : error.message;
    const cause = patience.aborted ? 'it did not answer in time' : reason;
    throw new UnreachableError(
      `${url.origin} cannot be reached: ${cause}. Check DNS, the network and any proxy. If the function can never reach this host, set Verify to false.`,
      { cause: error },
    );
  }
}
