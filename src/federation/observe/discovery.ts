import { setTimeout as pause } from 'node:timers/promises';
import * as z from 'zod/mini';
import { ask, parseJson, type Reply, UnreachableError } from '../ask.ts';

/** @see https://openid.net/specs/openid-connect-discovery-1_0.html#ProviderMetadata */
const metadataSchema = z.object({
  issuer: z.string(),
  authorization_endpoint: z.url(),
  token_endpoint: z.url(),
  jwks_uri: z.optional(z.string()),
  userinfo_endpoint: z.optional(z.string()),
  scopes_supported: z.optional(z.array(z.string())),
});

/** What an issuer says of itself. */
export type Metadata = z.output<typeof metadataSchema>;

const tries = 3;

/**
 * Reads an issuer's discovery document.
 * @param issuer a URL without a slash at its end.
 * @returns the metadata, or what is wrong in a sentence.
 */
export async function discover(issuer: string, signal: AbortSignal): Promise<Metadata | { problem: string }> {
  const url = new URL(`${issuer}/.well-known/openid-configuration`);
  let reply: Reply | undefined;
  for (let attempt = 1; !reply; attempt += 1) {
    try {
      const answer = await ask(url, signal);
      if (answer.status < 500 || attempt === tries) reply = answer;
    } catch (error) {
      if (!(error instanceof UnreachableError) || signal.aborted) throw error;
      if (attempt === tries) return { problem: error.message };
    }
    if (!reply) await pause(200 * attempt, undefined, { signal });
  }
  const metadata = metadataSchema.safeParse(reply.status === 200 ? parseJson(reply.body) : undefined);
  if (!metadata.success) {
    return {
      problem: `there is no OpenID Connect issuer at ${issuer} (HTTP ${reply.status} from its discovery document); check its address, and that it is active.`,
    };
  }
  // To the letter, or Cognito refuses its tokens: OpenID Connect Discovery 1.0, section 4.3.
  if (metadata.data.issuer !== issuer) {
    return {
      problem: `the issuer at ${issuer} calls itself ${metadata.data.issuer}; name that one, or correct orgUrl in the Okta secret.`,
    };
  }
  // The probe sends the client secret there: nobody but the issuer may get it.
  const { authorization_endpoint: authorize, token_endpoint: token } = metadata.data;
  const elsewhere = [authorize, token].find(
    (endpoint) => new URL(endpoint).origin !== new URL(issuer).origin,
  );
  if (elsewhere !== undefined) {
    return {
      problem: `the issuer at ${issuer} names an endpoint on another host, ${new URL(elsewhere).host}.`,
    };
  }
  return metadata.data;
}
