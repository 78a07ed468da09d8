/** One HTTP request to the org. */
export interface OktaRequest {
  readonly method: string;
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string | undefined;
}

/** Its answer, read to the end so that the connection is free again. */
export interface OktaAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: string;
}

/** There is no answer. */
export class NoAnswer extends Error {
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

/** Failures to connect, by the code of Node or undici. All others break a connection that was there. */
const notConnected = new Set([
  'EAI_AGAIN',
  'ECONNREFUSED',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'UND_ERR_CONNECT_TIMEOUT',
]);
const neverConnects =
  /^(?:ENOTFOUND|CERT_.*|ERR_TLS_.*|ERR_SSL_.*|DEPTH_ZERO_.*|SELF_SIGNED_.*|UNABLE_TO_.*)$/;

/**
 * Sends one request, once. A redirect is given back as the answer and never followed: the request carries a
 * credential, which is meant for this host only.
 *
 * @param request what to send
 * @param limits the signal that ends the whole operation, and the milliseconds that this one try may take
 * @throws NoAnswer when no whole answer came
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
      throw new NoAnswer('the time was up', {
        mayHaveArrived: false,
        passing: false,
        cause: limits.signal.reason,
      });
    }
    const response = await fetch(request.url, {
      method: request.method,
      // Okta's system log shows it beside each change.
      headers: { 'user-agent': 'okta-cognito-idp', ...request.headers },
      body: request.body ?? null,
      redirect: 'manual',
      signal: tooLong.signal,
    });
    return { status: response.status, headers: response.headers, body: await response.text() };
  } catch (error) {
    if (error instanceof NoAnswer) throw error;
    if (limits.signal.aborted) throw arrived('the time was up', false, error);
    if (tooLong.signal.aborted) throw arrived('it took too long to answer', true, error);
    throw broken(causeCode(error), error);
  } finally {
    clearTimeout(timer);
    limits.signal.removeEventListener('abort', stop);
  }
}

function arrived(message: string, passing: boolean, cause: unknown): NoAnswer {
  return new NoAnswer(message, { mayHaveArrived: true, passing, cause });
}

function broken(code: string, cause: unknown): NoAnswer {
  if (neverConnects.test(code)) {
    return new NoAnswer(`it cannot be connected to (${code})`, {
      mayHaveArrived: false,
      passing: false,
      cause,
    });
  }
  const mayHaveArrived = !notConnected.has(code);
  return new NoAnswer(`the connection failed (${code})`, { mayHaveArrived, passing: true, cause });
}

/** `fetch` says only "fetch failed"; the reason is in the chain of causes. */
function causeCode(error: unknown): string {
  for (let cause = error; typeof cause === 'object' && cause !== null; ) {
    if ('code' in cause && typeof cause.code === 'string') return cause.code;
    cause = 'cause' in cause ? cause.cause : undefined;
  }
  return 'unknown reason';
}
