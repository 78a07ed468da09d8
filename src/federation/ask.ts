import { countRemoteCall } from '../remote-calls.ts';

/** What came back of one request. */
export interface Reply {
  readonly status: number;
  /** The `Location` header; empty where there is none. */
  readonly location: string;
  readonly body: string;
}

/** No answer came back. */
export class UnreachableError extends Error {
  override readonly name = 'UnreachableError';
}

/** A sign-in page that takes longer is none. */
const patienceMs = 10_000;

/**
 * Makes one request as a browser would, without following a redirect.
 * @throws UnreachableError whose message names the host and why.
 */
export async function ask(url: string, init: RequestInit & { readonly signal: AbortSignal }): Promise<Reply> {
  countRemoteCall(false);
  try {
    const signal = AbortSignal.any([init.signal, AbortSignal.timeout(patienceMs)]);
    const response = await fetch(url, { ...init, redirect: 'manual', signal });
    return {
      status: response.status,
      location: response.headers.get('location') ?? '',
      body: await response.text(),
    };
  } catch (error) {
    const cause =
      error instanceof Error ? (error.cause instanceof Error ? error.cause : error).message : String(error);
    throw new UnreachableError(`${new URL(url).origin} cannot be reached: ${cause}.`, { cause: error });
  }
}

export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
