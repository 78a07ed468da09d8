import * as z from 'zod/mini';
import type { Allotment } from '../../cloudformation/deadline.ts';
import { parseJson } from '../../json.ts';
import { backoff } from '../../retry/backoff.ts';
import { systemClock } from '../../retry/clock.ts';
import { type Attempt, retry } from '../../retry/retry.ts';
import { type Reply, UnreachableError } from '../ask.ts';
import { askOkta, OktaRateLimitError } from '../ask-okta.ts';

/** @see https://openid.net/specs/openid-connect-discovery-1_0.html#ProviderMetadata */
const metadataSchema = z.lazy(() =>
  z.object({
    issuer: z.string(),
    authorization_endpoint: z.url(),
    token_endpoint: z.url(),
    jwks_uri: z.optional(z.string()),
    userinfo_endpoint: z.optional(z.string()),
    scopes_supported: z.optional(z.array(z.string())),
  }),
);

/** What an issuer says of itself. */
export type Metadata = z.output<typeof metadataSchema>;

/** What is wrong with an issuer, in a sentence. */
export interface IssuerProblem {
  readonly problem: string;
  /** Set if the issuer did not answer. */
  readonly unanswered?: UnreachableError | OktaRateLimitError | undefined;
}

const mostTries = 3;
const backoffMs = { from: 400, to: 1_000 };

/**
 * Reads an issuer's discovery document.
 * @param issuer a URL without a slash at its end.
 */
export async function discover(issuer: string, time: Allotment): Promise<Metadata | IssuerProblem> {
  const { signal } = time;
  const url = new URL(`${issuer}/.well-known/openid-configuration`);
  let reply: Reply;
  try {
    reply = await retry(() => askOkta(url, time), { signal, pauseAfter });
  } catch (error) {
    const isUnanswered = error instanceof UnreachableError || error instanceof OktaRateLimitError;
    if (!isUnanswered || signal.aborted) throw error;
    return { problem: error.message, unanswered: error };
  }
  signal.throwIfAborted();
  const metadata = metadataSchema.safeParse(reply.status === 200 ? parseJson(reply.body) : undefined);
  if (!metadata.success) {
    return {
      problem: `there is no OpenID Connect issuer at ${issuer} (HTTP ${reply.status} from its discovery document); check its address, and that it is active.`,
    };
  }
  // To the letter, or Cognito refuses its tokens: OpenID Connect Discovery 1.0, section 4.3.
  if (metadata.data.issuer !== issuer) {
    return {
      problem: `the issuer at ${issuer} reports its issuer as ${metadata.data.issuer}. Use that value, or correct orgUrl in the Okta secret.`,
    };
  }
  // The probe sends the client secret there: only the issuer may get it.
  const { authorization_endpoint: authorize, token_endpoint: token } = metadata.data;
  const elsewhere = [authorize, token].find(
    (endpoint) => new URL(endpoint).origin !== new URL(issuer).origin,
  );
  if (elsewhere !== undefined) {
    return {
      problem: `the issuer at ${issuer} names an endpoint on another host, ${new URL(elsewhere).host}, and the function sends no client secret there. Correct the issuer.`,
    };
  }
  return metadata.data;
}

function pauseAfter(attempt: Attempt<Reply>, tries: number): number | undefined {
  const failed = 'error' in attempt ? attempt.error instanceof UnreachableError : attempt.value.status >= 500;
  return failed && tries < mostTries ? backoff(tries, backoffMs, systemClock.random()) : undefined;
}
