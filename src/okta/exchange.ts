import { AnswerTooLargeError, type HttpAnswer, type HttpRequest, NoHttpAnswerError, send } from '../http.ts';
import { inTurn } from '../remote-calls.ts';

/** One HTTP request to the org. */
export type OktaRequest = HttpRequest & Required<Pick<HttpRequest, 'method' | 'headers'>>;

/** Its answer. */
export type OktaAnswer = HttpAnswer;

/** There is no answer. */
export class NoAnswerError extends Error {
  override readonly name = 'NoAnswerError';
  /** False when the connection was never made, so that the request cannot have changed anything. */
  readonly mayHaveArrived: boolean;
  /** Whether asking again could help: a name that does not exist or a bad certificate stays so. */
  readonly passing: boolean;

  constructor(message: string, options: { mayHaveArrived: boolean; passing: boolean; cause: unknown }) {
    super(message, { cause: options.cause });
    this.mayHaveArrived = options.mayHaveArrived;
    this.passing = options.passing;
  }
}

/** Failures to connect that stay so, by the code of Node or OpenSSL. */
const neverConnects =
  /^(?:ENOTFOUND|CERT_.*|ERR_TLS_.*|ERR_SSL_.*|DEPTH_ZERO_.*|SELF_SIGNED_.*|UNABLE_TO_.*)$/;

/**
 * Sends one request, once. A redirect is given back as the answer and never followed: the request carries a
 * credential, which is meant for this host only.
 *
 * @param request what to send
 * @param limits the signal that ends the whole operation, and the milliseconds that this one try may take
 * @throws NoAnswerError if no whole answer came
 */
export async function exchange(
  request: OktaRequest,
  limits: { signal: AbortSignal; timeoutMs: number },
): Promise<OktaAnswer> {
  const tooLong = new AbortController();
  const timer = setTimeout(() => tooLong.abort(), limits.timeoutMs);
  const stop = () => tooLong.abort();
  limits.signal.addEventListener('abort', stop, { once: true });
  try {
    if (limits.signal.aborted) {
      throw new NoAnswerError('the time was up', {
        mayHaveArrived: false,
        passing: false,
        cause: limits.signal.reason,
      });
    }
    return await inTurn(() => send(request, tooLong.signal));
  } catch (error) {
    if (error instanceof NoAnswerError) throw error;
    if (!(error instanceof NoHttpAnswerError)) throw error;
    const { mayHaveArrived, code } = error;
    const broken = (message: string, passing: boolean) =>
      new NoAnswerError(message, { mayHaveArrived, passing, cause: error });
    if (limits.signal.aborted) throw broken('the time was up', false);
    if (tooLong.signal.aborted) throw broken('it took too long to answer', true);
    // The same request gets the same answer.
    if (error.cause instanceof AnswerTooLargeError) throw broken(error.message, false);
    if (!mayHaveArrived && neverConnects.test(code))
      throw broken(`it cannot be connected to (${code})`, false);
    throw broken(error.message, true);
  } finally {
    clearTimeout(timer);
    limits.signal.removeEventListener('abort', stop);
  }
}
