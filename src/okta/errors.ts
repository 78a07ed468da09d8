/** What is known of the answer behind an error. */
export interface RefusedAnswer {
  readonly status: number;
  readonly errorCode: string | undefined;
  readonly requestId: string | undefined;
}

/** Okta answered and refused. The message is a sentence for the person who deployed, with the fix if one is known. */
export class OktaError extends Error {
  override readonly name: string = 'OktaError';
  /** The answer's HTTP status. */
  readonly status: number;
  /** Okta's own code, such as `E0000007`, or OAuth's, such as `invalid_client`; none if the answer is not Okta's JSON. */
  readonly errorCode: string | undefined;
  /** `X-Okta-Request-Id`, by which Okta's support finds the request in its logs. */
  readonly requestId: string | undefined;

  constructor(message: string, answer: RefusedAnswer, options?: ErrorOptions) {
    super(message, options);
    this.status = answer.status;
    this.errorCode = answer.errorCode;
    this.requestId = answer.requestId;
  }

  /** A refusal (4xx) changes nothing; a server that failed (5xx) may have failed after the change. */
  get mayHaveTakenEffect(): boolean {
    return this.status >= 500;
  }

  /**
   * Whether Okta itself says that there is no such thing. A 404 of a proxy, or of another server that `orgUrl` names by
   * mistake, says nothing about what is in Okta.
   * @see https://developer.okta.com/docs/reference/error-codes/#E0000007
   */
  get isNotFound(): boolean {
    return this.status === 404 && this.errorCode === 'E0000007';
  }
}

/** The org does not have a feature: it is not part of its license, or not switched on. */
export class FeatureUnavailableError extends OktaError {
  override readonly name = 'FeatureUnavailableError';
}

/** The application exists and is inactive: Okta shows and changes no group assignments of it then. */
export class InactiveApplicationError extends OktaError {
  override readonly name = 'InactiveApplicationError';
}

/** What should name a thing in Okta cannot be its ID. Nothing was sent. */
export class InvalidIdError extends Error {
  override readonly name = 'InvalidIdError';
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

/** Returns `undefined` if Okta itself says that it does not (or no longer) know the thing, and passes every other failure on. */
export async function unlessNotFound<T>(call: Promise<T>): Promise<T | undefined> {
  try {
    return await call;
  } catch (error) {
    if (error instanceof OktaError && error.isNotFound) return undefined;
    throw error;
  }
}
