/** Okta answered, and the answer is no. The message is a sentence for the person who deployed, with the cure where one is known. */
export class OktaError extends Error {
  override readonly name = 'OktaError';
  /** The answer's HTTP status. */
  readonly status: number;
  /** Okta's own code, such as `E0000007`, or OAuth's, such as `invalid_client`. */
  readonly errorCode: string | undefined;
  /** `X-Okta-Request-Id`, by which Okta's support finds the request in its logs. */
  readonly requestId: string | undefined;

  constructor(
    message: string,
    answer: { status: number; errorCode: string | undefined; requestId: string | undefined },
  ) {
    super(message);
    this.status = answer.status;
    this.errorCode = answer.errorCode;
    this.requestId = answer.requestId;
  }

  /** A refusal (4xx) changes nothing; a server that failed (5xx) may have failed after the change. */
  get mayHaveTakenEffect(): boolean {
    return this.status >= 500;
  }
}

/** No answer: Okta could not be reached, the connection broke, or the time was up. */
export class OktaUnreachableError extends Error {
  override readonly name = 'OktaUnreachableError';
  /** Whether the request may have reached Okta and changed something, although its answer did not come back. */
  readonly mayHaveTakenEffect: boolean;

  constructor(message: string, options: { mayHaveTakenEffect: boolean; cause: unknown }) {
    super(message, { cause: options.cause });
    this.mayHaveTakenEffect = options.mayHaveTakenEffect;
  }
}

/** Gives `undefined` where Okta does not know the resource (any more), and passes every other failure on. */
export async function unlessNotFound<T>(call: Promise<T>): Promise<T | undefined> {
  try {
    return await call;
  } catch (error) {
    if (error instanceof OktaError && error.status === 404) return undefined;
    throw error;
  }
}
